using System.Text;

namespace DerAgent.Tests;

/// <summary>Damages YAML and JSON texts, the same way for the same seed: characters, values, lines, nesting, long scalars, aliases.</summary>
internal static class TextMutation
{
    private static readonly string[] Values =
    [
        "", "0", "-1", "1", "65535", "65536", "99999999999999999999", "1e400", "NaN", "inf", "true", "null", "~", "[]", "{}", "[1, 2, 3]", "[[1]]", "{a: 1}", "\"", "'", ":", "- ", "? ", "!!binary x", "!x",
        "&a 1", "*a", "%YAML 9.9", "---", "...", "\t", "\u0000", "\\u0000", "\uD800", "\u2028", "é", "int32", "uint64", "float64", "string", "999999999h", "NaNs", "1e300s", "-5s", "5", "ms", "max", "min", "0x10", "701-714", "0-999", "//", "/*", "\\",
    ];

    public static string Apply(string text, int seed)
    {
        var random = new Random(seed);
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            text = random.Next(10) switch
            {
                0 => text[..random.Next(text.Length + 1)],
                1 => Remove(text, random, random.Next(1, 4)),
                2 => Insert(text, random, ((char)random.Next(9, 127)).ToString()),
                3 or 4 or 5 => ReplaceValue(text, random),
                6 => Line(text, random, twice: random.Next(2) == 0),
                7 => Insert(text, random, Nested(random)),
                8 => Insert(text, random, new string((char)random.Next(32, 127), random.Next(1, 5_000))),
                _ => Insert(text, random, Bomb(random)),
            };
        }

        return text;
    }

    private static string Remove(string text, Random random, int count)
    {
        var at = random.Next(text.Length + 1);
        return text[..at] + text[Math.Min(text.Length, at + count)..];
    }

    private static string Insert(string text, Random random, string what)
    {
        var at = random.Next(text.Length + 1);
        return text[..at] + what + text[at..];
    }

    /// <summary>What stands behind a colon becomes one of the awkward values.</summary>
    private static string ReplaceValue(string text, Random random)
    {
        var colon = text.IndexOf(':', random.Next(text.Length + 1));
        if (colon < 0)
        {
            return text;
        }

        var end = text.IndexOfAny([',', '\n', '}', ']'], colon);
        return text[..(colon + 1)] + " " + Values[random.Next(Values.Length)] + text[(end < 0 ? text.Length : end)..];
    }

    private static string Line(string text, Random random, bool twice)
    {
        var start = text.LastIndexOf('\n', random.Next(text.Length + 1) is var at && at > 0 ? at - 1 : 0) + 1;
        var end = text.IndexOf('\n', start);
        end = end < 0 ? text.Length : end + 1;
        return twice ? text[..end] + text[start..] : text[..start] + text[end..];
    }

    private static string Nested(Random random)
    {
        var open = new[] { "[", "{a: ", "{\"a\": ", "- ", "? " }[random.Next(5)];
        return new StringBuilder().Insert(0, open, random.Next(1, 2_000)).ToString();
    }

    private static string Bomb(Random random)
    {
        var bomb = new StringBuilder("\na0: &a0 [x, x]\n");
        for (var i = 1; i < random.Next(2, 20); i++)
        {
            bomb.Append($"a{i}: &a{i} [*a{i - 1}, *a{i - 1}, *a{i - 1}]\n");
        }

        return bomb.ToString();
    }
}
