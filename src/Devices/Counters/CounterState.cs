namespace DerAgent.Devices;

/// <summary>A counter of a device as clients see it: it never falls, whatever the device does with its register. A value; in the unit of the point.</summary>
/// <param name="Offset">What is added to what the device reads.</param>
/// <param name="Last">What it last read that was believed.</param>
/// <param name="At">When, by the wall clock.</param>
/// <param name="Doubt">What it read since then and nobody believes yet; null: nothing.</param>
internal readonly record struct CounterState(double Offset, double Last, DateTimeOffset At, double? Doubt)
{
    /// <summary>What may be counted more than a rating allows: rounding of registers, and what was measured between two readings.</summary>
    private const double Margin = 1.25;

    /// <summary>What is shown.</summary>
    public double Shown => Last + Offset;

    /// <summary>A counter that was never read.</summary>
    public static CounterState First(double reading, DateTimeOffset now) => new(0, reading, now, null);

    /// <summary>It was read.</summary>
    /// <param name="reading">What it reads.</param>
    /// <param name="now">When.</param>
    /// <param name="rate">What it can count in an hour at most; null: nobody knows.</param>
    /// <param name="step">The least that it can count.</param>
    public CounterState Next(double reading, DateTimeOffset now, double? rate, double step)
    {
        // Where the clock was set back nobody knows how long it was.
        var hours = now < At ? 1 : (now - At).TotalHours;
        var most = rate is { } hourly ? (hourly * hours * Margin) + (2 * step) : double.PositiveInfinity;
        if (reading >= Last && reading - Last <= most)
        {
            return new(Offset, reading, now, null);
        }

        // One strange reading is a strange reading; the second one, where it goes on from there, is what the device says now.
        if (Doubt is not { } doubt || reading < doubt || reading - doubt > most)
        {
            return this with { Doubt = reading };
        }

        // It has begun anew and has counted that since; or it is some other number, and nobody knows what was counted.
        var counted = reading < Last && reading <= most && double.IsFinite(most) ? reading : 0;
        return new(Shown + counted - reading, reading, now, null);
    }

    /// <summary>Another device is in its place: it goes on from what is shown.</summary>
    public CounterState Exchanged(double reading, DateTimeOffset now) => new(Shown - reading, reading, now, null);
}
