namespace DerAgent.Scl;

/// <summary>Holds the types a server uses against our own tables of the standards' classes: what is mandatory and missing, what has another class, constraint or type.
/// A complete check against the standards' own definitions is made where NSD files are given (see <see cref="NsdCheck"/>).</summary>
internal sealed class ClassCheck(TypeTemplates types, SclEdition edition, SclFindings findings)
{
    private readonly HashSet<string> _doTypes = new(StringComparer.Ordinal);

    /// <summary>Checks the types of a logical node.</summary>
    public void Check(SclElement ln, string reference, bool isRoot)
    {
        if (types.LNodeType(ln["lnType"]) is not { } type)
        {
            return;
        }

        var lnClass = ln.Get("lnClass");
        var objects = type.All("DO").ToList();
        var names = objects.Select(o => o.Get("name")).ToHashSet(StringComparer.Ordinal);
        foreach (var expected in LnClassTable.Find(lnClass) ?? [])
        {
            var isMandatory = expected.IsMandatory || (isRoot && lnClass == "LLN0" && expected.Name is "Mod" or "Health" or "NamPlt");
            if (isMandatory && !names.Contains(expected.Name))
            {
                findings.Warning(SclCodes.MissingDataObject, type, $"{reference}.{expected.Name}", $"LNodeType \"{type["id"]}\" lacks {expected.Name} ({expected.Cdc}), which {lnClass} must have.", $"Add <DO name=\"{expected.Name}\" type=…/> of class {expected.Cdc}.");
            }
        }

        foreach (var member in objects)
        {
            CheckObject(member, lnClass, $"{reference}.{member["name"]}");
        }
    }

    private void CheckObject(SclElement member, string lnClass, string reference)
    {
        if (types.DOType(member["type"]) is not { } type)
        {
            return;
        }

        if (LnClassTable.Find(lnClass, member.Get("name")) is { } expected && type["cdc"] is { } cdc && cdc != expected.Cdc && !IsFirstEdition(expected.Cdc, cdc))
        {
            findings.Warning(SclCodes.WrongClass, member, reference, $"{member["name"]} is of class {cdc}; in {lnClass} it is {expected.Cdc}.", $"Use a DOType of class {expected.Cdc}.");
        }

        CheckDOType(type, reference, 0);
    }

    private void CheckDOType(SclElement type, string reference, int depth)
    {
        if (depth > TypeTemplates.MaxNesting || !_doTypes.Add(type.Get("id")) || CdcTable.Find(type.Get("cdc")) is not { } expected)
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

        if (member["fc"] is { } fc && fc != expected.Fc && !(expected.Fc == "SP" && fc is "SG" or "SE"))
        {
            findings.Warning(SclCodes.WrongAttribute, member, reference, $"{expected.Name} of {cdc} has fc {expected.Fc}, not {fc}.", $"Write fc=\"{expected.Fc}\".");
        }

        var bType = member.Get("bType");
        var fits = expected.Constructed is not null ? bType == "Struct"
            : expected.IsEnumeration ? bType is "Enum" or "Dbpos" or "Tcmd" || bType.StartsWith("INT", StringComparison.Ordinal)
            : bType == expected.Type || IsRelated(expected.Type, bType);
        if (!fits)
        {
            var due = expected.Constructed ?? (expected.IsEnumeration ? "Enum" : expected.Type);
            findings.Warning(SclCodes.WrongAttribute, member, reference, $"{expected.Name} of {cdc} is of type {due}, not {bType}.", $"Use {due}.");
        }
    }

    /// <summary>Edition 1 had no classes for enumerations of their own: it used the integer ones.</summary>
    private bool IsFirstEdition(string expected, string actual) =>
        edition.Name == "2003" && (expected, actual) is (("ENS", "INS") or ("ENC", "INC") or ("ENG", "ING"));

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
