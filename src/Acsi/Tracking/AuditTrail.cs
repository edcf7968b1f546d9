namespace DerAgent.Acsi;

/// <summary>
/// Puts records of services into the store. Nobody waits for one: what must be durable before it is answered has its own value in the state, and its record goes
/// with that. While the store takes nothing, what has happened is kept, up to a bound.
/// </summary>
internal sealed class AuditTrail
{
    /// <summary>Records that are kept while the store takes nothing.</summary>
    internal const int MaxKept = 256;

    private readonly RingEntries _entries;
    private readonly StepJournal _journal;
    private readonly TimeProvider _time;
    private readonly History<long> _history;
    private readonly List<(long Step, long Id, ServiceRecord Record)> _uncommitted = [];
    private long _lost;

    public AuditTrail(RingEntries entries, StepJournal journal, TimeProvider time)
    {
        (_entries, _journal, _time) = (entries, journal, time);
        _history = new(journal, id => _uncommitted.RemoveAll(u => u.Id == id));
    }

    /// <summary>A record is to be kept.</summary>
    public void Add(ServiceRecord record)
    {
        if (_journal.IsRefusing && _uncommitted.Count >= MaxKept)
        {
            _lost++;
            return;
        }

        var id = _entries.NewId();
        _uncommitted.Add((_journal.Step, id, record));
        _history.Note(id);
        Append(id, record);
    }

    /// <summary>Everything up to a step is committed.</summary>
    public void Committed(long through)
    {
        var count = 0;
        while (count < _uncommitted.Count && _uncommitted[count].Step <= through)
        {
            count++;
        }

        _uncommitted.RemoveRange(0, count);
    }

    /// <summary>The store takes again: what it did not is told.</summary>
    public void StoreWorks()
    {
        if (_lost > 0)
        {
            var lost = _lost;
            _lost = 0;
            Add(new(ServiceName.InternalChange, "", ServiceStatus.FailedDueToServerConstraint, "", _time.GetUtcNow()) { Remark = $"{lost} records were lost while the store took nothing" });
        }
    }

    /// <summary>Steps were taken back: their records never were; the others are to be committed anew. Whether a commit that failed was carried out all the same is not known.</summary>
    /// <param name="takeBack">Takes the steps back.</param>
    public void TakeBack(Action takeBack)
    {
        var before = _uncommitted.ToArray();
        takeBack();
        foreach (var (_, id, record) in before)
        {
            if (_uncommitted.FindIndex(u => u.Id == id) is >= 0 and var place)
            {
                _uncommitted[place] = (_journal.Step, id, record);
                Append(id, record);
            }
            else
            {
                _journal.Change(new(StateChangeKind.Drop, ServiceRecord.Block, id));
            }
        }
    }

    private void Append(long id, ServiceRecord record) => _journal.Change(new(StateChangeKind.Append, ServiceRecord.Block, id, Entry: record) { IsLazy = true });
}
