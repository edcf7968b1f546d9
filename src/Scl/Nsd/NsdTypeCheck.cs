namespace DerAgent.Scl;

/// <summary>Holds the types of data objects against their common data class: attributes, constraints, types, enumerations, trigger options.</summary>
internal sealed class NsdTypeCheck(NsdLibrary library, TypeTemplates types, SclFindings findings)
{
    private readonly HashSet<(string Type, string? Enumeration, PresenceConditions.Surroundings Around, string CdcNs, bool IsSecond, bool IsWhole)> _checked = [];
    private readonly HashSet<(string Type, string Class, bool IsSecond, bool IsWhole)> _structures = [];
    private int _depth;
    private bool _isSecond;
    private bool _isWhole;
    private readonly HashSet<(string Type, string Enumeration)> _enumerations = [];

    /// <summary>Checks a DOType as used by one data object.</summary>
    /// <param name="type">The DOType.</param>
    /// <param name="instance">Its DOI or SDI.</param>
    /// <param name="enumeration">Enumeration of its value, where its class leaves it to the logical node.</param>
    /// <param name="reference">Reference of the object.</param>
    /// <param name="around">What the logical node decides.</param>
    /// <param name="isSecond">Whether it is for certain of the second edition: names and types are as at hand.</param>
    /// <param name="isWhole">Whether it is for certain of the very edition at hand: what is mandatory and literals are as well.</param>
    public void Check(SclElement type, SclElement? instance, string? enumeration, string reference, PresenceConditions.Surroundings around, bool isSecond, bool isWhole)
    {
        (_isSecond, _isWhole) = (isSecond, isWhole);
        Check(type, instance, enumeration, reference, around);
    }

    private void Check(SclElement type, SclElement? instance, string? enumeration, string reference, PresenceConditions.Surroundings around)
    {
        var members = type.Children.Where(c => c.Name is "DA" or "SDO").ToList();
        around = around with { ControlModel = ControlModel(members, instance), UsesScaledIntegers = UsesIntegers(members) };
        var cdcNs = NameSpaces.OfObject(type, instance, "cdcNs");
        if (!_checked.Add((type.Get("id"), enumeration, around, cdcNs, _isSecond, _isWhole)))
        {
            return;
        }

        var name = type.Get("cdc");
        var variant = library.HasVariants(name) ? members.Select(m => m["fc"]).FirstOrDefault(f => f is "SG" or "SE") ?? "SP" : null;
        if (library.Cdc(name, variant) is not { } cdc)
        {
            if (cdcNs.Length > 0)
            {
                findings.Info(SclCodes.NsdUnknownClass, type, reference, $"The common data class {name} is of the name space {cdcNs}, which is not given.", "Add its NSD file to the folder to have it checked.");
                return;
            }

            findings.Warning(SclCodes.NsdUnknownClass, type, reference, $"No name space given defines the common data class {name}.", "Correct cdc, or add the NSD file of its name space to the folder.");
            return;
        }

        foreach (var (missing, text) in _isWhole ? PresenceConditions.Check(cdc.Members, members.ToLookup(m => m.Get("name"), m => m.Get("name"), StringComparer.Ordinal), around) : [])
        {
            findings.Warning(SclCodes.NsdPresence, type, $"{reference}.{missing}", $"{missing} in {name} ({cdc.Namespace}): {text}.", $"Mend DOType \"{type["id"]}\".");
        }

        foreach (var member in members)
        {
            CheckMember(member, cdc, InstanceValues.Find(instance, member.Get("name"), null), enumeration, $"{reference}.{member["name"]}", around, cdcNs);
        }
    }

    private void CheckMember(SclElement member, NsdClass cdc, SclElement? instance, string? enumeration, string reference, PresenceConditions.Surroundings around, string cdcNs)
    {
        if (cdc.Find(member.Get("name")) is not { } expected)
        {
            if (IsOfAll(member.Get("name")) || (!_isSecond && EditionChanges.HadAttribute(member.Get("name"))))
            {
                return;
            }

            if (cdcNs.Length > 0)
            {
                findings.Info(SclCodes.NsdUnknownAttribute, member, reference, $"{member["name"]} is not in {cdc.Name} ({cdc.Namespace}); it is of the name space {cdcNs}.", "");
                return;
            }

            findings.Warning(SclCodes.NsdUnknownAttribute, member, reference, $"{cdc.Name} ({cdc.Namespace}) has no {(member.Name == "SDO" ? "sub data object" : "attribute")} {member["name"]}.", "Correct the name, remove it, or give the object a cdcNs that says where it is from.");
            return;
        }

        if (member.Name == "SDO")
        {
            CheckSubObject(member, expected, cdc, instance, reference, around);
            return;
        }

        if (expected.Fc is { } fc && member.Token("fc") is { } actual && actual != fc)
        {
            findings.Warning(SclCodes.NsdWrongConstraint, member, reference, $"{expected.Name} of {cdc.Name} has fc {fc}, not {actual}.", $"Write fc=\"{fc}\".");
        }

        var wanted = expected.Triggers;
        var missing = string.Join(", ", new[] { ('d', SclAttributes.DataChange), ('q', SclAttributes.QualityChange) }.Where(t => wanted.Contains(t.Item1) && !t.Item2.Of(member)).Select(t => t.Item2.Name));
        if (missing.Length > 0 && member["fc"] is ("ST" or "MX"))
        {
            findings.Info(SclCodes.NsdTriggers, member, reference, $"{expected.Name} of {cdc.Name} has trigger option {missing}; without it no report tells a change.", $"Write {missing}=\"true\".");
        }

        CheckType(member, expected, enumeration, reference, cdc.Name);
    }

    /// <summary>Name spaces stand in every class (IEC 61850-7-3 §7.2.2, of all editions).</summary>
    private static bool IsOfAll(string attribute) => attribute is "cdcNs" or "dataNs";

    private void CheckSubObject(SclElement member, NsdMember expected, NsdClass cdc, SclElement? instance, string reference, PresenceConditions.Surroundings around)
    {
        if (types.DOType(member["type"]) is not { } type)
        {
            return;
        }

        if (expected.Type is { } wanted && type["cdc"] != wanted && (_isSecond || !EditionChanges.IsRenamed(wanted, type.Get("cdc"))))
        {
            findings.Warning(SclCodes.NsdWrongClass, member, reference, $"{expected.Name} of {cdc.Name} is of class {wanted}, not {type["cdc"]}.", $"Use a DOType of class {wanted}.");
        }

        if (++_depth <= TypeTemplates.MaxNesting)
        {
            Check(type, instance, null, reference, around with { IsForeignData = false });
        }

        _depth--;
    }

    private void CheckType(SclElement member, NsdMember expected, string? enumeration, string reference, string cdc)
    {
        var bType = member.Token("bType") ?? "";
        if (!_isSecond && (EditionChanges.HadEnumeration(cdc, bType) || EditionChanges.HadType(expected.Name, bType)))
        {
            return;
        }

        var kind = expected.TypeKind;
        var wanted = expected.Type;
        if (wanted is null && kind is "undefined" or "ENUMERATED" && enumeration is not null)
        {
            (kind, wanted) = library.Enumeration(enumeration) is not null ? ("ENUMERATED", enumeration) : ("undefined", null);
        }

        switch (kind)
        {
            case "CONSTRUCTED" when bType != "Struct":
            case "ENUMERATED" when bType is not ("Enum" or "Dbpos" or "Tcmd"):
            case "BASIC" when wanted is not null && wanted != bType && !IsRelated(wanted, bType):
                findings.Warning(SclCodes.NsdWrongType, member, reference, $"{expected.Name} is of type {wanted}, not {bType}.", $"Use {(kind == "CONSTRUCTED" ? "a DAType (bType Struct)" : kind == "ENUMERATED" ? "an EnumType (bType Enum)" : wanted)}.");
                break;
            case "CONSTRUCTED" when wanted is not null:
                CheckStructure(member, wanted, expected.UnderlyingType ?? enumeration, reference, cdc);
                break;
            case "ENUMERATED" when wanted is not null && bType == "Enum" && _isWhole:
                CheckEnumeration(member, wanted, reference);
                break;
        }
    }

    private void CheckStructure(SclElement member, string wanted, string? underlying, string reference, string cdc)
    {
        if (types.DAType(member["type"]) is not { } type || library.Constructed(wanted) is not { } definition || !_structures.Add((type.Get("id"), $"{wanted} {underlying}", _isSecond, _isWhole)))
        {
            return;
        }

        var members = type.All("BDA").ToList();
        var around = new PresenceConditions.Surroundings(false, false, null, false, false, false, false);
        foreach (var (missing, text) in !_isWhole ? [] : PresenceConditions.Check(definition.Members, members.ToLookup(m => m.Get("name"), m => m.Get("name"), StringComparer.Ordinal), around))
        {
            findings.Warning(SclCodes.NsdPresence, type, $"{reference}.{missing}", $"{missing} in {wanted}: {text}.", $"Mend DAType \"{type["id"]}\".");
        }

        foreach (var sub in members)
        {
            var at = $"{reference}.{sub["name"]}";
            if (definition.Find(sub.Get("name")) is not { } expected)
            {
                findings.Warning(SclCodes.NsdUnknownAttribute, sub, at, $"{wanted} ({definition.Namespace}) has no {sub["name"]}.", "Correct the name, or remove it.");
                continue;
            }

            // The value of a command is of the type of the object it commands.
            var value = expected.Name == "ctlVal" && underlying is not null && library.Enumeration(underlying) is null
                ? expected with { Type = underlying, TypeKind = library.Constructed(underlying) is null ? "BASIC" : "CONSTRUCTED" }
                : expected;
            CheckType(sub, value, expected.Name == "ctlVal" ? underlying : null, at, cdc);
        }
    }

    private void CheckEnumeration(SclElement member, string wanted, string reference)
    {
        if (types.EnumElement(member["type"]) is not { } type || library.Enumeration(wanted) is not { } literals || !_enumerations.Add((type.Get("id"), wanted)))
        {
            return;
        }

        foreach (var value in type.All("EnumVal"))
        {
            if (SclAttributes.Ordinal.Find(value) is not { } number)
            {
                continue;
            }

            var (ordinal, text) = ((int)number, value.Text.Trim());
            if (!literals.TryGetValue(ordinal, out var literal))
            {
                // Negative ordinals are for makers (IEC 61850-7-3 §7.3.1), where the standard does not use them itself.
                if (ordinal >= 0)
                {
                    findings.Warning(SclCodes.NsdEnumeration, value, reference, $"{wanted} has no ordinal {ordinal} (\"{text}\").", "Remove it, or use a negative ordinal for a value of your own.");
                }
            }
            else if (Plain(literal) != Plain(text))
            {
                findings.Warning(SclCodes.NsdEnumeration, value, reference, $"Ordinal {ordinal} of {wanted} is \"{literal}\", not \"{text}\".", "Write the literal of the standard.");
            }
        }
    }

    /// <summary>The micro sign has two code points.</summary>
    private static string Plain(string literal) => literal.Replace('\u03BC', '\u00B5');

    private static bool IsRelated(string expected, string actual) => (expected, actual) switch
    {
        ("ObjRef", "VisString129") or ("VisString129", "ObjRef") => true,
        ("INT64", "INT128") => true,
        ("INT24U", "INT32U") or ("INT32U", "INT24U") => true,
        _ => false,
    };

    private long? ControlModel(List<SclElement> members, SclElement? instance)
    {
        if (members.Find(m => m["name"] == "ctlModel") is not { } model)
        {
            return null;
        }

        var text = (InstanceValues.Find(instance, "ctlModel", null)?.First("Val") ?? model.First("Val"))?.Text.Trim();
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return types.Enum(model["type"]) is { } literals && literals.TryGetOrdinal(text, out var ordinal) ? ordinal : long.TryParse(text, out var number) ? number : null;
    }

    private bool UsesIntegers(List<SclElement> members) => members
        .Where(m => m["bType"] == "Struct" && m["name"] is "mag" or "instMag" or "mxVal" or "setMag" or "cVal" or "instCVal")
        .Select(m => types.DAType(m["type"]))
        .Any(t => t?.All("BDA").Any(b => b["name"] == "i" || (b["bType"] == "Struct" && types.DAType(b["type"])?.All("BDA").Any(c => c["name"] == "i") == true)) == true);
}
