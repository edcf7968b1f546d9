using System.Globalization;

namespace DerAgent.Devices;

/// <summary>Numbers and times as people write them in a profile.</summary>
internal static class YamlScalars
{
    private const int MaxNumbers = 10_000;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>A number, decimal or <c>0x…</c>; null where it is none.</summary>
    public static double? Real(string? text) =>
        Hexadecimal(text) is { } hexadecimal ? hexadecimal
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    /// <summary>A whole number, decimal or <c>0x…</c>; null where it is none.</summary>
    public static long? Whole(string? text) =>
        Hexadecimal(text) ?? (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null);

    /// <summary>A time such as 500ms, 10s, 5m, 1h; null with the rest of a sentence where it is none.</summary>
    public static TimeSpan? Duration(string text, out string fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        fault = "";
        var digits = text.TrimEnd('s', 'm', 'h');
        var unit = text[digits.Length..] switch { "ms" => 0.001, "s" => 1, "m" => 60, "h" => 3600, _ => 0 };
        if (unit == 0 || !double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !(number >= 0))
        {
            fault = $"is a time such as 500ms, 10s, 5m or 1h, not \"{text}\".";
            return null;
        }

        if (number * unit > Longest.TotalSeconds)
        {
            fault = $"is longer than {Longest.TotalDays:0} days.";
            return null;
        }

        return TimeSpan.FromSeconds(number * unit);
    }

    /// <summary>Whole numbers from 0; <c>701-714</c> stands for all in between.</summary>
    public static IReadOnlyList<int> Numbers(IReadOnlyList<string> texts, out string? fault)
    {
        ArgumentNullException.ThrowIfNull(texts);
        fault = null;
        var numbers = new List<int>();
        foreach (var text in texts)
        {
            var parts = text.Split('-');
            if (numbers.Count > MaxNumbers)
            {
                fault = $"has more than {MaxNumbers} numbers.";
                return [];
            }

            if (parts.Length <= 2 && Whole(parts[0]) is { } low and >= 0 && Whole(parts[^1]) is { } high and <= int.MaxValue && high >= low && high - low < 1000)
            {
                numbers.AddRange(Enumerable.Range((int)low, (int)(high - low + 1)));
            }
            else
            {
                fault ??= $"has \"{text}\", which is no number or range of numbers.";
            }
        }

        return numbers;
    }

    private static long? Hexadecimal(string? text) =>
        text is ['0', 'x' or 'X', .. var digits] && long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) && number >= 0 ? number : null;
}
