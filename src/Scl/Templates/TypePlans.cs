using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>A DA or BDA worked out once: what every use of its type has in common.</summary>
/// <param name="At">Its element.</param>
/// <param name="Name">Its name.</param>
/// <param name="Fc">Functional constraint; of a BDA null: the one of the DA around it.</param>
/// <param name="Triggers">Trigger options.</param>
/// <param name="Count">Number of array elements; null: no array.</param>
internal sealed record AttributePlan(SclElement At, string Name, FunctionalConstraint? Fc, TriggerConditions Triggers, ArraySize? Count)
{
    /// <summary>Id of the DAType of a structure; null for a leaf.</summary>
    public string? Structure { get; init; }

    /// <summary>Type of a leaf.</summary>
    public AttributeType Type { get; init; }

    /// <summary>Value of the template.</summary>
    public InstanceValues Values { get; init; }

    /// <summary>What the template's <c>valKind</c> says.</summary>
    public ValueKind Kind { get; init; }

    /// <summary>Whether the template has an <c>sAddr</c>.</summary>
    public bool HasShortAddress { get; } = At["sAddr"] is not null;

    /// <summary>What leaves without an instance of their own have in common; the last one made.</summary>
    public LeafSource? Shared { get; set; }
}

/// <summary>A fault of a type: everything that uses it loses something.</summary>
/// <param name="Code">Its code.</param>
/// <param name="At">The element.</param>
/// <param name="Name">Name of the component.</param>
/// <param name="Text">What is wrong.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record TypeFault(string Code, SclElement At, string Name, string Text, string Remedy);

/// <summary>A DOType worked out once.</summary>
/// <param name="Cdc">Common data class.</param>
/// <param name="Members">SDO elements (with their count) and attributes, in order.</param>
/// <param name="Names">Names of all members.</param>
/// <param name="Faults">What is wrong with it.</param>
internal sealed record ObjectPlan(string Cdc, IReadOnlyList<(SclElement? SubObject, ArraySize? Count, AttributePlan? Attribute)> Members, HashSet<string> Names, IReadOnlyList<TypeFault> Faults);

/// <summary>A DAType worked out once.</summary>
/// <param name="Members">Its BDAs.</param>
/// <param name="Names">Their names.</param>
/// <param name="Faults">What is wrong with it.</param>
internal sealed record StructurePlan(IReadOnlyList<AttributePlan> Members, HashSet<string> Names, IReadOnlyList<TypeFault> Faults);

/// <summary>The types of a file as plans. What is wrong with a type stands in its plan, to be told of all that use it.</summary>
internal sealed class TypePlans(TypeTemplates types)
{
    private readonly Dictionary<string, ObjectPlan?> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StructurePlan?> _structures = new(StringComparer.Ordinal);

    /// <summary>The plan of a DOType; null where there is none.</summary>
    public ObjectPlan? Object(string id)
    {
        if (!_objects.TryGetValue(id, out var plan))
        {
            _objects[id] = plan = types.DOType(id) is { } type ? Plan(type) : null;
        }

        return plan;
    }

    /// <summary>The plan of a DAType; null where there is none.</summary>
    public StructurePlan? Structure(string id)
    {
        if (!_structures.TryGetValue(id, out var plan))
        {
            _structures[id] = plan = types.DAType(id) is { } type ? PlanStructure(type) : null;
        }

        return plan;
    }

    /// <summary>What a <c>valKind</c> says.</summary>
    public static ValueKind ValueKindOf(SclElement at) => SclAttributes.ValueKind.Of(at) switch { "RO" => ValueKind.ReadOnly, "Conf" => ValueKind.Conf, "Spec" => ValueKind.Spec, _ => ValueKind.Set };

    /// <summary>That a text is no value.</summary>
    public static TypeFault BadValue(SclElement val, string text, AttributePlan plan) => new(
        SclCodes.BadValue, val, plan.Name, $"\"{text}\" is no value of {plan.At["bType"]}{(plan.Type.Enumeration is { } e && plan.At["bType"] == "Enum" ? " " + e.Id : "")}; it is left unset.", "Mend the Val.");

    private ObjectPlan Plan(SclElement type)
    {
        var members = new List<(SclElement?, ArraySize?, AttributePlan?)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var distinct = new HashSet<(string, string)>();
        var faults = new List<TypeFault>();
        foreach (var member in type.Children)
        {
            if (member.Name is not ("SDO" or "DA"))
            {
                continue;
            }

            var name = member.Get("name");
            names.Add(name);
            if (!distinct.Add((name, member.Get("fc"))))
            {
                faults.Add(new(SclCodes.DuplicateName, member, name, $"{name} stands twice in DOType \"{type["id"]}\".", "Remove one of them."));
            }

            if (member.Name == "SDO")
            {
                members.Add((member, ArraySize.Read(member, type.Children), null));
            }
            else if (Constraint(member, faults) is { } fc && Attribute(member, fc, type.Children, faults) is { } plan)
            {
                members.Add((null, null, plan));
            }
        }

        return new(type.Get("cdc"), members, names, faults);
    }

    private StructurePlan PlanStructure(SclElement type)
    {
        var members = type.All("BDA").ToList();
        var faults = new List<TypeFault>();
        return new([.. members.Select(m => Attribute(m, null, members, faults)).OfType<AttributePlan>()], members.Select(m => m.Get("name")).ToHashSet(StringComparer.Ordinal), faults);
    }

    private AttributePlan? Attribute(SclElement member, FunctionalConstraint? fc, IReadOnlyList<SclElement> siblings, List<TypeFault> faults)
    {
        var bType = member.Token("bType") ?? "";
        var plan = new AttributePlan(member, member.Get("name"), fc, Triggers(member), ArraySize.Read(member, siblings));
        if (bType == "Struct")
        {
            return plan with { Structure = member.Get("type") };
        }

        var enumeration = bType == "Enum" ? types.Enum(member["type"]) : null;
        if (TypeTable.Find(bType, enumeration) is not { } type)
        {
            faults.Add(new(SclCodes.UnknownType, member, plan.Name, $"bType \"{bType}\" is unknown; the attribute is left out.", "Use a basic type of IEC 61850-6."));
            return null;
        }

        if (bType == "Enum" && enumeration is null)
        {
            faults.Add(new(SclCodes.UnresolvedType, member, plan.Name, $"EnumType \"{member["type"]}\" is not in the DataTypeTemplates; any ordinal is taken.", "Add the EnumType."));
        }

        plan = plan with { Type = type, Kind = ValueKindOf(member) };
        return plan with { Values = InstanceValues.Read(member, type, (val, text) => faults.Add(BadValue(val, text, plan))) };
    }

    private static FunctionalConstraint? Constraint(SclElement member, List<TypeFault> faults)
    {
        var text = member.Token("fc") ?? "";
        if (IedModel.TryParse(text, out var fc) && fc is not (FunctionalConstraint.RP or FunctionalConstraint.LG or FunctionalConstraint.BR or FunctionalConstraint.GO or FunctionalConstraint.MS or FunctionalConstraint.US))
        {
            return fc;
        }

        faults.Add(new(SclCodes.UnknownType, member, member.Get("name"), $"fc \"{text}\" is unknown; the attribute is left out.", "Use a functional constraint of IEC 61850-7-2."));
        return null;
    }

    private static TriggerConditions Triggers(SclElement member) =>
        (SclAttributes.DataChange.Of(member) ? TriggerConditions.DataChange : TriggerConditions.None)
        | (SclAttributes.QualityChange.Of(member) ? TriggerConditions.QualityChange : TriggerConditions.None)
        | (SclAttributes.DataUpdate.Of(member) ? TriggerConditions.DataUpdate : TriggerConditions.None);
}
