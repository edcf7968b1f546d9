namespace DerAgent.Devices;

/// <summary>A set point that was commanded and not let go of.</summary>
/// <param name="Order">The order that put it in force.</param>
/// <param name="Since">Since when, by the line's clock.</param>
internal sealed record PointInForce(WriteOrder Order, TimeSpan Since)
{
    /// <summary>The point.</summary>
    public PointDefinition Point => Order.Point;

    /// <summary>Its value.</summary>
    public double Value => Order.Value;

    /// <summary>What was in force before, and is again where this does not take hold; null: nothing was.</summary>
    public PointInForce? Replaced { get; init; }

    /// <summary>When it was last written: what was read before says nothing.</summary>
    public TimeSpan Written { get; init; } = Since;

    /// <summary>Since when it reads otherwise; null: it reads as it shall.</summary>
    public TimeSpan? ChangedSince { get; init; }

    /// <summary>When it was written again because it had been changed; null: never.</summary>
    public TimeSpan? Restored { get; init; }

    /// <summary>Whether the device was away, so that it is written again at once where it reads otherwise.</summary>
    public bool WasAway { get; init; }

    /// <summary>When another controller's register is tried again; null: it is ours.</summary>
    public TimeSpan? ForeignUntil { get; init; }

    /// <summary>When it is refreshed next; <see cref="TimeSpan.MaxValue"/>: it needs none.</summary>
    public TimeSpan NextRefresh { get; init; } = TimeSpan.MaxValue;

    /// <summary>When it was last refreshed or written.</summary>
    public TimeSpan Refreshed { get; init; } = Since;
}

/// <summary>The set points in force on a device, and what keeps them there. Touched by the device's line only.</summary>
internal sealed class InForce(DeviceReadings readings)
{
    /// <summary>How soon a refresh is tried again that did not get through, as a share of its period.</summary>
    private const double Again = 0.1;

    /// <summary>Periods without a refresh after which somebody is told: before the device's own time-out, which is two or more.</summary>
    private const double MostMissed = 1.5;
    private readonly Dictionary<string, PointInForce> _points = new(StringComparer.Ordinal);

    /// <summary>The set points.</summary>
    public IReadOnlyCollection<PointInForce> Points => _points.Values;

    /// <summary>When the next refresh is due.</summary>
    public TimeSpan NextDue => _points.Values.Where(p => p.ForeignUntil is null).Select(p => p.NextRefresh).DefaultIfEmpty(TimeSpan.MaxValue).Min();

    /// <summary>What is in force of a point; null: nothing is.</summary>
    public PointInForce? Of(string point) => _points.GetValueOrDefault(point);

    /// <summary>A command begins to be written: what keeps it begins before its first step.</summary>
    public PointInForce Begin(WriteOrder order, TimeSpan now)
    {
        var before = Of(order.Point.Name);
        return _points[order.Point.Name] = new PointInForce(order, now) { NextRefresh = Next(order.Point, now), Replaced = before is null ? null : before with { Replaced = null } };
    }

    /// <summary>It did not take hold: what was in force before is again.</summary>
    public void Fail(string point)
    {
        if (_points.Remove(point, out var failed) && failed.Replaced is { } before)
        {
            _points[point] = before;
        }
    }

    /// <summary>It is let go of; gives what was in force.</summary>
    public PointInForce? End(string point) => _points.Remove(point, out var ended) ? ended : null;

    /// <summary>The refreshes that are due now.</summary>
    public IReadOnlyList<PointInForce> Due(TimeSpan now) => [.. _points.Values.Where(p => p.NextRefresh <= now && p.ForeignUntil is null)];

    /// <summary>A refresh is on its way: the next one is due a period after this one was.</summary>
    public void Sent(string point, TimeSpan now) => Change(point, p => p with { NextRefresh = Next(p.Point, p.NextRefresh < now - Period(p.Point) ? now : p.NextRefresh) });

    /// <summary>It got through.</summary>
    public void Refreshed(string point, TimeSpan now) => Change(point, p => p with { Refreshed = now, Written = now });

    /// <summary>It did not, and is tried again within its period.</summary>
    public void Missed(string point, TimeSpan now) => Change(point, p => p with { NextRefresh = now + (Period(p.Point) * Again) });

    /// <summary>Whether a set point is about to be lost because it was not refreshed.</summary>
    public bool IsLosing(PointInForce point, TimeSpan now) => point.Point.Writing!.Refresh is not null && point.ForeignUntil is null && now - point.Refreshed > Period(point.Point) * MostMissed;

    /// <summary>The device was away.</summary>
    public void WasAway()
    {
        foreach (var point in _points.Keys.ToList())
        {
            Change(point, static p => p with { WasAway = true });
        }
    }

    /// <summary>Takes what was found of a point.</summary>
    public void Found(PointInForce point) => Change(point.Point.Name, _ => point);

    private void Change(string point, Func<PointInForce, PointInForce> change)
    {
        if (_points.TryGetValue(point, out var known))
        {
            _points[point] = change(known);
        }
    }

    private TimeSpan Next(PointDefinition point, TimeSpan from) => point.Writing!.Refresh is null ? TimeSpan.MaxValue : from + Period(point);

    /// <summary>The period the profile says, or the share of the device's own time-out as last read; 30 s until it was.</summary>
    private TimeSpan Period(PointDefinition point)
    {
        var refresh = point.Writing!.Refresh;
        return refresh?.Every ?? (refresh?.From is { } from && readings.Of(from) is { IsNone: false, Number: > 0 and < 1e6 } seconds ? TimeSpan.FromSeconds(Math.Max(0.1, seconds.Number * refresh.Factor)) : TimeSpan.FromSeconds(30));
    }

    /// <summary>
    /// What a limit's own register says: while the constants that its steps write do not stand, or it reads what lets go of it, the register is an echo of something that is not in force, and there is no limit.
    /// </summary>
    public static PointValue Shown(PointDefinition point, in PointValue value, PointLookup look, IReadOnlyDictionary<string, PointDefinition> points)
    {
        if (point is not { Writing: { } rules, Range: { } range } || value.IsNone || !WriteChecks.IsLimit(point))
        {
            return value;
        }

        var isReleased = rules.Release is WriteRelease.Value release && value.Is(release.Number, point);
        var isOff = rules.Steps.OfType<WriteStep.Write>().SelectMany(w => w.Values).Where(v => v.Point != point.Name).GroupBy(v => v.Point, StringComparer.Ordinal)
            .Any(g => g.Last().Value is StepValue.Constant constant && points.TryGetValue(g.Key, out var other) && other.IsReadable && look(g.Key) is { } last && !last.Is(constant.Number, other));
        return isReleased || isOff ? value with { Number = range.High, Text = null } : value;
    }
}
