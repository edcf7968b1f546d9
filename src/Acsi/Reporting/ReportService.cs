using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Buffered and unbuffered reporting (IEC 61850-7-2 §17.2, §17.3): triggers make entries, entries make reports.</summary>
internal sealed class ReportService
{
    private readonly List<ReportControlBlock> _blocks = [];
    private readonly Dictionary<DataNode, ReportControlBlock> _byNode = [];
    private readonly ValueStore _values;
    private readonly IJournal _journal;
    private readonly AcsiOptions _options;
    private readonly TimeProvider _time;
    private readonly ReportWriteRules _rules;
    private readonly Queue<AcsiEffect> _effects;

    public ReportService(ValueStore values, DataSetCatalog dataSets, Permissions permissions, IJournal journal, AcsiOptions options, TimeProvider time, Queue<AcsiEffect> effects)
    {
        (_values, _journal, _options, _time, _effects) = (values, journal, options, time, effects);
        _rules = new ReportWriteRules(values.Model, dataSets, permissions, journal, options);
        foreach (var definition in values.Model.LogicalDevices.SelectMany(d => d.LogicalNodes).SelectMany(n => n.ReportControls))
        {
            var block = new ReportControlBlock(definition, values, dataSets);
            _blocks.Add(block);
            _byNode[definition.Node] = block;
            StartIntegrity(block);
        }
    }

    public DateTimeOffset? NextDue => _blocks.Min(b => Earliest(Earliest(b.EntryDue, b.IntegrityDue), b.ReservationEnds));

    /// <summary>Sets one attribute of a block.</summary>
    public DataAccessError? Write(Association peer, DataNode node, in DataValue value)
    {
        if (node.Parent is null || !_byNode.TryGetValue(node.Parent, out var block))
        {
            return DataAccessError.ObjectAccessDenied;
        }

        if (node.Type.Accept(value, out var accepted) is var fault && fault != ValueFault.None)
        {
            return fault == ValueFault.Type ? DataAccessError.TypeInconsistent : DataAccessError.ObjectValueInvalid;
        }

        if (_rules.Write(peer, block, node.Name, accepted) is { } refused)
        {
            return refused;
        }

        switch (node.Name)
        {
            case "RptEna" when accepted.AsBoolean():
                Enable(block);
                break;
            case "RptEna":
                Disable(block);
                break;
            case "GI" when accepted.AsBoolean() && block.IsEnabled:
                Interrogate(block);
                break;
            case "TrgOps" or "IntgPd" or "DatSet":
                StartIntegrity(block);
                break;
        }

        return null;
    }

    /// <summary>Takes the changes of one batch: one snapshot never straddles two reports.</summary>
    public void OnChanges(IReadOnlyList<ValueChange> changes)
    {
        if (changes.Count == 0)
        {
            return;
        }

        var triggered = new Dictionary<int, TriggerConditions>();
        foreach (var block in _blocks)
        {
            if (block.DataSet is not { } set || !(block.IsBuffered || block.IsEnabled))
            {
                continue;
            }

            triggered.Clear();
            var options = block.TriggerOptions;
            foreach (var change in changes)
            {
                var reason = change.Reason & options;
                if (reason != TriggerConditions.None && set.MemberOf(change.Slot) is >= 0 and var member)
                {
                    triggered[member] = triggered.GetValueOrDefault(member) | reason;
                }
            }

            if (triggered.Count > 0)
            {
                Trigger(block, set, triggered);
            }
        }
    }

    /// <summary>Does what is due: closes entries, makes integrity reports, ends reservations.</summary>
    public void Tick(DateTimeOffset now)
    {
        foreach (var block in _blocks)
        {
            if (block.EntryDue <= now)
            {
                CloseEntry(block);
            }

            if (block.IntegrityDue <= now)
            {
                // A running entry goes first (IEC 61850-7-2 §17.2.3.2.3).
                CloseEntry(block);
                block.IntegrityDue = NextIntegrity(block, now);
                AddAll(block, TriggerConditions.Integrity);
            }

            if (block.ReservationEnds <= now)
            {
                ReportWriteRules.Free(block);
            }
        }
    }

    /// <summary>Sends what waited while the association stood still.</summary>
    public void Resume(Association peer)
    {
        foreach (var block in _blocks.Where(b => b.Owner == peer && b.IsEnabled))
        {
            while (block.Waiting.TryDequeue(out var entry))
            {
                Send(block, entry, 0);
            }

            SendBuffered(block);
        }
    }

    /// <summary>The association has ended: its blocks are disabled, its reservations run out.</summary>
    public void Release(Association peer)
    {
        foreach (var block in _blocks.Where(b => b.Owner == peer))
        {
            Disable(block);
            block.Owner = null;
            if (block.ReservationTime is not { } seconds)
            {
                ReportWriteRules.Free(block);
            }
            else if (seconds == -1)
            {
                block.ReservedFor = "";
            }
            else
            {
                block.ReservationEnds = _time.GetUtcNow() + TimeSpan.FromSeconds(seconds);
            }
        }
    }

    /// <summary>An entry could not be sent: the next report tells that something is missing.</summary>
    public void Skipped(string reference, string reason)
    {
        if (_blocks.Find(b => b.Reference == reference) is { } block)
        {
            block.HasOverflow |= block.IsBuffered;
            _effects.Enqueue(new AcsiEffect.Log($"{reference}: an entry was not sent: {reason}", IsWarning: true));
        }
    }

    private static DateTimeOffset? Earliest(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b : a;

    private void Enable(ReportControlBlock block)
    {
        block.IsEnabled = true;
        block.SequenceNumber = 0;
        if (!block.IsBuffered)
        {
            block.Waiting.Clear();
            block.Pending = null;
            StartIntegrity(block);
            return;
        }

        if (!block.IsResynchronized)
        {
            block.SentThrough = 0;
        }

        block.IsResynchronized = false;
        SendBuffered(block);
    }

    private static void Disable(ReportControlBlock block)
    {
        block.IsEnabled = false;
        block.Set("GI", DataValue.Boolean(false));
        block.IsResynchronized = false;
        if (!block.IsBuffered)
        {
            block.Pending = null;
            block.EntryDue = null;
            block.IntegrityDue = null;
            block.Waiting.Clear();
        }
    }

    private void StartIntegrity(ReportControlBlock block) =>
        block.IntegrityDue = block.DataSet is not null && (block.IsBuffered || block.IsEnabled) ? NextIntegrity(block, _time.GetUtcNow()) : null;

    private static DateTimeOffset? NextIntegrity(ReportControlBlock block, DateTimeOffset now) =>
        (block.TriggerOptions & TriggerConditions.Integrity) != TriggerConditions.None && block.IntegrityPeriod > TimeSpan.Zero
            ? block.IntegrityDue is { } last && last + block.IntegrityPeriod > now ? last + block.IntegrityPeriod : now + block.IntegrityPeriod
            : null;

    private void Trigger(ReportControlBlock block, DataSet set, Dictionary<int, TriggerConditions> triggered)
    {
        // A second trigger of a member closes the entry that holds it (IEC 61850-7-2 §17.2.2.9).
        if (block.Pending is { } running && triggered.Keys.Any(running.Holds))
        {
            CloseEntry(block);
        }

        var now = _time.GetUtcNow();
        var entry = block.Pending ??= new PendingEntry(now);
        foreach (var (member, reason) in triggered)
        {
            entry.Add(member, _values.Read(set.Members[member]), reason);
        }

        if (block.BufferTime == TimeSpan.Zero)
        {
            CloseEntry(block);
        }
        else
        {
            block.EntryDue ??= now + block.BufferTime;
        }
    }

    private void CloseEntry(ReportControlBlock block)
    {
        if (block.Pending is { } pending && block.DataSet is { } set)
        {
            block.Pending = null;
            block.EntryDue = null;
            Store(block, pending.Close(set.Members.Count));
        }
    }

    private void Interrogate(ReportControlBlock block)
    {
        if ((block.TriggerOptions & TriggerConditions.GeneralInterrogation) != TriggerConditions.None)
        {
            CloseEntry(block);
            AddAll(block, TriggerConditions.GeneralInterrogation);
        }
    }

    private void AddAll(ReportControlBlock block, TriggerConditions trigger)
    {
        if (block.DataSet is { } set)
        {
            var members = set.Members.Select((m, i) => new ReportMember(i, _values.Read(m), trigger)).ToList();
            Store(block, new ReportEntry(_time.GetUtcNow(), members.Count, members, trigger));
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
        if (entry.Trigger == TriggerConditions.GeneralInterrogation && block.LastInterrogation > block.SentThrough)
        {
            _journal.Remove(block.Reference, block.LastInterrogation);
        }

        // What was sent already is not lost when it makes room.
        var id = _journal.Append(block.Reference, entry, out var dropped);
        block.HasOverflow |= dropped > block.SentThrough;
        if (entry.Trigger == TriggerConditions.GeneralInterrogation)
        {
            block.LastInterrogation = id;
        }

        SendBuffered(block);
    }

    private void SendUnbuffered(ReportControlBlock block, ReportEntry entry)
    {
        if (!block.IsEnabled || block.Owner is null)
        {
            return;
        }

        if (!block.Owner.IsSuspended)
        {
            Send(block, entry, 0);
            return;
        }

        if (block.Waiting.Count >= _options.UnbufferedQueue)
        {
            block.Waiting.Dequeue();
            _effects.Enqueue(new AcsiEffect.Log($"{block.Reference}: an unbuffered report was lost, its client is away", IsWarning: false));
        }

        block.Waiting.Enqueue(entry);
    }

    private void SendBuffered(ReportControlBlock block)
    {
        while (block is { IsEnabled: true, Owner.IsSuspended: false } && _journal.Next(block.Reference, block.SentThrough) is { } stored)
        {
            block.SentThrough = stored.Id;
            block.Set("EntryID", EntryIds.ToValue(stored.Id));
            block.Set("TimeofEntry", EntryTime.From(stored.Entry.Time).ToValue());
            Send(block, stored.Entry, stored.Id);
        }
    }

    private void Send(ReportControlBlock block, ReportEntry entry, long id)
    {
        var peer = block.Owner!;
        _effects.Enqueue(new AcsiEffect.SendReport(peer, block.Reference, block.ToReport(entry, id)));
        block.HasOverflow = false;
        block.SequenceNumber++;
    }
}
