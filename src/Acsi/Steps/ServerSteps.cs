namespace DerAgent.Acsi;

/// <summary>Where one step of a server ends and the next begins: what a step brought about, how it is taken back, and what its commit sets free.</summary>
internal sealed class ServerSteps(ServerParts parts, StepJournal journal, Queue<AcsiEffect> effects, AssociationTable associations, TimeProvider time)
{
    private readonly List<AcsiEffect> _done = [];
    private readonly List<AcsiEffect.SendReport> _reports = [];
    private readonly List<StateChange> _changes = [];
    private readonly KeptSteps _kept = new(parts.Values);
    private long _lastEntry = parts.Entries.LastId;

    /// <summary>Whether the step under way is taken back, not carried through, where its commit fails.</summary>
    public bool IsUndoable { get; set; }

    /// <summary>Whether the step under way, once its settings are noted, would have to be durable and cannot be.</summary>
    public bool MustBeRefused()
    {
        Note();
        return journal.IsRefusing && journal.IsDurable;
    }

    /// <summary>Notes what of the changed values must be stored.</summary>
    private void Note()
    {
        parts.Settings.Note(parts.Values.Changes);
        parts.Pushes.Note(parts.Values.Changes);
    }

    /// <summary>Values that changed since the last time make reports.</summary>
    public void Trigger() => parts.Changes.Tell();

    /// <summary>What was done since the last step, as one.</summary>
    public Step Take()
    {
        Trigger();
        Note();
        _reports.Clear();
        parts.Sender.Pull(_reports);
        _changes.Clear();
        journal.Collect(_changes);
        _done.Clear();
        while (effects.TryDequeue(out var effect))
        {
            _done.Add(effect);
        }

        return new(journal.Step, _changes, _done, _reports, journal.WaitsFor, _lastEntry, IsUndoable);
    }

    /// <summary>The step is over.</summary>
    /// <param name="waitsFor">The step whose commit its effects wait for; 0 where they have left.</param>
    public void End(long waitsFor)
    {
        if (waitsFor > 0 && IsUndoable)
        {
            _kept.Add(journal.Step, waitsFor, journal.Keep(), parts.Calls.End());
        }

        parts.Calls.Forget();

        journal.Next();
        parts.Values.ClearChanges();
        parts.Changes.Clear();
        (IsUndoable, _lastEntry) = (false, parts.Entries.LastId);
    }

    /// <summary>The step under way failed outside the server: it is taken back, and the request it served is answered so.</summary>
    public void Fail()
    {
        var request = parts.Calls.End();
        Undo();
        if (request is not null)
        {
            parts.Calls.Fail(request);
        }
    }

    /// <summary>Takes back what the step under way did, and forgets its effects: it failed.</summary>
    public void Undo()
    {
        parts.Calls.Forget();
        journal.Undo();
        parts.Values.Undo();
        parts.Machine.Undo();
        parts.Sender.Undo();
        parts.Behaviour.Refresh(time.GetUtcNow());
        parts.Changes.Clear();
        effects.Clear();
        IsUndoable = false;
    }

    /// <summary>Everything up to a step is committed: what waited for that may leave.</summary>
    public void Committed(long through, in CommitResult result)
    {
        journal.Committed(through);
        parts.Entries.Committed(through);
        parts.Audit.Committed(through);
        _kept.Committed(through);
        parts.Door.Committed();
        parts.Sender.Committed();
        for (var i = 0; i < result.Evicted.Count; i++)
        {
            parts.Sender.Evicted(result.Evicted[i].Block, result.Evicted[i].Through);
            parts.Journals.Evicted(result.Evicted[i].Block, result.Evicted[i].Through);
        }
    }

    /// <summary>
    /// The store takes nothing: requests and commands that wait are taken back, the last one first, and answered so; entries that wait are lost. Facts stay facts.
    /// Until <see cref="StoreWorks"/> whatever would have to be durable is refused.
    /// </summary>
    /// <param name="uncommitted">What was not committed; its present values become changes anew.</param>
    /// <param name="failure">What the store said.</param>
    /// <returns>The refusals, each in the place of what its step would have answered.</returns>
    public IReadOnlyList<(long Step, IReadOnlyList<AcsiEffect> Effects)> TakeBack(IEnumerable<StateChange> uncommitted, string failure)
    {
        foreach (var change in uncommitted)
        {
            if (change.Item is { } item)
            {
                journal.Touch(item);
            }
            else if (change.Kind == StateChangeKind.Trim)
            {
                // Whether a commit that failed was carried out all the same is not known: the entries may be gone.
                parts.Sender.Lost(change.Name);
            }
        }

        IReadOnlyList<(long Step, CallTable.UnderWay Request)> requests = [];
        parts.Audit.TakeBack(() => requests = _kept.TakeBack());
        journal.IsRefusing = true;
        foreach (var lost in parts.Entries.Vanish())
        {
            parts.Sender.Lost(lost.Reference);
            parts.Journals.Lost(lost.Reference);
        }

        foreach (var gone in parts.Controls.Clients.Concat(parts.Blocks.Owners).Concat(parts.SettingGroups.Editors).Concat(parts.DataSets.Owners).Distinct().Where(k => associations.Find(k) is null).ToList())
        {
            parts.Controls.Release(gone);
            parts.Reports.Release(gone);
            parts.SettingGroups.Release(gone);
            parts.DataSets.Release(gone);
        }

        parts.Behaviour.Refresh(time.GetUtcNow());
        parts.Sender.ReleaseWaiting();
        AcsiEffect[] others = [.. effects, new AcsiEffect.StoreState(failure)];
        effects.Clear();
        var refusals = new List<(long, IReadOnlyList<AcsiEffect>)>();
        foreach (var (step, request) in requests.Where(r => associations.Find(r.Request.Call.Peer.Key) == r.Request.Call.Peer))
        {
            Refuse(request);
            refusals.Add((step, [.. effects]));
            effects.Clear();
        }

        foreach (var other in others)
        {
            effects.Enqueue(other);
        }

        return refusals;
    }

    /// <summary>A request was taken back, because what it did cannot be kept: its commands end so, and it is answered.</summary>
    public void Refuse(CallTable.UnderWay request)
    {
        parts.Controls.TakenBack(request.Call.Peer, request.Commands);
        parts.Calls.Refuse(request);
    }

    /// <summary>Nothing is kept any more: whatever would have to be durable is refused.</summary>
    public void Retire() => journal.IsRefusing = true;

    /// <summary>The store takes again.</summary>
    public void StoreWorks()
    {
        journal.IsRefusing = false;
        parts.Audit.StoreWorks();
        effects.Enqueue(new AcsiEffect.StoreState(null));
    }
}
