namespace DerAgent.Devices;

/// <summary>Brings what is in force on a device to what is wanted of it: where who wanted it goes, the next one's counts. Touched by the device's line only.</summary>
/// <param name="ledger">What is in force, and who wants what.</param>
internal sealed class DemandKeeper(DeviceLedger ledger)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromHours(1);

    /// <summary>The pause after so many failures: 10 s, twice as long each time, an hour at most.</summary>
    public static TimeSpan Pause(int tries) => Retry * (1 << Math.Min(tries, 10)) is var pause && pause < LongestRetry ? pause : LongestRetry;

    /// <summary>Somebody wants something of a point, or nothing any more where that asks to let go.</summary>
    /// <returns>What he wants.</returns>
    public Demand Place(PointDefinition point, string source, double value)
    {
        ArgumentNullException.ThrowIfNull(point);
        var wanted = new Demand(source, WriteOrder.KindOf(point, value) == WriteKind.Release ? null : value);
        ledger.Demands.Place(point.Name, source, wanted.Value, WriteChecks.IsLimit(point));
        ledger.Touch();
        return wanted;
    }

    /// <summary>What is wanted of a point in force where that is something else, and it may be tried now; null: nothing.</summary>
    public double? Of(PointInForce held, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(held);
        return now >= held.AdjustAt && ledger.Demands.Of(held.Point.Name) is { } wanted && InForce.IsOther(held, wanted) ? wanted : null;
    }

    /// <summary>When it is tried again next where it failed.</summary>
    public TimeSpan NextDue(TimeSpan now)
    {
        var next = TimeSpan.MaxValue;
        foreach (var held in ledger.InForce.Points)
        {
            next = held.AdjustAt > now && held.AdjustAt < next && ledger.Demands.Of(held.Point.Name) is { } wanted && InForce.IsOther(held, wanted) ? held.AdjustAt : next;
        }

        return next;
    }

    /// <summary>It could not be changed: that is tried again, ever more rarely.</summary>
    public void Failed(string name, TimeSpan now)
    {
        if (ledger.InForce.Of(name) is { } held)
        {
            ledger.InForce.Found(held with { AdjustAt = now + Pause(held.Adjusts), Adjusts = held.Adjusts + 1 });
        }
    }
}
