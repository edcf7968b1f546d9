namespace DerAgent.Xmpp;

/// <summary>Where a connection is.</summary>
internal enum LinePhase
{
    /// <summary>There is no line, and no session to resume.</summary>
    Idle,
    /// <summary>A line serves.</summary>
    Serving,
    /// <summary>There is no line; the session may be resumed (XEP-0198 §5).</summary>
    Resumable,
    /// <summary>A line serves and writes no more stanzas: what is unacknowledged should be acknowledged before another one takes over.</summary>
    Quieting,
    /// <summary>A line serves no longer: another one is to take over its session, and <c>h</c> is told already.</summary>
    HandingOver,
    /// <summary>The line that hands over is gone, which is no wonder: its server closes it when the other one resumes. Whether that one does is not known yet.</summary>
    Orphaned,
}

/// <summary>What happens to a connection.</summary>
internal enum LineInput
{
    /// <summary>A line has bound a new session.</summary>
    Bound,
    /// <summary>A line has resumed the session.</summary>
    Resumed,
    /// <summary>A stanza came over the line that serves.</summary>
    Stanza,
    /// <summary>The server acknowledged (XEP-0198 <c>a</c>).</summary>
    Acknowledged,
    /// <summary>The server asks to acknowledge (XEP-0198 <c>r</c>).</summary>
    AcknowledgeAsked,
    /// <summary>There is room on the line that serves.</summary>
    Room,
    /// <summary>A tick of the clock.</summary>
    Tick,
    /// <summary>The line that serves broke; the session may be resumed.</summary>
    Broken,
    /// <summary>The line that serves ended, and its session with it.</summary>
    Ended,
    /// <summary>Another line has logged in to take the session of the one that serves.</summary>
    Quiet,
    /// <summary>Another line is about to resume the session of the one that serves.</summary>
    HandOver,
    /// <summary>The other line could not: the one that served goes on.</summary>
    Return,
}

/// <summary>What is done about it.</summary>
internal enum LineAction
{
    /// <summary>Nothing: it comes too late, or from a line that serves no longer.</summary>
    Ignore,
    /// <summary>A new session begins: nothing is kept from before.</summary>
    Begin,
    /// <summary>The session goes on over this line: what is not acknowledged is written again.</summary>
    GoOn,
    /// <summary>The line that came is of no use: it is closed.</summary>
    Refuse,
    /// <summary>The stanza is taken.</summary>
    Take,
    /// <summary>It is kept until it is known which line serves.</summary>
    Hold,
    /// <summary>What is acknowledged is forgotten.</summary>
    Forget,
    /// <summary>The answer says how many stanzas were taken.</summary>
    Acknowledge,
    /// <summary>The next octets are written.</summary>
    Write,
    /// <summary>Acknowledgements are written, and no stanza.</summary>
    WriteControl,
    /// <summary>The server is asked to acknowledge what it has.</summary>
    Ask,
    /// <summary>The clock's due is done.</summary>
    Watch,
    /// <summary>The line is closed; what waits, waits for another one.</summary>
    Suspend,
    /// <summary>The line is closed; the session and what waited are gone.</summary>
    GiveUp,
    /// <summary>What came in the meantime is taken, the end of the line too.</summary>
    CarryOn,
    /// <summary>The end of the line is kept in mind until it is known whether another one has its session.</summary>
    Park,
    /// <summary>Nothing of the line that serves is taken any more.</summary>
    Freeze,
}

/// <summary>The transitions of a connection: the one place where its phase is decided.</summary>
internal static class LineTable
{
    /// <summary>What follows in a phase from an input.</summary>
    public static (LinePhase Phase, LineAction Action) Next(LinePhase phase, LineInput input) => (phase, input) switch
    {
        (LinePhase.Idle or LinePhase.Resumable, LineInput.Bound) => (LinePhase.Serving, LineAction.Begin),
        (LinePhase.Resumable, LineInput.Resumed) => (LinePhase.Serving, LineAction.GoOn),
        (LinePhase.Idle, LineInput.Resumed) => (LinePhase.Idle, LineAction.Refuse),
        (LinePhase.Resumable, LineInput.Ended) => (LinePhase.Idle, LineAction.GiveUp),

        (LinePhase.Serving or LinePhase.Quieting, LineInput.Stanza) => (phase, LineAction.Take),
        (LinePhase.Serving or LinePhase.Quieting, LineInput.Acknowledged) => (phase, LineAction.Forget),
        (LinePhase.Serving or LinePhase.Quieting, LineInput.AcknowledgeAsked) => (phase, LineAction.Acknowledge),
        (LinePhase.Serving or LinePhase.Quieting, LineInput.Tick) => (phase, LineAction.Watch),
        (LinePhase.Serving or LinePhase.Quieting, LineInput.Broken) => (LinePhase.Resumable, LineAction.Suspend),
        (LinePhase.Serving or LinePhase.Quieting, LineInput.Ended) => (LinePhase.Idle, LineAction.GiveUp),
        (LinePhase.Serving or LinePhase.Quieting, LineInput.Bound or LineInput.Resumed) => (phase, LineAction.Refuse),
        (LinePhase.Serving, LineInput.Room) => (LinePhase.Serving, LineAction.Write),
        (LinePhase.Serving, LineInput.Quiet) => (LinePhase.Quieting, LineAction.Ask),
        (LinePhase.Quieting, LineInput.Room) => (LinePhase.Quieting, LineAction.WriteControl),
        (LinePhase.Quieting, LineInput.HandOver) => (LinePhase.HandingOver, LineAction.Freeze),

        (LinePhase.HandingOver, LineInput.Stanza or LineInput.Acknowledged or LineInput.AcknowledgeAsked) => (LinePhase.HandingOver, LineAction.Hold),
        (LinePhase.HandingOver, LineInput.Broken or LineInput.Ended) => (LinePhase.Orphaned, LineAction.Park),
        (LinePhase.HandingOver or LinePhase.Orphaned, LineInput.Resumed) => (LinePhase.Serving, LineAction.GoOn),
        (LinePhase.HandingOver or LinePhase.Orphaned, LineInput.Bound) => (phase, LineAction.Refuse),
        (LinePhase.Quieting or LinePhase.HandingOver or LinePhase.Orphaned, LineInput.Return) => (LinePhase.Serving, LineAction.CarryOn),

        _ => (phase, LineAction.Ignore),
    };

    /// <summary>What an event of the line is to the connection.</summary>
    public static LineInput InputOf(StreamEvent input) => input switch
    {
        StreamEvent.Element { Xml: { Namespace: Namespaces.StreamManagement, Name: "a" } } => LineInput.Acknowledged,
        StreamEvent.Element { Xml: { Namespace: Namespaces.StreamManagement, Name: "r" } } => LineInput.AcknowledgeAsked,
        _ => LineInput.Stanza,
    };
}
