using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>Lengths and characters of names (IEC 61850-7-2 §22.2, IEC 61850-6 §8.5, IEC 61850-8-1 §7).</summary>
internal sealed class NameCheck(SclFindings findings)
{
    private const int MaxLogicalDevice = 64;
    private const int MaxPrefixAndInstance = 11;
    private const int MaxDataObject = 12;
    private const int MaxReference = 129;

    public void LogicalDevice(SclElement ld, string name)
    {
        if (string.IsNullOrEmpty(ld["inst"]))
        {
            findings.Warning(SclCodes.MissingAttribute, ld, name, "The LDevice has no inst.", "Give it one.");
        }

        TooLong(ld, name, "logical device", name, MaxLogicalDevice);
        Characters(ld, name, name);
    }

    public void LogicalNode(SclElement ln, string ld, string name)
    {
        var reference = $"{ld}/{name}";
        var variable = ln.Get("prefix").Length + (ln.Name == "LN" ? ln.Get("inst").Length : 0);
        if (variable > MaxPrefixAndInstance)
        {
            findings.Warning(SclCodes.NameTooLong, ln, reference, $"prefix and inst have {variable} characters together; {MaxPrefixAndInstance} are allowed.", "Shorten the prefix.");
        }

        if (ln.Get("lnClass").Length != 4)
        {
            findings.Warning(SclCodes.BadName, ln, reference, $"lnClass \"{ln["lnClass"]}\" has not four letters.", "Write the class as in IEC 61850-7-4.");
        }

        Characters(ln, reference, name);
        foreach (var doi in ln.All("DOI"))
        {
            TooLong(doi, $"{reference}.{doi["name"]}", "data object", doi.Get("name"), MaxDataObject);
        }
    }

    /// <summary>Names of attributes as they go over the wire; one finding for each logical node.</summary>
    public void Attributes(SclElement at, LogicalNode ln)
    {
        // The names only; most references are never written out.
        var around = ln.Reference.Length + 1;
        foreach (var constraint in ln.Constraints.Values)
        {
            if (Longest(constraint, around + 2) is { Leaf: { } leaf, Length: > MaxReference and var length })
            {
                findings.Warning(SclCodes.NameTooLong, at, leaf.Reference, $"The reference has {length} characters; {MaxReference} are allowed and clients may refuse more.", "Shorten the prefix or the names.");
            }
        }
    }

    private static (DataNode? Leaf, int Length) Longest(DataNode node, int length)
    {
        if (node.IsLeaf)
        {
            return (node, length);
        }

        var longest = ((DataNode?)null, 0);
        for (var i = 0; i < node.Children.Count; i++)
        {
            var child = node.Children[i];
            var below = Longest(child, length + child.Name.Length + (node.IsArray ? 0 : 1));
            longest = below.Length > longest.Item2 ? below : longest;
        }

        return longest;
    }

    private void TooLong(SclElement at, string reference, string what, string name, int max)
    {
        if (name.Length > max)
        {
            findings.Warning(SclCodes.NameTooLong, at, reference, $"The {what} name \"{name}\" has {name.Length} characters; {max} are allowed.", "Shorten it.");
        }
    }

    private void Characters(SclElement at, string reference, string name)
    {
        if (name.FirstOrDefault(c => !char.IsAsciiLetterOrDigit(c) && c != '_') is var bad and not '\0')
        {
            findings.Warning(SclCodes.BadName, at, reference, $"The name \"{name}\" has the character \"{bad}\"; names are letters, digits and underscores.", "Rename it.");
        }
    }
}
