using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>The report control blocks of the server: their states, old ones too, and which of them is due.</summary>
internal sealed class ReportBlocks
{
    private readonly List<ReportControlBlock> _blocks = [];
    private readonly Dictionary<string, ReportControlBlock> _byReference = new(StringComparer.Ordinal);
    private readonly List<ReportControlBlock> _enabled = [];
    private readonly History<(ReportControlBlock Block, ReportState State, long WrittenIn)> _history;
    private readonly StepJournal _journal;
    private readonly DueQueue _due;
    private readonly ReportFollowers _followers;

    public ReportBlocks(ValueStore values, DataSetCatalog dataSets, StepJournal journal)
    {
        _journal = journal;
        _history = new(journal, old => Restore(old.Block, old.State, old.WrittenIn));
        _followers = new(values.Model);
        foreach (var definition in values.Model.LogicalDevices.SelectMany(d => d.LogicalNodes).SelectMany(n => n.ReportControls))
        {
            var block = new ReportControlBlock(_blocks.Count, definition, values, dataSets);
            _blocks.Add(block);
            _followers.Move(block, null, block.State.DataSet);
            _byReference.TryAdd(block.Reference, block);
        }

        _due = new DueQueue(_blocks.Count);
    }

    public List<ReportControlBlock> All => _blocks;

    /// <summary>Those that report.</summary>
    public List<ReportControlBlock> Enabled => _enabled;

    /// <summary>The associations that have a block.</summary>
    public IEnumerable<AssociationKey> Owners => _blocks.Select(b => b.State.Owner).OfType<AssociationKey>();

    public DateTimeOffset? NextDue => _due.First;

    /// <summary>Those that may report some of the changes, in their order. Good until the next call, and until one gets another data set.</summary>
    public IList<ReportControlBlock> FollowersOf(IReadOnlyList<ValueChange> changes, int first, int count) => _followers.Of(changes, first, count);

    public ReportControlBlock? Find(string reference) => _byReference.GetValueOrDefault(reference);

    /// <summary>The block that is due first, if it is due by now.</summary>
    public ReportControlBlock? DueBy(DateTimeOffset now) => _due.DueBy(now) is { } index ? _blocks[index] : null;

    /// <summary>Gives a block another state.</summary>
    public void Move(ReportControlBlock block, in ReportState next)
    {
        _history.Note((block, block.State, block.WrittenIn));
        if (ReportRules.DiffersDurably(block.State, next, block.HasReservationTime))
        {
            _journal.Touch(block);
            block.WrittenIn = _journal.Step;
        }

        Take(block, next);
    }

    /// <summary>The clock was set: what is due stays as far away as it was.</summary>
    public void Shift(TimeSpan by)
    {
        foreach (var block in _blocks)
        {
            if (block.State.Due is not null)
            {
                Move(block, block.State.Shift(by));
            }
        }
    }

    /// <summary>The state of a block at start.</summary>
    public void Load(ReportControlBlock block, in ReportState state) => Take(block, state);

    private void Restore(ReportControlBlock block, in ReportState before, long writtenIn)
    {
        block.WrittenIn = writtenIn;
        Take(block, before);
    }

    private void Take(ReportControlBlock block, in ReportState next)
    {
        if (next.IsEnabled != block.State.IsEnabled)
        {
            _enabled.Remove(block);
            if (next.IsEnabled)
            {
                _enabled.Add(block);
            }
        }

        if (next.DataSet != block.State.DataSet)
        {
            _followers.Move(block, block.State.DataSet, next.DataSet);
        }

        block.Move(next);
        _due.Set(block.Index, next.Due);
    }
}
