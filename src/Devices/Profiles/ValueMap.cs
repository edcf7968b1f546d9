using System.Globalization;

namespace DerAgent.Devices;

/// <summary>What raw values mean: literals of an enumeration, or numbers. Read both ways.</summary>
/// <param name="Texts">Literals or numbers by raw value, in the order of the profile.</param>
internal sealed record ValueMap(IReadOnlyList<KeyValuePair<long, string>> Texts)
{
    private readonly Dictionary<long, string> _texts = Texts.ToDictionary(t => t.Key, t => t.Value);

    /// <summary>One that says nothing.</summary>
    public static ValueMap Empty { get; } = new([]);

    /// <summary>Whether it says nothing: every raw value is what it is.</summary>
    public bool IsEmpty => Texts.Count == 0;

    /// <summary>Whether it gives numbers instead of literals.</summary>
    public bool IsNumeric { get; } = Texts.Count > 0 && Texts.All(t => Number(t.Value) is not null);

    /// <summary>Least and greatest of its numbers; null where it gives none.</summary>
    public (double Low, double High)? Bounds => IsNumeric ? (Texts.Min(t => Number(t.Value)!.Value), Texts.Max(t => Number(t.Value)!.Value)) : null;

    /// <summary>What a raw value is called; null: it has no name.</summary>
    public string? TextOf(long raw) => _texts.GetValueOrDefault(raw);

    /// <summary>The number a raw value stands for; null where it stands for none.</summary>
    public double? NumberOf(long raw) => TextOf(raw) is { } text ? Number(text) : null;

    /// <summary>The raw value of a literal; null where none has it. Of several the first of the profile.</summary>
    public long? RawOf(string literal)
    {
        foreach (var (raw, text) in Texts)
        {
            if (text == literal)
            {
                return raw;
            }
        }

        return null;
    }

    /// <summary>The raw value of the greatest number of the map that is not above <paramref name="number"/>; of <paramref name="isUp"/>, of the least not below. Null where there is none.</summary>
    public long? RawOf(double number, bool isUp)
    {
        (long Raw, double Number)? best = null;
        foreach (var (raw, text) in Texts)
        {
            var candidate = Number(text)!.Value;
            var fits = isUp ? candidate >= number - 1e-9 : candidate <= number + 1e-9;
            if (fits && (best is null || (isUp ? candidate < best.Value.Number : candidate > best.Value.Number)))
            {
                best = (raw, candidate);
            }
        }

        return best?.Raw;
    }

    /// <inheritdoc/>
    public bool Equals(ValueMap? other) => other is not null && Texts.SequenceEqual(other.Texts);

    /// <inheritdoc/>
    public override int GetHashCode() => Texts.Aggregate(Texts.Count, (hash, t) => HashCode.Combine(hash, t.Key, t.Value));

    private static double? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
