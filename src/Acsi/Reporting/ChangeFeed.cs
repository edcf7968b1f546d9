using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Hands the changes of values to the reports and the logs, each once, in batches that belong together.</summary>
internal sealed class ChangeFeed(ValueStore values, ReportTriggers triggers, ReportService reports, LogService logs)
{
    private int _told;

    /// <summary>Rises with each batch.</summary>
    public long Batch { get; private set; }

    /// <summary>What is calculated from values.</summary>
    public Statistics? Statistics { get; set; }

    /// <summary>What changed since the last time is one batch.</summary>
    public void Tell()
    {
        // A report changes attributes of its own block, which trigger nothing: one round is enough.
        if (values.Changes.Count > _told)
        {
            // What follows from them belongs to the same batch.
            Statistics?.OnChanges(values.Changes, _told);
            triggers.Begin();
            reports.OnChanges(values.Changes, _told);
            logs.OnChanges(values.Changes, _told);
            _told = values.Changes.Count;
            Batch++;
        }
    }

    /// <summary>The changes are forgotten, or were taken back.</summary>
    public void Clear() => (_told, Batch) = (0, Batch + 1);
}
