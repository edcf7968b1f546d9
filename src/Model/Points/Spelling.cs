namespace DerAgent.Model;

/// <summary>What somebody may have meant.</summary>
public static class Spelling
{
    private const int MostDifferences = 2;

    /// <summary>The nearest of <paramref name="names"/>; null where none is near.</summary>
    public static string? Nearest(string name, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(names);
        var best = names.Where(n => n != name && n.Length > 1).Select(n => (Name: n, Distance: Distance(name.ToUpperInvariant(), n.ToUpperInvariant()))).OrderBy(n => n.Distance).ThenBy(n => n.Name, StringComparer.Ordinal).FirstOrDefault();
        return best.Name is not null && best.Distance <= Math.Min(MostDifferences, (Math.Max(name.Length, best.Name.Length) - 1) / 2) ? best.Name : null;
    }

    /// <summary>Letters to change, add or leave out; names are short, and cut where they are not.</summary>
    private static int Distance(string a, string b)
    {
        const int longest = 64;
        if (a.Length > longest || b.Length > longest)
        {
            return longest;
        }

        var above = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var row = new int[b.Length + 1];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], above[j]) + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
            }

            above = row;
        }

        return above[b.Length];
    }
}
