namespace DerAgent.Scl;

/// <summary>Where a file follows classes of another edition than those at hand, one note says what was judged all the same and what was not.</summary>
/// <param name="library">The classes at hand.</param>
/// <param name="root">Root of the file.</param>
/// <param name="findings">Where the note goes.</param>
internal sealed class NsdEditionNote(NsdLibrary library, SclElement root, SclFindings findings)
{
    private readonly SortedSet<string> _classes = new(StringComparer.Ordinal);
    private readonly Dictionary<ClassEdition, int> _nodes = [];

    /// <summary>A logical node whose classes are not of the edition at hand, or not for certain.</summary>
    public void Count(ClassEdition edition) => _nodes[edition] = _nodes.GetValueOrDefault(edition) + 1;

    /// <summary>A logical-node class that was not judged.</summary>
    public void NotJudged(string lnClass) => _classes.Add(lnClass);

    private static string Name(ClassEdition edition) => edition switch
    {
        ClassEdition.First => "the first edition (2003)",
        ClassEdition.Second => "the second one as it came out (2007A, 2007B)",
        _ => "none that is certain",
    };

    /// <summary>Says it, if there is anything to say.</summary>
    public void Tell()
    {
        if (_nodes.Count == 0)
        {
            return;
        }

        var nodes = string.Join(", ", _nodes.OrderBy(n => n.Key).Select(n => $"{n.Value} logical nodes are of {Name(n.Key)}"));
        var classes = _classes.Count == 0 ? "" : $", and of {string.Join(", ", _classes)} nothing";
        findings.Info(
            SclCodes.NsdEdition, root, "", $"{nodes}; the classes at hand are those of {string.Join(", ", library.Versions)}. What the editions have in common was judged; what is mandatory, literals, and what only was renamed was not{classes}.",
            "Write ldNs in the LLN0 of each logical device, or give --nsd the definitions of that edition.");
    }
}
