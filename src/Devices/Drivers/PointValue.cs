namespace DerAgent.Devices;

/// <summary>A decoded value: a number, a text, or "not implemented".</summary>
/// <param name="Number">The number in the point's unit; NaN for texts.</param>
/// <param name="Text">The text, or the literal of the raw value.</param>
/// <param name="IsNone">The device says it has no such value.</param>
internal readonly record struct PointValue(double Number, string? Text, bool IsNone)
{
    /// <summary>"Not implemented".</summary>
    public static PointValue None => new(double.NaN, null, true);
}
