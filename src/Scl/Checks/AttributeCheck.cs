namespace DerAgent.Scl;

/// <summary>Flags, numbers and words that cannot be read: none of them falls to its default without a word.</summary>
internal static class AttributeCheck
{
    /// <summary>Looks at an element and all in it.</summary>
    public static void Run(SclElement element, SclFindings findings) => Run(element, [], findings);

    /// <summary>Looks at what an IED shares with others of its file.</summary>
    public static void RunShared(SclElement root, SclFindings findings)
    {
        foreach (var section in root.Children.Where(c => c.Name != "IED"))
        {
            Run(section, findings);
        }
    }

    private static void Run(SclElement element, List<SclElement> trail, SclFindings findings)
    {
        trail.Add(element);
        foreach (var attribute in SclAttributes.Of(element.Name))
        {
            if (!attribute.IsJudgedElsewhere && element[attribute.Name] is { } text && !attribute.IsReadable(SclElement.Collapse(text)))
            {
                var instead = attribute.Otherwise ?? $"{attribute.Default} is used";
                findings.Warning(SclCodes.BadAttribute, element, Reference(trail), $"{element.Name}@{attribute.Name}=\"{text}\" is not {attribute.Expected}; {instead}.", $"Write {attribute.Expected}.");
            }
        }

        foreach (var child in element.Children)
        {
            Run(child, trail, findings);
        }

        trail.RemoveAt(trail.Count - 1);
    }

    /// <summary>Names on the way to an element, as far as they say anything.</summary>
    private static string Reference(List<SclElement> trail) =>
        string.Join('.', trail.Select(e => e.Name is "LN0" or "LN" ? SclNames.LogicalNode(e) : e["name"] ?? e["inst"] ?? e["id"]).Where(n => !string.IsNullOrEmpty(n)));
}
