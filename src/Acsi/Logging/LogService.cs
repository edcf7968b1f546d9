using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Logging (IEC 61850-7-2 §17.3): triggers make entries of logs; SetLCBValues, GetLCBValues, GetLogStatusValues.</summary>
internal sealed class LogService
{
    private readonly List<LogControlBlock> _blocks = [];
    private readonly Dictionary<int, (LogControlBlock Block, DataNode Attribute)> _bySlot = [];
    private readonly History<(LogControlBlock Block, LogState State, long WrittenIn)> _history;
    private readonly ReportTriggers _triggers;
    private readonly Journals _journals;
    private readonly DataSetCatalog _dataSets;
    private readonly Permissions _permissions;
    private readonly ValueStore _values;
    private readonly StepJournal _journal;
    private readonly AcsiOptions _options;
    private readonly TimeProvider _time;

    public LogService(Journals journals, DataSetCatalog dataSets, Permissions permissions, ReportTriggers triggers, ValueStore values, StoredState stored, StepJournal journal, AcsiOptions options, TimeProvider time)
    {
        (_journals, _dataSets, _permissions, _triggers, _values, _journal, _options, _time) = (journals, dataSets, permissions, triggers, values, journal, options, time);
        _history = new(journal, static old =>
        {
            old.Block.WrittenIn = old.WrittenIn;
            old.Block.Move(old.State);
        });
        foreach (var definition in values.Model.LogicalDevices.SelectMany(d => d.LogicalNodes).SelectMany(n => n.LogControls))
        {
            var block = new LogControlBlock(definition, values, dataSets);
            _blocks.Add(block);
            foreach (var leaf in block.Node.Leaves())
            {
                _bySlot.Add(leaf.FirstSlot, (block, leaf));
            }

            Restore(block, stored);
        }
    }

    /// <summary>When something is due next.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            var next = _journals.NextDue;
            foreach (var block in _blocks)
            {
                next = DueQueue.Earliest(next, block.State.IntegrityDue);
            }

            return next;
        }
    }

    /// <summary>Whether a block logs a data set, enabled or not.</summary>
    public bool Uses(DataSet set) => _blocks.Exists(b => b.State.DataSet == set);

    /// <summary>Sets one attribute of a block.</summary>
    public DataAccessError? Write(Association peer, DataNode node, in DataValue value)
    {
        if (!node.IsLeaf || !_bySlot.TryGetValue(node.FirstSlot, out var target) || node.Name is not ("LogEna" or "LogRef" or "DatSet" or "TrgOps" or "IntgPd"))
        {
            return DataAccessError.ObjectAccessDenied;
        }

        var block = target.Block;
        _journal.WaitFor(block.WrittenIn);
        if (node.Name != "LogEna" && block.State.IsEnabled)
        {
            return DataAccessError.TemporarilyUnavailable;
        }

        if (DataWrite.Accept(node, value, out var accepted) is { } wrong)
        {
            return wrong;
        }

        if (_values[node.FirstSlot] == accepted)
        {
            return null;
        }

        if (Access(node.Name) != SettingAccess.Dynamic)
        {
            return DataAccessError.ObjectAccessDenied;
        }

        return node.Name switch
        {
            "LogEna" => Enable(block, accepted.AsBoolean()),
            "LogRef" => SetLog(peer, block, accepted.AsText()),
            "DatSet" => SetDataSet(peer, block, accepted.AsText()),
            "TrgOps" => Move(block, block.State with { TriggerOptions = (TriggerConditions)accepted.AsBits() }),
            _ when _options.IsTooShort(accepted.AsUnsigned()) => DataAccessError.ObjectValueInvalid,
            _ => Move(block, block.State with { IntegrityPeriod = TimeSpan.FromMilliseconds(accepted.AsUnsigned()) }),
        };
    }

    /// <summary>Before blocks are read: the oldest and the newest entries of their logs are shown.</summary>
    /// <param name="node">A block, a part of it, or what is around it.</param>
    public void ShowEntries(DataNode node)
    {
        foreach (var block in _blocks)
        {
            if (block.Node.Overlaps(node))
            {
                var journal = _journals.Find(block.State.LogReference);
                if (journal is not null)
                {
                    _journals.Look(journal);
                    _journals.WaitFor(journal, journal.First?.Id ?? 0);
                    _journals.WaitFor(journal, journal.Last?.Id ?? 0);
                }

                block.ShowEntries(journal?.First, journal?.Last);
            }
        }
    }

    /// <summary>Takes the changes from <paramref name="first"/> on as one event.</summary>
    public void OnChanges(IReadOnlyList<ValueChange> changes, int first)
    {
        var count = changes.Count;
        foreach (var block in _blocks)
        {
            if (block.State is { IsEnabled: true, DataSet: { } set } state && _triggers.Find(set, state.TriggerOptions, changes, first, count))
            {
                Append(block, set, _triggers.Into(set, null, _time.GetUtcNow()).Members);
            }
        }
    }

    /// <summary>The clock was set: what is due stays as far away as it was.</summary>
    public void Shift(TimeSpan by)
    {
        foreach (var block in _blocks)
        {
            if (block.State.IntegrityDue is { } due)
            {
                Move(block, block.State with { IntegrityDue = due + by });
            }
        }
    }

    /// <summary>Logs all members of what is due.</summary>
    public void Tick(DateTimeOffset now)
    {
        foreach (var block in _blocks)
        {
            if (block.State is { IntegrityDue: { } due, DataSet: { } set } && due <= now)
            {
                Move(block, block.State.NextIntegrity(now));
                Append(block, set, [.. set.Members.Select((m, i) => new Mapping.ReportMember(i, _values.Read(m), TriggerConditions.Integrity))]);
            }
        }

        _journals.Tick(now);
    }

    private SettingAccess Access(string attribute) => attribute switch
    {
        "LogEna" => _values.Model.Capabilities.LogEnable,
        "DatSet" => _values.Model.Capabilities.LogDataSet,
        "TrgOps" => _values.Model.Capabilities.LogTriggerOptions,
        "IntgPd" => _values.Model.Capabilities.LogIntegrityPeriod,
        _ => SettingAccess.Dynamic,
    };

    private DataAccessError? Enable(LogControlBlock block, bool enable)
    {
        if (enable && (block.State.DataSet is null || _journals.Find(block.State.LogReference) is null))
        {
            return DataAccessError.ObjectValueInvalid;
        }

        Move(block, (block.State with { IsEnabled = enable }).StartIntegrity(_time.GetUtcNow()));

        // That it begins, and that it ends, is told in the log itself.
        if (_journals.Find(block.State.LogReference) is { } journal)
        {
            _journals.Append(journal, new(_time.GetUtcNow(), [new(block.Node.Reference + "$LogEna", DataValue.Boolean(enable), LogMember.ApplicationTrigger)]));
        }

        return null;
    }

    private DataAccessError? SetLog(Association peer, LogControlBlock block, string reference) =>
        reference.Length > 0 && (_journals.Find(reference) is not { } journal || !_permissions.Sees(peer, journal.Holder))
            ? DataAccessError.ObjectValueInvalid
            : Move(block, block.State with { LogReference = reference });

    private DataAccessError? SetDataSet(Association peer, LogControlBlock block, string reference)
    {
        var set = reference.Length == 0 ? null : _dataSets.Find(reference);
        return reference.Length > 0 && (set?.Holder is not { } holder || !_permissions.Sees(peer, holder) || holder.LogicalDevice != block.Node.LogicalNode.LogicalDevice)
            ? DataAccessError.ObjectValueInvalid
            : Move(block, block.State with { DataSetReference = reference, DataSet = set });
    }

    private void Append(LogControlBlock block, DataSet set, IReadOnlyList<Mapping.ReportMember> members)
    {
        if (_journals.Find(block.State.LogReference) is { } journal)
        {
            _journals.Append(journal, new(_time.GetUtcNow(), [.. members.Select(m => new LogMember(set.References[m.Index], m.Value, (int)m.Reason))]));
        }
    }

    private DataAccessError? Move(LogControlBlock block, in LogState next)
    {
        _history.Note((block, block.State, block.WrittenIn));
        if (block.State.DiffersDurably(next))
        {
            _journal.Touch(block);
            block.WrittenIn = _journal.Step;
        }

        block.Move(next);
        return null;
    }

    private void Restore(LogControlBlock block, StoredState stored)
    {
        var state = block.State;
        if (stored.Find(block.Key) is { } octets)
        {
            if (LogControlBlock.Decode(octets, _dataSets, _journals) is { } found)
            {
                state = found;
            }
            else
            {
                stored.Tell(block.Key, "it is damaged");
            }
        }

        // What the file enables without anything to log, or anywhere to log it, is not enabled.
        block.Move((state with { IsEnabled = state.IsEnabled && state.DataSet is not null && _journals.Find(state.LogReference) is not null }).StartIntegrity(_time.GetUtcNow()));
    }
}
