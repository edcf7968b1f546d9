using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>A set point on its way, with whoever waits for it. Touched by its line only.</summary>
/// <param name="order">What to write.</param>
/// <param name="accepted">Called when the device took it.</param>
/// <param name="came">When it was given to the line: of several, the first one goes first.</param>
internal sealed class WriteJob(WriteOrder order, Action accepted, TimeSpan came)
{
    // Whoever waits is told on the line's loop: it posts and returns.
    private readonly TaskCompletionSource<CommandOutcome> _ended = new();

    /// <summary>Whether the device took the value, and it read back.</summary>
    public bool IsAccepted { get; private set; }

    public WriteOrder Order { get; private set; } = order;

    public WriteState State { get; private set; } = WriteTransitions.Start(came, came);

    public Task<CommandOutcome> Ended => _ended.Task;

    /// <summary>Whether its value is not in the hardware yet, so that another write of the point must wait.</summary>
    public bool HoldsPoint => State.Phase is not (WritePhase.Waiting or WritePhase.Watching or WritePhase.Ended);

    /// <summary>Whether an exchange was made for it: its first one goes before everything else.</summary>
    public bool HasAsked { get; set; }

    /// <summary>Whether it was noted that the device took it.</summary>
    public bool IsNoted { get; set; }

    /// <summary>Who wants what by it; null: nobody, it keeps what is in force or lets go of it.</summary>
    public Demand? Claim { get; init; }

    /// <summary>Ends when what must not be forgotten of it is kept.</summary>
    public Task Keeping { get; set; } = Task.CompletedTask;

    /// <summary>Whether it looks at the device instead of writing.</summary>
    public bool Looks => State.Phase is WritePhase.Confirming or WritePhase.Preparing or WritePhase.Awaiting or WritePhase.Doubting or WritePhase.ReadingBack or WritePhase.Watching;

    /// <summary>The points whose reading it waits for.</summary>
    public IEnumerable<string> Awaited => WriteTransitions.Awaits(State, Order);

    /// <summary>Whether it keeps a refresh of its point back: it writes the point just now, or lets go of it by silence. Who only answers a counter disturbs nobody.</summary>
    public bool KeepsBack(WriteRules rules) => (Order.Kind, rules) switch
    {
        (WriteKind.Refresh, _) => HoldsPoint,
        (WriteKind.Release, { Release: WriteRelease.After }) => HoldsPoint,
        (_, { Refresh.Write: not null }) => false,
        (WriteKind.Release, _) => HoldsPoint,
        _ => HoldsPoint && State.Phase != WritePhase.ReadingBack,
    };

    /// <summary>The same order for what the device has now, and what is known of it; before its first step only.</summary>
    public void Renew(WriteOrder renewed) => Order = renewed;

    /// <summary>Takes over a transition; tells who waits.</summary>
    public void Move(WriteState state)
    {
        var was = State.Phase;
        State = state;
        var takesHold = state.Phase == WritePhase.Watching || (state.Phase == WritePhase.Ended && was != WritePhase.Ended && state.Outcome.Succeeded);
        if (takesHold && !IsAccepted)
        {
            IsAccepted = true;
            accepted();
        }

        if (state.Phase == WritePhase.Ended)
        {
            _ended.TrySetResult(state.Outcome);
        }
    }

    /// <summary>Nobody waits for it any more: it is written no further.</summary>
    public void Withdraw(CancellationToken cancel)
    {
        State = WriteTransitions.End(State, default);
        _ended.TrySetCanceled(cancel);
    }
}
