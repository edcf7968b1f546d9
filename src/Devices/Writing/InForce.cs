namespace DerAgent.Devices;

/// <summary>The set points in force on a device, and what keeps them there. Touched by the device's line only.</summary>
internal sealed class InForce(DeviceReadings readings)
{
    /// <summary>How soon a refresh is tried again that did not get through, as a share of its period.</summary>
    private const double Again = 0.1;

    /// <summary>Periods without a refresh after which somebody is told: before the device's own time-out, which is two or more.</summary>
    private const double MostMissed = 1.5;
    private readonly Dictionary<string, PointInForce> _points = new(StringComparer.Ordinal);

    // What is changed while somebody goes through the points is the copy they do not see.
    private IReadOnlyList<PointInForce>? _all;

    /// <summary>The set points; what happens meanwhile is not in it.</summary>
    public IReadOnlyList<PointInForce> Points => _all ??= [.. _points.Values];

    /// <summary>What is in force of a point; null: nothing is.</summary>
    public PointInForce? Of(string point) => _points.GetValueOrDefault(point);

    /// <summary>When something is due next by itself: a refresh, or another try to let go.</summary>
    public TimeSpan NextDue
    {
        get
        {
            var next = TimeSpan.MaxValue;
            foreach (var point in Points)
            {
                next = IsRefreshed(point) && point.NextRefresh < next ? point.NextRefresh : next;
                next = point.ReleaseAt is { } release && release < next ? release : next;
            }

            return next;
        }
    }

    /// <summary>Whether a refresh of a set point is due.</summary>
    public static bool IsDue(PointInForce point, TimeSpan now) => IsRefreshed(point) && point.NextRefresh <= now;

    /// <summary>Whether something else is wanted than what is in force; not while that is in doubt, is let go of, or is another controller's.</summary>
    public static bool IsOther(PointInForce point, double wanted) => point is { IsTaken: true, ReleaseAt: null, ForeignUntil: null } && Math.Abs(point.Order.Commanded - wanted) > Math.Abs(wanted) * 1e-9;

    /// <summary>A command begins to be written: what keeps it begins before its first step.</summary>
    public PointInForce Begin(WriteOrder order, TimeSpan now)
    {
        var ended = order.Rules.Ends is { } other && other != order.Point.Name ? End(other) : null;
        var before = Of(order.Point.Name);

        // What was never taken leaves nothing to go back to but what it had replaced.
        before = before is { IsTaken: false } ? before.Replaced : before;
        return Put(new PointInForce(order, now)
        {
            NextRefresh = Next(order.Point, now),
            Replaced = before is null ? null : before with { Replaced = null, Ended = null },
            Ended = ended is null ? null : ended with { Replaced = null, Ended = null },
        });
    }

    /// <summary>The device was seen to have taken it: written, or found to stand there already for another number that rounds to the same.</summary>
    public void Take(WriteOrder order, TimeSpan now) => Change(order.Point.Name, p => p with { Order = order, IsTaken = true, Commanded = now, Replaced = null, Ended = null, ReleaseAt = null });

    /// <summary>It did not take hold: what was in force before is again.</summary>
    public void Fail(string point, TimeSpan now)
    {
        if (End(point) is not { } failed)
        {
            return;
        }

        // The device may have taken some of it: what was in force is written again at once where it does not stand.
        foreach (var before in new[] { failed.Replaced, failed.Ended }.OfType<PointInForce>())
        {
            Put(before with { WasAway = true, Written = now });
        }
    }

    /// <summary>It is let go of; gives what was in force.</summary>
    public PointInForce? End(string point)
    {
        _all = null;
        return _points.Remove(point, out var ended) ? ended : null;
    }

    /// <summary>It stands as it was before the agent's restart.</summary>
    public void Resume(PointInForce point, TimeSpan now) => Put(point with { NextRefresh = point.IsTaken && point.Point.Writing!.Refresh is not null ? now : TimeSpan.MaxValue, Refreshed = now });

    /// <summary>What nobody saw the device take before a restart has been seen now.</summary>
    public void Settle(PointInForce point, bool isTaken, TimeSpan now)
    {
        if (!isTaken)
        {
            Fail(point.Point.Name, now);
            return;
        }

        Resume(point with { IsTaken = true, Replaced = null, Ended = null }, now);
    }

    /// <summary>A refresh is on its way: the next one is due a period after this one was.</summary>
    public void Sent(string point, TimeSpan now) => Change(point, p => p with { NextRefresh = Next(p.Point, p.NextRefresh < now - Period(p.Point) ? now : p.NextRefresh) });

    /// <summary>It got through.</summary>
    public void Refreshed(string point, TimeSpan now) => Change(point, p => p with { Refreshed = now, Written = now });

    /// <summary>It did not, and is tried again within its period.</summary>
    public void Missed(string point, TimeSpan now) => Change(point, p => p with { NextRefresh = now + (Period(p.Point) * Again) });

    /// <summary>Nobody wants it any more: it is let go of at a time, and again later where that fails. It is kept in force until then: a device that was left alone may not take the release.</summary>
    public void LetGo(string point, TimeSpan at) => Change(point, p => p with { ReleaseAt = at, IsTaken = true });

    /// <summary>Whether a set point is about to be lost because it was not refreshed.</summary>
    public bool IsLosing(PointInForce point, TimeSpan now) => IsRefreshed(point) && now - point.Refreshed > Period(point.Point) * MostMissed;

    /// <summary>The device was away: what was read before says nothing.</summary>
    public void WasAway(TimeSpan now)
    {
        foreach (var point in Points)
        {
            Put(point with { WasAway = true, Written = now });
        }
    }

    /// <summary>The device's points are others now, or stand elsewhere; gives what it has no longer.</summary>
    public IReadOnlyList<PointInForce> Renew(Func<PointInForce, WriteOrder?> order)
    {
        var gone = new List<PointInForce>();
        foreach (var point in Points)
        {
            if (order(point) is { } renewed)
            {
                Put(point with { Order = renewed });
            }
            else if (End(point.Point.Name) is not null)
            {
                gone.Add(point);
            }
        }

        return gone;
    }

    /// <summary>Takes what was found of a point.</summary>
    public void Found(PointInForce point) => Change(point.Point.Name, _ => point);

    private static bool IsRefreshed(PointInForce point) => point.ForeignUntil is null && point.NextRefresh < TimeSpan.MaxValue;

    private PointInForce Put(PointInForce point)
    {
        _all = null;
        return _points[point.Point.Name] = point;
    }

    private void Change(string point, Func<PointInForce, PointInForce> change)
    {
        if (_points.TryGetValue(point, out var known))
        {
            Put(change(known));
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

        var isOff = rules.Release is WriteRelease.Value release && value.Is(release.Number, point);
        foreach (var left in rules.Left)
        {
            isOff = isOff || (left.Value is StepValue.Constant constant && left.Point != point.Name && points.TryGetValue(left.Point, out var other) && other.IsReadable && look(left.Point) is { } last && !last.Is(constant.Number, other));
        }

        return isOff ? value with { Number = range.High, Text = null } : value;
    }
}
