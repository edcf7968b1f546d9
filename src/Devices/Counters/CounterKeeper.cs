using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>Keeps the counters of a device from falling over resets and exchanges. What must not be forgotten is kept with what else is known of the device. Touched by its line only.</summary>
/// <param name="ledger">What is known of the device.</param>
/// <param name="readings">What was read of it.</param>
/// <param name="tell">Takes a line for people.</param>
internal sealed class CounterKeeper(DeviceLedger ledger, DeviceReadings readings, Action<string> tell)
{
    /// <summary>How old what is kept may be: the memory of the agent wears, too.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);
    private readonly HashSet<string> _exchanged = new(StringComparer.Ordinal);

    /// <summary>Whether a point counts.</summary>
    public static bool Counts(string point) => PointContract.Find(point) is { Role: PointRole.Counter };

    /// <summary>Another device is there: each counter goes on from what is shown.</summary>
    public void Exchanged() => _exchanged.UnionWith(ledger.Counters.Keys);

    /// <summary>What is shown of a reading of a counter.</summary>
    /// <param name="point">The point.</param>
    /// <param name="value">What was read.</param>
    /// <param name="at">When.</param>
    public (PointValue Value, Quality Quality) Show(PointDefinition point, in PointValue value, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(point);
        if (value.IsNone || !double.IsFinite(value.Number))
        {
            return (value, Quality.Good);
        }

        if (!ledger.Counters.TryGetValue(point.Name, out var before))
        {
            Keep(point.Name, CounterState.First(value.Number, at));
            return (value, Quality.Good);
        }

        var next = _exchanged.Remove(point.Name) ? before.Exchanged(value.Number, at) : before.Next(value.Number, at, Rate(point), point.Step > 0 ? point.Step : 1);
        if (next.Offset != before.Offset)
        {
            tell($"{point.Name} reads {value.Number:0.###} and read {before.Last:0.###} before: {(next.Shown > before.Shown ? "it has begun anew" : "nobody knows what it counted")}, and goes on from {before.Shown:0.###}");
        }

        // What is doubted is not shown: it may be one strange reading.
        Keep(point.Name, next, isUrgent: next.Offset != before.Offset);
        return (value with { Number = next.Shown }, next.Doubt is null ? Quality.Good : new(Validity.Questionable, QualityDetail.Inconsistent));
    }

    /// <summary>What it can count in an hour: of energies what the device was built for, in the unit of the point.</summary>
    private double? Rate(PointDefinition point)
    {
        var unit = PointUnit.Of(point.Unit);
        return unit.Name == "wh" && (readings.Number("WRtg") ?? readings.Number("WMax")) is > 0 and var rating ? rating / Math.Pow(10, unit.Power) : null;
    }

    private void Keep(string point, in CounterState state, bool isUrgent = true)
    {
        var kept = ledger.CountersKept.GetValueOrDefault(point);
        ledger.Counters[point] = state;
        if (isUrgent || state.At - kept > Period || kept > state.At)
        {
            ledger.CountersKept[point] = state.At;
            ledger.Touch();
        }
    }
}
