using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>A DA or BDA worked out once: what every use of its type has in common.</summary>
/// <param name="At">Its element.</param>
/// <param name="Name">Its name.</param>
/// <param name="Fc">Functional constraint; of a BDA null: the one of the DA around it.</param>
/// <param name="Triggers">Trigger options.</param>
/// <param name="Count">Number of array elements; null: no array.</param>
internal sealed record AttributePlan(SclElement At, string Name, FunctionalConstraint? Fc, TriggerConditions Triggers, int? Count)
{
    /// <summary>Id of the DAType of a structure; null for a leaf.</summary>
    public string? Structure { get; init; }

    /// <summary>Type of a leaf.</summary>
    public AttributeType Type { get; init; }

    /// <summary>Value of the template.</summary>
    public InstanceValues Values { get; init; }

    /// <summary>What the template's <c>valKind</c> says.</summary>
    public ValueKind Kind { get; init; }

    /// <summary>What leaves without an instance of their own have in common; the last one made.</summary>
    public LeafSource? Shared { get; set; }
}

/// <summary>A DOType worked out once.</summary>
/// <param name="Cdc">Common data class.</param>
/// <param name="Members">SDO elements (with their count) and attributes, in order.</param>
/// <param name="Names">Names of all members.</param>
internal sealed record ObjectPlan(string Cdc, IReadOnlyList<(SclElement? SubObject, int? Count, AttributePlan? Attribute)> Members, HashSet<string> Names);

/// <summary>A DAType worked out once.</summary>
/// <param name="Members">Its BDAs.</param>
/// <param name="Names">Their names.</param>
internal sealed record StructurePlan(IReadOnlyList<AttributePlan> Members, HashSet<string> Names);

/// <summary>The types of a file as plans. What is wrong with a type is told once, with the reference that used it first.</summary>
internal sealed class TypePlans(TypeTemplates types, SclFindings findings)
{
    private const int MaxElements = 65_535;
    private readonly Dictionary<string, ObjectPlan?> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StructurePlan?> _structures = new(StringComparer.Ordinal);

    /// <summary>The plan of a DOType; null where there is none.</summary>
    public ObjectPlan? Object(string id, Func<string> reference)
    {
        if (!_objects.TryGetValue(id, out var plan))
        {
            _objects[id] = plan = types.DOType(id) is { } type ? Plan(type, reference) : null;
        }

        return plan;
    }

    /// <summary>The plan of a DAType; null where there is none.</summary>
    public StructurePlan? Structure(string id, Func<string> reference)
    {
        if (!_structures.TryGetValue(id, out var plan))
        {
            _structures[id] = plan = types.DAType(id) is { } type ? PlanStructure(type, reference) : null;
        }

        return plan;
    }

    /// <summary>What a <c>valKind</c> says.</summary>
    public static ValueKind ValueKindOf(SclElement at) => SclAttributes.ValueKind.Of(at) switch { "RO" => ValueKind.ReadOnly, "Conf" => ValueKind.Conf, "Spec" => ValueKind.Spec, _ => ValueKind.Set };

    /// <summary>Says that a text is no value.</summary>
    public void BadValue(SclElement val, string text, AttributePlan plan, string reference) =>
        findings.Warning(SclCodes.BadValue, val, reference, $"\"{text}\" is no value of {plan.At["bType"]}{(plan.Type.Enumeration is { } e && plan.At["bType"] == "Enum" ? " " + e.Id : "")}; it is left unset.", "Mend the Val.");

    private ObjectPlan Plan(SclElement type, Func<string> reference)
    {
        var members = new List<(SclElement?, int?, AttributePlan?)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var distinct = new HashSet<(string, string)>();
        foreach (var member in type.Children)
        {
            if (member.Name is not ("SDO" or "DA"))
            {
                continue;
            }

            var name = member.Get("name");
            string At() => $"{reference()}.{name}";
            names.Add(name);
            if (!distinct.Add((name, member.Get("fc"))))
            {
                findings.Warning(SclCodes.DuplicateName, member, At(), $"{name} stands twice in DOType \"{type["id"]}\".", "Remove one of them.");
            }

            if (member.Name == "SDO")
            {
                members.Add((member, Times(member, type.Children, At), null));
            }
            else if (Constraint(member, At) is { } fc && Attribute(member, fc, type.Children, At) is { } plan)
            {
                members.Add((null, null, plan));
            }
        }

        return new(type.Get("cdc"), members, names);
    }

    private StructurePlan PlanStructure(SclElement type, Func<string> reference)
    {
        var members = type.All("BDA").ToList();
        return new(
            [.. members.Select(m => Attribute(m, null, members, () => $"{reference()}.{m.Get("name")}")).OfType<AttributePlan>()],
            members.Select(m => m.Get("name")).ToHashSet(StringComparer.Ordinal));
    }

    private AttributePlan? Attribute(SclElement member, FunctionalConstraint? fc, IReadOnlyList<SclElement> siblings, Func<string> reference)
    {
        var bType = member.Token("bType") ?? "";
        var plan = new AttributePlan(member, member.Get("name"), fc, Triggers(member), Times(member, siblings, reference));
        if (bType == "Struct")
        {
            return plan with { Structure = member.Get("type") };
        }

        var enumeration = bType == "Enum" ? types.Enum(member["type"]) : null;
        if (TypeTable.Find(bType, enumeration) is not { } type)
        {
            findings.Warning(SclCodes.UnknownType, member, reference(), $"bType \"{bType}\" is unknown; the attribute is left out.", "Use a basic type of IEC 61850-6.");
            return null;
        }

        if (bType == "Enum" && enumeration is null)
        {
            findings.Warning(SclCodes.UnresolvedType, member, reference(), $"EnumType \"{member["type"]}\" is not in the DataTypeTemplates; any ordinal is taken.", "Add the EnumType.");
        }

        plan = plan with { Type = type, Kind = ValueKindOf(member) };
        return plan with { Values = InstanceValues.Read(member, type, (val, text) => BadValue(val, text, plan, reference())) };
    }

    private FunctionalConstraint? Constraint(SclElement member, Func<string> reference)
    {
        var text = member.Token("fc") ?? "";
        if (IedModel.TryParse(text, out var fc) && fc is not (FunctionalConstraint.RP or FunctionalConstraint.LG or FunctionalConstraint.BR or FunctionalConstraint.GO or FunctionalConstraint.MS or FunctionalConstraint.US))
        {
            return fc;
        }

        findings.Warning(SclCodes.UnknownType, member, reference(), $"fc \"{text}\" is unknown; the attribute is left out.", "Use a functional constraint of IEC 61850-7-2.");
        return null;
    }

    private int? Times(SclElement member, IReadOnlyList<SclElement> siblings, Func<string> reference)
    {
        if (ArrayCount.Of(member, siblings) is not { } count)
        {
            return null;
        }

        if (count is > 0 and <= MaxElements)
        {
            return count;
        }

        findings.Warning(SclCodes.BadCount, member, reference(), $"count=\"{member["count"]}\" is not 1 to {MaxElements}; one element is served.", "Correct the count.");
        return 1;
    }

    private static TriggerConditions Triggers(SclElement member) =>
        (SclAttributes.DataChange.Of(member) ? TriggerConditions.DataChange : TriggerConditions.None)
        | (SclAttributes.QualityChange.Of(member) ? TriggerConditions.QualityChange : TriggerConditions.None)
        | (SclAttributes.DataUpdate.Of(member) ? TriggerConditions.DataUpdate : TriggerConditions.None);
}
