using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>
/// Which report control blocks may follow a change: those whose data set has members in the logical device of what changed. A plant has thousands of blocks, and most batches change values of one device.
/// </summary>
internal sealed class ReportFollowers
{
    /// <summary>The first slot of each logical device.</summary>
    private readonly int[] _starts;
    private readonly SortedList<int, ReportControlBlock>[] _blocks;
    private readonly SortedList<int, ReportControlBlock> _several = [];

    public ReportFollowers(IedModel model)
    {
        // The slots of a logical device are consecutive.
        _starts = [.. model.LogicalDevices.Select(d => d.LogicalNodes.SelectMany(n => n.Constraints.Values).Where(c => c.SlotCount > 0).Select(c => (int?)c.FirstSlot).Min()).OfType<int>().Order()];
        _blocks = [.. _starts.Select(_ => new SortedList<int, ReportControlBlock>())];
    }

    /// <summary>A block has another data set.</summary>
    public void Move(ReportControlBlock block, DataSet? before, DataSet? after)
    {
        foreach (var device in DevicesOf(before))
        {
            _blocks[device].Remove(block.Index);
        }

        foreach (var device in DevicesOf(after))
        {
            _blocks[device].Add(block.Index, block);
        }
    }

    /// <summary>The blocks that may follow changes, in their order. Good until the next call.</summary>
    public IList<ReportControlBlock> Of(IReadOnlyList<ValueChange> changes, int first, int count)
    {
        var (alone, isAlone) = (-1, true);
        for (var i = first; i < count && isAlone; i++)
        {
            var device = DeviceOf(changes[i].Slot);
            (alone, isAlone) = (device, alone < 0 || alone == device);
        }

        if (isAlone)
        {
            return alone < 0 ? [] : _blocks[alone].Values;
        }

        _several.Clear();
        var seen = new HashSet<int>();
        for (var i = first; i < count; i++)
        {
            if (DeviceOf(changes[i].Slot) is var device && seen.Add(device))
            {
                foreach (var (index, block) in _blocks[device])
                {
                    _several[index] = block;
                }
            }
        }

        return _several.Values;
    }

    private IEnumerable<int> DevicesOf(DataSet? set) => set is null ? [] : set.Members.SelectMany(m => new[] { m.FirstSlot, m.FirstSlot + Math.Max(0, m.SlotCount - 1) }).Select(DeviceOf).Distinct();

    private int DeviceOf(int slot) => SlotStarts.Before(_starts, slot);
}
