using DerAgent.Storage;

namespace DerAgent.Acsi.Tests;

/// <summary>A store that commits when it is told to, in groups, and fails when it is told to: then nobody knows whether it was carried out.</summary>
internal sealed class LateStore(int capacity = 500) : IStateStore, IEntryBuffer
{
    private readonly MemoryStore _committed = new(capacity);
    private readonly List<StateChange> _history = [];
    private TaskCompletionSource<CommitResult>? _end;
    private IReadOnlyList<StateChange> _changes = [];
    private bool _wasRefusing;

    /// <summary>Whether it commits at once, without being told.</summary>
    public bool IsPrompt { get; set; }

    /// <summary>Whether a commit is under way.</summary>
    public bool IsBusy => _end is not null;

    /// <summary>Whether a commit that failed was carried out all the same, and none was done since.</summary>
    public bool IsInDoubt { get; private set; }

    /// <summary>Commits that succeeded.</summary>
    public int Commits { get; private set; }

    public IReadOnlyList<StateChange> UnderWay => _changes;

    public IReadOnlyDictionary<string, byte[]> Load() => _committed.Load();

    /// <summary>The block whose entries cannot be read; empty: none.</summary>
    public string Unreadable { get; set; } = "";

    public long HighWater => _committed.HighWater;

    public long NewId(long least) => _committed.NewId(least);

    public StoredEntry? Next(string block, long id) => block == Unreadable ? throw new IOException("a bad sector") : _committed.Next(block, id);

    public StoredLogEntry? NextLogged(string block, long id) => block == Unreadable ? throw new IOException("a bad sector") : _committed.NextLogged(block, id);

    public int Count(string block, long after, long through) => _committed.Count(block, after, through);

    public bool Contains(string block, long id) => _committed.Contains(block, id);

    public long Newest(string block) => _committed.Newest(block);

    public ValueTask<CommitResult> CommitAsync(IReadOnlyList<StateChange> changes, CancellationToken cancel)
    {
        Assert.False(IsBusy, "one commit at a time");
        Assert.NotEmpty(changes);
        if (IsPrompt)
        {
            return new(Take(changes));
        }

        (_changes, _end) = (changes, new());
        return new(_end.Task);
    }

    /// <summary>Whether nobody waits any longer for the commit under way; it may succeed all the same.</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>Looks whether its server has just begun to refuse: then it has abandoned the commit under way.</summary>
    public void Watch(Outbox outbox)
    {
        if (outbox.IsRefusing && !_wasRefusing)
        {
            IsAbandoned = IsBusy;
        }

        _wasRefusing = outbox.IsRefusing;
    }

    public void Succeed()
    {
        var result = Take(_changes);
        (IsInDoubt, IsAbandoned) = (IsAbandoned, false);
        End().SetResult(result);
    }

    public void Fail(bool isCarriedOut = false)
    {
        if (isCarriedOut)
        {
            Take(_changes);
            IsInDoubt = true;
        }

        IsAbandoned = false;

        End().SetException(new IOException("the disk is full"));
    }

    /// <summary>Fails until its server waits for it no longer.</summary>
    public void FailForLong(TestIed ied, bool isCarriedOut = false)
    {
        for (var i = 0; i < 60 && !ied.Outbox.IsRefusing; i++)
        {
            if (IsBusy)
            {
                Fail(isCarriedOut && i % 3 == 1);
                ied.Drain();
            }

            ied.Advance(0.1);
        }

        Assert.True(ied.Outbox.IsRefusing);
    }

    /// <summary>Takes again, and its server finds out.</summary>
    public void Recover(TestIed ied)
    {
        if (IsBusy)
        {
            Fail();
            ied.Drain();
        }

        IsPrompt = true;
        ied.Advance(6);
        Assert.False(ied.Outbox.IsRefusing);
    }

    /// <summary>The store as the next process finds it.</summary>
    public MemoryStore AfterPowerCut()
    {
        var found = new MemoryStore(capacity);
        Assert.True(found.CommitAsync([.. _history], CancellationToken.None).AsTask().IsCompletedSuccessfully);
        return found;
    }

    private CommitResult Take(IReadOnlyList<StateChange> changes)
    {
        _history.AddRange(changes);
        IsInDoubt = false;
        Commits++;
        var commit = _committed.CommitAsync(changes, CancellationToken.None).AsTask();
        Assert.True(commit.IsCompletedSuccessfully);
        return commit.Result;
    }

    private TaskCompletionSource<CommitResult> End()
    {
        var end = _end!;
        (_end, _changes) = (null, []);
        return end;
    }
}
