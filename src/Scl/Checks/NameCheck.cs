using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>Lengths and characters of names (IEC 61850-7-2 §22.2, IEC 61850-6 §8.5, IEC 61850-8-1 §7).</summary>
/// <param name="isFirstSchema">Whether the file follows the schema of the first edition.</param>
/// <param name="findings">Where findings go.</param>
internal sealed class NameCheck(bool isFirstSchema, SclFindings findings)
{
    private const int MaxLogicalDevice = 64;
    private const int MaxDataObject = 12;
    private const int MaxDataObjectOfFirst = 10;

    /// <summary>IEC 61850-7-2, tissue 949.</summary>
    private const int MaxPrefixAndInstance = 12;
    private const int MaxPrefixAndInstanceOfFirst = 7;
    private const int MaxReference = 129;

    /// <summary>Types whose names are right.</summary>
    private readonly HashSet<SclElement> _clean = [];

    /// <summary>The longest name below a logical node, by its type.</summary>
    private readonly Dictionary<string, int> _longest = new(StringComparer.Ordinal);

    /// <summary>Checks the name of an IED: the same rule as for scaffolds.</summary>
    public void Ied(SclElement ied)
    {
        var name = ied.Get("name");
        if (name.Length > MaxLogicalDevice)
        {
            TooLong(ied, name, "IED", name, MaxLogicalDevice);
        }
        else if (name.Length > 0 && !SclScaffold.IsName(name))
        {
            findings.Warning(SclCodes.BadName, ied, name, $"\"{name}\" is no name of an IED; names are letters, digits and underscores, a letter first.", "Rename it.");
        }
    }

    public void LogicalDevice(SclElement ld, string name)
    {
        if (string.IsNullOrEmpty(ld["inst"]))
        {
            findings.Warning(SclCodes.MissingAttribute, ld, name, "The LDevice has no inst.", "Give it one.");
        }

        TooLong(ld, name, "logical device", name, MaxLogicalDevice);
        Characters(ld, name, name);
    }

    /// <summary>Checks the name of a logical node and those of its data objects, with a DOI or without.</summary>
    /// <param name="ln">The logical node.</param>
    /// <param name="type">Its LNodeType, if there is one.</param>
    /// <param name="ld">Name of its logical device.</param>
    /// <param name="name">Its name.</param>
    /// <param name="edition">Edition of its classes.</param>
    public void LogicalNode(SclElement ln, SclElement? type, string ld, string name, ClassEdition edition)
    {
        var reference = $"{ld}/{name}";
        var variable = ln.Get("prefix").Length + (ln.Name == "LN" ? ln.Get("inst").Length : 0);
        var most = edition == ClassEdition.First ? MaxPrefixAndInstanceOfFirst : MaxPrefixAndInstance;
        if (variable > most)
        {
            findings.Warning(SclCodes.NameTooLong, ln, reference, $"prefix and inst have {variable} characters together; {most} are allowed.", "Shorten the prefix.");
        }

        if (ln.Name == "LN" && string.IsNullOrEmpty(ln["inst"]))
        {
            findings.Warning(SclCodes.MissingAttribute, ln, reference, "The LN has no inst.", "Give it one, from 1.");
        }

        if (ln.Get("lnClass").Length != 4)
        {
            findings.Warning(SclCodes.BadName, ln, reference, $"lnClass \"{ln["lnClass"]}\" has not four letters.", "Write the class as in IEC 61850-7-4.");
        }

        Characters(ln, reference, name);
        if (type is null || _clean.Contains(type))
        {
            return;
        }

        var said = findings.Said;
        foreach (var member in type.All("DO"))
        {
            DataObject(member, member.Get("name"), $"{reference}.{member["name"]}");
        }

        if (findings.Said == said)
        {
            _clean.Add(type);
        }
    }

    /// <summary>The schemas of the second edition allow 12 characters; that of the first one any number, and IEC 61850-7-2:2003 ten.</summary>
    private void DataObject(SclElement member, string name, string reference)
    {
        if (!isFirstSchema)
        {
            TooLong(member, reference, "data object", name, MaxDataObject);
        }
        else if (name.Length > MaxDataObjectOfFirst)
        {
            findings.Info(SclCodes.NameTooLong, member, reference, $"The data object name \"{name}\" has {name.Length} characters; IEC 61850-7-2:2003 allows {MaxDataObjectOfFirst}.", "Shorten it, if a partner refuses it.");
        }

        if (name.Length > 0 && !char.IsAsciiLetterUpper(name[0]))
        {
            findings.Warning(SclCodes.BadName, member, reference, $"The data object name \"{name}\" does not begin with one of A to Z.", "Rename it.");
        }
        else if (name.FirstOrDefault(c => !char.IsAsciiLetterOrDigit(c)) is var bad and not '\0')
        {
            findings.Warning(SclCodes.BadName, member, reference, $"The data object name \"{name}\" has the character \"{bad}\"; {(isFirstSchema && char.IsLetter(bad) ? "the schema of the first edition allows it, but MMS cannot carry it" : "it is made of letters and digits")}.", "Rename it.");
        }
    }

    /// <summary>Names of attributes as they go over the wire; one finding for each logical node.</summary>
    public void Attributes(SclElement at, LogicalNode ln)
    {
        // The names only; most references are never written out.
        var around = ln.Reference.Length + 1;
        if (_longest.TryGetValue(at.Get("lnType"), out var known) && around + known <= MaxReference)
        {
            return;
        }

        _longest[at.Get("lnType")] = ln.Constraints.Values.Select(c => Longest(c, 2).Length).DefaultIfEmpty(0).Max();
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
