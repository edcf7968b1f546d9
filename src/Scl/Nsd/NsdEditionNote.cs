namespace DerAgent.Scl;

/// <summary>Where a file follows classes of another edition than those at hand, one note says what was judged all the same and what was not.</summary>
/// <param name="library">The classes at hand.</param>
/// <param name="root">Root of the file.</param>
/// <param name="findings">Where the note goes.</param>
internal sealed class NsdEditionNote(NsdLibrary library, SclElement root, SclFindings findings)
{
    private readonly SortedSet<string> _classes = new(StringComparer.Ordinal);
    private int _first;
    private int _either;

    /// <summary>A logical node whose classes are not of the edition at hand, or not for certain.</summary>
    public void Count(ClassEdition edition)
    {
        _first += edition == ClassEdition.First ? 1 : 0;
        _either += edition == ClassEdition.Either ? 1 : 0;
    }

    /// <summary>A logical-node class that was not judged.</summary>
    public void NotJudged(string lnClass) => _classes.Add(lnClass);

    /// <summary>Says it, if there is anything to say.</summary>
    public void Tell()
    {
        if (_first + _either == 0)
        {
            return;
        }

        var nodes = string.Join(" and ", new[] { (_first, "of the first edition (ldNs, lnNs or version say so)"), (_either, "of no edition that the file names") }.Where(n => n.Item1 > 0).Select(n => $"{n.Item1} logical nodes are {n.Item2}"));
        var classes = _classes.Count == 0 ? "" : $", and of {string.Join(", ", _classes)} nothing";
        findings.Info(
            SclCodes.NsdEdition, root, "", $"{nodes}; the classes at hand are those of {string.Join(", ", library.Versions)}. What the editions have in common was judged; what is mandatory, literals, and what only was renamed was not{classes}.",
            "Write ldNs in the LLN0 of each logical device, or give --nsd the definitions of that edition.");
    }
}
