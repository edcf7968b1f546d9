using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Buffered and unbuffered reporting (IEC 61850-7-2 §17.2, §17.3): triggers make entries. Reports are made of them by <see cref="ReportSender"/>.</summary>
internal sealed class ReportService
{
    private readonly ReportControlBlock[] _ordered;
    private readonly int[] _starts;
    private readonly ReportBlocks _blocks;
    private readonly RingEntries _entries;
    private readonly ReportTriggers _triggers;
    private readonly ReportSender _sender;
    private readonly ValueStore _values;
    private readonly TimeProvider _time;
    private readonly ReportWriteRules _rules;
    private readonly StepJournal _journal;

    public ReportService(ReportBlocks blocks, RingEntries entries, ReportSender sender, ReportWriteRules rules, ReportTriggers triggers, ValueStore values, StepJournal journal, TimeProvider time)
    {
        (_blocks, _entries, _sender, _rules, _triggers, _values, _journal, _time) = (blocks, entries, sender, rules, triggers, values, journal, time);
        _ordered = [.. blocks.All.OrderBy(b => b.Node.FirstSlot)];
        _starts = [.. _ordered.Select(b => b.Node.FirstSlot)];
    }

    public DateTimeOffset? NextDue => _blocks.NextDue;

    /// <summary>Called when a block was disabled or freed and nobody asked for that, with whose it was.</summary>
    public Action<ReportControlBlock, string> ChangedItself { get; set; } = static (_, _) => { };

    /// <summary>Sets one attribute of a block.</summary>
    public DataAccessError? Write(Association peer, DataNode node, in DataValue value)
    {
        if (!node.IsLeaf || Find(node.FirstSlot) is not { } target)
        {
            return DataAccessError.ObjectAccessDenied;
        }

        // Who may not write it learns nothing of its type.
        if (ReportWriteRules.Refuse(peer, target.Block, target.Attribute) is { } refused)
        {
            _journal.WaitFor(target.Block.WrittenIn);
            return refused;
        }

        if (DataWrite.Accept(node, value, out var accepted) is { } wrong)
        {
            return wrong;
        }

        var block = target.Block;
        _journal.WaitFor(block.WrittenIn);
        var change = _rules.Write(peer, block, target.Attribute, accepted, _time.GetUtcNow());
        _blocks.Move(block, change.Next.IsEnabled && !block.State.IsEnabled ? change.Next with { EnabledAt = _entries.NewId() } : change.Next);
        if (change.Effects.HasFlag(ReportEffect.Purge))
        {
            _entries.Purge(block.Entries!);
        }

        if (change.Effects.HasFlag(ReportEffect.Interrogate))
        {
            Interrogate(block);
        }

        return change.Failure;
    }

    /// <summary>The block with an attribute in a slot, and which that is.</summary>
    private (ReportControlBlock Block, ReportAttribute Attribute)? Find(int slot)
    {
        var at = SlotStarts.Before(_starts, slot);
        return at >= 0 && _ordered[at] is var block && block.Attributes.Of(slot) is { } attribute ? (block, attribute) : null;
    }

    /// <summary>Before blocks are read: of one that is disabled, EntryID and TimeofEntry are those of the newest committed entry (IEC 61850-7-2 §17.2.2.15).</summary>
    /// <param name="node">A block, a part of it, or what is around it.</param>
    public void ShowNewest(DataNode node)
    {
        foreach (var block in _blocks.All)
        {
            if (block is { IsBuffered: true, State: { IsEnabled: false, IsResynchronized: false }, Entries: { } entries } && block.Node.Overlaps(node) && RingEntries.NewestOf(entries) is var newest && newest != block.State.EntryId)
            {
                var found = newest == 0 ? null : _entries.Find(entries, newest);
                _blocks.Move(block, block.State with { EntryId = found is null ? 0 : newest, TimeOfEntry = found is { } entry ? EntryTime.From(entry.Entry.Time) : default });
            }
        }
    }

    /// <summary>Takes the changes from <paramref name="first"/> on as one batch: one snapshot never straddles two reports.</summary>
    public void OnChanges(IReadOnlyList<ValueChange> changes, int first)
    {
        var count = changes.Count;
        var followers = _blocks.FollowersOf(changes, first, count);
        for (var i = 0; i < followers.Count; i++)
        {
            var block = followers[i];
            if ((block.IsBuffered || block.State.IsEnabled) && block.State.DataSet is { } set && _triggers.Find(set, block.State.TriggerOptions, changes, first, count))
            {
                Trigger(block, set);
            }
        }
    }

    /// <summary>Does what is due: closes entries, makes integrity reports, ends reservations.</summary>
    public void Tick(DateTimeOffset now)
    {
        while (_blocks.DueBy(now) is { } block)
        {
            if (block.State.EntryDue <= now)
            {
                CloseEntry(block);
            }

            if (block.State.IntegrityDue <= now)
            {
                // A running entry goes first (IEC 61850-7-2 §17.2.3.2.3).
                CloseEntry(block);
                _blocks.Move(block, ReportRules.NextIntegrity(block.State, now));
                AddAll(block, TriggerConditions.Integrity);
            }

            if (block.State.ReservationEnds <= now)
            {
                var client = block.State.ReservedFor;
                _blocks.Move(block, ReportRules.Free(block.State));
                ChangedItself(block, client);
            }
        }
    }

    /// <summary>The association has ended: its blocks are disabled, its reservations run out.</summary>
    public void Release(AssociationKey peer)
    {
        foreach (var block in _blocks.All)
        {
            if (block.State.Owner == peer)
            {
                _blocks.Move(block, ReportRules.Release(block.State, block.IsBuffered, block.HasReservationTime, _time.GetUtcNow()));
                ChangedItself(block, peer.BarePeer);
            }
        }
    }

    /// <summary>A data set is no more: the blocks that had it have none.</summary>
    public void Forget(DataSet set)
    {
        foreach (var block in _blocks.All)
        {
            if (block.State.DataSet == set)
            {
                _blocks.Move(block, ReportRules.WithDataSet(block.State, "", null));
            }
        }
    }

    /// <summary>Raises ConfRev of a block, because its data set is another one than clients know.</summary>
    public void Revise(string reference, uint revision)
    {
        if (_blocks.Find(reference) is { } block)
        {
            _blocks.Move(block, block.State with { ConfigurationRevision = revision });
        }
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
        if (block.State.BufferTime > TimeSpan.Zero)
        {
            _blocks.Move(block, block.State with { Pending = entry, EntryDue = block.State.EntryDue ?? now + block.State.BufferTime });
            return;
        }

        if (block.State.Pending is not null)
        {
            _blocks.Move(block, block.State with { Pending = null, EntryDue = null });
        }

        Store(block, set, entry);
    }

    private void CloseEntry(ReportControlBlock block)
    {
        if (block.State is { Pending: null, EntryDue: null })
        {
            return;
        }

        var pending = block.State.Pending;
        _blocks.Move(block, block.State with { Pending = null, EntryDue = null });
        if (pending is not null && block.State.DataSet is { } set)
        {
            Store(block, set, pending);
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
            Store(block, set, new ReportEntry(_time.GetUtcNow(), members.Length, members, trigger));
        }
    }

    private void Store(ReportControlBlock block, DataSet set, ReportEntry entry)
    {
        if (block.Entries is not { } entries)
        {
            _sender.Add(block, entry);
            return;
        }

        var id = _entries.Append(entries, set.Signature, entry, block.State.IsEnabled);
        if (id == 0)
        {
            _blocks.Move(block, ReportRules.LostBehind(block.State, entries.Last));
        }
        else if (entry.Trigger == TriggerConditions.GeneralInterrogation)
        {
            // Of general interrogations only the last one counts.
            if (block.State.LastInterrogation > 0)
            {
                _entries.Drop(entries, block.State.LastInterrogation);
            }

            _blocks.Move(block, block.State with { LastInterrogation = id });
        }
    }
}
