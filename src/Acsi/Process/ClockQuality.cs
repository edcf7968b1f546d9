using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>TimeQuality of what gets its time from now on (IEC 61850-7-2 §6.1.2.9). There is one of it, and whoever stamps looks at it.</summary>
internal sealed class ClockQuality
{
    /// <summary>As <see cref="Timestamp.TimeQuality"/>.</summary>
    public byte Value { get; set; } = Timestamp.UnspecifiedAccuracy | Timestamp.ClockNotSynchronized;

    /// <summary>Whether the clock is known to be right.</summary>
    public bool IsSynchronized => (Value & (Timestamp.ClockNotSynchronized | Timestamp.ClockFailure)) == 0;
}
