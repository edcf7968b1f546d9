namespace DerAgent.Acsi;

/// <summary>
/// Holds back what a server wants done until what it rests on is committed (architecture: durable before acknowledged). A state machine without I/O: it takes the
/// server's steps, says what is to be committed, is told how that went, and gives out effects. Whoever runs it does, after every message,
/// <see cref="Take"/>, then commits what <see cref="NextCommit"/> says, then carries out what <see cref="TryTake"/> yields.
/// </summary>
internal sealed class Outbox
{
    private readonly Queue<AcsiEffect> _ready = new();
    private readonly WaitingEffects _waiting = new();
    private readonly Action<AcsiEffect> _release;
    private readonly AcsiServer _server;
    private readonly OutboxOptions _options;
    private readonly TimeProvider _time;
    private List<StateChange> _pending = [];
    private List<StateChange> _underWay = [];
    private long _pendingThrough;
    private long _underWayThrough;
    private long _committed;
    private DateTimeOffset? _pendingSince;
    private DateTimeOffset _lastCommit;
    private bool _isAwaited;
    private DateTimeOffset? _startedAt;
    private DateTimeOffset? _failingSince;
    private DateTimeOffset? _notBefore;
    private bool _isTrial;
    private bool _isHurried;

    /// <summary>The outbox of a server.</summary>
    /// <param name="server">The server.</param>
    /// <param name="options">When commits are made.</param>
    /// <param name="time">Clock.</param>
    public Outbox(AcsiServer server, OutboxOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        (_server, _options, _time) = (server, options, time);
        _release = Release;
    }

    /// <summary>Whether the store has failed: what would have to be durable is refused until a trial succeeds.</summary>
    public bool IsRefusing { get; private set; }

    /// <summary>Whether nothing waits for a commit, or the store takes nothing.</summary>
    public bool IsSettled => IsRefusing || (_pending.Count == 0 && _startedAt is null);

    /// <summary>When <see cref="Tick"/> is to be called next; null: not before something else happens.</summary>
    public DateTimeOffset? NextDue => DueQueue.Earliest(_server.NextDue, DueQueue.Earliest(CommitDue, GiveUpDue));

    /// <summary>Takes what the server did since the last time. An exception is a defect of ours; the step is to be undone.</summary>
    public void Take()
    {
        var step = _server.TakeStep();
        var waitsFor = Hold(step);
        for (var i = 0; i < step.Reports.Count; i++)
        {
            Release(step.Reports[i]);
        }

        _server.Steps.End(waitsFor);
    }

    /// <summary>The next effect to be carried out; false where there is none.</summary>
    public bool TryTake(out AcsiEffect effect) => _ready.TryDequeue(out effect!);

    /// <summary>What is to be committed now, or null. Its end is told by <see cref="Succeeded"/> or <see cref="Failed"/>; the list is not used before.</summary>
    public IReadOnlyList<StateChange>? NextCommit()
    {
        if (CommitDue is not { } due || due > _time.GetUtcNow())
        {
            return null;
        }

        if (IsRefusing)
        {
            // A store that has failed is tried with something that it must write: what waits may be nothing to it.
            Forget(StoredKeys.Trial);
            _pending.Add(new(StateChangeKind.Put, StoredKeys.Trial, Value: BitConverter.GetBytes(_time.GetUtcNow().UtcTicks)));
        }

        (_pending, _underWay) = (_underWay, _pending);
        (_underWayThrough, _pendingSince, _startedAt, _isTrial, _isAwaited) = (_pendingThrough, null, _time.GetUtcNow(), IsRefusing, false);
        _lastCommit = _time.GetUtcNow();
        return _underWay;
    }

    /// <summary>The commit is done.</summary>
    public void Succeeded(in CommitResult result)
    {
        (_startedAt, _notBefore) = (null, null);
        _underWay.Clear();
        if (IsRefusing && !_isTrial)
        {
            // Given up too early: what it wrote was taken back meanwhile, and is written anew.
            _notBefore = _time.GetUtcNow();
            return;
        }

        _failingSince = null;
        _committed = _underWayThrough;
        if (IsRefusing)
        {
            IsRefusing = false;
            _server.Steps.StoreWorks();
        }

        _server.Steps.Committed(_committed, result);
        Step step = default;
        try
        {
            step = _server.TakeStep();
        }
        finally
        {
            // A defect in what follows keeps back nobody's answer.
            _waiting.Release(_committed, step.Reports ?? [], _release);
        }

        _server.Steps.End(Hold(step));
    }

    /// <summary>The commit failed: it is tried again for a while.</summary>
    /// <param name="failure">What the store said.</param>
    public void Failed(string failure)
    {
        var (now, since) = (_time.GetUtcNow(), _startedAt);
        _startedAt = null;
        if (IsRefusing)
        {
            if (_isTrial)
            {
                Again();
            }

            _underWay.Clear();
            _notBefore = now + _options.TrialInterval;
            return;
        }

        Again();
        _failingSince ??= since;
        _notBefore = now + _options.RetryPause;
        if (now - _failingSince >= _options.Patience)
        {
            GiveUp(failure);
        }
    }

    /// <summary>The end comes: what waits is committed at once, and nothing is gathered any more.</summary>
    public void Hurry() => _isHurried = true;

    /// <summary>Another server takes over from what is committed: this one keeps nothing any more, and says so to whoever asks it to.</summary>
    public void Retire()
    {
        (IsRefusing, _notBefore) = (true, null);
        _server.Steps.Retire();
    }

    /// <summary>The clock was set: what is due stays as far away as it was, at the server and here.</summary>
    public void ClockStepped(TimeSpan by)
    {
        _server.ClockStepped(by);
        (_pendingSince, _startedAt, _failingSince, _notBefore) = (_pendingSince + by, _startedAt + by, _failingSince + by, _notBefore + by);
        _lastCommit = _lastCommit == default ? default : _lastCommit + by;
    }

    /// <summary>Does what is due by now, at the server and here.</summary>
    public void Tick()
    {
        _server.Tick();
        if (GiveUpDue <= _time.GetUtcNow())
        {
            Take();
            GiveUp(_failingSince is null ? $"it has not answered for {_options.Patience.TotalSeconds:0.#} s" : "it fails again and again");
        }
    }

    private DateTimeOffset? GiveUpDue => IsRefusing ? null : (_failingSince ?? _startedAt) + _options.Patience;

    private DateTimeOffset? CommitDue => _startedAt is not null ? null
        : IsRefusing ? _notBefore
        : _pending.Count == 0 ? null
        : _notBefore ?? (_isHurried || _waiting.IsUrgent || _pending.Count >= _options.MaxGathered ? _pendingSince : _isAwaited ? Later(_pendingSince!.Value, _lastCommit + _options.CommitInterval) : _pendingSince + _options.LazyInterval);

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    /// <summary>Releases the effects of a step, or holds them back; the step whose commit they wait for, or 0.</summary>
    private long Hold(in Step step)
    {
        if (step.Changes.Count > 0)
        {
            Add(step.Changes);
            _pendingThrough = step.Number;
            _pendingSince ??= _time.GetUtcNow();
        }

        var wait = IsRefusing ? 0 : _waiting.WaitOf(step);
        var isWaiting = wait > _committed;
        for (var i = 0; i < step.Effects.Count; i++)
        {
            switch (step.Effects[i])
            {
                case AcsiEffect.Withdraw { Id: var id } when _waiting.Withdraw(id):
                    break;
                case AcsiEffect.Ended { Cause: not AssociationEndCause.Released, Association: var peer } ended:
                    _waiting.Forget(peer);
                    Release(ended);
                    break;
                case AcsiEffect.Withdraw or AcsiEffect.Defect or AcsiEffect.StoreState:
                    Release(step.Effects[i]);
                    break;
                case var effect when isWaiting:
                    _waiting.Add(step, effect, wait);
                    break;
                case var effect:
                    Release(effect);
                    break;
            }
        }

        return isWaiting ? wait : 0;
    }

    /// <summary>While the store takes nothing, only the last value of a key is of interest.</summary>
    private void Add(IReadOnlyList<StateChange> changes)
    {
        for (var i = 0; i < changes.Count; i++)
        {
            if (IsRefusing && changes[i].Kind is StateChangeKind.Put or StateChangeKind.Remove)
            {
                Forget(changes[i].Name);
            }

            _pending.Add(changes[i]);
            _isAwaited |= !changes[i].IsLazy;
        }
    }

    private void Forget(string key) => _pending.RemoveAll(p => p.Kind is StateChangeKind.Put or StateChangeKind.Remove && p.Name == key);

    /// <summary>What was under way comes before what came meanwhile.</summary>
    private void Again()
    {
        _underWay.AddRange(_pending);
        (_pending, _underWay) = (_underWay, _pending);
        _underWay.Clear();
        _isAwaited = true;
        _pendingSince ??= _time.GetUtcNow();
    }

    private void GiveUp(string failure)
    {
        IsRefusing = true;
        _failingSince = null;
        _notBefore = _time.GetUtcNow() + _options.TrialInterval;
        var refusals = _server.Steps.TakeBack([.. _underWay, .. _pending], failure);
        if (_startedAt is null)
        {
            _underWay.Clear();
        }

        _pending.Clear();
        _waiting.GiveUp(refusals, _release);
        Take();
    }

    private void Release(AcsiEffect effect) => _ready.Enqueue(effect);
}
