using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Buffered and unbuffered reporting (IEC 61850-7-2 §17.2, §17.3): triggers make entries, entries make reports.</summary>
internal sealed class ReportService
{
    private readonly List<ReportControlBlock> _blocks = [];
    private readonly Dictionary<int, (ReportControlBlock Block, ReportAttribute Attribute)> _bySlot = [];
    private readonly List<(ReportControlBlock Block, ReportState Before)> _moved = [];
    private readonly List<(ReportControlBlock Block, long Id)> _appended = [];
    private readonly DueQueue _due;
    private readonly ReportTriggers _triggers;
    private readonly ValueStore _values;
    private readonly IReportBuffer _buffer;
    private readonly AcsiOptions _options;
    private readonly TimeProvider _time;
    private readonly ReportWriteRules _rules;
    private readonly Queue<AcsiEffect> _effects;
    private readonly Func<AssociationKey, Association?> _find;

    public ReportService(
        ValueStore values, DataSetCatalog dataSets, Permissions permissions, IReportBuffer buffer, AcsiOptions options, TimeProvider time, Queue<AcsiEffect> effects, Func<AssociationKey, Association?> find)
    {
        (_values, _buffer, _options, _time, _effects, _find) = (values, buffer, options, time, effects, find);
        _rules = new ReportWriteRules(values.Model, dataSets, permissions, buffer, options);
        _triggers = new ReportTriggers(values);
        foreach (var definition in values.Model.LogicalDevices.SelectMany(d => d.LogicalNodes).SelectMany(n => n.ReportControls))
        {
            var block = new ReportControlBlock(_blocks.Count, definition, values, dataSets);
            _blocks.Add(block);
            foreach (var (slot, attribute) in block.Attributes.Slots)
            {
                _bySlot.Add(slot, (block, attribute));
            }
        }

        _due = new DueQueue(_blocks.Count);
        var now = time.GetUtcNow();
        foreach (var block in _blocks)
        {
            Move(block, ReportRules.StartIntegrity(block.State, block.IsBuffered, now));
        }

        Commit();
    }

    public DateTimeOffset? NextDue => _due.First;

    /// <summary>Sets one attribute of a block.</summary>
    public DataAccessError? Write(Association peer, DataNode node, in DataValue value)
    {
        if (!node.IsLeaf || !_bySlot.TryGetValue(node.FirstSlot, out var target))
        {
            return DataAccessError.ObjectAccessDenied;
        }

        if (node.Type.Accept(value, out var accepted) is var fault && fault != ValueFault.None)
        {
            return fault == ValueFault.Type ? DataAccessError.TypeInconsistent : DataAccessError.ObjectValueInvalid;
        }

        var block = target.Block;
        var change = _rules.Write(peer, block, target.Attribute, accepted, _time.GetUtcNow());
        Move(block, change.Next);
        if (change.Effects.HasFlag(ReportEffect.Purge))
        {
            _buffer.Purge(block.Reference);
        }

        if (change.Effects.HasFlag(ReportEffect.Send))
        {
            SendBuffered(block);
        }

        if (change.Effects.HasFlag(ReportEffect.Interrogate))
        {
            Interrogate(block);
        }

        return change.Failure;
    }

    /// <summary>Takes the first <paramref name="count"/> changes as one batch: one snapshot never straddles two reports.</summary>
    public void OnChanges(IReadOnlyList<ValueChange> changes, int count)
    {
        _triggers.Begin();
        foreach (var block in _blocks)
        {
            if ((block.IsBuffered || block.State.IsEnabled) && block.State.DataSet is { } set && _triggers.Find(set, block.State.TriggerOptions, changes, count))
            {
                Trigger(block, set);
            }
        }
    }

    /// <summary>Does what is due: closes entries, makes integrity reports, ends reservations.</summary>
    public void Tick(DateTimeOffset now)
    {
        while (_due.DueBy(now) is { } index)
        {
            var block = _blocks[index];
            if (block.State.EntryDue <= now)
            {
                CloseEntry(block);
            }

            if (block.State.IntegrityDue <= now)
            {
                // A running entry goes first (IEC 61850-7-2 §17.2.3.2.3).
                CloseEntry(block);
                Move(block, ReportRules.NextIntegrity(block.State, now));
                AddAll(block, TriggerConditions.Integrity);
            }

            if (block.State.ReservationEnds <= now)
            {
                Move(block, ReportRules.Free(block.State));
            }
        }
    }

    /// <summary>Sends what waited while the association stood still.</summary>
    public void Resume(Association peer)
    {
        foreach (var block in _blocks)
        {
            if (block.State.Owner != peer.Key || !block.State.IsEnabled)
            {
                continue;
            }

            while (!block.State.Waiting.IsEmpty)
            {
                Move(block, block.State with { Waiting = block.State.Waiting.Dequeue(out var entry), WaitingCount = block.State.WaitingCount - 1 });
                Send(block, entry, 0);
            }

            SendBuffered(block);
        }
    }

    /// <summary>The association has ended: its blocks are disabled, its reservations run out.</summary>
    public void Release(Association peer)
    {
        foreach (var block in _blocks)
        {
            if (block.State.Owner == peer.Key)
            {
                Move(block, ReportRules.Release(block.State, block.IsBuffered, block.HasReservationTime, _time.GetUtcNow()));
            }
        }
    }

    /// <summary>An entry could not be sent: the next report tells that something is missing.</summary>
    public void Skipped(string reference, string reason)
    {
        if (_blocks.Find(b => b.Reference == reference) is { } block)
        {
            Move(block, block.State with { HasOverflow = block.State.HasOverflow || block.IsBuffered });
            _effects.Enqueue(new AcsiEffect.Log($"{reference}: an entry was not sent: {reason}", IsWarning: true));
        }
    }

    /// <summary>Raises ConfRev of a block, because its data set is another one than clients know.</summary>
    public void Revise(string reference, uint revision)
    {
        if (_blocks.Find(b => b.Reference == reference) is { } block)
        {
            Move(block, block.State with { ConfigurationRevision = revision });
        }
    }

    /// <summary>What the step did stays.</summary>
    public void Commit()
    {
        _moved.Clear();
        _appended.Clear();
    }

    /// <summary>Takes back what the step did, the last move first. The values that show it are taken back by the store.</summary>
    public void Undo()
    {
        for (var i = _moved.Count - 1; i >= 0; i--)
        {
            _moved[i].Block.Restore(_moved[i].Before);
            _due.Set(_moved[i].Block.Index, _moved[i].Before.Due);
        }

        foreach (var (block, id) in _appended)
        {
            _buffer.Remove(block.Reference, id);
        }

        Commit();
    }

    private void Move(ReportControlBlock block, in ReportState next)
    {
        _moved.Add((block, block.State));
        block.Move(next);
        _due.Set(block.Index, next.Due);
    }

    private void Trigger(ReportControlBlock block, DataSet set)
    {
        // A second trigger of a member closes the entry that holds it (IEC 61850-7-2 §17.2.2.9).
        if (block.State.Pending is { } running && _triggers.Repeat(running))
        {
            CloseEntry(block);
        }

        var now = _time.GetUtcNow();
        var entry = _triggers.Into(set, block.State.Pending, now);
        if (block.State.BufferTime == TimeSpan.Zero)
        {
            Move(block, block.State with { Pending = null, EntryDue = null });
            Store(block, entry);
        }
        else
        {
            Move(block, block.State with { Pending = entry, EntryDue = block.State.EntryDue ?? now + block.State.BufferTime });
        }
    }

    private void CloseEntry(ReportControlBlock block)
    {
        var pending = block.State.Pending;
        Move(block, block.State with { Pending = null, EntryDue = null });
        if (pending is not null && block.State.DataSet is not null)
        {
            Store(block, pending);
        }
    }

    private void Interrogate(ReportControlBlock block)
    {
        if ((block.State.TriggerOptions & TriggerConditions.GeneralInterrogation) != TriggerConditions.None)
        {
            CloseEntry(block);
            AddAll(block, TriggerConditions.GeneralInterrogation);
        }
    }

    private void AddAll(ReportControlBlock block, TriggerConditions trigger)
    {
        if (block.State.DataSet is { } set)
        {
            ReportMember[] members = [.. set.Members.Select((m, i) => new ReportMember(i, _values.Read(m), trigger))];
            Store(block, new ReportEntry(_time.GetUtcNow(), members.Length, members, trigger));
        }
    }

    private void Store(ReportControlBlock block, ReportEntry entry)
    {
        if (!block.IsBuffered)
        {
            SendUnbuffered(block, entry);
            return;
        }

        // Of unsent general interrogations only the last one counts.
        var state = block.State;
        if (entry.Trigger == TriggerConditions.GeneralInterrogation && state.LastInterrogation > state.SentThrough)
        {
            _buffer.Remove(block.Reference, state.LastInterrogation);
        }

        // What was sent already is not lost when it makes room.
        var id = _buffer.Append(block.Reference, entry, out var dropped);
        _appended.Add((block, id));
        Move(block, state with
        {
            HasOverflow = state.HasOverflow || dropped > state.SentThrough,
            LastInterrogation = entry.Trigger == TriggerConditions.GeneralInterrogation ? id : state.LastInterrogation,
        });
        SendBuffered(block);
    }

    private void SendUnbuffered(ReportControlBlock block, ReportEntry entry)
    {
        if (!block.State.IsEnabled || Owner(block) is not { } owner)
        {
            return;
        }

        if (!owner.IsSuspended)
        {
            Send(block, entry, 0);
            return;
        }

        var (waiting, count) = (block.State.Waiting, block.State.WaitingCount);
        if (count >= _options.UnbufferedQueue)
        {
            (waiting, count) = (waiting.Dequeue(), count - 1);
            _effects.Enqueue(new AcsiEffect.Log($"{block.Reference}: an unbuffered report was lost, its client is away", IsWarning: false));
        }

        Move(block, block.State with { Waiting = waiting.Enqueue(entry), WaitingCount = count + 1 });
    }

    private void SendBuffered(ReportControlBlock block)
    {
        while (block.State.IsEnabled && Owner(block) is { IsSuspended: false } && _buffer.Next(block.Reference, block.State.SentThrough) is { } stored)
        {
            Move(block, block.State with { SentThrough = stored.Id, EntryId = stored.Id, TimeOfEntry = EntryTime.From(stored.Entry.Time) });
            Send(block, stored.Entry, stored.Id);
        }
    }

    private void Send(ReportControlBlock block, ReportEntry entry, long id)
    {
        _effects.Enqueue(new AcsiEffect.SendReport(Owner(block)!, block.Reference, block.ToReport(entry, id)));
        Move(block, ReportRules.Sent(block.State, block.IsBuffered));
    }

    private Association? Owner(ReportControlBlock block) => block.State.Owner is { } key ? _find(key) : null;
}
