using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>The way of a set point: every transition stands here, and nothing else assigns its state.</summary>
internal static class WriteTransitions
{
    public static readonly TimeSpan ReadBackPause = TimeSpan.FromMilliseconds(200);
    public static readonly TimeSpan EffectPause = TimeSpan.FromMilliseconds(500);

    /// <summary>Pause before a step is written again that a busy device did not take.</summary>
    public static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a device may stay busy.</summary>
    public static readonly TimeSpan LongestBusy = TimeSpan.FromSeconds(10);

    public static WriteState Start(TimeSpan now, TimeSpan notBefore) => new(WritePhase.Waiting, 0, now, notBefore, 0, default);

    /// <summary>How long a store may take until a command goes on without it.</summary>
    public static readonly TimeSpan LongestKeeping = TimeSpan.FromSeconds(1);

    /// <summary>The device is there and the interval has passed: what is to be done is kept first.</summary>
    public static WriteState Begin(in WriteState state, TimeSpan now) => state.Phase == WritePhase.Waiting ? state with { Phase = WritePhase.Keeping, Since = now, NotBefore = now + LongestKeeping } : state;

    /// <summary>The value is in force already: reading it back may do. Asked once.</summary>
    public static WriteState Confirm(in WriteState state, TimeSpan now) => state is { Phase: WritePhase.Waiting, Attempts: 0 } ? state with { Phase = WritePhase.Confirming, Since = now, NotBefore = now, Attempts = 1 } : state;

    /// <summary>It is kept, or cannot be now: the first step may be done.</summary>
    public static WriteState Kept(in WriteState state, WriteOrder order, TimeSpan now) => state.Phase == WritePhase.Keeping ? Enter(state, order, 0, now) : state;

    /// <summary>A step was written, or not.</summary>
    public static WriteState Written(in WriteState state, WriteOrder order, WriteResult result, TimeSpan now) => (state.Phase, result.Answer) switch
    {
        (not WritePhase.Writing, _) => state,
        (_, WriteAnswer.Taken) => Enter(state, order, state.Step + 1, now),
        (_, WriteAnswer.Busy) when now - state.Since < LongestBusy => state with { NotBefore = now + BusyPause },
        (_, WriteAnswer.Unanswered) when state.Attempts == 0 && CanBeDoubted(order, state.Step) => state with { Phase = WritePhase.Doubting, Since = now, NotBefore = now },
        (_, WriteAnswer.Unanswered or WriteAnswer.NoLine) => End(state, CommandOutcome.NoAnswer(result.Text)),
        (_, WriteAnswer.OutOfRange) => End(state, CommandOutcome.OutOfRange(result.Text)),
        _ => End(state, CommandOutcome.Refused(result.Text)),
    };

    /// <summary>Time has passed: a pause may be over.</summary>
    public static WriteState Passed(in WriteState state, WriteOrder order, TimeSpan now) => state.Phase == WritePhase.Pausing && now >= state.NotBefore ? Enter(state, order, state.Step + 1, now) : state;

    /// <summary>Every point that matters was read.</summary>
    public static WriteState Seen(in WriteState state, WriteOrder order, PointLookup look, TimeSpan now) => state.Phase switch
    {
        WritePhase.Confirming => Wrong(order, look) is null ? TakenHold(state, order, now) : state with { Phase = WritePhase.Waiting, NotBefore = now },
        WritePhase.Preparing => Prepared(state, order, look, now),
        WritePhase.Awaiting => Awaited(state, order, (WriteStep.Until)order.Steps[state.Step], look, now),
        WritePhase.Doubting => Doubted(state, order, look, now),
        WritePhase.ReadingBack => ReadBack(state, order, look, now),
        WritePhase.Watching => Watch(state, order, look, now),
        _ => state,
    };

    /// <summary>A reading failed.</summary>
    public static WriteState Unseen(in WriteState state, WriteOrder order, DeviceException failure, TimeSpan now) => (state.Phase, failure.Failure) switch
    {
        (WritePhase.Waiting or WritePhase.Keeping or WritePhase.Writing or WritePhase.Pausing or WritePhase.Ended, _) => state,
        (not WritePhase.Watching, DeviceFailure.Busy or DeviceFailure.Nonsense) when now - state.Since < order.ReadBackWithin => state with { NotBefore = now + ReadBackPause },
        (not WritePhase.Watching, DeviceFailure.Silent or DeviceFailure.NoLine) => End(state, CommandOutcome.NoAnswer(failure.Message)),
        (not WritePhase.Watching, _) => End(state, CommandOutcome.Refused(failure.Message)),
        // The device may answer again before the time is over.
        (_, _) when now - state.Since < order.WatchedFor => state with { NotBefore = now + EffectPause },
        _ => End(state, CommandOutcome.NoAnswer(failure.Message)),
    };

    /// <summary>It ends, whatever it was doing.</summary>
    public static WriteState End(in WriteState state, CommandOutcome outcome) => state.Phase == WritePhase.Ended ? state : state with { Phase = WritePhase.Ended, Outcome = outcome };

    /// <summary>The points whose reading the state waits for.</summary>
    public static IEnumerable<string> Awaits(in WriteState state, WriteOrder order) => state.Phase switch
    {
        WritePhase.Preparing => Needs(order.Steps[state.Step]),
        WritePhase.Awaiting => ((WriteStep.Until)order.Steps[state.Step]).Conditions.Select(c => c.Point),
        WritePhase.Doubting => ((WriteStep.Write)order.Steps[state.Step]).Values.Select(v => v.Point),
        WritePhase.Confirming or WritePhase.ReadingBack => order.ReadBacks.SelectMany(b => new[] { b.Point, b.Of }).OfType<string>(),
        WritePhase.Watching => order.Watched,
        _ => [],
    };

    /// <summary>What a step must know before it is done.</summary>
    private static IEnumerable<string> Needs(WriteStep step) => step is WriteStep.Need need ? need.Needs.Select(n => n.Point) : step is WriteStep.Note note ? note.Points :
        step.Unless.Select(c => c.Point).Concat(step is WriteStep.Write write ? write.Values.SelectMany(v => v.Value switch { StepValue.Current => [v.Point], StepValue.From from => [from.Point], _ => Array.Empty<string>() }) : []);

    private static WriteState Enter(in WriteState state, WriteOrder order, int step, TimeSpan now)
    {
        var next = state with { Step = step, Since = now, NotBefore = now, Attempts = 0 };
        return step >= order.Steps.Count ? order.ReadBacks.Count == 0 ? TakenHold(next, order, now) : next with { Phase = WritePhase.ReadingBack }
            : Needs(order.Steps[step]).Any() ? next with { Phase = WritePhase.Preparing }
            : Act(next, order, now);
    }

    private static WriteState Act(in WriteState state, WriteOrder order, TimeSpan now) => order.Steps[state.Step] switch
    {
        WriteStep.Wait wait => state with { Phase = WritePhase.Pausing, Since = now, NotBefore = now + wait.For },
        WriteStep.Until => state with { Phase = WritePhase.Awaiting, Since = now, NotBefore = now },
        _ => state with { Phase = WritePhase.Writing, Since = now, NotBefore = now },
    };

    private static WriteState Prepared(in WriteState state, WriteOrder order, PointLookup look, TimeSpan now)
    {
        var step = order.Steps[state.Step];
        if (step is WriteStep.Need need)
        {
            var unmet = need.Needs.FirstOrDefault(n => !Holds([new(n.Point, n.Is)], order, look));
            return unmet is null ? Enter(state, order, state.Step + 1, now) : End(state, CommandOutcome.Refused($"{unmet.Point} reads {look(unmet.Point)?.Number:0.###} and must be {unmet.Is:0.###} for control{(unmet.Hint.Length > 0 ? $": {unmet.Hint}" : "")}"));
        }

        return step is WriteStep.Note || (step.Unless.Count > 0 && Holds(step.Unless, order, look)) ? Enter(state, order, state.Step + 1, now) : Act(state, order, now);
    }

    private static bool Holds(IReadOnlyList<PointCondition> conditions, WriteOrder order, PointLookup look) =>
        conditions.All(c => look(c.Point) is { } value && order.Points.TryGetValue(c.Point, out var point) && value.Is(c.Value, point));

    private static WriteState Awaited(in WriteState state, WriteOrder order, WriteStep.Until step, PointLookup look, TimeSpan now)
    {
        if (Holds(step.Conditions, order, look))
        {
            return Enter(state, order, state.Step + 1, now);
        }

        foreach (var condition in step.Conditions)
        {
            if (look(condition.Point) is { IsNone: false } value && step.Refused.Any(r => (double)r == value.Number))
            {
                return End(state, CommandOutcome.Refused($"{condition.Point} reads {value.Number}: the device has refused it"));
            }
        }

        return now - state.Since >= step.Within
            ? End(state, CommandOutcome.Refused($"{string.Join(", ", step.Conditions.Select(c => $"{c.Point} reads {look(c.Point)?.Number} and not {c.Value}"))} after {step.Within.TotalSeconds:0.#} s"))
            : state with { NotBefore = now + ReadBackPause };
    }

    /// <summary>Only what reads back as written can be doubted: what nobody can read, or is a pulse, is not written twice.</summary>
    private static bool CanBeDoubted(WriteOrder order, int step) =>
        order.Steps[step] is WriteStep.Write write && write.Values.All(v => v.Value is StepValue.Commanded or StepValue.Constant && order.Points.TryGetValue(v.Point, out var point) && point is { IsReadable: true, Kind: not RegisterKind.Coil });

    private static WriteState Doubted(in WriteState state, WriteOrder order, PointLookup look, TimeSpan now)
    {
        var write = (WriteStep.Write)order.Steps[state.Step];
        var isTaken = write.Values.All(v => look(v.Point) is { } value && value.Is(v.Value is StepValue.Constant constant ? constant.Number : order.Taken, order.Points[v.Point]));
        return isTaken ? Enter(state, order, state.Step + 1, now) : state with { Phase = WritePhase.Writing, Since = now, NotBefore = now, Attempts = state.Attempts + 1 };
    }

    private static WriteState TakenHold(in WriteState state, WriteOrder order, TimeSpan now) =>
        !order.IsWatched ? End(state, CommandOutcome.Done(Seen(order))) : state with { Phase = WritePhase.Watching, Since = now, NotBefore = now };

    /// <summary>What was seen of a write whose effect nobody measures.</summary>
    private static string Seen(WriteOrder order) => order.ReadBacks.Count > 0 ? $"the device reads it back ({string.Join(", ", order.ReadBacks.Select(static b => b.Point).Distinct(StringComparer.Ordinal))})" : "the device took it";

    private static WriteState ReadBack(in WriteState state, WriteOrder order, PointLookup look, TimeSpan now)
    {
        if (Wrong(order, look) is not { } wrong)
        {
            return TakenHold(state, order, now);
        }

        return now - state.Since < order.ReadBackWithin ? state with { NotBefore = now + ReadBackPause }
            : IsDark(order, look) ? TakenHold(state, order, now)
            : End(state, CommandOutcome.Deviation($"{order.Point.Name} was set to {order.Value}, and {wrong}"));
    }

    /// <summary>Whether the device took the value, as far as it says anything: by night what it measures and what it enforces is "not implemented", and that is no deviation.</summary>
    public static bool IsDark(WriteOrder order, PointLookup look)
    {
        ArgumentNullException.ThrowIfNull(order);
        var wrong = order.ReadBacks.Where(b => Differs(b, look) is not null).ToList();
        return wrong.Count > 0 && wrong.TrueForAll(b => b.Point != order.Point.Name && look(b.Point) is null or { IsNone: true });
    }

    /// <summary>What does not read back as it was written; null where all does.</summary>
    public static string? Wrong(WriteOrder order, PointLookup look)
    {
        ArgumentNullException.ThrowIfNull(order);
        return order.ReadBacks.Select(b => Differs(b, look)).FirstOrDefault(d => d is not null);
    }

    private static string? Differs(ReadBack back, PointLookup look)
    {
        var (number, of) = (Number(look, back.Point), back.Of is null ? 1 : Number(look, back.Of) / 100);
        return Math.Abs(number - (back.Value * of)) <= (back.Tolerance * Math.Abs(of)) + 1e-9 ? null : $"{back.Point} reads back {number:0.###}{(back.Of is null ? "" : $" of {of * 100:0.###}")}";
    }

    private static WriteState Watch(in WriteState state, WriteOrder order, PointLookup look, TimeSpan now)
    {
        // Some devices take a value and fall back to the old one a moment later.
        if (Wrong(order, look) is { } wrong && !IsDark(order, look))
        {
            return End(state, CommandOutcome.Deviation($"{order.Point.Name} was set to {order.Value}, and has reverted: {wrong}"));
        }

        var isOver = now - state.Since >= order.WatchedFor;
        return order.Effect is { } effect ? WatchEffect(state, order, effect, look, isOver, now) : WatchRise(state, order, order.Rise!, look, isOver, now);
    }

    private static WriteState WatchEffect(in WriteState state, WriteOrder order, WriteEffect effect, PointLookup look, bool isOver, TimeSpan now)
    {
        var of = effect.Of is null ? 1 : Number(look, effect.Of) / 100;
        var (measured, wanted, tolerance) = (Number(look, effect.Point), order.Value * of, effect.Tolerance * Math.Abs(of));

        // Without sun there is nothing to see of a limit, and nothing to wait for: it was taken.
        if (effect.IsLimit && IsNight(look, effect.Point))
        {
            return End(state, CommandOutcome.Done("nothing is generated that would show it"));
        }

        if (measured - wanted <= tolerance && (effect.IsLimit || wanted - measured <= tolerance))
        {
            return End(state, CommandOutcome.Done($"{effect.Point} measures {measured:0.###} after {(now - state.Since).TotalSeconds:0.#} s"));
        }

        return isOver
            ? End(state, CommandOutcome.EffectNotSeen($"{effect.Point} measures {measured:0.###} after {effect.Within.TotalSeconds:0} s; {(effect.IsLimit ? "at most" : "about")} {wanted:0.###} was commanded"))
            : state with { NotBefore = now + EffectPause };
    }

    private static WriteState WatchRise(in WriteState state, WriteOrder order, Rise rise, PointLookup look, bool isOver, TimeSpan now)
    {
        var measured = Number(look, rise.Point);
        return measured > rise.Above ? End(state, CommandOutcome.Done($"{rise.Point} measures {measured:0.###} after {(now - state.Since).TotalSeconds:0.#} s"))
            : IsNight(look, rise.Point) ? End(state, CommandOutcome.Done("nothing is generated that would show it"))
            : isOver ? End(state, CommandOutcome.EffectNotSeen($"{order.Point.Name} was let go of, and {rise.Point} still measures {measured:0.###} after {rise.Within.TotalSeconds:0} s, as under the old limit"))
            : state with { NotBefore = now + EffectPause };
    }

    private static double Number(PointLookup look, string point) => look(point) is { IsNone: false } value ? value.Number : double.NaN;

    private static bool IsNight(PointLookup look, string point) => look(point) is { IsNone: true, IsUnknown: false };
}
