using System.Globalization;

namespace DerAgent.Scl;

/// <summary>
/// What can be mended for certain: flags and numbers whose meaning is clear, the name space, doubles that are equal, members that name nothing, and classes of another
/// edition. Never a value, a name, an inst or a reference.
/// </summary>
/// <param name="root">The file.</param>
/// <param name="findings">What is wrong with it.</param>
internal sealed class FixRules(SourceNode root, IReadOnlyList<SclFinding> findings)
{
    private const int RevisionRaise = 10_000;
    private readonly Dictionary<(int, int), SourceNode> _nodes = root.All().ToDictionary(n => (n.Element.Line, n.Element.Column));

    /// <summary>What is worth a sentence beside the findings.</summary>
    public List<string> Remarks { get; } = [];

    /// <summary>All changes; none within what another one takes out.</summary>
    public List<TextEdit> Edits()
    {
        var removals = Doubles().Concat(Members()).ToList();
        var others = Attributes().Concat(Revisions()).Concat(Classes()).Concat(NameSpace());
        return [.. removals, .. others.Where(e => !removals.Exists(r => e.Offset >= r.Offset && e.Offset < r.Offset + r.Length)).DistinctBy(e => e.Offset)];
    }

    private IEnumerable<SourceNode> At(params ReadOnlySpan<string> codes)
    {
        var places = new HashSet<(int, int)>();
        foreach (var finding in findings)
        {
            if (codes.Contains(finding.Code))
            {
                places.Add((finding.Line, finding.Column));
            }
        }

        return places.Where(_nodes.ContainsKey).Select(p => _nodes[p]);
    }

    private IEnumerable<TextEdit> Attributes()
    {
        foreach (var node in At(SclCodes.BadAttribute, SclCodes.BadSettingControl))
        {
            foreach (var attribute in SclAttributes.Of(node.Element.Name).ToArray())
            {
                if (node.Element[attribute.Name] is { } text && !attribute.IsReadable(SclElement.Collapse(text)) && Sure(attribute, SclElement.Collapse(text)) is { } sure && node.Tag.Value(attribute.Name) is { } value)
                {
                    yield return value with { Text = sure };
                }
            }
        }
    }

    /// <summary>What a text can only mean; null: it is not clear.</summary>
    private static string? Sure(SclAttribute attribute, string text)
    {
        var sure = attribute switch
        {
            SclFlag => text.ToLowerInvariant(),
            SclNumber when decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number == decimal.Truncate(number) => decimal.Truncate(number).ToString(CultureInfo.InvariantCulture),
            SclWord word => Array.Find(word.Words, w => string.Equals(w, text, StringComparison.OrdinalIgnoreCase)),
            _ => null,
        };
        return sure is not null && attribute.IsReadable(sure) ? sure : null;
    }

    private IEnumerable<TextEdit> Doubles()
    {
        foreach (var node in At(SclCodes.DuplicateName).Where(n => n.Element.Name is "DOI" or "SDI" or "DAI"))
        {
            if (node.Parent!.Children.Any(c => c != node && c.Tag.Start < node.Tag.Start && c.Element.Name == node.Element.Name && c.Element["name"] == node.Element["name"] && c.Collapsed == node.Collapsed))
            {
                yield return node.Tag.Removal(node.End);
            }
        }
    }

    /// <summary>Members that name nothing go; a data set that would lose all of them is for people.</summary>
    private IEnumerable<SourceNode> Dangling() => At(SclCodes.UnresolvedMember).Where(n => n.Element.Name == "FCDA").GroupBy(n => n.Parent!)
        .Where(g => g.Count() < g.Key.Children.Count(c => c.Element.Name == "FCDA")).SelectMany(g => g);

    private IEnumerable<TextEdit> Members() => Dangling().Select(n => n.Tag.Removal(n.End));

    private IEnumerable<TextEdit> Revisions()
    {
        foreach (var set in Dangling().Select(n => n.Parent!).Distinct())
        {
            foreach (var block in set.Parent!.Children.Where(c => c.Element.Name is "ReportControl" or "GSEControl" or "SampledValueControl" && c.Element["datSet"] == set.Element["name"]))
            {
                var before = SclAttributes.ConfigurationRevision.Of(block.Element);
                var after = (before + (long)RevisionRaise).ToString(CultureInfo.InvariantCulture);
                if (block.Tag.Value("confRev") is { } value)
                {
                    yield return value with { Text = after };
                    Remarks.Add($"{block.Element.Name} {block.Element["name"]}: confRev raised from {before} to {after}, for its data set {set.Element["name"]} loses members.");
                }
                else
                {
                    yield return new(block.Tag.Start + 1 + block.Tag.Name.Length, 0, $" confRev=\"{after}\"");
                    Remarks.Add($"{block.Element.Name} {block.Element["name"]}: confRev is {after} from now on, for its data set {set.Element["name"]} loses members.");
                }
            }
        }
    }

    /// <summary>Enumerations have classes of their own since the second edition: where all that uses a type says so, it gets the new name.</summary>
    private IEnumerable<TextEdit> Classes()
    {
        var types = root.Children.Where(c => c.Element.Name == "DataTypeTemplates").SelectMany(t => t.Children).ToList();
        var told = At(SclCodes.WrongClass, SclCodes.WrongAttribute, SclCodes.NsdWrongClass, SclCodes.NsdWrongType).ToHashSet();
        foreach (var type in types.Where(t => t.Element.Name == "DOType" && t.Element.Token("cdc") is "INS" or "INC" or "ING"))
        {
            var (id, before) = (type.Element["id"], type.Element.Token("cdc")!);
            var after = before.Replace("IN", "EN", StringComparison.Ordinal);
            var uses = types.SelectMany(t => t.Children).Where(m => m.Element.Name is "DO" or "SDO" && m.Element["type"] == id).ToList();
            var due = uses.Select(u => u.Element.Name == "SDO" ? before : LnClassTable.Find(u.Parent!.Element.Get("lnClass"), u.Element.Get("name"))?.Cdc).OfType<string>().ToHashSet(StringComparer.Ordinal);
            var isEnumeration = type.Children.Exists(a => a.Element.Name == "DA" && a.Element["name"] is "stVal" or "setVal" && a.Element.Token("bType") == "Enum");
            if (isEnumeration && due.SetEquals([after]) && (uses.Exists(told.Contains) || type.Children.Exists(told.Contains)) && type.Tag.Value("cdc") is { } value)
            {
                yield return value with { Text = after };
            }
        }
    }

    private IEnumerable<TextEdit> NameSpace() =>
        root.Element.Namespace.Length == 0 && root.Tag.Value("xmlns") is null ? [new(root.Tag.Start + 1 + root.Tag.Name.Length, 0, $" xmlns=\"{SclXml.SclNamespace}\"")] : [];
}
