namespace DerAgent.Model;

/// <summary>A unit as profiles and SCL files write it (IEC 61850-7-3 §6.2, SIUnit and multiplier).</summary>
/// <param name="Name">The unit without prefix; of what cannot be compared the text in lower case, or empty.</param>
/// <param name="Power">Power of ten of its prefix.</param>
public readonly record struct PointUnit(string Name, int Power)
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["W"] = "w", ["V"] = "v", ["A"] = "a", ["Hz"] = "hz", ["VA"] = "va", ["VAr"] = "var", ["Wh"] = "wh", ["VArh"] = "varh", ["VAh"] = "vah", ["s"] = "s", ["Secs"] = "s",
        ["C"] = "°c", ["°C"] = "°c", ["cos()"] = "cos(phi)", ["cos(phi)"] = "cos(phi)", ["deg"] = "deg", ["bar"] = "bar", ["h"] = "h", ["min"] = "min", ["rpm"] = "rpm",
        ["%"] = "%", ["Pct"] = "%", ["% WMax"] = "%", ["%/s"] = "%/s", ["% WMax/sec"] = "%/s",
    };

    /// <summary>Whether it is a unit that can be compared and scaled; of shares nobody knows of what.</summary>
    public bool IsKnown => Names.ContainsValue(Name) && !Name.StartsWith('%');

    /// <summary>The unit meant.</summary>
    public static PointUnit Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Names.TryGetValue(text, out var plain))
        {
            return new(plain, 0);
        }

        var power = text.Length > 1 ? text[0] switch { 'k' => 3, 'M' => 6, 'm' => -3, _ => 0 } : 0;
        return power != 0 && Names.TryGetValue(text[1..], out var prefixed) ? new(prefixed, power) : new(text.ToLowerInvariant(), 0);
    }
}
