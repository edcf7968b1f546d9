using System.Globalization;
using System.Text;

namespace DerAgent.Xmpp;

/// <summary>
/// A connection as a state machine: what comes over its line, what its owner sends, and time go in; octets, notices and the ends of lines come out as
/// <see cref="Effects"/>. The line beneath it may be exchanged. It does no I/O and is touched by one thread at a time. Which phase follows from what stands in
/// <see cref="LineTable"/>, when what is due in <see cref="LineWatch"/>, who goes out first in <see cref="OutputQueue"/>.
/// </summary>
internal sealed class ConnectionCore
{
    private readonly XmppOptions _options;
    private readonly Func<string> _newId;
    private readonly LineWriter _writer;
    private readonly SessionIntake _intake;
    private readonly ServerPing _ping;
    private readonly List<StreamEvent> _heldEvents = [];
    private LineWatch _watch;
    private LineProgress _progress;
    private ManagementGrant? _grant;
    private XmppFailure? _parked;

    /// <summary>A connection; nothing happens before <see cref="Attach"/>.</summary>
    /// <param name="options">Where and who.</param>
    /// <param name="services">Answers pings and the like.</param>
    /// <param name="budget">Octets that may be held for the connection.</param>
    /// <param name="newId">Makes ids of stanzas.</param>
    public ConnectionCore(XmppOptions options, PeerServices services, OctetBudget budget, Func<string> newId)
    {
        (_options, _newId) = (options, newId);
        (_ping, Output) = (new(options.Jid.Domain, newId), new(budget));
        _intake = new(services, Requests, Output, budget, Effects);
        _writer = new(Output, _intake, Effects);
    }

    /// <summary>Where the connection is.</summary>
    public LinePhase Phase { get; private set; }

    /// <summary>Whether another line is about to resume the session.</summary>
    public bool IsHandingOver => Phase is LinePhase.HandingOver or LinePhase.Orphaned;

    /// <summary>The line that serves; 0: none.</summary>
    public long Line { get; private set; }

    /// <summary>Our full JID of the session; null before the first.</summary>
    public Jid? Address { get; private set; }

    /// <summary>What is to be done, in order.</summary>
    public Queue<ConnectionEffect> Effects { get; } = new();

    /// <summary>What waits to go out.</summary>
    public OutputQueue Output { get; }

    /// <summary>Our requests that wait for answers.</summary>
    public RequestTable Requests { get; } = new();

    /// <summary>How to resume the session; null where that is not possible.</summary>
    public Resumption? Resumption => Phase != LinePhase.Idle && _grant?.ResumptionId is { } id ? new(id, _intake.Handled) : null;

    /// <summary>Where the server wants to be dialled for resuming, or null.</summary>
    public XmppEndpoint? Location => Phase == LinePhase.Idle ? null : _grant?.Location;

    /// <summary>Whether nothing more should be read: as many requests wait as may, or it is not known yet which line serves.</summary>
    public bool MustPause => _intake.IsFull || IsHandingOver;

    /// <summary>Called with every stanza that is written for the first time (true) or came. Logins are not shown, and nothing that strangers send.</summary>
    public Action<bool, ReadOnlyMemory<byte>>? Trace
    {
        get;
        set => _writer.Trace = _intake.Trace = field = value;
    }

    /// <summary>A line is bound or has resumed.</summary>
    public void Attach(long line, NegotiationStep step, in LineProgress progress, TimeSpan now)
    {
        switch (Follow(step is NegotiationStep.Bound ? LineInput.Bound : LineInput.Resumed))
        {
            case LineAction.Begin when step is NegotiationStep.Bound bound:
                Begin(line, bound, progress, now);
                break;
            case LineAction.GoOn when step is NegotiationStep.Resumed resumed:
                GoOn(line, resumed.Handled, progress, now);
                break;
            default:
                Effects.Enqueue(new ConnectionEffect.Close(line, XmppFailure.Closed));
                break;
        }
    }

    /// <summary>Something came over a line.</summary>
    public void Take(long line, StreamEvent input, in LineProgress progress, TimeSpan now)
    {
        if (line != Line)
        {
            return;
        }

        _progress = progress;
        switch (Follow(LineTable.InputOf(input)))
        {
            case LineAction.Hold:
                _heldEvents.Add(input);
                break;
            case LineAction.Take or LineAction.Forget or LineAction.Acknowledge:
                TakeEvent(input, isCounted: true, now);
                break;
        }

        Write(now);
    }

    /// <summary>A line has written what it was given.</summary>
    public void Wrote(long line, in LineProgress progress, TimeSpan now)
    {
        if (line == Line)
        {
            _progress = progress;
            _writer.IsBusy = false;
            Write(now);
            TellRoom();
        }
    }

    /// <summary>Stanzas wait in a lane; their octets are taken.</summary>
    public void Send(XmppLane lane, IReadOnlyList<OutgoingStanza> stanzas, TimeSpan now)
    {
        foreach (var stanza in stanzas)
        {
            Output.Add(lane, stanza);
        }

        Write(now);
    }

    /// <summary>A second or so has passed.</summary>
    public void Tick(long line, in LineProgress progress, TimeSpan now)
    {
        if (line != Line || Follow(LineInput.Tick) != LineAction.Watch)
        {
            return;
        }

        _progress = progress;
        _intake.Tick(now);
        _writer.IsAcknowledgeDue |= Output.IsManaged && _intake.Owes;
        (_watch, var step) = _watch.Tick(now, progress, Output.UnacknowledgedOctets, _options);
        switch (step)
        {
            case WatchStep.Ping:
                _ping.Send(Output);
                _watch = _watch.Asked(now, progress, position: null);
                break;
            case WatchStep.RequestAcknowledge:
                _writer.IsAskDue = true;
                break;
            case WatchStep.None:
                break;
            default:
                End(WatchFailure.Of(step, _options));
                return;
        }

        Write(now);
        TellRoom();
    }

    /// <summary>A line broke, or is given up.</summary>
    public void Broke(long line, XmppFailure failure)
    {
        if (line == Line)
        {
            End(failure);
        }
    }

    /// <summary>
    /// Another line has logged in to take the session over: nothing more is written until what is under way is acknowledged. Without that, a server that has read
    /// stanzas and not yet counted them takes them twice: ejabberd 23 does. False where no line serves.
    /// </summary>
    public bool Quiet(TimeSpan now)
    {
        if (Follow(LineInput.Quiet) != LineAction.Ask)
        {
            return false;
        }

        _writer.IsAskDue = Output.Unacknowledged > 0;
        Write(now);
        return true;
    }

    /// <summary>Whether nothing is under way any more, or nobody waits for that.</summary>
    public bool IsQuiet => Phase != LinePhase.Quieting || (Output.Unacknowledged == 0 && !_writer.IsBusy);

    /// <summary>Another line is about to resume the session: nothing of the one that serves is taken any more. How to resume it; null where that is not possible.</summary>
    public Resumption? HandOver() => Resumption is { } resumption && Follow(LineInput.HandOver) == LineAction.Freeze ? resumption : null;

    /// <summary>The other line could not resume: the one that served goes on.</summary>
    public void Return(TimeSpan now)
    {
        if (Follow(LineInput.Return) != LineAction.CarryOn)
        {
            return;
        }

        StreamEvent[] held = [.. _heldEvents];
        _heldEvents.Clear();
        foreach (var input in held)
        {
            TakeEvent(input, isCounted: true, now);
        }

        if (_parked is { } end)
        {
            _parked = null;
            End(end);
        }

        Write(now);
    }

    private LineAction Follow(LineInput input)
    {
        (Phase, var action) = LineTable.Next(Phase, input);
        return action;
    }

    private void Begin(long line, NegotiationStep.Bound bound, in LineProgress progress, TimeSpan now)
    {
        // What was kept for a session that could not be resumed is gone with it, and so are the answers.
        (Line, Address, _grant, _progress) = (line, bound.Address, bound.Management, progress);
        var lost = Output.Reset(isManaged: _grant is not null);
        _intake.Reset();
        _writer.Begin();
        _watch = LineWatch.Of(now, progress);
        Effects.Enqueue(new ConnectionEffect.Tell(new XmppNotice.Connected(bound.Address, false, lost)));
        Output.AddOwn(Stanza.Iq("get", _newId(), null, Encoding.UTF8.GetBytes($"<query xmlns=\"{Namespaces.Roster}\"/>")));
        Output.AddOwn(Stanza.Presence(null, null, Encoding.UTF8.GetBytes($"<priority>{_options.Priority}</priority>")));
        _intake.Begin(_newId, now);
        foreach (var early in bound.Early ?? [])
        {
            TakeEvent(early, isCounted: false, now);
        }

        Write(now);
    }

    private void GoOn(long line, uint handled, in LineProgress progress, TimeSpan now)
    {
        var before = Line;
        (Line, _progress) = (line, progress);
        _heldEvents.Clear();
        _parked = null;
        if (before != 0)
        {
            Effects.Enqueue(new ConnectionEffect.Close(before, XmppFailure.Closed, line));
        }

        if (!Output.Resume(handled))
        {
            End(new(XmppFailureKind.Protocol, $"the server resumed with h=\"{handled}\", which fits nothing we sent"));
            return;
        }

        _writer.Begin();
        _writer.IsAskDue = true;
        _watch = LineWatch.Of(now, progress).Asked(now, progress, position: null, isFirst: true);
        Effects.Enqueue(new ConnectionEffect.Tell(new XmppNotice.Connected(Address!, true, 0)));
        Write(now);
    }

    /// <summary>The line that serves is at its end. What a server sent once it sends again after resuming: where that was the cause, a new session is bound.</summary>
    private void End(XmppFailure failure)
    {
        var mayResume = Resumption is not null && failure.Kind is XmppFailureKind.Connection or XmppFailureKind.Silence or XmppFailureKind.Closed;
        var (line, action) = (Line, Follow(mayResume ? LineInput.Broken : LineInput.Ended));
        _parked = action == LineAction.Park ? failure : _parked;
        if (action is not (LineAction.Suspend or LineAction.GiveUp))
        {
            return;
        }

        // What was held was not counted: it comes again with the session.
        _heldEvents.Clear();
        Line = 0;
        if (action == LineAction.GiveUp)
        {
            Output.Reset(isManaged: false);
            _intake.Reset();
            _grant = null;
        }

        if (line != 0)
        {
            Effects.Enqueue(new ConnectionEffect.Tell(new XmppNotice.Disconnected(failure, mayResume)));
            Effects.Enqueue(new ConnectionEffect.Close(line, failure));
        }
    }

    private void TakeEvent(StreamEvent input, bool isCounted, TimeSpan now)
    {
        switch (input)
        {
            case StreamEvent.Closed:
                End(new(XmppFailureKind.StreamError, "the server closed the stream"));
                return;
            case StreamEvent.Broken broken:
                _writer.Farewell(Line, Encoding.UTF8.GetBytes($"<stream:error><{broken.Condition.Name()} xmlns=\"{Namespaces.StreamErrors}\"/></stream:error></stream:stream>"));
                End(new(XmppFailureKind.Protocol, $"the server sent XML that is {broken.Condition.Name()}"));
                return;
            case StreamEvent.Element { Xml: { Namespace: Namespaces.StreamManagement } management }:
                TakeManagement(management, now);
                return;
            case StreamEvent.Element { Xml: { Name: "error", Namespace: Namespaces.Streams } error }:
                End(StreamFailure.Of(error));
                return;
            case StreamEvent.Element { Xml: var xml } when Stanza.Of(xml) is { } stanza:
                TakeStanza(stanza, now);
                break;
            case StreamEvent.Dropped { Head: var head }:
                TakeStanza(head, now);
                break;
            default:
                return;
        }

        if (isCounted)
        {
            _intake.Count();
            _writer.IsAcknowledgeDue |= Output.IsManaged && _intake.OwesMuch;
        }
    }

    private void TakeManagement(XmlElement xml, TimeSpan now)
    {
        switch (xml.Name)
        {
            case "r":
                _writer.IsAcknowledgeDue = true;
                break;
            case "a" when uint.TryParse(xml["h"], NumberStyles.None, CultureInfo.InvariantCulture, out var h) && Output.Acknowledge(h):
                Answered(now);
                TellRoom();
                break;
            case "a":
                End(new(XmppFailureKind.Protocol, $"the server acknowledged h=\"{ServerText.Shown(xml["h"])}\", which fits nothing we sent"));
                break;
        }
    }

    private void TakeStanza(Stanza stanza, TimeSpan now)
    {
        if (_ping.IsAnsweredBy(stanza))
        {
            Answered(now);
            return;
        }

        _intake.Take(stanza, Address, now);
    }

    /// <summary>The server answered a question of ours.</summary>
    private void Answered(TimeSpan now) => _watch = _watch.Answered(now, _progress, Output.Unacknowledged > 0);

    /// <summary>Something was written or acknowledged: requests that wait, and whoever found no room, are told when there is.</summary>
    private void TellRoom()
    {
        _intake.Release();
        var isRoom = false;
        foreach (var lane in Output.Lanes)
        {
            isRoom |= lane.TakeRoom();
        }

        if (isRoom)
        {
            Effects.Enqueue(new ConnectionEffect.Tell(new XmppNotice.Room()));
        }
    }

    private void Write(TimeSpan now)
    {
        if (Follow(LineInput.Room) is var action and (LineAction.Write or LineAction.WriteControl))
        {
            _watch = _writer.Next(Line, action == LineAction.Write, _watch, _progress, now);
        }
    }
}
