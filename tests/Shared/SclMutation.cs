using System.Text;

namespace DerAgent.Tests;

/// <summary>Damages SCL files, the same way for the same seed: bytes, attribute values, names, whole elements.</summary>
internal static class SclMutation
{
    private static readonly string[] Values = ["", "0", "-1", "1", "2", "65536", "99999999999999999999", "true", "Struct", "Enum", "INT32", "Quality", "ST", "CO", "SG", "n", "a.b", "$", "/", " ", "\u00E9", "&#x10FFFF;", "LLN0", "(1)", "NaN", "INF"];

    public static byte[] Apply(byte[] source, int seed)
    {
        var random = new Random(seed);
        var text = Encoding.UTF8.GetString(source);
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            text = random.Next(8) switch
            {
                0 => Cut(text, random),
                1 => ReplaceByte(text, random),
                2 or 3 or 4 => ReplaceValue(text, random),
                5 => Element(text, random, twice: false),
                6 => Element(text, random, twice: true),
                _ => SwapNames(text, random),
            };
        }

        return Encoding.UTF8.GetBytes(text);
    }

    private static string Cut(string text, Random random) => text[..random.Next(text.Length)];

    private static string ReplaceByte(string text, Random random)
    {
        var at = random.Next(text.Length);
        return text[..at] + (char)random.Next(32, 127) + text[Math.Min(text.Length, at + random.Next(3))..];
    }

    /// <summary>Gives an attribute another value: one of the awkward ones, or that of another attribute.</summary>
    private static string ReplaceValue(string text, Random random)
    {
        var start = text.IndexOf("=\"", random.Next(text.Length), StringComparison.Ordinal);
        var end = start < 0 ? -1 : text.IndexOf('"', start + 2);
        if (end < 0)
        {
            return text;
        }

        var other = text.IndexOf("=\"", random.Next(text.Length), StringComparison.Ordinal);
        var otherEnd = other < 0 ? -1 : text.IndexOf('"', other + 2);
        var value = otherEnd > 0 && random.Next(2) == 0 ? text[(other + 2)..otherEnd] : Values[random.Next(Values.Length)];
        return text[..(start + 2)] + value + text[end..];
    }

    /// <summary>Takes an element without content away, or doubles it.</summary>
    private static string Element(string text, Random random, bool twice)
    {
        var end = text.IndexOf("/>", random.Next(text.Length), StringComparison.Ordinal);
        var start = end < 0 ? -1 : text.LastIndexOf('<', end);
        return start < 0 ? text : twice ? text[..start] + text[start..(end + 2)] + text[start..] : text[..start] + text[(end + 2)..];
    }

    private static string SwapNames(string text, Random random)
    {
        string[] names = ["DOType", "DAType", "LNodeType", "EnumType", "DOI", "SDI", "DAI", "FCDA", "DataSet", "LN ", "LN0", "Server", "SDO ", "DA ", "BDA ", "count=", "type=", "ix="];
        var name = names[random.Next(names.Length)];
        var at = text.IndexOf(name, random.Next(text.Length), StringComparison.Ordinal);
        return at < 0 ? text : text[..at] + names[random.Next(names.Length)] + text[(at + name.Length)..];
    }
}
