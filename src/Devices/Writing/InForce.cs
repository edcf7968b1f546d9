namespace DerAgent.Devices;

/// <summary>A set point that was commanded and not let go of.</summary>
/// <param name="Point">The point.</param>
/// <param name="Value">Its value.</param>
/// <param name="Since">Since when, by the line's clock.</param>
internal sealed record PointInForce(PointDefinition Point, double Value, TimeSpan Since)
{
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
    public TimeSpan NextDue => _points.Count == 0 ? TimeSpan.MaxValue : _points.Values.Min(p => p.NextRefresh);

    /// <summary>A command begins to be written: what keeps it begins before its first step.</summary>
    public void Begin(WriteOrder order, TimeSpan now) => _points[order.Point.Name] = new PointInForce(order.Point, order.Value, now) { NextRefresh = Next(order.Point, now) };

    /// <summary>It is let go of, or did not take hold; gives what was in force.</summary>
    public PointInForce? End(string point) => _points.Remove(point, out var ended) ? ended : null;

    /// <summary>The refreshes that are due now.</summary>
    public IReadOnlyList<PointInForce> Due(TimeSpan now) => [.. _points.Values.Where(p => p.NextRefresh <= now)];

    /// <summary>A refresh is on its way: the next one is due a period after this one was.</summary>
    public void Sent(string point, TimeSpan now) => Change(point, p => p with { NextRefresh = Next(p.Point, p.NextRefresh < now - Period(p.Point) ? now : p.NextRefresh) });

    /// <summary>It got through.</summary>
    public void Refreshed(string point, TimeSpan now) => Change(point, p => p with { Refreshed = now });

    /// <summary>It did not, and is tried again within its period.</summary>
    public void Missed(string point, TimeSpan now) => Change(point, p => p with { NextRefresh = now + (Period(p.Point) * Again) });

    /// <summary>Whether a set point is about to be lost because it was not refreshed.</summary>
    public bool IsLosing(PointInForce point, TimeSpan now) => point.Point.Writing!.Refresh is not null && now - point.Refreshed > Period(point.Point) * MostMissed;

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
