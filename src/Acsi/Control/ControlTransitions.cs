using DerAgent.Model;

namespace DerAgent.Acsi;

using Row = Func<ControlState, ControlInput, ControlTraits, DateTimeOffset, (ControlState Next, ControlEffect[] Effects)>;

/// <summary>The state machine of a control object (IEC 61850-7-2 §20.2): every transition is a row here, and nothing else makes a state. What has no row changes nothing.</summary>
internal static class ControlTransitions
{
    private static readonly Dictionary<(ControlPhase Phase, ControlEvent Event), Row> Table = new()
    {
        [(ControlPhase.Unselected, ControlEvent.Select)] = Select,
        [(ControlPhase.Unselected, ControlEvent.Operate)] = Operate,
        [(ControlPhase.Unselected, ControlEvent.OperateLater)] = OperateLater,

        [(ControlPhase.Ready, ControlEvent.Operate)] = Operate,
        [(ControlPhase.Ready, ControlEvent.OperateLater)] = OperateLater,
        [(ControlPhase.Ready, ControlEvent.Cancel)] = Unselect,
        [(ControlPhase.Ready, ControlEvent.Contradict)] = Unselect,
        [(ControlPhase.Ready, ControlEvent.SelectionOver)] = Unselect,
        [(ControlPhase.Ready, ControlEvent.ClientGone)] = Unselect,

        [(ControlPhase.Waiting, ControlEvent.Activate)] = (s, _, t, now) =>
            (Execution(s with { }, t, now), [ControlEffect.ReportActivation, ControlEffect.ShowReceived, ControlEffect.Execute]),
        [(ControlPhase.Waiting, ControlEvent.RefuseActivation)] = (s, _, t, now) => Leave(s, t, now, ControlEffect.ReportRefusal),
        [(ControlPhase.Waiting, ControlEvent.Cancel)] = (s, _, t, _) => (ControlState.Idle, t.IsEnhanced ? [ControlEffect.TerminateBadly, ControlEffect.ShowUnselected] : [ControlEffect.ShowUnselected]),
        [(ControlPhase.Waiting, ControlEvent.ClientGone)] = ForgetClient,

        [(ControlPhase.Executing, ControlEvent.Taken)] = (s, _, t, now) => Take(s, t, now),
        [(ControlPhase.Executing, ControlEvent.Done)] = (s, _, t, now) => s.Pulses is { IsOver: false } ? Take(s, t, now) : Leave(s, t, now,
        [
            .. s.IsTaken ? Array.Empty<ControlEffect>() : [ControlEffect.ShowTaken],
            .. s.IsTaken || t.IsEnhanced ? Array.Empty<ControlEffect>() : [ControlEffect.AnswerSuccess],
            ControlEffect.ShowOver,
            .. t.IsEnhanced ? [ControlEffect.TerminateWell] : Array.Empty<ControlEffect>(),
        ]),
        [(ControlPhase.Executing, ControlEvent.PulseEdge)] = (s, _, _, _) => s.Pulses is { } pulses ? (s with { Pulses = pulses.Switch() }, [ControlEffect.SwitchPulse]) : (s, []),
        [(ControlPhase.Executing, ControlEvent.Failed)] = (s, _, t, now) => Leave(s, t, now, Failure(s, t)),
        [(ControlPhase.Executing, ControlEvent.TimeLimitOver)] = (s, _, t, now) => Leave(s, t, now, [ControlEffect.Withdraw, .. Failure(s, t)]),
        [(ControlPhase.Executing, ControlEvent.ClientGone)] = ForgetClient,
    };

    /// <summary>The successor of a state, and what is to be done.</summary>
    public static (ControlState Next, IReadOnlyList<ControlEffect> Effects) Next(in ControlState state, in ControlInput input, in ControlTraits traits, DateTimeOffset now) =>
        Table.TryGetValue((state.Phase, input.Event), out var row) ? row(state, input, traits, now) : (state, []);

    /// <summary>A command that waits for its activation time as it was stored; its client's association is gone.</summary>
    public static ControlState Restored(string clientJid, ControlParameters parameters) =>
        new(ControlPhase.Waiting, null, clientJid, parameters, parameters.OperTime.ToDateTimeOffset(), false);

    private static (ControlState Next, ControlEffect[] Effects) Select(ControlState state, ControlInput input, ControlTraits traits, DateTimeOffset now) =>
        (new(ControlPhase.Ready, input.Client, input.Client!.Value.BarePeer, input.Parameters, now + traits.SelectTimeout, false), [ControlEffect.ShowSelected]);

    private static (ControlState Next, ControlEffect[] Effects) Operate(ControlState state, ControlInput input, ControlTraits traits, DateTimeOffset now) =>
        (Execution(Of(input), traits, now), [ControlEffect.ShowReceived, ControlEffect.Execute]);

    private static (ControlState Next, ControlEffect[] Effects) OperateLater(ControlState state, ControlInput input, ControlTraits traits, DateTimeOffset now) =>
        (Of(input) with { Phase = ControlPhase.Waiting, Due = input.Parameters!.OperTime.ToDateTimeOffset() }, []);

    private static (ControlState Next, ControlEffect[] Effects) Unselect(ControlState state, ControlInput input, ControlTraits traits, DateTimeOffset now) =>
        (ControlState.Idle, [ControlEffect.ShowUnselected]);

    private static (ControlState Next, ControlEffect[] Effects) ForgetClient(ControlState state, ControlInput input, ControlTraits traits, DateTimeOffset now) =>
        (state with { Client = null }, []);

    private static ControlState Of(in ControlInput input) => new(ControlPhase.Unselected, input.Client, input.Client!.Value.BarePeer, input.Parameters, null, false);

    private static ControlState Execution(in ControlState state, in ControlTraits traits, DateTimeOffset now)
    {
        var pulses = PulsesOf(state, traits);
        return state with { Phase = ControlPhase.Executing, Due = now + traits.OperateTimeout + (pulses?.Configuration.Length ?? TimeSpan.Zero), IsTaken = false, Pulses = pulses };
    }

    /// <summary>The pulses that an operation gives: one that switches on, where the output gives pulses, and not in a test.</summary>
    private static PulseTrain? PulsesOf(in ControlState state, in ControlTraits traits) =>
        traits.Pulse is { } pulse && state.Parameters is { Test: false, Value.Kind: DataKind.Boolean } parameters && parameters.Value.AsBoolean() ? PulseTrain.Begin(pulse) : null;

    /// <summary>The hardware took the value, or an edge of a pulse: the first one is the operation's.</summary>
    private static (ControlState Next, ControlEffect[] Effects) Take(in ControlState state, in ControlTraits traits, DateTimeOffset now)
    {
        var next = state with { IsTaken = true, Pulses = state.Pulses?.Taken(now) };
        return (next, state.IsTaken ? [] : traits.IsEnhanced ? [ControlEffect.ShowTaken] : [ControlEffect.ShowTaken, ControlEffect.AnswerSuccess]);
    }

    /// <summary>operate-many keeps the selection while its client is there.</summary>
    private static (ControlState Next, ControlEffect[] Effects) Leave(in ControlState state, in ControlTraits traits, DateTimeOffset now, params ControlEffect[] effects) =>
        traits is { IsSbo: true, KeepsSelection: true } && state.Client is not null
            ? (state with { Phase = ControlPhase.Ready, Due = now + traits.SelectTimeout, IsTaken = false, Pulses = null }, effects)
            : (ControlState.Idle, [.. effects, ControlEffect.ShowUnselected]);

    private static ControlEffect[] Failure(in ControlState state, in ControlTraits traits) =>
    [
        .. state.Pulses is null ? Array.Empty<ControlEffect>() : [ControlEffect.Rest],
        .. traits.IsEnhanced || state.IsTaken ? Array.Empty<ControlEffect>() : [ControlEffect.AnswerFailure],
        ControlEffect.ShowOver,
        .. traits.IsEnhanced ? [ControlEffect.TerminateBadly] : Array.Empty<ControlEffect>(),
    ];
}
