using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>How far a set point is on its way to the hardware.</summary>
internal enum WritePhase
{
    /// <summary>Waits for the device, or for the least interval between writes.</summary>
    Waiting,
    /// <summary>Its steps are being written.</summary>
    Writing,
    /// <summary>Written; it must read back.</summary>
    ReadingBack,
    /// <summary>Reads back; its effect must show.</summary>
    Watching,
    /// <summary>Ended.</summary>
    Ended,
}

/// <summary>A set point as it was asked for.</summary>
/// <param name="Point">The point.</param>
/// <param name="Value">The value in the point's unit.</param>
internal sealed record WriteOrder(PointDefinition Point, double Value)
{
    private static readonly TimeSpan DefaultWithin = TimeSpan.FromSeconds(10);

    /// <summary>The writes it takes.</summary>
    public IReadOnlyList<WriteStep> Steps => Point.Steps.Count > 0 ? Point.Steps : [new WriteStep(Point.Name, null)];

    /// <summary>Where it reads back.</summary>
    public string ReadBack => Point.Verify?.Read ?? Point.Name;

    /// <summary>How long reading back may take.</summary>
    public TimeSpan ReadBackWithin => Point.Verify?.Within ?? DefaultWithin;

    /// <summary>Greatest difference of what reads back.</summary>
    public double Tolerance => Math.Max(Point.Verify?.Tolerance ?? 0, Math.Abs(Point.Scale) / 2);

    /// <summary>Why the value is not even written; null where it may be.</summary>
    public CommandOutcome? Refuse() =>
        double.IsNaN(Value) || (Point.Range is { } range && (Value < range.Low || Value > range.High))
            ? CommandOutcome.OutOfRange($"{Value} is not within {Point.Range?.Low} to {Point.Range?.High} {Point.Unit}")
            : null;
}

/// <summary>State of a set point on its way. Times are those of the line's own clock.</summary>
/// <param name="Phase">How far it is.</param>
/// <param name="Step">Steps written.</param>
/// <param name="Since">When the phase began.</param>
/// <param name="NotBefore">When the next exchange may be made; of a reading, the moment from which it counts.</param>
/// <param name="Outcome">How it ended.</param>
internal readonly record struct WriteState(WritePhase Phase, int Step, TimeSpan Since, TimeSpan NotBefore, CommandOutcome Outcome);

/// <summary>What is known of the points that matter, each read since <see cref="WriteState.NotBefore"/>; NaN where it says nothing.</summary>
/// <param name="ReadBack">What reads back.</param>
/// <param name="Measured">What is measured.</param>
/// <param name="Of">What the percentage relates to.</param>
internal readonly record struct WriteView(double ReadBack, double Measured, double Of);

/// <summary>The way of a set point: every transition stands here, and nothing else assigns its state.</summary>
internal static class WriteTransitions
{
    public static readonly TimeSpan ReadBackPause = TimeSpan.FromMilliseconds(200);
    public static readonly TimeSpan EffectPause = TimeSpan.FromMilliseconds(500);

    public static WriteState Start(TimeSpan now, TimeSpan notBefore) => new(WritePhase.Waiting, 0, now, notBefore, default);

    /// <summary>The device is there and the interval has passed: the first step may be written.</summary>
    public static WriteState Begin(in WriteState state, TimeSpan now) => state.Phase == WritePhase.Waiting ? state with { Phase = WritePhase.Writing, Since = now } : state;

    /// <summary>A step was written, or not.</summary>
    public static WriteState Written(in WriteState state, WriteOrder order, CommandOutcome outcome, TimeSpan now) => state.Phase switch
    {
        not WritePhase.Writing => state,
        _ when !outcome.Succeeded => End(state, outcome),
        _ when state.Step + 1 < order.Steps.Count => state with { Step = state.Step + 1 },
        _ => state with { Phase = WritePhase.ReadingBack, Step = state.Step + 1, Since = now, NotBefore = now },
    };

    /// <summary>Every point that matters was read.</summary>
    public static WriteState Seen(in WriteState state, WriteOrder order, in WriteView view, TimeSpan now) => state.Phase switch
    {
        WritePhase.ReadingBack => ReadBack(state, order, view, now),
        WritePhase.Watching => Watch(state, order, order.Point.Effect!, view, now),
        _ => state,
    };

    /// <summary>A reading failed.</summary>
    public static WriteState Unseen(in WriteState state, WriteOrder order, DeviceException failure, TimeSpan now) => (state.Phase, failure.Failure) switch
    {
        (WritePhase.ReadingBack, DeviceFailure.Busy) when now - state.Since < order.ReadBackWithin => state with { NotBefore = now + ReadBackPause },
        (WritePhase.ReadingBack, DeviceFailure.Silent or DeviceFailure.NoLine) => End(state, CommandOutcome.NoAnswer(failure.Message)),
        (WritePhase.ReadingBack, _) => End(state, CommandOutcome.Refused(failure.Message)),
        // The device may answer again before the time is over.
        (WritePhase.Watching, _) when now - state.Since < order.Point.Effect!.Within => state with { NotBefore = now + EffectPause },
        (WritePhase.Watching, _) => End(state, CommandOutcome.NoAnswer(failure.Message)),
        _ => state,
    };

    /// <summary>It ends, whatever it was doing.</summary>
    public static WriteState End(in WriteState state, CommandOutcome outcome) => state.Phase == WritePhase.Ended ? state : state with { Phase = WritePhase.Ended, Outcome = outcome };

    private static WriteState ReadBack(in WriteState state, WriteOrder order, in WriteView view, TimeSpan now)
    {
        if (Math.Abs(view.ReadBack - order.Value) <= order.Tolerance)
        {
            return order.Point.Effect is null
                ? End(state, CommandOutcome.Success)
                : state with { Phase = WritePhase.Watching, Since = now, NotBefore = now };
        }

        return now - state.Since >= order.ReadBackWithin
            ? End(state, CommandOutcome.Deviation($"{order.Point.Name} was set to {order.Value} and reads back {view.ReadBack}"))
            : state with { NotBefore = now + ReadBackPause };
    }

    private static WriteState Watch(in WriteState state, WriteOrder order, WriteEffect effect, in WriteView view, TimeSpan now)
    {
        var of = effect.Of is null ? 1 : view.Of / 100;
        var (wanted, tolerance) = (order.Value * of, effect.Tolerance * Math.Abs(of));
        if (view.Measured - wanted <= tolerance && (effect.IsLimit || wanted - view.Measured <= tolerance))
        {
            return End(state, CommandOutcome.Success);
        }

        // Some devices take a value and fall back to the old one a moment later.
        if (Math.Abs(view.ReadBack - order.Value) > order.Tolerance)
        {
            return End(state, CommandOutcome.Deviation($"{order.Point.Name} was set to {order.Value} and has reverted to {view.ReadBack}"));
        }

        return now - state.Since >= effect.Within
            ? End(state, CommandOutcome.EffectNotSeen($"{effect.Point} measures {view.Measured} after {effect.Within.TotalSeconds:0} s; {(effect.IsLimit ? "at most" : "about")} {wanted} was commanded"))
            : state with { NotBefore = now + EffectPause };
    }
}
