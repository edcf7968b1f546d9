using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>
/// Reads <c>Private type="DerAgent:Control"</c>: the checks of controls that the engineer asks for. What stands in a logical device or node holds for all controls below;
/// <c>one-of-n</c> makes what it holds for one scope, in a DOI the logical node's.
/// </summary>
internal static class ControlRulesReader
{
    private const string Type = "DerAgent:Control";
    private const string Position = "position";
    private const string OneOfN = "one-of-n";

    /// <summary>What holds for a logical device or what is in it, and where it stands.</summary>
    public static ControlRules? Nearest(SclElement element, string scope, ControlRules? around, SclFindings findings)
    {
        if (element.All("Private").FirstOrDefault(p => p["type"] == Type) is not { } found)
        {
            return around;
        }

        var words = found.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.FirstOrDefault(w => w is not (Position or OneOfN)) is { } unknown || words.Length == 0)
        {
            findings.Error(SclCodes.BadPrivate, found, scope, $"\"{found.Text.Trim()}\" is no check of a control.", $"Write {Position}, {OneOfN}, or both with a blank between.");
            return around;
        }

        return new(words.Contains(Position) || around?.ChecksPosition == true, words.Contains(OneOfN) ? scope : around?.Scope ?? "");
    }

    /// <summary>Takes the rules of the controls of a logical node.</summary>
    /// <param name="element">The LN.</param>
    /// <param name="node">The same as it was built.</param>
    /// <param name="reference">Its reference.</param>
    /// <param name="around">What holds for its logical device.</param>
    /// <param name="rules">Takes them.</param>
    /// <param name="findings">Takes what is wrong.</param>
    public static void Read(SclElement element, LogicalNode node, string reference, ControlRules? around, Dictionary<DataObject, ControlRules> rules, SclFindings findings)
    {
        var own = Nearest(element, reference, around, findings);
        foreach (var dataObject in node.DataObjects)
        {
            if (own is not null && dataObject.Node(FunctionalConstraint.CO) is not null)
            {
                rules[dataObject] = own;
            }
        }

        foreach (var doi in element.All("DOI"))
        {
            if (Nearest(doi, reference, null, findings) is { } its && node.DataObject(doi.Get("name")) is { } dataObject)
            {
                rules[dataObject] = new(its.ChecksPosition || own?.ChecksPosition == true, its.Scope.Length > 0 ? its.Scope : own?.Scope ?? "");
            }
        }
    }
}
