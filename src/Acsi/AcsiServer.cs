using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>
/// The ACSI server of one IED (IEC 61850-7-2) as a state machine: requests, process values, outcomes of commands and time go in;
/// <see cref="AcsiEffect"/>s come out. It is touched by one thread at a time and does no I/O.
/// </summary>
public sealed class AcsiServer
{
    private readonly Dictionary<AssociationKey, Association> _associations = [];
    private readonly Queue<AcsiEffect> _effects = new();
    private readonly AcsiOptions _options;
    private readonly TimeProvider _time;
    private readonly CommandTable _commands = new();
    private readonly ProcessUpdates _updates;
    private readonly ReportService _reports;
    private readonly ControlService _controls;
    private readonly AssociateService _associate;
    private readonly ReadService _read;
    private readonly WriteService _write;
    private readonly GetNameListService _nameList;
    private readonly GetVariableAccessAttributesService _variableAttributes;
    private readonly GetNamedVariableListAttributesService _dataSetDirectory;
    private readonly VmdServices _vmd;

    /// <summary>A server of <paramref name="model"/>.</summary>
    public AcsiServer(IedModel model, IProcessOutput output, IJournal journal, AcsiOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(options);
        (_options, _time) = (options, time);
        var now = time.GetUtcNow();
        Values = new ValueStore(model, Timestamp.From(now, options.TimeQuality));
        var behaviour = new Behaviour(Values, now, options.TimeQuality);
        var dataSets = new DataSetCatalog(model);
        var resolver = new VariableResolver(model);
        var notices = new ControlNotices(_effects, Settle);
        var execution = new ControlExecution(Values, behaviour, output, _commands, notices, options, time);
        _updates = new ProcessUpdates(Values, behaviour, time, options.TimeQuality);
        _controls = new ControlService(Values, options, time, new ControlChecks(Values, behaviour, output, time), notices, execution);
        _reports = new ReportService(Values, dataSets, journal, options, time, _effects);
        _associate = new AssociateService(options);
        _read = new ReadService(Values, resolver, dataSets, _controls);
        _write = new WriteService(Values, resolver, dataSets, _controls, _reports, new ParameterWrites(Values, output, _commands, options));
        _nameList = new GetNameListService(model, dataSets);
        _variableAttributes = new GetVariableAccessAttributesService(model);
        _dataSetDirectory = new GetNamedVariableListAttributesService(dataSets);
        _vmd = new VmdServices(model);
        Values.ClearChanges();
    }

    /// <summary>The values of the IED.</summary>
    public ValueStore Values { get; }

    /// <summary>The present associations.</summary>
    public IReadOnlyCollection<Association> Associations => _associations.Values;

    /// <summary>When <see cref="Tick"/> is to be called next; null: not before something else happens.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            DateTimeOffset? idle = _options.IdleTimeout > TimeSpan.Zero && _associations.Count > 0 ? _associations.Values.Min(a => a.LastActivity) + _options.IdleTimeout : null;
            DateTimeOffset?[] all = [idle, _reports.NextDue, _controls.NextDue];
            return all.Min();
        }
    }

    /// <summary>What is to be done since the last call, in order.</summary>
    public IReadOnlyList<AcsiEffect> TakeEffects()
    {
        CommitChanges();
        var effects = _effects.ToArray();
        _effects.Clear();
        foreach (var notify in effects.OfType<AcsiEffect.Notify>())
        {
            // A client that only listens is not idle.
            notify.Association.LastActivity = _time.GetUtcNow();
        }

        return effects;
    }

    /// <summary>The association of that name, or null.</summary>
    public Association? Find(AssociationKey key) => _associations.GetValueOrDefault(key);

    /// <summary>Associate: accepts (the association exists from now on) or refuses.</summary>
    public MmsPdu Associate(AssociationRequester requester, InitiateRequest request)
    {
        ArgumentNullException.ThrowIfNull(requester);
        ArgumentNullException.ThrowIfNull(request);
        var (accepted, refused) = _associate.Handle(requester, request, _associations.Values);
        if (accepted is not null)
        {
            _associations.Add(requester.Key, new Association(requester, accepted, _time.GetUtcNow()));
        }

        return (MmsPdu?)accepted ?? refused!;
    }

    /// <summary>Takes any other PDU of an association; answers come as effects.</summary>
    /// <param name="peer">The association.</param>
    /// <param name="requestId">Id of the stanza, given back with the answer.</param>
    /// <param name="pdu">The PDU.</param>
    public void Handle(Association peer, string requestId, MmsPdu pdu)
    {
        ArgumentNullException.ThrowIfNull(peer);
        peer.LastActivity = _time.GetUtcNow();
        switch (pdu)
        {
            case ConfirmedRequest request when peer.Outstanding.ContainsKey(request.InvokeId):
                Respond(peer, requestId, new RejectPdu(request.InvokeId, new(RejectedPdu.ConfirmedRequest, 3)));
                break;
            case ConfirmedRequest request when peer.Outstanding.Count >= peer.MaxOutstanding:
                Respond(peer, requestId, new RejectPdu(request.InvokeId, new(RejectedPdu.ConfirmedRequest, RejectCode.MaxServOutstandingExceeded)));
                break;
            case ConfirmedRequest request:
                ServeOrUndo(peer, requestId, request);
                break;
            case ConcludeRequest:
                Respond(peer, requestId, new ConcludeResponse());
                End(peer, AssociationEnd.Released, "released by the client");
                break;
            case CancelRequest cancel:
                Respond(peer, requestId, Cancel(peer, cancel));
                break;
            case InitiateRequest:
                Respond(peer, requestId, new InitiateError(new(ErrorClass.Initiate, ErrorCode.InitiateOther, "the association exists already")));
                break;
            default:
                Respond(peer, requestId, new RejectPdu(null, new(RejectedPdu.PduError, RejectCode.UnknownPduType)));
                break;
        }

        CommitChanges();
    }

    /// <summary>Abort: the peer is gone or must go (IEC 61850-7-2 §8.3.2.3).</summary>
    public void Abort(Association peer, AssociationEnd cause, string reason) => End(peer, cause, reason);

    /// <summary>Takes back what the step under way did to the values, and forgets its effects: it failed.</summary>
    public void Undo()
    {
        Values.Undo();
        _effects.Clear();
    }

    /// <summary>The stream of an association is down and may be resumed, or is back.</summary>
    public void Suspend(Association peer, bool suspended)
    {
        ArgumentNullException.ThrowIfNull(peer);
        peer.IsSuspended = suspended;
        if (!suspended)
        {
            _reports.Resume(peer);
        }
    }

    /// <summary>Takes process values as one snapshot.</summary>
    public void Update(IEnumerable<ProcessValue> batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        foreach (var value in batch)
        {
            _updates.Apply(value);
        }

        CommitChanges();
    }

    /// <summary>The hardware took the value of a command, and reads it back.</summary>
    public void CommandAccepted(long id)
    {
        Settle(_commands.Accept(id));
        CommitChanges();
    }

    /// <summary>A command ended: its effect is there, or it failed.</summary>
    public void CommandCompleted(long id, CommandOutcome outcome)
    {
        Settle(_commands.Complete(id, outcome));
        CommitChanges();
    }

    /// <summary>Does what is due by now.</summary>
    public void Tick()
    {
        var now = _time.GetUtcNow();
        _controls.Tick(now);
        CommitChanges();
        _reports.Tick(now);
        if (_options.IdleTimeout > TimeSpan.Zero)
        {
            foreach (var idle in _associations.Values.Where(a => now - a.LastActivity >= _options.IdleTimeout).ToList())
            {
                End(idle, AssociationEnd.Idle, "idle");
            }
        }
    }

    /// <summary>A request that brings a defect of ours to light is undone and answered <c>failed-due-to-server-constraint</c>; its peer and everybody else go on.</summary>
    private void ServeOrUndo(Association peer, string requestId, ConfirmedRequest request)
    {
#pragma warning disable CA1031 // whatever it is, the server must live on
        try
        {
            Serve(peer, requestId, request);
            CommitChanges();
        }
        catch (Exception e)
        {
            Undo();
            peer.Outstanding.Remove(request.InvokeId);
            Respond(peer, requestId, new ConfirmedError(request.InvokeId, ServiceErrors.Failed));
            _effects.Enqueue(new AcsiEffect.Defect($"{request.Service.GetType().Name} of {peer}", e));
        }
#pragma warning restore CA1031
    }

    private void Serve(Association peer, string requestId, ConfirmedRequest request)
    {
        if (request.Service is WriteRequest write)
        {
            peer.Outstanding.Add(request.InvokeId, requestId);
            var pending = _write.Handle(peer, request.InvokeId, write, out var error);
            if (error is not null)
            {
                Answer(peer, request.InvokeId, new ConfirmedError(request.InvokeId, error));
            }
            else
            {
                AnswerIfComplete(pending!);
            }

            return;
        }

        ServiceOutcome? outcome = request.Service switch
        {
            ReadRequest s => _read.Handle(peer, s),
            GetNameListRequest { Extended: false } s => _nameList.Handle(peer, s),
            GetVariableAccessAttributesRequest s => _variableAttributes.Handle(peer, s),
            GetNamedVariableListAttributesRequest s => _dataSetDirectory.Handle(peer, s),
            GetDomainAttributesRequest s => _vmd.Handle(peer, s),
            IdentifyRequest => _vmd.Identify(),
            StatusRequest => VmdServices.Status(),
            _ => (ServiceOutcome?)null,
        };
        MmsPdu answer = outcome switch
        {
            null => new RejectPdu(request.InvokeId, new(RejectedPdu.ConfirmedRequest, RejectCode.UnrecognizedService)),
            { Error: { } error } => new ConfirmedError(request.InvokeId, error),
            { Response: { } response } => new ConfirmedResponse(request.InvokeId, response),
            _ => throw new InvalidOperationException("A service gave neither response nor error."),
        };
        Respond(peer, requestId, answer);
    }

    private static MmsPdu Cancel(Association peer, CancelRequest cancel) => new CancelError(
        cancel.OriginalInvokeId,
        // What waits, waits for hardware: it has the value already.
        new(ErrorClass.Cancel, peer.Outstanding.ContainsKey(cancel.OriginalInvokeId) ? ErrorCode.CancelNotPossible : ErrorCode.CancelInvokeIdUnknown));

    private void Settle(CommandTable.Settled settled)
    {
        if (settled.Ticket is { } ticket)
        {
            ticket.Write.Set(ticket.Index, settled.Failure);
            AnswerIfComplete(ticket.Write);
        }
    }

    private void AnswerIfComplete(PendingWrite write)
    {
        if (write.IsComplete)
        {
            Answer(write.Peer, write.InvokeId, new ConfirmedResponse(write.InvokeId, write.Response));
        }
    }

    private void Answer(Association peer, uint invokeId, MmsPdu pdu)
    {
        // A write may outlive its association; then nobody waits for the answer.
        if (peer.Outstanding.Remove(invokeId, out var requestId))
        {
            Respond(peer, requestId, pdu);
        }
    }

    private void Respond(Association peer, string requestId, MmsPdu pdu) => _effects.Enqueue(new AcsiEffect.Respond(peer, requestId, pdu));

    private void End(Association peer, AssociationEnd cause, string reason)
    {
        if (!_associations.Remove(peer.Key))
        {
            return;
        }

        peer.Outstanding.Clear();
        _controls.Release(peer);
        _reports.Release(peer);
        CommitChanges();
        _effects.Enqueue(new AcsiEffect.Ended(peer, cause, reason));
    }

    private void CommitChanges()
    {
        // A report changes attributes of its own block, which trigger nothing: one round is enough.
        if (Values.Changes.Count == 0)
        {
            return;
        }

        var changes = Values.Changes.ToArray();
        Values.ClearChanges();
        _reports.OnChanges(changes);
        Values.ClearChanges();
    }
}
