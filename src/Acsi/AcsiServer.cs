using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>
/// The ACSI server of one IED (IEC 61850-7-2) as a state machine: requests, process values, outcomes of commands and time go in; after each of them
/// <see cref="TakeStep"/> tells what changed durably and what is to be done. It is touched by one thread at a time and does no I/O. Who runs it is an <see cref="Outbox"/>.
/// </summary>
internal sealed partial class AcsiServer
{
    private readonly Queue<AcsiEffect> _effects = new();
    private readonly AssociationTable _associations = new();
    private readonly AcsiOptions _options;
    private readonly TimeProvider _time;
    private readonly ServerParts _parts;
    private readonly AssociateService _associate;
    private readonly Dictionary<MmsService, IConfirmedService> _services;

    /// <summary>A server of <paramref name="model"/>, as it was when its predecessor's last commit was done.</summary>
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
        var journal = new StepJournal();
        _parts = new ServerParts(model, ports, options, time, journal, _effects, _associations);
        Steps = new ServerSteps(_parts, journal, _effects, _associations, time);
        _services = _parts.Services.ToDictionary(s => s.Service);
        _associate = new AssociateService(options, _services.Keys);
        Values.ClearChanges();
        _parts.Changes.Clear();
        _parts.TellFound();
        Steps.Trigger();
    }

    /// <summary>The values of the IED.</summary>
    public ValueStore Values => _parts.Values;

    /// <summary>The present associations.</summary>
    public IReadOnlyCollection<Association> Associations => _associations.Present;

    /// <summary>When <see cref="Tick"/> is to be called next; null: not before something else happens.</summary>
    public DateTimeOffset? NextDue => DueQueue.Earliest(_parts.NextDue, _associations.NextIdle(_options.IdleTimeout));

    /// <summary>Where a step ends and the next begins.</summary>
    internal ServerSteps Steps { get; }

    /// <summary>The one door for commands.</summary>
    internal CommandDoor Door => _parts.Door;

    /// <summary>The association of that name, or null.</summary>
    public Association? Find(AssociationKey key) => _associations.Find(key);

    /// <summary>
    /// Associate: accepts (the association exists from now on) or refuses. Where one of that name exists, its client has started anew and the new one takes its
    /// place; the same request again is a repetition, and is answered again.
    /// </summary>
    public MmsPdu Associate(AssociationRequester requester, InitiateRequest request)
    {
        ArgumentNullException.ThrowIfNull(requester);
        ArgumentNullException.ThrowIfNull(request);
        var before = _associations.Find(requester.Key);
        if (before is not null && before.RequestId == requester.RequestId && requester.RequestId.Length > 0)
        {
            return before.Negotiated;
        }

        var (accepted, refused) = _associate.Handle(requester, request, _associations.Present);
        if (accepted is null && _associate.Stale(requester, _associations.Present, _time.GetUtcNow(), Listens) is { } stale)
        {
            // A client that forgets what it has takes nobody's place but its own.
            (accepted, refused) = _associate.Handle(requester, request, [.. _associations.Present.Where(a => a != stale)]);
            before ??= accepted is null ? null : stale;
        }

        if (accepted is not null)
        {
            if (before is not null)
            {
                End(before, AssociationEndCause.Replaced, "its client has started anew");
            }

            _associations.Add(new Association(requester, accepted, _time.GetUtcNow()));
            _parts.FailSafes.Notice();
        }

        _parts.Records.Server(ServiceName.Associate, requester.Key.BarePeer, accepted is null ? ServiceStatus.FailedDueToServerConstraint : ServiceStatus.NoError);
        Steps.Trigger();

        return (MmsPdu?)accepted ?? refused!;
    }

    /// <summary>Takes any other PDU of an association; answers come as effects.</summary>
    /// <param name="peer">The association.</param>
    /// <param name="requestId">Id of the stanza, given back with the answer.</param>
    /// <param name="pdu">The PDU.</param>
    public void Handle(Association peer, string requestId, MmsPdu pdu)
    {
        ArgumentNullException.ThrowIfNull(peer);
        peer.LastActivity = peer.LastRequest = _time.GetUtcNow();
        peer.IsUsed = true;
        switch (pdu)
        {
            case ConfirmedRequest request when CallTable.Reject(peer, request) is { } reject:
                _parts.Calls.Respond(peer, requestId, reject);
                break;
            case ConfirmedRequest request:
                ServeOrUndo(peer, requestId, request);
                break;
            case ConcludeRequest:
                _parts.Calls.Respond(peer, requestId, new ConcludeResponse());
                End(peer, AssociationEndCause.Released, "released by the client");
                break;
            case CancelRequest cancel:
                _parts.Calls.Respond(peer, requestId, CancelService.Handle(_parts.Transfers, peer, cancel));
                break;
            default:
                _parts.Calls.Respond(peer, requestId, new RejectPdu(null, new(RejectedPdu.PduError, RejectCode.UnknownPduType)));
                break;
        }

        Steps.Trigger();
    }

    /// <summary>Abort: the peer is gone or must go (IEC 61850-7-2 §8.3.2.3).</summary>
    public void Abort(Association peer, AssociationEndCause cause, string reason) => End(peer, cause, reason);

    /// <summary>Abort of several: what they have in common has come to its end.</summary>
    public void Abort(Func<Association, bool> which, AssociationEndCause cause, string reason)
    {
        foreach (var association in _associations.Present.Where(which).ToList())
        {
            End(association, cause, reason);
        }
    }

    /// <summary>The stream of an association is down and may be resumed, or is back. What was given to the connection and not written waits there; it is told as sent when it is.</summary>
    public void Suspend(Association peer, bool suspended)
    {
        ArgumentNullException.ThrowIfNull(peer);
        if (_associations.Find(peer.Key) == peer)
        {
            peer.IsSuspended = suspended;
            peer.IsStalled &= suspended;
        }
    }

    /// <summary>Something came from the peer of an association beside its requests: it is there.</summary>
    public void Heard(Association peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        peer.LastActivity = _time.GetUtcNow();
    }

    /// <summary>Whether the peer of an association waits for reports.</summary>
    public bool Listens(Association peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        return _parts.Blocks.Enabled.Exists(b => b.State.Owner == peer.Key);
    }

    /// <summary>The connection of an association has room again.</summary>
    public void HasRoom(Association peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        if (_associations.Find(peer.Key) == peer)
        {
            peer.IsStalled = false;
        }
    }

    /// <summary>The octets of a report went to the line: there is room for the next.</summary>
    public void ReportSent(Association peer, long ticket)
    {
        ArgumentNullException.ThrowIfNull(peer);
        _parts.Sender.Sent(peer, ticket);
    }

    /// <summary>The connection has no room for a report: it waits until <see cref="HasRoom"/>, or is lost where its block does not buffer.</summary>
    public void ReportNotTaken(Association peer, long ticket)
    {
        ArgumentNullException.ThrowIfNull(peer);
        _parts.Sender.NotTaken(peer, ticket);
    }

    /// <summary>A report can never be sent because one of its members is larger than a PDU.</summary>
    public void ReportSkipped(Association peer, long ticket, string reason)
    {
        ArgumentNullException.ThrowIfNull(peer);
        _parts.Sender.Skipped(peer, ticket, reason);
    }

    /// <summary>A command of a source inside the device enters by the door, like any client's.</summary>
    internal DoorAnswer Enter(Command command)
    {
        var answer = Door.Enter(command);
        Steps.Trigger();
        return answer;
    }

    /// <summary>A source inside the device lets go of a target: what is left comes into force.</summary>
    internal void Release(int slot, string claimant)
    {
        Door.Release(slot, claimant);
        Steps.Trigger();
    }

    /// <summary>A source inside the device makes another setting group active (IEC 61850-7-2 §16.3.2).</summary>
    /// <param name="logicalDevice">Name of the logical device.</param>
    /// <param name="group">Number of the group.</param>
    /// <returns>Why not; null where it is, or is on its way to the devices.</returns>
    internal DataAccessError? SelectActiveSettingGroup(string logicalDevice, uint group)
    {
        if (Values.Model.LogicalDevice(logicalDevice) is not { } device || _parts.Groups.Of(device) is not { } block)
        {
            return DataAccessError.ObjectNonExistent;
        }

        var isOther = group != block.State.Active;
        var step = _parts.SettingGroups.SelectActive(block, group, "", null);
        if (isOther && step is { IsPending: false, Failure: null })
        {
            _parts.Records.Block(block.Node, block.Node.Child("ActSG")!, DataValue.Unsigned(group), "", ServiceStatus.NoError);
        }

        Steps.Trigger();
        return step.Failure;
    }

    /// <summary>Raises ConfRev of a report control block: its data set is another one than clients know (IEC 61850-7-2 §17.2.2.7).</summary>
    public void RaiseConfigurationRevision(string block, uint revision)
    {
        _parts.Reports.Revise(block, revision);
        Steps.Trigger();
    }

    /// <summary>Does what is due by now. Commands go first, in a step of their own: what of them cannot be stored is taken back, and nothing else with it.</summary>
    public void Tick()
    {
        var now = _time.GetUtcNow();
        if (_parts.Controls.Tick(now))
        {
            Steps.IsUndoable = true;
            Steps.Trigger();
            return;
        }

        _parts.Tick(now);
        Steps.Trigger();
        _parts.Reports.Tick(now);
        _parts.Logs.Tick(now);
        if (_options.IdleTimeout > TimeSpan.Zero)
        {
            Abort(a => now - a.LastActivity >= _options.IdleTimeout, AssociationEndCause.Idle, "idle");
        }
    }

    /// <summary>What was done since the last step, as one. It is over when its outbox says so, or is taken back by <see cref="Undo"/>.</summary>
    public Step TakeStep()
    {
        if (_parts.FailSafes.Look(_time.GetUtcNow()))
        {
            Steps.Trigger();
        }

        return Steps.Take();
    }

    /// <summary>Takes back what the step under way did, and forgets its effects: it failed. A request that it served is answered <c>failed-due-to-server-constraint</c>.</summary>
    public void Undo() => Steps.Fail();

    /// <summary>A request that brings a defect of ours to light is undone and answered <c>failed-due-to-server-constraint</c>; its peer and everybody else go on.</summary>
    private void ServeOrUndo(Association peer, string requestId, ConfirmedRequest request)
    {
#pragma warning disable CA1031 // whatever it is, the server must live on
        try
        {
            Serve(_parts.Calls.Begin(peer, requestId, request), request.Service);
            if (Steps.MustBeRefused() && _parts.Calls.End() is { } refused)
            {
                Steps.Undo();
                Steps.Refuse(refused);
            }
        }
        catch (Exception e)
        {
            Steps.Fail();
            _effects.Enqueue(new AcsiEffect.Defect($"{request.Service.GetType().Name} of {peer}", e));
        }
#pragma warning restore CA1031
    }

    private void Serve(ServiceCall call, ServiceRequest request)
    {
        Steps.IsUndoable = true;
        var outcome = _services.TryGetValue(request.Service, out var service) ? service.Handle(call, request) : ServiceOutcome.Unrecognized;
        if (!outcome.IsPending)
        {
            _parts.Calls.Complete(call, outcome);
        }

        _parts.Controls.CarryOn();
        Steps.Trigger();
    }

    private void End(Association peer, AssociationEndCause cause, string reason)
    {
        if (!_associations.Remove(peer.Key))
        {
            return;
        }

        peer.Outstanding.Clear();
        _parts.Release(peer);
        PartnerSeen(peer.Key.BarePeer);
        _parts.Records.Server(cause == AssociationEndCause.Released ? ServiceName.Release : ServiceName.Abort, peer.Key.BarePeer, ServiceStatus.NoError);
        Steps.Trigger();
        _effects.Enqueue(new AcsiEffect.Ended(peer, cause, reason));
    }
}
