using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Carries the values of setting groups to devices, as <see cref="SettingPush"/> says, and does what is to be done when they have arrived or are back.</summary>
internal sealed class SettingPushes(
    SettingGroupBlocks blocks, SettingGroupValues groups, ValueStore values, IProcessOutput output, CommandDoor door, CallTable calls, ServiceRecords records, StepJournal journal, Queue<AcsiEffect> effects, TimeProvider time, ClockQuality timeQuality)
{
    private readonly UndoDictionary<long, SettingGroupBlock> _byCommand = new(journal);
    private readonly HashSet<int> _doubtful = [];

    /// <summary>Makes a group active: at once, or when the devices have its values.</summary>
    public WriteStep Activate(SettingGroupBlock block, uint group, string client, WriteTicket? ticket) =>
        Begin(block, SettingPushKind.Activate, group, Enumerable.Range(0, block.Settings.Count).Select(i => (i, groups.Of(block, group, i))), client, ticket);

    /// <summary>Takes the edited values over into their group: at once, or when the devices have them where it is the active one.</summary>
    public WriteStep Confirm(SettingGroupBlock block, string client, WriteTicket? ticket)
    {
        var group = block.State.Edited;
        var edited = Enumerable.Range(0, block.Settings.Count).Select(i => (i, values[block.Settings[i].Edited.FirstSlot]));
        return Begin(block, SettingPushKind.Confirm, group, group == block.State.Active ? edited : [], client, ticket);
    }

    /// <summary>The device took a value and reads it back.</summary>
    public void Taken(long id) => Feed(id, SettingPushEvent.Arrived, null);

    /// <summary>A value ended at the device.</summary>
    public void Ended(long id, CommandOutcome outcome)
    {
        switch (outcome.Failure)
        {
            case AddCause.None:
                Feed(id, SettingPushEvent.Arrived, null);
                break;
            case AddCause.BlockedByProcess or AddCause.InconsistentParameters:
                // Whatever the device has against one of the values: there is nothing wrong with the number of the group.
                Feed(id, SettingPushEvent.Refused, DataAccessError.ObjectAccessDenied);
                break;
            default:
                Feed(id, SettingPushEvent.Lost, DataAccessError.HardwareFault);
                break;
        }
    }

    /// <summary>What takes too long is withdrawn; who waits too long is answered.</summary>
    public void Tick(DateTimeOffset now)
    {
        foreach (var block in blocks.All)
        {
            while (block.State.Push is { } push && push.ValueEnds <= now)
            {
                door.Withdraw(push.CommandId);
                Feed(push.CommandId, SettingPushEvent.Lost, DataAccessError.HardwareFault);
            }

            if (block.State.Push is { IsBack: true, Ticket: { } ticket } late && late.Ends <= now)
            {
                blocks.Move(block, block.State with { Push = late with { Ticket = null } });
                calls.Settle(ticket, late.Failure);
            }
        }
    }

    /// <summary>Values that were on their way when the agent stopped are put back.</summary>
    public void TakeBack(SettingGroupBlock block, SettingPush found)
    {
        effects.Enqueue(new AcsiEffect.Log($"{block.Node.Reference}: values of group {found.Group} were on their way to the devices when the agent stopped; those before are put back", IsWarning: true));
        Advance(block, found);
    }

    /// <summary>Whether a process value must not show now: values are on their way, and come into force together.</summary>
    public bool Holds(int slot) => blocks.OfSlot(slot) is { Block.State.Push: not null };

    /// <summary>A device has another value than its group says: the device is right, and the group takes it over.</summary>
    public void Note(IReadOnlyList<ValueChange> changes)
    {
        for (var i = 0; i < changes.Count && blocks.All.Count > 0; i++)
        {
            if (blocks.OfSlot(changes[i].Slot) is { } found && groups.Of(found.Block, found.Block.State.Active, found.Setting) != values[changes[i].Slot])
            {
                var (leaf, before) = (found.Block.Settings[found.Setting].Active, groups.Of(found.Block, found.Block.State.Active, found.Setting));
                groups.Set(found.Block, found.Block.State.Active, found.Setting, values[leaf.FirstSlot]);
                effects.Enqueue(new AcsiEffect.Log($"{leaf.Reference}: the device has {values[leaf.FirstSlot]}, group {found.Block.State.Active} said {before}; the device is right", IsWarning: true));
            }
        }

        if (_doubtful.Count > 0 && _doubtful.RemoveWhere(values.IsKnown) > 0 && _doubtful.Count == 0)
        {
            effects.Enqueue(new AcsiEffect.SettingDoubt(null));
        }
    }

    private WriteStep Begin(SettingGroupBlock block, SettingPushKind kind, uint group, IEnumerable<(int Setting, DataValue Value)> wanted, string client, WriteTicket? ticket)
    {
        var writes = new List<SettingWrite>();
        foreach (var (setting, value) in wanted)
        {
            var leaf = block.Settings[setting].Active;
            var isKnown = values.IsKnown(leaf.FirstSlot);
            if (output.IsBound(leaf) && (!isKnown || values[leaf.FirstSlot] != value))
            {
                writes.Add(new(setting, isKnown ? values[leaf.FirstSlot] : groups.Of(block, block.State.Active, setting), value));
            }
        }

        var push = SettingPush.Begin(kind, group, writes, time.GetUtcNow()) with { Client = client, Ticket = ticket };
        if (writes.Count == 0)
        {
            Complete(block, push);
            return WriteStep.Done;
        }

        Advance(block, push);
        return WriteStep.Pending;
    }

    private void Feed(long id, SettingPushEvent happened, DataAccessError? failure)
    {
        if (!_byCommand.Remove(id, out var block) || block.State.Push is not { } push || push.CommandId != id)
        {
            return;
        }

        if (push.IsBack && happened != SettingPushEvent.Arrived)
        {
            Doubt(block.Settings[push.Write.Setting].Active);
        }

        Advance(block, push.After(happened, failure, time.GetUtcNow()));
    }

    /// <summary>Gives the next value to its device; what a higher claim shadows has arrived.</summary>
    private void Advance(SettingGroupBlock block, SettingPush push)
    {
        for (; !push.IsOver; push = push.After(SettingPushEvent.Arrived, null, time.GetUtcNow()))
        {
            var id = door.NewId();
            var (leaf, value) = (block.Settings[push.Write.Setting].Active, push.IsBack ? push.Write.Old : push.Write.New);
            blocks.Move(block, block.State with { Push = push with { CommandId = id } });
            _byCommand.Set(id, block);
            if (door.Enter(new Command(id, [new(leaf.FirstSlot, value)], new("setting groups", 0), CommandSource.Setting)).Verdict == ClaimVerdict.InForce)
            {
                return;
            }

            _byCommand.Remove(id, out _);
        }

        blocks.Move(block, block.State with { Push = null });
        if (!push.IsBack)
        {
            Complete(block, push);
        }

        Answer(block, push);
    }

    /// <summary>Everything is where it should be: all values change together, and then the group.</summary>
    private void Complete(SettingGroupBlock block, SettingPush push)
    {
        var state = block.State;
        if (push.Kind == SettingPushKind.Activate)
        {
            Show(block, push.Group);
            blocks.Move(block, state.Activate(push.Group, Timestamp.From(time.GetUtcNow(), timeQuality.Value)));
            return;
        }

        for (var i = 0; i < block.Settings.Count; i++)
        {
            groups.Set(block, push.Group, i, values[block.Settings[i].Edited.FirstSlot]);
        }

        if (push.Group == state.Active)
        {
            Show(block, push.Group);
        }

        blocks.Move(block, state.EndEdit());
    }

    private void Show(SettingGroupBlock block, uint group)
    {
        for (var i = 0; i < block.Settings.Count; i++)
        {
            values.Show(block.Settings[i].Active, groups.Of(block, group, i));
        }
    }

    private void Answer(SettingGroupBlock block, SettingPush push)
    {
        if (push.Ticket is { } ticket)
        {
            calls.Settle(ticket, push.Failure);
        }

        if (!push.IsFound)
        {
            var isSwitch = push.Kind == SettingPushKind.Activate;
            records.Block(block.Node, block.Node.Child(isSwitch ? "ActSG" : "CnfEdit")!, isSwitch ? DataValue.Unsigned(push.Group) : DataValue.Boolean(true), push.Client, ServiceStatuses.Of(push.Failure));
        }
    }

    /// <summary>Nobody knows what the device has: it is shown as not known until the device was read, and somebody is to look at it.</summary>
    private void Doubt(DataNode leaf)
    {
        values.Forget(leaf.FirstSlot);
        _doubtful.Add(leaf.FirstSlot);
        effects.Enqueue(new AcsiEffect.SettingDoubt($"{leaf.Reference} could not be put back to what it was before a switch of the setting group that failed"));
    }
}
