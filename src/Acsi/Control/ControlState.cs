namespace DerAgent.Acsi;

/// <summary>Phases of a control object (IEC 61850-7-2 §20.2). Their numbers stand in stored files.</summary>
internal enum ControlPhase
{
    /// <summary>Nothing selected; where direct models idle.</summary>
    Unselected,
    /// <summary>Selected by one client.</summary>
    Ready,
    /// <summary>Accepted, waits for its activation time.</summary>
    Waiting,
    /// <summary>Being executed.</summary>
    Executing,
}

/// <summary>State of a control object: a value.</summary>
/// <param name="Phase">Its phase.</param>
/// <param name="Client">Association that selected or operates; null where none does, or it has ended.</param>
/// <param name="ClientJid">Bare JID of who selected or operates.</param>
/// <param name="Parameters">Parameters of the selection or the operation.</param>
/// <param name="Due">When the selection, the waiting or the execution ends.</param>
/// <param name="IsTaken">Whether the hardware took the value and reads it back.</param>
internal readonly record struct ControlState(ControlPhase Phase, AssociationKey? Client, string ClientJid, ControlParameters? Parameters, DateTimeOffset? Due, bool IsTaken)
{
    /// <summary>Where every object begins.</summary>
    public static ControlState Idle => new(ControlPhase.Unselected, null, "", null, null, false);

    public bool IsBusy => Phase is ControlPhase.Executing or ControlPhase.Waiting;

    /// <summary>The pulses of the output under way; null where it is set and stays so.</summary>
    public PulseTrain? Pulses { get; init; }

    /// <summary>The same after the clock was set: what is due stays as far away as it was, but for an activation, which is due at a time of day.</summary>
    public ControlState Shift(TimeSpan by) => this with { Due = Phase == ControlPhase.Waiting ? Due : Due + by, Pulses = Pulses is { } pulses ? pulses with { Due = pulses.Due + by } : null };

    /// <summary>When something of it is due next: its end, or an edge of a pulse.</summary>
    public DateTimeOffset? NextDue => DueQueue.Earliest(Due, Pulses?.Due);
}

/// <summary>What happens to a control object. Services have been checked before.</summary>
internal enum ControlEvent
{
    /// <summary>Select or SelectWithValue.</summary>
    Select,
    /// <summary>Operate, to be carried out now.</summary>
    Operate,
    /// <summary>Operate with an activation time to come.</summary>
    OperateLater,
    /// <summary>Cancel.</summary>
    Cancel,
    /// <summary>An Operate that contradicts the selection.</summary>
    Contradict,
    /// <summary>The time of the selection is over.</summary>
    SelectionOver,
    /// <summary>The activation time has come.</summary>
    Activate,
    /// <summary>The activation time has come, and the command is refused or hopelessly late.</summary>
    RefuseActivation,
    /// <summary>The hardware took the value and reads it back.</summary>
    Taken,
    /// <summary>The execution ended well: its effect shows.</summary>
    Done,
    /// <summary>The execution failed.</summary>
    Failed,
    /// <summary>A pulse of the output, or the pause behind it, is over.</summary>
    PulseEdge,
    /// <summary>operTimeout has passed.</summary>
    TimeLimitOver,
    /// <summary>The association of the client has ended.</summary>
    ClientGone,
}

/// <summary>What is to be done after a transition, in order.</summary>
internal enum ControlEffect
{
    /// <summary>stSeld becomes true.</summary>
    ShowSelected,
    /// <summary>stSeld becomes false.</summary>
    ShowUnselected,
    /// <summary>opRcvd, origin and ctlNum show the operation.</summary>
    ShowReceived,
    /// <summary>opOk and tOpOk show that the output was activated.</summary>
    ShowTaken,
    /// <summary>opRcvd and opOk fall back; that is no event.</summary>
    ShowOver,
    /// <summary>The command enters by the door.</summary>
    Execute,
    /// <summary>The output is switched to the other side of its pulse.</summary>
    SwitchPulse,
    /// <summary>The output is put to rest: a pulse may be standing, and nobody ends it any more.</summary>
    Rest,
    /// <summary>The command is written no further.</summary>
    Withdraw,
    /// <summary>The write that waits is answered: it succeeded.</summary>
    AnswerSuccess,
    /// <summary>LastApplError, then the write that waits is answered: it failed.</summary>
    AnswerFailure,
    /// <summary>The client learns that its time has come: Oper with its activation time.</summary>
    ReportActivation,
    /// <summary>The client learns that it was not activated: LastApplError and Oper.</summary>
    ReportRefusal,
    /// <summary>Positive CommandTermination.</summary>
    TerminateWell,
    /// <summary>Negative CommandTermination.</summary>
    TerminateBadly,
}

/// <summary>An event with what it brings.</summary>
/// <param name="Event">What happens.</param>
/// <param name="Client">Who.</param>
/// <param name="Parameters">With what.</param>
internal readonly record struct ControlInput(ControlEvent Event, AssociationKey? Client = null, ControlParameters? Parameters = null);

/// <summary>What an object's configuration says of its control (IEC 61850-7-3 §7.5).</summary>
/// <param name="IsSbo">Whether it is selected before it is operated.</param>
/// <param name="IsEnhanced">Whether operations are terminated.</param>
/// <param name="KeepsSelection">operate-many.</param>
/// <param name="SelectTimeout">How long a selection lasts.</param>
/// <param name="OperateTimeout">How long an execution may take; null: as long as the hardware needs.</param>
/// <param name="Pulse">The pulses that its output gives; null: it is set and stays so.</param>
internal readonly record struct ControlTraits(bool IsSbo, bool IsEnhanced, bool KeepsSelection, TimeSpan SelectTimeout, TimeSpan? OperateTimeout, PulseConfiguration? Pulse = null);
