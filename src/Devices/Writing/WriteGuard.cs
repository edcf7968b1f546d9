using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>
/// Whether a set point may be written now: memory that wears has a budget, registers a least interval, engines a least time to run and to stand still. Neither budget nor interval stops what is
/// stricter than what is in force, or lets go; it counts. Pure.
/// </summary>
internal static class WriteGuard
{
    /// <summary>The registers that an order writes and whose memory wears, with the writes a day that it bears.</summary>
    public static IEnumerable<(PointDefinition Point, int Budget)> Wearing(WriteOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        foreach (var write in order.Steps.OfType<WriteStep.Write>())
        {
            foreach (var value in write.Values)
            {
                // A register that has no rules of its own wears like the one it is written for.
                if (order.Points.TryGetValue(value.Point, out var point) && (point.Writing ?? order.Rules) is { IsVolatile: false } rules)
                {
                    yield return (point, rules.Budget ?? WriteLedger.DefaultBudget);
                }
            }
        }
    }

    /// <summary>Whether an order asks for no more than what is in force allows, so that nothing keeps it waiting: a lower limit, an opened switch, letting go.</summary>
    /// <param name="order">The order.</param>
    /// <param name="held">What of the point is in force; null: nothing.</param>
    public static bool IsStricter(WriteOrder order, PointInForce? held)
    {
        ArgumentNullException.ThrowIfNull(order);
        return order.Kind != WriteKind.Command
            || (WriteChecks.IsLimit(order.Point) ? held is null || order.Value <= held.Value : WriteChecks.IsSwitch(order.Point) && IsOn(order.Point, order.Value) == false);
    }

    /// <summary>The moment before which it is not written; letting go waits for an engine that must run on.</summary>
    public static TimeSpan NotBefore(WriteOrder order, PointInForce? held, WriteLedger ledger)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(ledger);
        var next = IsStricter(order, held) || ledger.WrittenAt(order.Point.Name) is not { } last ? TimeSpan.MinValue : last + order.Rules.MinInterval;
        return order.Kind == WriteKind.Release && Held(order, ledger, TimeSpan.MinValue) is { } hold && hold.Until > next ? hold.Until : next;
    }

    /// <summary>Why it is not written at all; null where it may be.</summary>
    public static CommandOutcome? Refuse(WriteOrder order, PointInForce? held, WriteLedger ledger, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(ledger);
        if (order.Kind == WriteKind.Command && Held(order, ledger, now) is { } hold)
        {
            return CommandOutcome.Refused($"{hold.Point} is {(hold.IsOn ? "on" : "off")} and must stay so for another {Math.Ceiling((hold.Until - now).TotalSeconds):0} s");
        }

        return !IsStricter(order, held) && OverBudget(order, ledger, now) is { } worn ? CommandOutcome.Refused(worn) : null;
    }

    /// <summary>What is written more often than its memory bears; null: nothing.</summary>
    public static string? OverBudget(WriteOrder order, WriteLedger ledger, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        foreach (var (point, budget) in Wearing(order))
        {
            if (ledger.WritesOf(point, now) is var count && count >= budget)
            {
                return $"{point.Name} was written {count} times within a day, and its memory bears {budget}";
            }
        }

        return null;
    }

    /// <summary>What a value of a switch means; null: neither on nor off.</summary>
    public static bool? IsOn(PointDefinition point, double value)
    {
        ArgumentNullException.ThrowIfNull(point);
        return point.Map.RawOf("on") is { } on ? value == on ? true : point.Map.RawOf("off") == value ? false : null : !double.IsNaN(value) ? value != 0 : null;
    }

    private static (string Point, bool IsOn, TimeSpan Until)? Held(WriteOrder order, WriteLedger ledger, TimeSpan now)
    {
        foreach (var left in order.Left)
        {
            if (!order.Points.TryGetValue(left.Point, out var point) || point.Writing?.Hold is not { } hold)
            {
                continue;
            }

            if (IsOn(point, order.NumberOf(left.Value)) is { } isOn && ledger.Since(point.Name, !isOn) is { } since && since + (isOn ? hold.Off : hold.On) is var until && until > now)
            {
                return (point.Name, !isOn, until);
            }
        }

        return null;
    }
}
