namespace DerAgent.Devices;

/// <summary>A decoded value: a number, a text, or "not implemented".</summary>
/// <param name="Number">The number in the point's unit; the raw one of a literal; NaN for texts.</param>
/// <param name="Text">The text, or the literal of the raw value.</param>
/// <param name="IsNone">The device says it has no such value.</param>
/// <param name="IsUnknown">The raw value is none that the profile's map knows: nobody can say what it means.</param>
internal readonly record struct PointValue(double Number, string? Text, bool IsNone, bool IsUnknown = false)
{
    /// <summary>"Not implemented".</summary>
    public static PointValue None => new(double.NaN, null, true);

    /// <summary>A raw value without meaning.</summary>
    public static PointValue Unknown => new(double.NaN, null, true, true);

    /// <summary>Whether it is <paramref name="wanted"/>, as exactly as the registers of <paramref name="point"/> can say.</summary>
    public bool Is(double wanted, PointDefinition point) => !IsNone && Math.Abs(Number - wanted) <= (point.Step / 2) + (Math.Abs(wanted) * 1e-6);
}
