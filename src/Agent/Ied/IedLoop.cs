using DerAgent.Acsi;
using DerAgent.Xmpp;

namespace DerAgent.Agent;

/// <summary>The one writer of an IED: everything that touches the server passes through here, one message after the other. What a message brings about leaves when its <see cref="Outbox"/> says so.</summary>
/// <remarks>An idle loop takes a message on the thread that posts it, and what is to be encoded for it is encoded there afterwards, when the loop is free for others again: a request costs no change of threads. Whoever posts holds no lock that an effect might need.</remarks>
internal sealed class IedLoop : IAsyncDisposable
{
    /// <summary>What differs less is the drift of a clock that is kept right.</summary>
    private static readonly TimeSpan LeastStep = TimeSpan.FromMilliseconds(100);

    private readonly SerialQueue<Action<AcsiServer>> _messages;
    private readonly AcsiServer _server;
    private readonly Outbox _outbox;
    private readonly IStateStore _store;
    private readonly IProcessOutput _output;
    private readonly IFileStore _files;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _retired = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _origin;
    private readonly long _originTimestamp;
    private volatile bool _isRunning;
    private volatile bool _isRetiring;

    /// <summary>A loop around a server.</summary>
    /// <param name="server">The server.</param>
    /// <param name="store">Where its state is kept.</param>
    /// <param name="output">Where its commands go.</param>
    /// <param name="files">Its files; the loop tells the server what became of a task.</param>
    /// <param name="options">When commits are made.</param>
    /// <param name="time">Clock and timers.</param>
    public IedLoop(AcsiServer server, IStateStore store, IProcessOutput output, Func<Action<long, FileOutcome>, IFileStore> files, OutboxOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(files);
        (_server, _store, _output, _time) = (server, store, output, time);
        (_origin, _originTimestamp) = (time.GetUtcNow(), time.GetTimestamp());
        _outbox = new Outbox(server, options, time);
        _files = files((id, outcome) => Post(s => s.FileDone(id, outcome)));
        _messages = new(Process, Arm);
        _timer = time.CreateTimer(_ => Post(_ => _outbox.Tick()), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Called with each effect that leaves, in order, on the loop.</summary>
    public Action<AcsiEffect> OnEffect { get; set; } = static _ => { };

    /// <summary>Called when the loop has done what there was, on the same thread and outside the loop: here is the place to encode and to send.</summary>
    public Action Afterwards { get; set; } = static () => { };

    /// <summary>Called when a message or an effect failed: a defect of ours. The loop goes on; one peer's message must not end the others' service.</summary>
    public Action<string, Exception> OnDefect { get; set; } = static (_, _) => { };

    /// <summary>Queues a message; it runs on the loop.</summary>
    public void Post(Action<AcsiServer> message)
    {
        _messages.Enqueue(message);
        if (_isRunning || _isRetiring)
        {
            _messages.Drain();
            Afterwards();
        }
    }

    /// <summary>Commits what waits, and nothing afterwards: done when another server can take over. A store that takes nothing ends it as well.</summary>
    public Task RetireAsync()
    {
        _isRetiring = true;
        Post(_ => _outbox.Hurry());
        return _retired.Task;
    }

    /// <summary>Runs until cancelled; what was posted before waits until then.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            _isRunning = true;

            // What the server found in its store is its first step.
            Post(static _ => { });
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Stopped.
        }
        finally
        {
            _isRunning = false;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _isRunning = false;
        await _stop.CancelAsync();
        await _timer.DisposeAsync();
        _stop.Dispose();
    }

    private void Process(Action<AcsiServer> message)
    {
        FollowClock();
#pragma warning disable CA1031 // whatever it is, the loop must live on
        if (!TryStep(message))
        {
            // What it did is undone; the next message finds the server as the last one left it. Who waits for its answer is told.
            TryStep(static _ => { });
        }

        while (_outbox.TryTake(out var effect))
        {
            try
            {
                CarryOut(effect);
            }
            catch (Exception e)
            {
                OnDefect(effect.ToString(), e);
            }
        }

        if (_isRetiring && _outbox.IsSettled && _retired.TrySetResult())
        {
            _outbox.Retire();
        }
#pragma warning restore CA1031
    }

    /// <summary>A clock that was set is a message too: before anything else, for what is due is measured by it.</summary>
    private void FollowClock()
    {
        var step = _time.GetUtcNow() - _origin - _time.GetElapsedTime(_originTimestamp);
        if (step.Duration() >= LeastStep)
        {
            _origin += step;
            TryStep(_ => _outbox.ClockStepped(step));
        }
    }

    private bool TryStep(Action<AcsiServer> message)
    {
#pragma warning disable CA1031 // whatever it is, the loop must live on
        try
        {
            message(_server);
            _outbox.Take();
            Commit();
            return true;
        }
        catch (Exception e)
        {
            _server.Undo();
            OnDefect("a message to the server", e);
            return false;
        }
#pragma warning restore CA1031
    }

    private void CarryOut(AcsiEffect effect)
    {
        switch (effect)
        {
            case AcsiEffect.Order order:
                _output.Start(order.Command);
                break;
            case AcsiEffect.LetGo letGo:
                foreach (var leaf in letGo.Leaves)
                {
                    _output.LetGo(leaf);
                }

                break;
            case AcsiEffect.ShowFailSafe shown:
                _output.ShowFailSafe(shown.Leaf, shown.IsActive, shown.IsExpired, shown.IsBlocked);
                break;
            case AcsiEffect.Files files:
                _files.Start(files.Task);
                break;
            case AcsiEffect.Withdraw withdraw:
                _output.Withdraw(withdraw.Id);
                break;
            default:
                OnEffect(effect);
                break;
        }
    }

    /// <summary>Hands to the store what is to be committed now; a store that takes its time answers by a message.</summary>
    private void Commit()
    {
        while (_outbox.NextCommit() is { } changes)
        {
            var commit = Start(changes);
            if (!commit.IsCompletedSuccessfully)
            {
                _ = AwaitAsync(commit);
                return;
            }

            // It is complete, so nothing blocks; awaiting it would make a message of it.
            _outbox.Succeeded(commit.Result);
        }
    }

    private ValueTask<CommitResult> Start(IReadOnlyList<StateChange> changes)
    {
#pragma warning disable CA1031 // whatever a store throws, it has not committed
        try
        {
            return _store.CommitAsync(changes, _stop.Token);
        }
        catch (Exception e)
        {
            return ValueTask.FromException<CommitResult>(e);
        }
    }

    private async Task AwaitAsync(ValueTask<CommitResult> commit)
    {
        try
        {
            var result = await commit;
            Post(_ => _outbox.Succeeded(result));
        }
        catch (Exception e)
        {
            Post(_ => _outbox.Failed(e.Message));
        }
#pragma warning restore CA1031
    }

    private void Arm()
    {
        if (_outbox.NextDue is not { } due)
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        // Rounded up: a timer that fires a moment early would only be armed again.
        var rest = due - _time.GetUtcNow();
        _timer.Change(rest > TimeSpan.Zero ? TimeSpan.FromMilliseconds(Math.Min(Math.Ceiling(rest.TotalMilliseconds), uint.MaxValue - 2)) : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
