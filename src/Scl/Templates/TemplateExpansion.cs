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
    private readonly Dictionary<DataNode, SclPlace> _places;

    /// <summary>DOTypes and DATypes being expanded: one that comes again contains itself.</summary>
    private readonly List<string> _open = [];
    private readonly List<string> _openStructures = [];

    /// <summary>Names on the way to where we are; the reference is put together only where something is to be said.</summary>
    private readonly List<string> _trail = [];
    private readonly Func<string> _reference;
    private readonly Stack<ConstraintLists> _spare = new();
    private string _device = "";
    private uint _activeGroup = 1;
    private int _parts;

    public TemplateExpansion(TypeTemplates types, SclFindings findings, Dictionary<DataNode, SclPlace> places)
    {
        (_types, _plans, _findings, _places) = (types, new(types, findings), findings, places);
        _reference = () => string.Concat(_trail);
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

        _trail.Add(reference);
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

            Enter(".", name);
            if (ExpandObject(member, name, InstanceValues.Find(ln, name, null), lists) is { } expanded)
            {
                objects.Add(expanded);
            }

            Leave();
        }

        if (objects.Count == 0)
        {
            NothingLeft(ln, type, reference);
        }

        ReportUnknownInstances(ln, names);
        _trail.Clear();
        var constraints = new List<DataNode>();
        lists.Close((fc, nodes) => constraints.Add(IedModelBuilder.Group(fc.ToString(), fc, nodes)));
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

        if (_open.Contains(id) || _open.Count >= TypeTemplates.MaxNesting || _plans.Object(id, _reference) is not { } plan)
        {
            NotFound(at, "DOType", id, _open.Contains(id), _open.Count);
            return null;
        }

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
            ReportUnknownInstances(instance, plan.Names);
        }

        return Close(name, plan.Cdc, subObjects ?? (IEnumerable<DataObject>)[], lists, around, isArray: false);
    }

    private DataObject? ExpandSubObject(SclElement sub, int? count, SclElement? instance, ConstraintLists around)
    {
        var name = sub.Get("name");
        Enter(".", name);
        DataObject? expanded;
        if (count is not { } times)
        {
            expanded = ExpandObject(sub, name, InstanceValues.Find(instance, name, null), around);
        }
        else
        {
            expanded = ExpandElements(sub, name, times, instance, around);
        }

        Leave();
        return expanded;
    }

    private DataObject? ExpandElements(SclElement sub, string name, int count, SclElement? instance, ConstraintLists around)
    {
        var elements = new List<DataObject>();
        var lists = Rent();
        for (var i = 0; i < count; i++)
        {
            var index = Index(i);
            Enter("", index);
            var element = ExpandObject(sub, index, InstanceValues.Find(instance, name, i), lists);
            Leave();
            if (element is null)
            {
                // The type is missing for every element alike; one finding says so.
                lists.Close(static (_, _) => { });
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
        lists.Close((fc, nodes) =>
        {
            var node = IedModelBuilder.Group(name, fc, nodes, isArray);
            IedModelBuilder.Attach(dataObject, node);
            around.Add(node);
        });
        Return(lists);
        return dataObject;
    }

    private DataNode? ExpandAttribute(AttributePlan plan, FunctionalConstraint fc, TriggerConditions triggers, SclElement? instance)
    {
        if (plan.Count is not { } count)
        {
            Enter(".", plan.Name);
            var single = ExpandOne(plan, plan.Name, fc, triggers, instance is null ? null : InstanceValues.Find(instance, plan.Name, null));
            Leave();
            return single;
        }

        var elements = new List<DataNode>(Math.Min(count, 1_024));
        Enter(".", plan.Name);
        for (var i = 0; i < count; i++)
        {
            var index = Index(i);
            Enter("", index);
            var element = ExpandOne(plan, index, fc, triggers, instance is null ? null : InstanceValues.Find(instance, plan.Name, i));
            Leave();
            if (element is null)
            {
                Leave();
                return null;
            }

            elements.Add(element);
        }

        Leave();
        return IedModelBuilder.Group(plan.Name, fc, elements, isArray: true);
    }

    private DataNode? ExpandOne(AttributePlan plan, string name, FunctionalConstraint fc, TriggerConditions triggers, SclElement? instance)
    {
        if (plan.Structure is not { } id)
        {
            return Leaf(plan, name, fc, triggers, instance);
        }

        if (_openStructures.Contains(id) || _openStructures.Count >= TypeTemplates.MaxNesting || _plans.Structure(id, _reference) is not { } structure)
        {
            NotFound(plan.At, "DAType", id, _openStructures.Contains(id), _openStructures.Count);
            return null;
        }

        _openStructures.Add(id);
        var children = new List<DataNode>(structure.Members.Count);
        foreach (var member in structure.Members)
        {
            if (ExpandAttribute(member, fc, triggers | member.Triggers, instance) is { } child)
            {
                children.Add(child);
            }
        }

        _openStructures.RemoveAt(_openStructures.Count - 1);
        if (instance is not null)
        {
            ReportUnknownInstances(instance, structure.Names);
        }

        return IedModelBuilder.Group(name, fc, children);
    }

    private DataNode? Leaf(AttributePlan plan, string name, FunctionalConstraint fc, TriggerConditions triggers, SclElement? instance)
    {
        if (IsTooMuch(plan.At))
        {
            return null;
        }

        if (instance is null && plan.At["sAddr"] is null)
        {
            return IedModelBuilder.Leaf(name, fc, Shared(plan, triggers));
        }

        var (values, kind, bound) = (plan.Values, plan.Kind, plan.At);
        if (instance is not null)
        {
            values = instance.First("Val") is null ? values : InstanceValues.Read(instance, plan.Type, (val, text) => _plans.BadValue(val, text, plan, _reference()));
            kind = instance["valKind"] is null ? kind : TypePlans.ValueKindOf(instance);
            bound = instance["sAddr"] is null ? bound : instance;
        }

        var shortAddress = string.IsNullOrEmpty(bound["sAddr"]) ? null : bound["sAddr"];
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

    private void ReportUnknownInstances(SclElement around, HashSet<string> known)
    {
        foreach (var child in around.Children)
        {
            if (child.Name is "DOI" or "SDI" or "DAI" && !known.Contains(child.Get("name")))
            {
                _findings.Warning(SclCodes.InstanceWithoutType, child, $"{_reference()}.{child.Get("name")}", $"{child.Name} \"{child.Get("name")}\" names nothing in the type; it is not served.", "Add it to the type, or remove the instance.");
            }
        }
    }

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
        _findings.Warning(SclCodes.UnresolvedType, at, _reference(), $"{kind} \"{id}\" {why}; nothing of it is served.", $"Add the {kind}, or correct the type name.");
    }

    private static string Index(int i) => string.Create(CultureInfo.InvariantCulture, $"({i})");

    private void Enter(string separator, string name)
    {
        _trail.Add(separator);
        _trail.Add(name);
    }

    private void Leave() => _trail.RemoveRange(_trail.Count - 2, 2);

    private ConstraintLists Rent() => _spare.TryPop(out var lists) ? lists : new();

    private void Return(ConstraintLists lists) => _spare.Push(lists);
}

/// <summary>Nodes gathered by functional constraint, in the order they came.</summary>
internal sealed class ConstraintLists
{
    private readonly List<DataNode>?[] _lists = new List<DataNode>?[32];

    public void Add(DataNode node) => (_lists[(int)node.Fc] ??= []).Add(node);

    /// <summary>Gives each constraint's nodes, and forgets them.</summary>
    public void Close(Action<FunctionalConstraint, List<DataNode>> take)
    {
        for (var fc = 0; fc < _lists.Length; fc++)
        {
            if (_lists[fc] is { Count: > 0 } nodes)
            {
                take((FunctionalConstraint)fc, nodes);
                nodes.Clear();
            }
        }
    }
}
