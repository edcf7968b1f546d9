using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>The setting-group control blocks of the server and their states, old ones too.</summary>
internal sealed class SettingGroupBlocks
{
    private readonly Dictionary<LogicalDevice, SettingGroupBlock> _byDevice = [];
    private readonly Dictionary<int, (SettingGroupBlock Block, int Setting)> _bySlot = [];
    private readonly List<SettingGroupBlock> _all = [];
    private readonly List<StoredPush> _pushes = [];
    private readonly History<(SettingGroupBlock Block, SettingGroupState State, long WrittenIn)> _history;
    private readonly StepJournal _journal;

    public SettingGroupBlocks(ValueStore values, StepJournal journal)
    {
        _journal = journal;
        _history = new(journal, static old =>
        {
            old.Block.WrittenIn = old.WrittenIn;
            old.Block.Move(old.State);
        });
        foreach (var device in values.Model.LogicalDevices)
        {
            if (device.LogicalNodes.FirstOrDefault(n => n.SettingControl is not null)?.SettingControl is { } definition)
            {
                var block = new SettingGroupBlock(_all.Count, device, definition, values);
                _all.Add(block);
                _pushes.Add(new(block));
                _byDevice.Add(device, block);
                for (var i = 0; i < block.Settings.Count; i++)
                {
                    _bySlot.Add(block.Settings[i].Active.FirstSlot, (block, i));
                }
            }
        }
    }

    public IReadOnlyList<SettingGroupBlock> All => _all;

    public DateTimeOffset? NextDue
    {
        get
        {
            DateTimeOffset? next = null;
            foreach (var block in _all)
            {
                next = DueQueue.Earliest(next, block.State.Due);
            }

            return next;
        }
    }

    /// <summary>The block of a logical device, or null.</summary>
    public SettingGroupBlock? Of(LogicalDevice device) => _byDevice.GetValueOrDefault(device);

    /// <summary>The setting whose active value stands in a slot, or null.</summary>
    public (SettingGroupBlock Block, int Setting)? OfSlot(int slot) => _bySlot.TryGetValue(slot, out var found) ? found : null;

    /// <summary>The clock was set: what is due stays as far away as it was.</summary>
    public void Shift(TimeSpan by)
    {
        foreach (var block in _all)
        {
            var (state, push) = (block.State, block.State.Push);
            Move(block, state with { EditEnds = state.EditEnds + by, Push = push is null ? null : push with { ValueEnds = push.ValueEnds + by, Ends = push.Ends + by } });
        }
    }

    /// <summary>Gives a block another state.</summary>
    public void Move(SettingGroupBlock block, in SettingGroupState next)
    {
        _history.Note((block, block.State, block.WrittenIn));
        if (block.State.Active != next.Active || block.State.ActivatedAt != next.ActivatedAt)
        {
            Touch(block, block);
        }

        // What has to be put back after a power cut is known from the first value on.
        if (block.State.Push is null != next.Push is null)
        {
            Touch(block, _pushes[block.Index]);
        }

        block.Move(next);
    }

    private void Touch(SettingGroupBlock block, IStoredItem item)
    {
        _journal.Touch(item);
        block.WrittenIn = _journal.Step;
    }
}
