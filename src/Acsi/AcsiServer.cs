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
    private readonly CommandDoor _door;
    private readonly ControlMachine _machine;
    private readonly ParameterWrites _parameters;
    private readonly ProcessUpdates _updates;
    private readonly ReportService _reports;
    private readonly ControlService _controls;
    private readonly AssociateService _associate;
    private readonly Dictionary<MmsService, IConfirmedService> _services;

    /// <summary>A server of <paramref name="model"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="ports">What the server needs of its surroundings.</param>
    /// <param name="options">Limits and defaults.</param>
    /// <param name="time">Clock.</param>
    public AcsiServer(IedModel model, AcsiPorts ports, AcsiOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(ports);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(options);
        (_options, _time) = (options, time);
        var now = time.GetUtcNow();
        Values = new ValueStore(model, Timestamp.From(now, options.TimeQuality));
        var behaviour = new Behaviour(Values, now, options.TimeQuality);
        var dataSets = new DataSetCatalog(model);
        var permissions = new Permissions(ports.Authority, time);
        var resolver = new VariableResolver(model, permissions);
        var notices = new ControlNotices(_effects, Find);
        _door = new CommandDoor(ports.Output, model, time);
        _machine = new ControlMachine(_door, new ControlStatus(Values, time, options.TimeQuality), notices, behaviour, Settle, options, time);
        _parameters = new ParameterWrites(Values, ports.Output, _door, Settle, options, time);
        _updates = new ProcessUpdates(Values, behaviour, time, options.TimeQuality);
        _controls = new ControlService(Values, time, new ControlChecks(Values, behaviour, ports.Output, time), notices, _machine);
        _reports = new ReportService(Values, dataSets, permissions, ports.Reports, options, time, _effects, Find);

        // A service is a row here and in the service table, and nothing else: what stands here is what is offered.
        IConfirmedService[] services =
        [
            new ReadService(Values, resolver, dataSets, permissions, _controls),
            new WriteService(Values, resolver, dataSets, permissions, _controls, _reports, _parameters),
            new GetNameListService(model, dataSets, permissions, ports.Measure),
            new GetVariableAccessAttributesService(model, permissions),
            new GetNamedVariableListAttributesService(dataSets, permissions),
            new GetDomainAttributesService(model, permissions),
            new IdentifyService(model),
            new StatusService(),
        ];
        _services = services.ToDictionary(s => s.Service);
        _associate = new AssociateService(options, _services.Keys);
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
            var next = DueQueue.Earliest(DueQueue.Earliest(_reports.NextDue, _controls.NextDue), _parameters.NextDue);
            if (_options.IdleTimeout > TimeSpan.Zero)
            {
                foreach (var association in _associations.Values)
                {
                    next = DueQueue.Earliest(next, association.LastActivity + _options.IdleTimeout);
                }
            }

            return next;
        }
    }

    /// <summary>What is to be done since the last call, in order.</summary>
    public IReadOnlyList<AcsiEffect> TakeEffects()
    {
        CommitChanges();
        var effects = _effects.ToArray();
        _effects.Clear();
        foreach (var effect in effects)
        {
            // A client that only listens is not idle.
            if (effect is AcsiEffect.Notify { Association: var listener })
            {
                listener.LastActivity = _time.GetUtcNow();
            }
            else if (effect is AcsiEffect.SendReport { Association: var reader })
            {
                reader.LastActivity = _time.GetUtcNow();
            }
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
                End(peer, AssociationEndCause.Released, "released by the client");
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
    public void Abort(Association peer, AssociationEndCause cause, string reason) => End(peer, cause, reason);

    /// <summary>Takes back what the step under way did to the values, and forgets its effects: it failed.</summary>
    public void Undo()
    {
        Values.Undo();
        _machine.Undo();
        _door.Undo();
        _reports.Undo();
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
    public void Update(IReadOnlyList<ProcessValue> batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        for (var i = 0; i < batch.Count; i++)
        {
            _updates.Apply(batch[i]);
        }

        CommitChanges();
    }

    /// <summary>The hardware took the value of a command, and reads it back.</summary>
    public void CommandAccepted(long id)
    {
        _controls.Taken(id);
        _parameters.Taken(id);
        CommitChanges();
    }

    /// <summary>A command ended: its effect is there, or it failed. The end of one that is not under way is nobody's.</summary>
    public void CommandCompleted(long id, CommandOutcome outcome)
    {
        if (_door.End(id) is not { } command)
        {
            return;
        }

        if (!outcome.Succeeded)
        {
            _door.Abandon(command);
        }

        _controls.Ended(id, outcome);
        _parameters.Ended(id, outcome);
        _controls.CarryOn();
        CommitChanges();
    }

    /// <summary>A command of a source inside the device enters by the door, like any client's.</summary>
    internal DoorAnswer Enter(Command command)
    {
        var answer = _door.Enter(command);
        CommitChanges();
        return answer;
    }

    /// <summary>A source inside the device lets go of a target: what is left comes into force.</summary>
    internal void Release(int slot, string claimant)
    {
        _door.Release(slot, claimant);
        CommitChanges();
    }

    /// <summary>The one door for commands.</summary>
    internal CommandDoor Door => _door;

    /// <summary>A report could not be sent because one of its members is larger than a PDU.</summary>
    public void ReportSkipped(string block, string reason)
    {
        _reports.Skipped(block, reason);
        CommitChanges();
    }

    /// <summary>Raises ConfRev of a report control block: its data set is another one than clients know (IEC 61850-7-2 §17.2.2.7).</summary>
    public void RaiseConfigurationRevision(string block, uint revision)
    {
        _reports.Revise(block, revision);
        CommitChanges();
    }

    /// <summary>Does what is due by now.</summary>
    public void Tick()
    {
        var now = _time.GetUtcNow();
        _controls.Tick(now);
        _parameters.Tick(now);
        CommitChanges();
        _reports.Tick(now);
        if (_options.IdleTimeout > TimeSpan.Zero)
        {
            foreach (var idle in _associations.Values.Where(a => now - a.LastActivity >= _options.IdleTimeout).ToList())
            {
                End(idle, AssociationEndCause.Idle, "idle");
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
            _controls.CarryOn();
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
        var call = new ServiceCall(peer, request.InvokeId);
        peer.Outstanding.Add(request.InvokeId, requestId);
        var outcome = _services.TryGetValue(request.Service.Service, out var service) ? service.Handle(call, request.Service) : ServiceOutcome.Unrecognized;
        if (!outcome.IsPending)
        {
            Complete(call, outcome);
        }
    }

    private static MmsPdu Cancel(Association peer, CancelRequest cancel) => new CancelError(
        cancel.OriginalInvokeId,
        // What waits, waits for hardware: it has the value already.
        new(ErrorClass.Cancel, peer.Outstanding.ContainsKey(cancel.OriginalInvokeId) ? ErrorCode.CancelNotPossible : ErrorCode.CancelInvokeIdUnknown));

    private void Settle(WriteTicket ticket, DataAccessError? failure)
    {
        ticket.Write.Set(ticket.Index, failure);
        AnswerIfComplete(ticket.Write);
    }

    private void AnswerIfComplete(PendingWrite write)
    {
        if (write.IsComplete)
        {
            Complete(write.Call, write.Response);
        }
    }

    /// <summary>Answers a call, at once or later. It may have outlived its association; then nobody waits for the answer.</summary>
    private void Complete(ServiceCall call, ServiceOutcome outcome)
    {
        if (call.Peer.Outstanding.Remove(call.InvokeId, out var requestId))
        {
            Respond(call.Peer, requestId, outcome.ToPdu(call.InvokeId));
        }
    }

    private void Respond(Association peer, string requestId, MmsPdu pdu) => _effects.Enqueue(new AcsiEffect.Respond(peer, requestId, pdu));

    private void End(Association peer, AssociationEndCause cause, string reason)
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
        if (Values.Changes.Count > 0)
        {
            _reports.OnChanges(Values.Changes, Values.Changes.Count);
            Values.ClearChanges();
        }

        _machine.Commit();
        _reports.Commit();
        _door.Commit();
    }
}
