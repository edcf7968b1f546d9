namespace DerAgent.Scl;

/// <summary>Types that nothing uses: what is missing in them matters to nobody now, and will to whoever uses them.</summary>
internal static class TemplateCheck
{
    /// <summary>Looks at a type.</summary>
    public static void Run(SclElement type, TypeTemplates types, SclFindings findings)
    {
        foreach (var member in type.Children)
        {
            var (kind, isFound) = member.Name switch
            {
                "DO" or "SDO" => ("DOType", types.DOType(member["type"]) is not null),
                "DA" or "BDA" when member.Token("bType") == "Struct" => ("DAType", types.DAType(member["type"]) is not null),
                "DA" or "BDA" when member.Token("bType") == "Enum" => ("EnumType", types.EnumElement(member["type"]) is not null),
                _ => ("", true),
            };
            var reference = $"{type["id"]}.{member["name"]}";
            if (!isFound && !findings.IsReported(member))
            {
                findings.Info(SclCodes.UnusedType, member, reference, $"{kind} \"{member["type"]}\" is not in the DataTypeTemplates; nothing that is served uses it.", $"Add the {kind}, or remove the unused type.");
            }

            if (member.Name is "DO" or "SDO" or "DA" or "BDA" && string.IsNullOrEmpty(member["name"]))
            {
                findings.Warning(SclCodes.MissingAttribute, member, reference, $"A {member.Name} of {type.Name} \"{type["id"]}\" has no name.", "Give it one.");
            }
        }

        if (type.Name == "EnumType")
        {
            CheckEnumeration(type, findings);
        }
    }

    private static void CheckEnumeration(SclElement type, SclFindings findings)
    {
        var known = new HashSet<long>();
        foreach (var value in type.All("EnumVal"))
        {
            if (value["ord"] is null)
            {
                findings.Warning(SclCodes.BadAttribute, value, type.Get("id"), "A literal has no ord; it is left out.", "Write the ordinal.");
            }
            else if (SclAttributes.Ordinal.Find(value) is { } ordinal && !known.Add(ordinal))
            {
                findings.Warning(SclCodes.DuplicateName, value, type.Get("id"), $"Ordinal {ordinal} stands twice in EnumType \"{type["id"]}\".", "Remove one of them.");
            }
        }
    }
}
