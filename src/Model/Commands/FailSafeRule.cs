namespace DerAgent.Model;

/// <summary>What becomes of the set points of a logical node when the partner who commanded them is gone (<c>Private type="DerAgent:FailSafe"</c>).</summary>
/// <param name="After">How long he must be gone.</param>
/// <param name="Number">The value that comes into force, in the unit of the data object; null: none does.</param>
public sealed record FailSafeRule(TimeSpan After, double? Number)
{
    /// <summary>Whether what he commanded stays, where no value comes into force; else it is let go of.</summary>
    public bool IsKept { get; init; }

    /// <summary>How fast it comes, in units of the data object a minute; 0: at once.</summary>
    public double Ramp { get; init; }

    /// <summary>Whether the value is in force after a start, until he is back or somebody commands; else what was in force is.</summary>
    public bool StartsWithValue { get; init; }

    /// <summary>Whether nothing is in force after a start: the device is left as it is, and nothing is written until somebody commands.</summary>
    public bool StartsWithDevice { get; init; }

    /// <summary>Whether he finds the value when he is back, until somebody commands; else what he had commanded is in force again.</summary>
    public bool Stays { get; init; }

    /// <summary>The same where an integer stands for the value: integer × factor + offset (<c>sVC</c>, IEC 61850-7-3).</summary>
    /// <param name="scaling">Factor and offset; the factor is not 0.</param>
    public FailSafeRule In((double Factor, double Offset) scaling) => this with { Number = (Number - scaling.Offset) / scaling.Factor, Ramp = Ramp / Math.Abs(scaling.Factor) };
}
