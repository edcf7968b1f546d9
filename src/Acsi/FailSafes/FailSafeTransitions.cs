namespace DerAgent.Acsi;

using Row = Func<FailSafeState, FailSafeInput, DateTimeOffset, (FailSafeState Next, FailSafeActions Actions)?>;

/// <summary>The state machine of a fail-safe: of each phase the rows are tried in order, and the first that holds is taken. Nothing else makes a state. Pure.</summary>
internal static class FailSafeTransitions
{
    private static readonly Dictionary<FailSafePhase, Row[]> Table = new()
    {
        [FailSafePhase.Idle] = [Hold],
        [FailSafePhase.Held] = [Leave, Hold, Expire, Miss],
        [FailSafePhase.Missing] = [Leave, Hold, Expire, Return, Activate],
        [FailSafePhase.Active] = [Command, Lapse, ComeBack],
        [FailSafePhase.Expired] = [Command],
        [FailSafePhase.Stayed] = [Command],
    };

    /// <summary>The successor of a state, and what is to be done. To be asked again until nothing changes.</summary>
    public static (FailSafeState Next, FailSafeActions Actions) Next(in FailSafeState state, in FailSafeInput input, DateTimeOffset now)
    {
        foreach (var row in Table[state.Phase])
        {
            if (row(state, input, now) is { } taken)
            {
                return taken;
            }
        }

        return (state, FailSafeActions.None);
    }

    /// <summary>What it is after a start.</summary>
    /// <param name="stored">What it was before, as far as that was stored.</param>
    /// <param name="input">What it finds: claims that were kept.</param>
    /// <param name="now">When.</param>
    public static (FailSafeState Next, FailSafeActions Actions) Start(in FailSafeState stored, in FailSafeInput input, DateTimeOffset now)
    {
        var (rule, claim) = (input.Rule, input.Claim);
        if (rule.StartsWithDevice)
        {
            return (FailSafeState.Idle, FailSafeActions.EndAll);
        }

        // Whose value is in force already goes on with it.
        if (stored.Phase != FailSafePhase.Idle && !(rule.StartsWithValue && stored.Phase == FailSafePhase.Missing))
        {
            return (stored, FailSafeActions.None);
        }

        // Who let go of everything has nothing that could come back.
        var isHeld = claim is not null && !input.IsRelease;
        return rule.StartsWithValue ? (new(isHeld ? FailSafePhase.Active : FailSafePhase.Expired, claim, now, input.InForce, claim?.Since ?? now), FailSafeActions.EndOwner)
            : isHeld ? (new(FailSafePhase.Missing, claim, now, input.InForce, Before(claim!.Since, now)), FailSafeActions.None)
            : (FailSafeState.Idle, FailSafeActions.None);
    }

    /// <summary>When a state changes by itself, or its ramp goes on; null: not before something happens.</summary>
    public static DateTimeOffset? Due(in FailSafeState state, in FailSafeInput input, DateTimeOffset now)
    {
        DateTimeOffset? due = state.Phase == FailSafePhase.Missing ? state.Since + input.Rule.After : null;
        if (state.Phase is FailSafePhase.Held or FailSafePhase.Missing or FailSafePhase.Active && input.Reversion > TimeSpan.Zero)
        {
            due = DueQueue.Earliest(due, state.Operated + input.Reversion);
        }

        return state.IsOn && !input.Rule.IsKept && !IsRamped(state, input, now) ? DueQueue.Earliest(due, now + FailSafeRamp.Period) : due;
    }

    private static bool IsRamped(in FailSafeState state, in FailSafeInput input, DateTimeOffset now) => FailSafeRamp.IsOver(state, input.Rule, input.Rule.Number ?? double.NaN, now);

    /// <summary>Somebody commands, or commands anew; or lets go of what others commanded.</summary>
    private static (FailSafeState, FailSafeActions)? Hold(FailSafeState state, FailSafeInput input, DateTimeOffset now) => input.Claim is not { } claim || claim == state.Owner ? null
        : !input.IsRelease ? (Of(claim, input, now), FailSafeActions.None)
        : state.Phase == FailSafePhase.Idle ? null : (FailSafeState.Idle, FailSafeActions.None);

    /// <summary>Nobody commands any more.</summary>
    private static (FailSafeState, FailSafeActions)? Leave(FailSafeState state, FailSafeInput input, DateTimeOffset now) =>
        input.Claim is null ? (FailSafeState.Idle, FailSafeActions.None) : null;

    /// <summary>A command lasts no longer than RvrtTms, whoever is there.</summary>
    private static (FailSafeState, FailSafeActions)? Expire(FailSafeState state, FailSafeInput input, DateTimeOffset now) => !IsOver(state, input, now) ? null
        : input.Rule.Number is not null ? (state with { Phase = FailSafePhase.Expired, Since = now, From = input.InForce }, FailSafeActions.EndOwner)
        : (FailSafeState.Idle, FailSafeActions.LetGo);

    /// <summary>It lasts no longer while its owner is gone either: it does not come back with him.</summary>
    private static (FailSafeState, FailSafeActions)? Lapse(FailSafeState state, FailSafeInput input, DateTimeOffset now) => state.Owner is null || !IsOver(state, input, now) ? null
        : input.Rule.IsKept ? (FailSafeState.Idle, FailSafeActions.LetGo)
        : input.Rule is { Number: null, Ramp: <= 0 } ? (FailSafeState.Idle, FailSafeActions.None)
        : (state with { Phase = FailSafePhase.Expired }, FailSafeActions.None);

    private static bool IsOver(in FailSafeState state, in FailSafeInput input, DateTimeOffset now) => input.Reversion > TimeSpan.Zero && now - state.Operated >= input.Reversion;

    private static (FailSafeState, FailSafeActions)? Miss(FailSafeState state, FailSafeInput input, DateTimeOffset now) =>
        input.IsThere ? null : (state with { Phase = FailSafePhase.Missing, Since = input.LastSeen }, FailSafeActions.None);

    private static (FailSafeState, FailSafeActions)? Return(FailSafeState state, FailSafeInput input, DateTimeOffset now) =>
        input.IsThere ? (state with { Phase = FailSafePhase.Held, Since = now }, FailSafeActions.None)
        : input.LastSeen > state.Since ? (state with { Since = input.LastSeen }, FailSafeActions.None) : null;

    private static (FailSafeState, FailSafeActions)? Activate(FailSafeState state, FailSafeInput input, DateTimeOffset now) => now - state.Since < input.Rule.After ? null
        : (state with { Phase = FailSafePhase.Active, Since = now, From = input.InForce }, input.Rule switch
        {
            { Number: not null } => FailSafeActions.EndOwner,
            { IsKept: true } => FailSafeActions.None,
            _ => input.Rule.Ramp > 0 ? FailSafeActions.EndOwner : FailSafeActions.LetGo,
        });

    /// <summary>Somebody commands: the fail-safe has nothing to say any more.</summary>
    private static (FailSafeState, FailSafeActions)? Command(FailSafeState state, FailSafeInput input, DateTimeOffset now)
    {
        var isKept = state.Phase == FailSafePhase.Active && input.Rule.IsKept;
        return isKept && input.Claim is null ? (FailSafeState.Idle, FailSafeActions.None)
            : input.Claim is not { } claim || (isKept && claim == state.Owner) ? null
            : (input.IsRelease ? FailSafeState.Idle : Of(claim, input, now), FailSafeActions.Withdraw);
    }

    /// <summary>The owner is back: what he commanded is in force again, or the fail-safe's value stays.</summary>
    private static (FailSafeState, FailSafeActions)? ComeBack(FailSafeState state, FailSafeInput input, DateTimeOffset now) => !(input.IsThere || input.LastSeen > state.Since) || state.Owner is null ? null
        : input.Rule.IsKept ? (state with { Phase = FailSafePhase.Held, Since = now }, FailSafeActions.None)
        : input.Rule.Stays ? (state with { Phase = FailSafePhase.Stayed, Since = now, From = input.Rule.Number is { } number ? FailSafeRamp.At(state, input.Rule, number, now) : input.InForce }, FailSafeActions.None)
        : (state with { Phase = FailSafePhase.Held, Since = now }, FailSafeActions.Withdraw | FailSafeActions.Resume);

    private static FailSafeState Of(Claim claim, in FailSafeInput input, DateTimeOffset now) =>
        new(input.IsThere ? FailSafePhase.Held : FailSafePhase.Missing, claim, input.IsThere || input.LastSeen < claim.Since ? Before(claim.Since, now) : input.LastSeen, 0, Before(claim.Since, now));

    /// <summary>Nothing has happened in the future: the clock was set back since.</summary>
    private static DateTimeOffset Before(DateTimeOffset moment, DateTimeOffset now) => moment > now ? now : moment;
}
