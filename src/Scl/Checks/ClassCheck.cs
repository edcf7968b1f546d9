namespace DerAgent.Scl;

/// <summary>Holds the types a server uses against our own tables of the standards' classes: what is mandatory and missing, what has another class, constraint or type.
/// A complete check against the standards' own definitions is made where NSD files are given (see <see cref="NsdCheck"/>).</summary>
internal sealed class ClassCheck(TypeTemplates types, SclFindings findings)
{
    private readonly HashSet<(string Type, bool IsSecond)> _doTypes = [];

    /// <summary>Types that were found right: what is wrong is told of all that use it.</summary>
    private readonly HashSet<(SclElement Type, string LnClass, bool IsRoot, ClassEdition Edition)> _clean = [];
    private bool _isSecond;

    /// <summary>Checks the types of a logical node.</summary>
    /// <param name="ln">The logical node.</param>
    /// <param name="reference">Its reference.</param>
    /// <param name="isRoot">Whether it is in a root logical device.</param>
    /// <param name="edition">Edition of its classes.</param>
    public void Check(SclElement ln, string reference, bool isRoot, ClassEdition edition)
    {
        if (types.LNodeType(ln["lnType"]) is not { } type)
        {
            return;
        }

        var lnClass = ln.Get("lnClass");
        var key = (type, lnClass, isRoot, edition);
        if (_clean.Contains(key))
        {
            return;
        }

        var said = findings.Said;
        var isOther = type["lnClass"] is { } declared && declared != lnClass;
        if (isOther)
        {
            findings.Warning(SclCodes.WrongClass, ln, reference, $"The logical node is of class {lnClass}, its LNodeType \"{type["id"]}\" of class {type["lnClass"]}.", "Use an LNodeType of the same class.");
        }

        _isSecond = edition is ClassEdition.Second or ClassEdition.Current;
        var isCurrent = edition == ClassEdition.Current;
        var objects = type.All("DO").ToList();
        var names = objects.Select(o => o.Get("name")).ToHashSet(StringComparer.Ordinal);
        var isKnown = !isOther && (isCurrent || !EditionChanges.IsRewritten(lnClass));
        foreach (var expected in (isKnown ? LnClassTable.Find(lnClass) : null) ?? [])
        {
            var isMandatory = expected.IsMandatory || (isRoot && lnClass == "LLN0" && expected.Name is "Mod" or "Health" or "NamPlt");
            if (isMandatory && (isCurrent || !EditionChanges.IsNewlyMandatory(lnClass, expected.Name)) && !names.Contains(expected.Name))
            {
                findings.Warning(SclCodes.MissingDataObject, type, $"{reference}.{expected.Name}", $"LNodeType \"{type["id"]}\" lacks {expected.Name} ({expected.Cdc}), which {lnClass} must have.", $"Add <DO name=\"{expected.Name}\" type=…/> of class {expected.Cdc}.");
            }
        }

        foreach (var member in objects)
        {
            CheckObject(member, isKnown ? lnClass : "", $"{reference}.{member["name"]}");
        }

        if (findings.Said == said)
        {
            _clean.Add(key);
        }
    }

    private void CheckObject(SclElement member, string lnClass, string reference)
    {
        if (types.DOType(member["type"]) is not { } type)
        {
            return;
        }

        if (LnClassTable.Find(lnClass, member.Get("name")) is { } expected && type["cdc"] is { } cdc && cdc != expected.Cdc && (_isSecond || !(EditionChanges.IsRenamed(expected.Cdc, cdc) || EditionChanges.IsChanged(lnClass, expected.Name, cdc))))
        {
            findings.Warning(SclCodes.WrongClass, member, reference, $"{member["name"]} is of class {cdc}; in {lnClass} it is {expected.Cdc}.", $"Use a DOType of class {expected.Cdc}.");
        }

        CheckDOType(type, reference, 0);
    }

    private void CheckDOType(SclElement type, string reference, int depth)
    {
        if (depth > TypeTemplates.MaxNesting || !_doTypes.Add((type.Get("id"), _isSecond)) || CdcTable.Find(type.Get("cdc")) is not { } expected)
        {
            return;
        }

        var members = type.Children.Where(c => c.Name is "DA" or "SDO").ToList();
        foreach (var attribute in expected.Where(a => a.IsMandatory && members.All(m => m["name"] != a.Name)))
        {
            findings.Warning(SclCodes.MissingDataAttribute, type, $"{reference}.{attribute.Name}", $"DOType \"{type["id"]}\" lacks {attribute.Name} [{attribute.Fc}], which {type["cdc"]} must have.", $"Add the {(attribute.IsSubDataObject ? "SDO" : "DA")} {attribute.Name}.");
        }

        foreach (var member in members)
        {
            if (expected.FirstOrDefault(a => a.Name == member["name"]) is { } attribute)
            {
                CheckMember(member, attribute, type.Get("cdc"), $"{reference}.{attribute.Name}");
            }

            if (member.Name == "SDO" && types.DOType(member["type"]) is { } sub)
            {
                CheckDOType(sub, $"{reference}.{member["name"]}", depth + 1);
            }
        }
    }

    private void CheckMember(SclElement member, CdcAttribute expected, string cdc, string reference)
    {
        if (expected.IsSubDataObject != (member.Name == "SDO"))
        {
            findings.Warning(SclCodes.WrongAttribute, member, reference, $"{expected.Name} of {cdc} is {(expected.IsSubDataObject ? "a sub data object" : "an attribute")}.", $"Write it as {(expected.IsSubDataObject ? "SDO" : "DA")}.");
            return;
        }

        if (expected.IsSubDataObject)
        {
            return;
        }

        if (member.Token("fc") is { } fc && fc != expected.Fc && !(expected.Fc == "SP" && fc is "SG" or "SE"))
        {
            findings.Warning(SclCodes.WrongAttribute, member, reference, $"{expected.Name} of {cdc} has fc {expected.Fc}, not {fc}.", $"Write fc=\"{expected.Fc}\".");
        }

        var bType = member.Token("bType") ?? "";
        var fits = expected.Constructed is not null ? bType == "Struct"
            : expected.IsEnumeration ? bType is "Enum" or "Dbpos" or "Tcmd" || bType.StartsWith("INT", StringComparison.Ordinal)
            : bType == expected.Type || IsRelated(expected.Type, bType) || (!_isSecond && EditionChanges.HadEnumeration(cdc, bType));
        if (!fits)
        {
            var due = expected.Constructed ?? (expected.IsEnumeration ? "Enum" : expected.Type);
            findings.Warning(SclCodes.WrongAttribute, member, reference, $"{expected.Name} of {cdc} is of type {due}, not {bType}.", $"Use {due}.");
        }
    }

    /// <summary>Types that editions of the standard, and tools, use for the same attribute.</summary>
    private static bool IsRelated(string expected, string actual) => expected switch
    {
        "Dbpos" => actual == "Enum",
        "ObjRef" or "VisString255" => actual.StartsWith("VisString", StringComparison.Ordinal) || actual is "ObjRef" or "Unicode255",
        "INT64" => actual is "INT128" or "INT32",
        "INT32" or "INT32U" or "INT16U" or "INT8U" or "INT8" => actual.StartsWith("INT", StringComparison.Ordinal),
        "VisString64" => actual.StartsWith("VisString", StringComparison.Ordinal),
        "FLOAT32" => actual is "FLOAT64",
        _ => false,
    };
}
