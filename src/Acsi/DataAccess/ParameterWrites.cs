using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Parameters that live in hardware: answered when the device took them and reads them back; the old value stays on failure, and the time is bounded.</summary>
internal sealed class ParameterWrites(ValueStore values, IProcessOutput output, CommandDoor door, CallTable calls, ServiceRecords records, StoredSettings settings, StepJournal journal, AcsiOptions options, TimeProvider time)
{
    private readonly UndoDictionary<long, Pending> _open = new(journal);

    /// <summary>A parameter on its way: what is to stand where, and who waits.</summary>
    private sealed record Pending(long Id, DataNode Node, IReadOnlyList<DataValue> Values, string Client, WriteTicket Ticket, DateTimeOffset Due);

    /// <summary>When the first of them has taken too long; few are ever open.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            DateTimeOffset? next = null;
            foreach (var pending in _open.Values)
            {
                next = DueQueue.Earliest(next, pending.Due);
            }

            return next;
        }
    }

    /// <summary>Whether parameters of a logical node are on their way to the hardware.</summary>
    public bool IsChanging(LogicalNode ln)
    {
        foreach (var pending in _open.Values)
        {
            if (pending.Node.LogicalNode == ln)
            {
                return true;
            }
        }

        return false;
    }

    public bool IsBound(DataNode node) => node.Leaves().Any(output.IsBound);

    public WriteStep Start(Association peer, DataNode node, List<DataValue> accepted, WriteTicket ticket)
    {
        var bound = node.Leaves().Where(output.IsBound).ToList();
        if (bound.Count > 1)
        {
            // Several registers cannot be written all-or-nothing; each is written by itself.
            return DataAccessError.ObjectAccessUnsupported;
        }

        var leaf = bound[0];
        var due = time.GetUtcNow() + options.ParameterTimeout;
        var command = new Command(door.NewId(), [new(leaf.FirstSlot, accepted[leaf.FirstSlot - node.FirstSlot])], new(peer.Key.BarePeer, 0), CommandSource.Parameter, due);
        _open.Set(command.Id, new(command.Id, node, accepted, peer.Key.BarePeer, ticket, due));
        switch (door.Enter(command).Verdict)
        {
            case ClaimVerdict.InForce:
                return WriteStep.Pending;
            case ClaimVerdict.Shadowed:
                _open.Remove(command.Id, out _);
                return WriteStep.Done;
            default:
                _open.Remove(command.Id, out _);
                return DataAccessError.TemporarilyUnavailable;
        }
    }

    /// <summary>The device took the value.</summary>
    public void Taken(long id)
    {
        if (_open.Remove(id, out var pending))
        {
            for (var i = 0; i < pending.Values.Count; i++)
            {
                values.Set(pending.Node.FirstSlot + i, pending.Values[i]);
            }

            settings.Written(pending.Node, pending.Client);
            Settle(pending, null);
        }
    }

    /// <summary>The write ended at the device.</summary>
    public void Ended(long id, CommandOutcome outcome)
    {
        if (outcome.Succeeded)
        {
            Taken(id);
        }
        else if (_open.Remove(id, out var pending))
        {
            Settle(pending, outcome.Failure switch
            {
                AddCause.InconsistentParameters => DataAccessError.ObjectValueInvalid,
                // The device says no, or its point cannot be written.
                AddCause.BlockedByProcess => DataAccessError.ObjectAccessDenied,
                _ => DataAccessError.HardwareFault,
            });
        }
    }

    /// <summary>The clock was set: what is due stays as far away as it was.</summary>
    public void Shift(TimeSpan by)
    {
        foreach (var pending in _open.Values.ToList())
        {
            _open.Set(pending.Id, pending with { Due = pending.Due + by });
        }
    }

    /// <summary>What took too long is withdrawn, and answered.</summary>
    public void Tick(DateTimeOffset now)
    {
        foreach (var pending in _open.Values.Where(p => p.Due <= now).ToList())
        {
            _open.Remove(pending.Id, out _);
            door.Withdraw(pending.Id);
            Settle(pending, DataAccessError.HardwareFault);
        }
    }

    private void Settle(Pending pending, DataAccessError? failure)
    {
        var write = pending.Ticket.Write;
        calls.Settle(pending.Ticket, failure);
        if (write.DataSet is null)
        {
            records.Data(pending.Node, DataWrite.Compose(pending.Node, pending.Values), pending.Client, ServiceStatuses.Of(failure), write.Call.Peer.Key.Connection);
        }
        else if (write.IsComplete)
        {
            records.DataSet(write);
        }
    }
}
