using System.Collections.Frozen;

namespace DerAgent.Scl;

/// <summary>
/// What would be lost without a word: flags, numbers and words that cannot be read, elements where SCL has none of their kind, and second ones where there may be one
/// (IEC 61850-6 §9). One walk over the elements.
/// </summary>
internal static class ElementCheck
{
    /// <summary>Where an element means something.</summary>
    private static readonly Dictionary<string, string[]> Places = new(StringComparer.Ordinal)
    {
        ["IED"] = ["SCL"],
        ["AccessPoint"] = ["IED"],
        ["Services"] = ["IED", "AccessPoint"],
        ["Server"] = ["AccessPoint"],
        ["ServerAt"] = ["AccessPoint"],
        ["LDevice"] = ["Server"],
        ["LN0"] = ["LDevice"],
        ["LN"] = ["LDevice", "AccessPoint"],
        ["DataSet"] = ["LN0", "LN"],
        ["ReportControl"] = ["LN0", "LN"],
        ["LogControl"] = ["LN0", "LN"],
        ["Log"] = ["LN0", "LN"],
        ["GSEControl"] = ["LN0", "LN"],
        ["SampledValueControl"] = ["LN0", "LN"],
        ["SettingControl"] = ["LN0", "LN"],
        ["FCDA"] = ["DataSet"],
        ["RptEnabled"] = ["ReportControl"],
        ["OptFields"] = ["ReportControl"],
        ["TrgOps"] = ["ReportControl", "LogControl"],
        ["ClientLN"] = ["RptEnabled"],
        ["DOI"] = ["LN0", "LN"],
        ["SDI"] = ["DOI", "SDI"],
        ["DAI"] = ["DOI", "SDI"],
        ["Val"] = ["DAI", "DA", "BDA"],
        ["LNodeType"] = ["DataTypeTemplates"],
        ["DOType"] = ["DataTypeTemplates"],
        ["DAType"] = ["DataTypeTemplates"],
        ["EnumType"] = ["DataTypeTemplates"],
        ["DO"] = ["LNodeType"],
        ["SDO"] = ["DOType"],
        ["DA"] = ["DOType"],
        ["BDA"] = ["DAType"],
        ["EnumVal"] = ["EnumType"],
        ["SubNetwork"] = ["Communication"],
        ["ConnectedAP"] = ["SubNetwork"],
        ["Header"] = ["SCL"],
        ["Communication"] = ["SCL"],
        ["DataTypeTemplates"] = ["SCL"],
    };

    /// <summary>What may stand once where it stands.</summary>
    private static readonly string[] Single = ["Services", "Server", "ServerAt", "RptEnabled", "OptFields", "TrgOps", "Header", "Communication", "DataTypeTemplates"];

    /// <summary>What is known of an element, found at once.</summary>
    private static readonly FrozenDictionary<string, Rule> Rules = Places.Keys.Union(SclAttributes.All.SelectMany(a => a.Elements.Split(' ')), StringComparer.Ordinal)
        .ToFrozenDictionary(e => e, e => new Rule(Places.GetValueOrDefault(e), [.. SclAttributes.Of(e).ToArray().Where(a => !a.IsJudgedElsewhere)], Single.Contains(e, StringComparer.Ordinal)), StringComparer.Ordinal);

    private sealed record Rule(string[]? Places, SclAttribute[] Attributes, bool IsSingle);

    /// <summary>Looks at an IED or a type, and all in it.</summary>
    public static void Run(SclElement element, SclFindings findings) => Run(element, [], findings);

    /// <summary>Looks at what an IED shares with others of its file.</summary>
    public static void RunShared(SclElement root, SclFindings findings)
    {
        foreach (var section in root.Children.Where(c => Single.Contains(c.Name, StringComparer.Ordinal)))
        {
            FindSecond(section, root, findings);
        }

        foreach (var section in root.Children.Where(c => c.Name is "Header" or "Communication"))
        {
            Run(section, [], findings);
        }

        foreach (var type in root.All("DataTypeTemplates").SelectMany(t => t.Children).Where(t => !IsInPlace(t.Name, "DataTypeTemplates")))
        {
            Misplaced(type.Name, type.Line, type.Column, "DataTypeTemplates", type.Get("id"), findings);
        }
    }

    /// <summary>Whether an element means something within another; unknown ones are nobody's business.</summary>
    public static bool IsInPlace(string element, string around) => !Places.TryGetValue(element, out var places) || Array.IndexOf(places, around) >= 0;

    /// <summary>Whether an element is called like one of SCL.</summary>
    public static bool IsKnown(string element) => Places.ContainsKey(element);

    /// <summary>Says that an element is where it means nothing.</summary>
    public static void Misplaced(string element, int line, int column, string around, string reference, SclFindings findings) => findings.Add(
        SclCodes.Misplaced, SclSeverity.Warning, line, column, reference, $"<{element}> stands in <{around}>, where it means nothing; it is not served, nor what is in it.", $"Move it into <{string.Join("> or <", Places[element])}>.");

    private static void Run(SclElement element, List<SclElement> trail, SclFindings findings)
    {
        trail.Add(element);
        var rule = Rules.GetValueOrDefault(element.Name);
        foreach (var attribute in rule?.Attributes ?? [])
        {
            if (attribute.IsUnreadable(element))
            {
                var text = element[attribute.Name];
                var instead = attribute.Otherwise ?? $"{attribute.Default} is used";
                findings.Warning(SclCodes.BadAttribute, element, Reference(trail), $"{element.Name}@{attribute.Name}=\"{text}\" is not {attribute.Expected}; {instead}.", $"Write {attribute.Expected}.");
            }
        }

        foreach (var child in element.Children)
        {
            if (child.Name == "Private")
            {
                continue;
            }

            var known = Rules.GetValueOrDefault(child.Name);
            if (known?.Places is { } places && Array.IndexOf(places, element.Name) < 0)
            {
                Misplaced(child.Name, child.Line, child.Column, element.Name, Reference([.. trail, child]), findings);
                continue;
            }

            if (known is { IsSingle: true })
            {
                FindSecond(child, element, findings);
            }

            Run(child, trail, findings);
        }

        trail.RemoveAt(trail.Count - 1);
    }

    private static void FindSecond(SclElement child, SclElement element, SclFindings findings)
    {
        if (element.First(child.Name) != child)
        {
            findings.Warning(SclCodes.DuplicateName, child, element.Get("name"), $"A second <{child.Name}> in <{element.Name}>; the first one counts.", "Remove one of them.");
        }
    }

    /// <summary>Names on the way to an element, as far as they say anything.</summary>
    private static string Reference(List<SclElement> trail) =>
        string.Join('.', trail.Select(e => e.Name is "LN0" or "LN" ? SclNames.LogicalNode(e) : e["name"] ?? e["inst"] ?? e["id"]).Where(n => !string.IsNullOrEmpty(n)));
}
