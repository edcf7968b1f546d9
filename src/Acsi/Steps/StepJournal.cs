namespace DerAgent.Acsi;

/// <summary>
/// What the step under way has changed: old values of everything, to take it back, and what of it must outlive a power cut. The one mechanism of undoing;
/// whatever is state and no process value notes its old value in a <see cref="History{T}"/>.
/// </summary>
internal sealed class StepJournal
{
    private readonly List<IHistory> _histories = [];
    private readonly List<IStoredItem> _touched = [];
    private readonly List<StateChange> _changes = [];
    private long _committed;

    /// <summary>Number of the step under way.</summary>
    public long Step { get; private set; } = 1;

    /// <summary>The step whose commit this one waits for, because it touches what that one changed; 0 where there is none.</summary>
    public long WaitsFor { get; private set; }

    /// <summary>Whether the store takes nothing: what would have to be durable is refused.</summary>
    public bool IsRefusing { get; set; }

    /// <summary>Whether the step under way changes what must outlive a power cut before it is told; a record of it is no such thing.</summary>
    public bool IsDurable => _touched.Count > 0 || _changes.Exists(static c => !c.IsLazy);

    /// <summary>Whether it changes the value of a key, and not only the entries of buffered blocks: what it tells may have to be taken back.</summary>
    public bool IsBinding => _touched.Count > 0;

    public void Add(IHistory history) => _histories.Add(history);

    /// <summary>Something durable has, or may have, another value.</summary>
    public void Touch(IStoredItem item)
    {
        if (!_touched.Contains(item))
        {
            _touched.Add(item);
        }
    }

    /// <summary>A change that is no value of a key.</summary>
    public void Change(in StateChange change) => _changes.Add(change);

    /// <summary>Whether that step is committed; while the store takes nothing, nobody waits for it.</summary>
    public bool IsCommitted(long step) => step <= _committed || IsRefusing;

    /// <summary>The step under way builds on what an earlier one changed.</summary>
    public void WaitFor(long step)
    {
        if (step < Step && !IsCommitted(step))
        {
            WaitsFor = Math.Max(WaitsFor, step);
        }
    }

    /// <summary>Everything up to a step is committed.</summary>
    public void Committed(long through) => _committed = Math.Max(_committed, through);

    /// <summary>The durable changes of the step under way, in <paramref name="changes"/>.</summary>
    public void Collect(List<StateChange> changes)
    {
        changes.AddRange(_changes);
        foreach (var item in _touched)
        {
            changes.Add(StateChange.Of(item));
        }
    }

    /// <summary>Takes the step under way back; it keeps its number.</summary>
    public void Undo()
    {
        foreach (var history in _histories)
        {
            history.Undo();
        }

        Clear();
    }

    /// <summary>The step under way is over.</summary>
    public void Next()
    {
        foreach (var history in _histories)
        {
            history.Forget();
        }

        Clear();
        Step++;
    }

    /// <summary>How to take the step under way back later.</summary>
    public IReadOnlyList<Action> Keep() => [.. _histories.Select(h => h.Keep()).OfType<Action>()];

    private void Clear()
    {
        _touched.Clear();
        _changes.Clear();
        WaitsFor = 0;
    }
}
