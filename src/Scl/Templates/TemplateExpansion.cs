using System.Globalization;
using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>Expands an LNodeType with its instance values into data objects and constraint trees (IEC 61850-6 §9.5, §9.3.5).</summary>
internal sealed class TemplateExpansion
{
    /// <summary>Data objects and attributes of one server beyond which nothing more is served: hostile counts must not take all memory and time.</summary>
    private const int MaxParts = 300_000;

    private readonly TypeTemplates _types;
    private readonly TypePlans _plans;
    private readonly SclFindings _findings;
    private readonly ShortAddresses _addresses;
    private readonly Dictionary<DataNode, SclPlace> _places;

    /// <summary>DOTypes and DATypes being expanded: one that comes again contains itself.</summary>
    private readonly List<string> _open = [];
    private readonly List<string> _openStructures = [];

    /// <summary>Names on the way to where we are; the reference is put together only where something is to be said.</summary>
    private readonly ReferenceTrail _trail = new();
    private readonly Stack<ConstraintLists> _spare = new();
    private readonly InstanceCheck _instances;
    private readonly Func<string> _reference;
    private string _device = "";

    /// <summary>Arrays around, of which this is not the first element.</summary>
    private int _repeated;
    private uint _activeGroup = 1;
    private int _parts;

    public TemplateExpansion(TypeTemplates types, SclFindings findings, ShortAddresses addresses, Dictionary<DataNode, SclPlace> places)
    {
        (_types, _plans, _findings, _addresses, _places, _instances) = (types, new(types), findings, addresses, places, new(findings));
        _reference = Reference;
    }

    /// <summary>Expands a logical node.</summary>
    public (List<DataObject> DataObjects, List<DataNode> Constraints) Expand(SclElement ln, string reference, string device, uint activeGroup)
    {
        (_device, _activeGroup) = (device, activeGroup);
        var objects = new List<DataObject>();
        if (_types.LNodeType(ln["lnType"]) is not { } type)
        {
            _findings.Warning(SclCodes.UnresolvedType, ln, reference, $"LNodeType \"{ln["lnType"]}\" is not in the DataTypeTemplates; the logical node has nothing to serve.", "Add the LNodeType, or correct lnType.");
            return (objects, []);
        }

        _trail.Begin(reference);
        var lists = Rent();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in type.Children)
        {
            if (member.Name != "DO")
            {
                continue;
            }

            var name = member.Get("name");
            if (!names.Add(name))
            {
                _findings.Warning(SclCodes.DuplicateName, member, $"{reference}.{name}", $"{name} stands twice in LNodeType \"{type["id"]}\"; the first one is served.", "Remove one of them.");
                continue;
            }

            _trail.Enter(".", name);
            if (ExpandObject(member, name, InstanceValues.Find(ln, name, null), lists) is { } expanded)
            {
                objects.Add(expanded);
            }

            _trail.Leave();
        }

        if (objects.Count == 0)
        {
            NothingLeft(ln, type, reference);
        }

        _instances.Check(ln, names, static _ => null, _reference);
        var constraints = new List<DataNode>(lists.Close(null, isArray: false));
        Return(lists);
        return (objects, constraints);
    }

    private void NothingLeft(SclElement ln, SclElement type, string reference)
    {
        var missing = string.Join(", ", type.All("DO").Where(d => _types.DOType(d["type"]) is null).Select(d => $"\"{d["type"]}\"").Distinct(StringComparer.Ordinal));
        _findings.Warning(SclCodes.UnresolvedType, ln, reference, $"The logical node has nothing to serve: {(missing.Length > 0 ? $"DOType {missing} of its data objects is not in the DataTypeTemplates" : "its LNodeType has no data objects")}.", "Add the missing types.");
    }

    /// <summary>Expands a data object; its nodes go to the lists of what is around it.</summary>
    private DataObject? ExpandObject(SclElement at, string name, SclElement? instance, ConstraintLists around)
    {
        var id = at.Get("type");
        if (IsTooMuch(at))
        {
            return null;
        }

        if (_open.Contains(id) || _open.Count >= TypeTemplates.MaxNesting || _plans.Object(id) is not { } plan)
        {
            NotFound(at, "DOType", id, _open.Contains(id), _open.Count);
            return null;
        }

        Tell(plan.Faults);
        _open.Add(id);
        List<DataObject>? subObjects = null;
        var lists = Rent();
        foreach (var (sub, count, attribute) in plan.Members)
        {
            if (attribute is not null)
            {
                if (ExpandAttribute(attribute, attribute.Fc!.Value, attribute.Triggers, instance) is { } node)
                {
                    lists.Add(node);
                }
            }
            else if (ExpandSubObject(sub!, count, instance, lists) is { } expanded)
            {
                (subObjects ??= []).Add(expanded);
            }
        }

        _open.RemoveAt(_open.Count - 1);
        if (instance is not null)
        {
            CheckInstance(instance, plan);
        }

        return Close(name, plan.Cdc, (IEnumerable<DataObject>?)subObjects ?? [], lists, around, isArray: false);
    }

    private DataObject? ExpandSubObject(SclElement sub, ArraySize? count, SclElement? instance, ConstraintLists around)
    {
        var name = sub.Get("name");
        _trail.Enter(".", name);
        DataObject? expanded;
        if (count is null)
        {
            expanded = ExpandObject(sub, name, InstanceValues.Find(instance, name, null), around);
        }
        else
        {
            expanded = ExpandElements(sub, name, SizeOf(count, instance), instance, around);
        }

        _trail.Leave();
        return expanded;
    }

    private DataObject? ExpandElements(SclElement sub, string name, int count, SclElement? instance, ConstraintLists around)
    {
        var elements = new List<DataObject>();
        var lists = Rent();
        for (var i = 0; i < count; i++)
        {
            var index = Index(i);
            _trail.Enter("", index);
            _repeated += i > 0 ? 1 : 0;
            var element = ExpandObject(sub, index, InstanceValues.Find(instance, name, i), lists);
            _repeated -= i > 0 ? 1 : 0;
            _trail.Leave();
            if (element is null)
            {
                // The type is missing for every element alike; one finding says so.
                lists.Close(null, isArray: false);
                Return(lists);
                return null;
            }

            elements.Add(element);
        }

        return Close(name, _types.DOType(sub["type"])!.Get("cdc"), elements, lists, around, isArray: true);
    }

    private DataObject Close(string name, string cdc, IEnumerable<DataObject> subObjects, ConstraintLists lists, ConstraintLists around, bool isArray)
    {
        var dataObject = IedModelBuilder.DataObject(name, cdc, subObjects);
        var nodes = lists.Close(name, isArray);
        foreach (var node in nodes)
        {
            around.Add(node);
        }

        IedModelBuilder.Attach(dataObject, nodes);
        Return(lists);
        return dataObject;
    }

    private DataNode? ExpandAttribute(AttributePlan plan, FunctionalConstraint fc, TriggerConditions triggers, SclElement? instance)
    {
        if (plan.Count is not { } size)
        {
            _trail.Enter(".", plan.Name);
            var single = ExpandOne(plan, plan.Name, fc, triggers, instance is null ? null : InstanceValues.Find(instance, plan.Name, null));
            _trail.Leave();
            return single;
        }

        _trail.Enter(".", plan.Name);
        var count = SizeOf(size, instance);
        var elements = new DataNode[count];
        for (var i = 0; i < count; i++)
        {
            var index = Index(i);
            _trail.Enter("", index);
            _repeated += i > 0 ? 1 : 0;
            var element = ExpandOne(plan, index, fc, triggers, instance is null ? null : InstanceValues.Find(instance, plan.Name, i));
            _repeated -= i > 0 ? 1 : 0;
            _trail.Leave();
            if (element is null)
            {
                _trail.Leave();
                return null;
            }

            elements[i] = element;
        }

        _trail.Leave();
        return IedModelBuilder.Group(plan.Name, fc, elements, isArray: true);
    }

    private DataNode? ExpandOne(AttributePlan plan, string name, FunctionalConstraint fc, TriggerConditions triggers, SclElement? instance)
    {
        if (plan.Structure is not { } id)
        {
            return Leaf(plan, name, fc, triggers, instance);
        }

        // Structures count as well: arrays of empty ones would never end.
        if (IsTooMuch(plan.At))
        {
            return null;
        }

        if (_openStructures.Contains(id) || _openStructures.Count >= TypeTemplates.MaxNesting || _plans.Structure(id) is not { } structure)
        {
            NotFound(plan.At, "DAType", id, _openStructures.Contains(id), _openStructures.Count);
            return null;
        }

        Tell(structure.Faults);
        _openStructures.Add(id);
        var (children, count) = (new DataNode[structure.Members.Count], 0);
        foreach (var member in structure.Members)
        {
            if (ExpandAttribute(member, fc, triggers | member.Triggers, instance) is { } child)
            {
                children[count++] = child;
            }
        }

        _openStructures.RemoveAt(_openStructures.Count - 1);
        if (instance is not null)
        {
            CheckInstance(instance, structure);
        }

        return IedModelBuilder.Group(name, fc, count == children.Length ? children : children[..count]);
    }

    private DataNode? Leaf(AttributePlan plan, string name, FunctionalConstraint fc, TriggerConditions triggers, SclElement? instance)
    {
        if (IsTooMuch(plan.At))
        {
            return null;
        }

        if (instance is null && !plan.HasShortAddress)
        {
            return IedModelBuilder.Leaf(name, fc, Shared(plan, triggers));
        }

        var (values, kind, bound, isOwn) = (plan.Values, plan.Kind, plan.At, false);
        if (instance is not null)
        {
            _instances.CheckLeaf(instance, _reference);
            (values, isOwn) = instance.First("Val") is null ? (values, false) : (Values(instance, plan), true);
            (kind, isOwn) = instance["valKind"] is null ? (kind, isOwn) : (TypePlans.ValueKindOf(instance), true);
            bound = instance["sAddr"] is null ? bound : instance;
        }

        var shortAddress = _addresses.Own(bound, _device, _reference);
        if (shortAddress is null && !isOwn)
        {
            return IedModelBuilder.Leaf(name, fc, Shared(plan, triggers));
        }

        var device = shortAddress is null || _device.Length == 0 ? null : _device;
        var leaf = IedModelBuilder.Leaf(name, fc, new(plan.Type, triggers, values.Of(_activeGroup), kind, shortAddress, device) { Groups = values.Groups });
        if (shortAddress is not null)
        {
            _places[leaf] = new(bound.Line, bound.Column);
        }

        return leaf;
    }

    private LeafSource Shared(AttributePlan plan, TriggerConditions triggers)
    {
        var initial = plan.Values.Of(_activeGroup);
        if (plan.Shared is not { } shared || shared.Triggers != triggers || shared.Initial != initial)
        {
            plan.Shared = shared = new(plan.Type, triggers, initial, plan.Kind, null, null) { Groups = plan.Values.Groups };
        }

        return shared;
    }

    /// <summary>The number of elements of an array: of the instance, else of the type.</summary>
    private int SizeOf(ArraySize size, SclElement? around)
    {
        var val = size.Named is null ? null : InstanceValues.Find(around, size.Named, null)?.First("Val");
        var count = val is null ? size.Of : ArraySize.Digits(val.Text.Trim());
        if (count is { } number && ArraySize.IsServed(number))
        {
            return number;
        }

        Tell(size.Fault(val ?? size.At, val?.Text.Trim()), Reference());
        return 1;
    }

    // Methods of their own, so that the lambdas cost nothing where there is no instance.
    private InstanceValues Values(SclElement instance, AttributePlan plan) => InstanceValues.Read(instance, plan.Type, (val, text) => Tell(TypePlans.BadValue(val, text, plan), Reference()));

    private void CheckInstance(SclElement instance, ObjectPlan plan)
    {
        _instances.CheckStructure(instance, _reference);
        _instances.Check(instance, plan.Names, n => SizeOf(plan.Members, n, instance), _reference);
    }

    private void CheckInstance(SclElement instance, StructurePlan plan)
    {
        _instances.CheckStructure(instance, _reference);
        _instances.Check(instance, plan.Names, n => plan.Members.FirstOrDefault(m => m.Name == n)?.Count is { } size ? SizeOf(size, instance) : null, _reference);
    }

    private int? SizeOf(IReadOnlyList<(SclElement? SubObject, ArraySize? Count, AttributePlan? Attribute)> members, string name, SclElement instance)
    {
        foreach (var (sub, count, attribute) in members)
        {
            if ((sub?["name"] ?? attribute?.Name) == name && (count ?? attribute?.Count) is { } size)
            {
                return SizeOf(size, instance);
            }
        }

        return null;
    }

    /// <summary>A fault of a type is one of all that use it; of the elements of an array the first one stands for all.</summary>
    private void Tell(IReadOnlyList<TypeFault> faults)
    {
        if (_repeated > 0)
        {
            return;
        }

        for (var i = 0; i < faults.Count; i++)
        {
            Tell(faults[i], $"{Reference()}.{faults[i].Name}");
        }
    }

    private void Tell(TypeFault fault, string reference) => _findings.Warning(fault.Code, fault.At, reference, fault.Text, fault.Remedy);

    private string Reference() => _trail.ToString();

    private bool IsTooMuch(SclElement at)
    {
        if (++_parts <= MaxParts)
        {
            return false;
        }

        _findings.Error(SclCodes.TooLarge, _types.Section ?? at, "", $"The server has more than {MaxParts} data objects and attributes.", "Correct the count of its arrays.");
        return true;
    }

    private void NotFound(SclElement at, string kind, string id, bool containsItself, int depth)
    {
        var why = containsItself ? "contains itself" : depth >= TypeTemplates.MaxNesting ? $"stands in more than {TypeTemplates.MaxNesting} others" : "is not in the DataTypeTemplates";
        _findings.Warning(SclCodes.UnresolvedType, at, Reference(), $"{kind} \"{id}\" {why}; nothing of it is served.", $"Add the {kind}, or correct the type name.");
    }

    private static string Index(int i) => string.Create(CultureInfo.InvariantCulture, $"({i})");

    private ConstraintLists Rent() => _spare.TryPop(out var lists) ? lists : new();

    private void Return(ConstraintLists lists) => _spare.Push(lists);
}
