using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>Expands an LNodeType with its instance values into data objects and constraint trees (IEC 61850-6 §9.5, §9.3.5).</summary>
internal sealed class TemplateExpansion(TypeTemplates types, SclFindings findings, Dictionary<DataNode, SclPlace> places)
{
    /// <summary>Attributes of one server beyond which nothing more is served: a hostile count must not take all memory.</summary>
    private const int MaxLeaves = 1_000_000;

    private const int MaxElements = 65_535;
    private int _leaves;

    private readonly List<string> _path = [];
    private string _device = "";
    private uint _activeGroup = 1;

    /// <summary>Types that do not exist or contain themselves, over all expansions.</summary>
    public int Unresolved { get; private set; }

    public (List<DataObject> DataObjects, List<DataNode> Constraints) Expand(SclElement ln, string reference, string device, uint activeGroup)
    {
        (_device, _activeGroup) = (device, activeGroup);
        var objects = new List<DataObject>();
        var byConstraint = new SortedDictionary<FunctionalConstraint, List<DataNode>>();
        if (types.LNodeType(ln["lnType"]) is not { } type)
        {
            Unresolved++;
            findings.Warning(SclCodes.UnresolvedType, ln, reference, $"LNodeType \"{ln["lnType"]}\" is not in the DataTypeTemplates; the logical node has nothing to serve.", "Add the LNodeType, or correct lnType.");
            return (objects, []);
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in type.All("DO"))
        {
            var name = member.Get("name");
            if (!names.Add(name))
            {
                findings.Warning(SclCodes.DuplicateName, member, $"{reference}.{name}", $"{name} stands twice in LNodeType \"{type["id"]}\"; the first one is served.", "Remove one of them.");
                continue;
            }

            var instance = InstanceValues.Find(ln, name, null);
            if (ExpandObject(member, name, $"{reference}.{name}", instance) is not { } expanded)
            {
                continue;
            }

            objects.Add(expanded.Object);
            foreach (var (fc, node) in expanded.Nodes)
            {
                (byConstraint.TryGetValue(fc, out var list) ? list : byConstraint[fc] = []).Add(node);
            }
        }

        if (objects.Count == 0)
        {
            var missing = string.Join(", ", type.All("DO").Where(d => types.DOType(d["type"]) is null).Select(d => $"\"{d["type"]}\"").Distinct(StringComparer.Ordinal));
            findings.Warning(SclCodes.UnresolvedType, ln, reference, $"The logical node has nothing to serve: {(missing.Length > 0 ? $"DOType {missing} of its data objects is not in the DataTypeTemplates" : "its LNodeType has no data objects")}.", "Add the missing types.");
        }

        ReportUnknownInstances(ln, type.All("DO").Select(d => d.Get("name")), reference);
        return (objects, [.. byConstraint.Select(p => IedModelBuilder.Group(p.Key.ToString(), p.Key, p.Value))]);
    }

    private (DataObject Object, Dictionary<FunctionalConstraint, DataNode> Nodes)? ExpandObject(SclElement at, string name, string reference, SclElement? instance)
    {
        var id = at.Get("type");
        if (types.DOType(id) is not { } type || _path.Contains(id))
        {
            NotFound(at, reference, "DOType", id);
            return null;
        }

        _path.Add(id);
        var subObjects = new List<DataObject>();
        var nodes = new Dictionary<FunctionalConstraint, List<DataNode>>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var members = type.Children.Where(c => c.Name is "SDO" or "DA").ToList();
        foreach (var member in members)
        {
            var memberName = member.Get("name");
            var memberReference = $"{reference}.{memberName}";
            if (!names.Add(memberName + member.Get("fc")))
            {
                findings.Warning(SclCodes.DuplicateName, member, memberReference, $"{memberName} stands twice in DOType \"{id}\".", "Remove one of them.");
            }

            if (member.Name == "SDO")
            {
                AddSubObject(member, memberReference, Times(member, members, memberReference), instance, subObjects, nodes);
            }
            else if (Constraint(member, memberReference) is { } fc && ExpandAttribute(member, memberName, fc, Triggers(member), memberReference, members, instance) is { } attribute)
            {
                (nodes.TryGetValue(fc, out var list) ? list : nodes[fc] = []).Add(attribute);
            }
        }

        _path.RemoveAt(_path.Count - 1);
        if (instance is not null)
        {
            ReportUnknownInstances(instance, members.Select(m => m.Get("name")), reference);
        }

        return Close(name, type.Get("cdc"), subObjects, nodes.ToDictionary(p => p.Key, p => IedModelBuilder.Group(name, p.Key, p.Value)), at.Flag("transient"));
    }

    private void AddSubObject(
        SclElement member, string reference, int? times, SclElement? instance, List<DataObject> subObjects, Dictionary<FunctionalConstraint, List<DataNode>> nodes)
    {
        var name = member.Get("name");
        var expanded = times is { } count
            ? ExpandElements(member, name, reference, count, instance)
            : ExpandObject(member, name, reference, InstanceValues.Find(instance, name, null));
        if (expanded is not { } found)
        {
            return;
        }

        subObjects.Add(found.Object);
        foreach (var (fc, node) in found.Nodes)
        {
            (nodes.TryGetValue(fc, out var list) ? list : nodes[fc] = []).Add(node);
        }
    }

    private (DataObject Object, Dictionary<FunctionalConstraint, DataNode> Nodes)? ExpandElements(SclElement member, string name, string reference, int count, SclElement? instance)
    {
        var elements = new List<(DataObject Object, Dictionary<FunctionalConstraint, DataNode> Nodes)>();
        for (var i = 0; i < count; i++)
        {
            if (ExpandObject(member, $"({i})", $"{reference}({i})", InstanceValues.Find(instance, name, i)) is not { } element)
            {
                // The type is missing for every element alike; one finding says so.
                return null;
            }

            elements.Add(element);
        }

        var nodes = elements.SelectMany(e => e.Nodes).GroupBy(p => p.Key).ToDictionary(g => g.Key, g => IedModelBuilder.Group(name, g.Key, g.Select(p => p.Value), isArray: true));
        return Close(name, types.DOType(member["type"])!.Get("cdc"), elements.Select(e => e.Object), nodes, transient: false);
    }

    private static (DataObject Object, Dictionary<FunctionalConstraint, DataNode> Nodes) Close(
        string name, string cdc, IEnumerable<DataObject> subObjects, Dictionary<FunctionalConstraint, DataNode> nodes, bool transient)
    {
        var dataObject = IedModelBuilder.DataObject(name, cdc, subObjects, transient);
        foreach (var node in nodes.Values)
        {
            IedModelBuilder.Attach(dataObject, node);
        }

        return (dataObject, nodes);
    }

    private DataNode? ExpandAttribute(
        SclElement member, string name, FunctionalConstraint fc, TriggerConditions triggers, string reference, IReadOnlyList<SclElement> siblings, SclElement? instance)
    {
        if (Times(member, siblings, reference) is not { } count)
        {
            return ExpandOne(member, name, fc, triggers, reference, InstanceValues.Find(instance, name, null));
        }

        var elements = new List<DataNode>();
        for (var i = 0; i < count; i++)
        {
            if (ExpandOne(member, $"({i})", fc, triggers, $"{reference}({i})", InstanceValues.Find(instance, name, i)) is not { } element)
            {
                return null;
            }

            elements.Add(element);
        }

        return IedModelBuilder.Group(name, fc, elements, isArray: true);
    }

    private DataNode? ExpandOne(SclElement member, string name, FunctionalConstraint fc, TriggerConditions triggers, string reference, SclElement? instance)
    {
        var bType = member.Get("bType");
        if (bType != "Struct")
        {
            return Leaf(member, name, bType, fc, triggers, reference, instance);
        }

        var id = member.Get("type");
        if (types.DAType(id) is not { } type || _path.Contains("DA:" + id))
        {
            NotFound(member, reference, "DAType", id);
            return null;
        }

        _path.Add("DA:" + id);
        var members = type.All("BDA").ToList();
        var children = members
            .Select(b => ExpandAttribute(b, b.Get("name"), fc, triggers | Triggers(b), $"{reference}.{b.Get("name")}", members, instance))
            .OfType<DataNode>()
            .ToList();
        _path.RemoveAt(_path.Count - 1);
        if (instance is not null)
        {
            ReportUnknownInstances(instance, members.Select(m => m.Get("name")), reference);
        }

        return IedModelBuilder.Group(name, fc, children);
    }

    private DataNode? Leaf(SclElement member, string name, string bType, FunctionalConstraint fc, TriggerConditions triggers, string reference, SclElement? instance)
    {
        var enumeration = bType == "Enum" ? types.Enum(member["type"]) : null;
        if (TypeTable.Find(bType, enumeration) is not { } type)
        {
            findings.Warning(SclCodes.UnknownType, member, reference, $"bType \"{bType}\" is unknown; the attribute is left out.", "Use a basic type of IEC 61850-6.");
            return null;
        }

        if (bType == "Enum" && enumeration is null)
        {
            findings.Warning(SclCodes.UnresolvedType, member, reference, $"EnumType \"{member["type"]}\" is not in the DataTypeTemplates; any ordinal is taken.", "Add the EnumType.");
        }

        if (++_leaves > MaxLeaves)
        {
            findings.Error(SclCodes.TooLarge, types.Section ?? member, "", $"The server has more than {MaxLeaves} attributes.", "Correct the count of its arrays.");
            return null;
        }

        var values = InstanceValues.Read(instance, member, type, (val, text) =>
            findings.Warning(SclCodes.BadValue, val, reference, $"\"{text}\" is no value of {bType}{(enumeration is null ? "" : " " + enumeration.Id)}; it is left unset.", "Mend the Val."));
        var kind = ValueKindOf(instance?["valKind"] is not null ? instance : member, reference);
        var bound = instance?["sAddr"] is not null ? instance : member;
        var shortAddress = string.IsNullOrEmpty(bound["sAddr"]) ? null : bound["sAddr"];
        var leaf = IedModelBuilder.Leaf(name, fc, type, new(triggers, values.Of(_activeGroup), kind, shortAddress, _device.Length == 0 ? null : _device) { Groups = values.Groups });
        if (shortAddress is not null)
        {
            places[leaf] = new(bound.Line, bound.Column);
        }

        return leaf;
    }

    private ValueKind ValueKindOf(SclElement at, string reference)
    {
        switch (at["valKind"])
        {
            case null or "" or "Set":
                return ValueKind.Set;
            case "RO":
                return ValueKind.ReadOnly;
            case "Conf":
                return ValueKind.Conf;
            case "Spec":
                return ValueKind.Spec;
            default:
                findings.Warning(SclCodes.BadAttribute, at, reference, $"valKind=\"{at["valKind"]}\" is unknown; Set is used.", "Write Spec, Conf, RO or Set.");
                return ValueKind.Set;
        }
    }

    private FunctionalConstraint? Constraint(SclElement member, string reference)
    {
        var text = member.Get("fc");
        if (IedModel.TryParse(text, out var fc) && fc is not (FunctionalConstraint.RP or FunctionalConstraint.LG or FunctionalConstraint.BR or FunctionalConstraint.GO or FunctionalConstraint.MS or FunctionalConstraint.US))
        {
            return fc;
        }

        findings.Warning(SclCodes.UnknownType, member, reference, $"fc \"{text}\" is unknown; the attribute is left out.", "Use a functional constraint of IEC 61850-7-2.");
        return null;
    }

    private static TriggerConditions Triggers(SclElement member) =>
        (member.Flag("dchg") ? TriggerConditions.DataChange : TriggerConditions.None)
        | (member.Flag("qchg") ? TriggerConditions.QualityChange : TriggerConditions.None)
        | (member.Flag("dupd") ? TriggerConditions.DataUpdate : TriggerConditions.None);

    private int? Times(SclElement member, IReadOnlyList<SclElement> siblings, string reference)
    {
        if (ArrayCount.Of(member, siblings) is not { } count)
        {
            return null;
        }

        if (count is > 0 and <= MaxElements)
        {
            return count;
        }

        findings.Warning(SclCodes.BadCount, member, reference, $"count=\"{member["count"]}\" is not 1 to {MaxElements}; one element is served.", "Correct the count.");
        return 1;
    }

    private void ReportUnknownInstances(SclElement around, IEnumerable<string> names, string reference)
    {
        HashSet<string>? known = null;
        foreach (var child in around.Children)
        {
            if (child.Name is not ("DOI" or "SDI" or "DAI"))
            {
                continue;
            }

            known ??= new(names, StringComparer.Ordinal);
            if (!known.Contains(child.Get("name")))
            {
                findings.Warning(SclCodes.InstanceWithoutType, child, $"{reference}.{child.Get("name")}", $"{child.Name} \"{child.Get("name")}\" names nothing in the type; it is not served.", "Add it to the type, or remove the instance.");
            }
        }
    }

    private void NotFound(SclElement at, string reference, string kind, string? id)
    {
        Unresolved++;
        var why = _path.Contains(id ?? "") || _path.Contains("DA:" + id) ? "contains itself" : "is not in the DataTypeTemplates";
        findings.Warning(SclCodes.UnresolvedType, at, reference, $"{kind} \"{id}\" {why}; nothing of it is served.", $"Add the {kind}, or correct the type name.");
    }
}
