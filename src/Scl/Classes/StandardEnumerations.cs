using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>
/// The enumeration behind an attribute by the standard's classes alone (IEC 61850-7-3, 7-4, 7-420): for whoever talks to a server whose SCL file is not at hand.
/// </summary>
internal static class StandardEnumerations
{
    /// <summary>Attributes that have the same enumeration wherever they stand, e.g. <c>ctlModel</c>.</summary>
    private static readonly Dictionary<string, string> Everywhere = CdcTable.All
        .Where(static a => a.IsEnumeration)
        .GroupBy(static a => a.Name, static a => a.Type[1..], StringComparer.Ordinal)
        .Where(static g => g.Distinct(StringComparer.Ordinal).Count() == 1 && g.First().Length > 0)
        .ToDictionary(static g => g.Key, static g => g.First(), StringComparer.Ordinal);

    /// <summary>The enumeration of an attribute; null where it is none, or one that no table here knows.</summary>
    /// <param name="logicalNode">Name of the logical node with prefix and instance, e.g. <c>PV1DGEN1</c>.</param>
    /// <param name="path">Names from the data object down to the attribute, e.g. <c>DEROpSt</c>, <c>stVal</c>.</param>
    public static EnumType? Find(string logicalNode, IReadOnlyList<string> path)
    {
        ArgumentNullException.ThrowIfNull(logicalNode);
        ArgumentNullException.ThrowIfNull(path);
        if (path.Count < 2)
        {
            return null;
        }

        var name = ObjectOf(ClassOf(logicalNode), path[0]) is { } known ? OfObject(known, path) : Everywhere.GetValueOrDefault(path[^1]);
        return name == "Dbpos" ? CodedEnum.Dbpos : name is not null && EnumTable.Find(name) is { } literals ? new EnumType(name, literals) : null;
    }

    /// <summary>The class in the name of a logical node: four letters before the instance number (IEC 61850-7-2 §22.2); of LLN0 all of it.</summary>
    public static string ClassOf(string logicalNode)
    {
        var name = logicalNode == "LLN0" ? logicalNode : logicalNode.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        return name.Length > 4 ? name[^4..] : name;
    }

    /// <summary>A data object of a class; of a class that is not known here the ones that all have.</summary>
    private static ClassDataObject? ObjectOf(string lnClass, string name) => LnClassTable.Find(lnClass, name) ?? LnClassTable.Find("LLN0", name);

    private static string? OfObject(ClassDataObject known, IReadOnlyList<string> path)
    {
        var attributes = CdcTable.Find(known.Cdc);
        for (var i = 1; i < path.Count; i++)
        {
            if (path[i] is "Oper" or "SBOw" or "Cancel")
            {
                // A command's value is of the kind of the state it sets (IEC 61850-7-2 §20.5).
                return i + 2 != path.Count ? Everywhere.GetValueOrDefault(path[^1]) : path[^1] == "ctlVal" ? known.Enumeration : null;
            }

            var attribute = attributes?.FirstOrDefault(a => a.Name == path[i]);
            if (attribute is null || i == path.Count - 1)
            {
                return attribute is null ? Everywhere.GetValueOrDefault(path[^1])
                    : attribute.Type == "@" ? known.Enumeration
                    : attribute.IsEnumeration ? attribute.Type[1..]
                    : attribute.Type == "Dbpos" ? attribute.Type
                    : null;
            }

            attributes = attribute.IsSubDataObject ? CdcTable.Find(attribute.Type) : attribute.Constructed is { } constructed ? CdcTable.Constructed(constructed) : null;
        }

        return null;
    }
}
