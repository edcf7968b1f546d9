namespace DerAgent.Scl;

/// <summary>Values that the installer must find out: a scaffold leaves them open and marks their DOI, so that nothing made up is served.</summary>
internal static class ToDoCheck
{
    /// <summary>Type of the Private element in a DOI; its text says what is to be found out.</summary>
    public const string Type = "DerAgent:ToDo";

    /// <summary>The mark of a DOI; null: it has none.</summary>
    public static SclElement? Mark(SclElement? doi) => doi?.All("Private").FirstOrDefault(p => p["type"] == Type);

    /// <summary>Lists what is open in a logical node, and what is done.</summary>
    public static void Run(SclElement ln, string reference, SclFindings findings)
    {
        foreach (var doi in ln.All("DOI"))
        {
            if (Mark(doi) is not { } mark)
            {
                continue;
            }

            var at = $"{reference}.{doi["name"]}";
            if (IsOpen(doi))
            {
                findings.Warning(SclCodes.ToDo, mark, at, $"To be found out: {mark.Text.Trim()}. Until then clients see it invalid.", "Write it as the Val of the DAI, and take the mark (Private) out.");
            }
            else
            {
                findings.Info(SclCodes.ToDoDone, mark, at, $"The value is given, and the mark is still there: {mark.Text.Trim()}.", "Take the mark (Private) out.");
            }
        }
    }

    private static bool IsOpen(SclElement element) => element.Children.Any(c => c.Name == "DAI" ? string.IsNullOrWhiteSpace(c.First("Val")?.Text) && string.IsNullOrEmpty(c["sAddr"]) : c.Name == "SDI" && c["name"] != "units" && IsOpen(c));
}
