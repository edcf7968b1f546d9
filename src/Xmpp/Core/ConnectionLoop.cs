using System.Threading.Channels;

namespace DerAgent.Xmpp;

/// <summary>
/// The one writer of a connection: everything that touches its <see cref="ConnectionCore"/> passes through here, one message after the other, on the thread that
/// brings it where nobody is at it. Lines are read and written, and notices handed on, from here.
/// </summary>
internal sealed class ConnectionLoop
{
    /// <summary>Notices that wait for their reader; then nothing more is read.</summary>
    private const int MostNotices = 16;

    private static readonly TimeSpan LongestTick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestTick = TimeSpan.FromMilliseconds(50);
    private readonly ConnectionCore _core;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly SerialQueue<Action<ConnectionCore>> _messages;
    private readonly SerialQueue<XmppNotice?> _deliveries;
    private readonly Channel<XmppNotice> _notices = Channel.CreateBounded<XmppNotice>(new BoundedChannelOptions(MostNotices) { SingleReader = true, AllowSynchronousContinuations = true });

    // Touched by deliveries only.
    private readonly Queue<XmppNotice> _undelivered = new();

    // Touched by messages only.
    private readonly Dictionary<long, XmppLine> _lines = [];
    private volatile bool _isBehind;
    private volatile TaskCompletionSource? _pause;
    private volatile bool _isTaking;
    private volatile bool _isServing;
    private TaskCompletionSource? _quiet;
    private volatile Jid? _address;

    public ConnectionLoop(ConnectionCore core, TimeProvider time)
    {
        (_core, _time, _origin) = (core, time, time.GetTimestamp());
        _messages = new(Process);
        _deliveries = new(Deliver);
    }

    /// <summary>What happens, in order.</summary>
    public ChannelReader<XmppNotice> Notices => _notices.Reader;

    /// <summary>Time since the connection was made.</summary>
    public TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>Whether there is a session, or one that may be resumed.</summary>
    public bool IsTaking => _isTaking;

    /// <summary>Whether a line serves.</summary>
    public bool IsServing => _isServing;

    /// <summary>Our full JID once bound.</summary>
    public Jid? Address => _address;

    /// <summary>Runs a message on the loop.</summary>
    public void Post(Action<ConnectionCore> message)
    {
        _messages.Enqueue(message);
        _messages.Drain();
        _deliveries.Drain();
    }

    /// <summary>Asks the loop, and then the reader of the notices, whether they turn.</summary>
    public void Beat(Action answer) => Post(_ => _deliveries.Enqueue(new XmppNotice.Beat(answer)));

    /// <summary>Asks something of the core.</summary>
    public Task<T> AskAsync<T>(Func<ConnectionCore, T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(core => answer.SetResult(question(core)));
        return answer.Task;
    }

    /// <summary>Tells whoever reads the notices.</summary>
    public void Tell(XmppNotice notice)
    {
        _deliveries.Enqueue(notice);
        _deliveries.Drain();
    }

    /// <summary>The connection ends.</summary>
    public void End()
    {
        Post(static core => core.Requests.FailAll());
        _notices.Writer.TryComplete();
    }

    /// <summary>A line has logged in: it serves from now on, if the connection has use for it.</summary>
    /// <param name="line">The line.</param>
    /// <param name="step">How its login ended: bound or resumed.</param>
    public void Attach(XmppLine line, NegotiationStep step) => Post(core => Attach(core, line, step));

    /// <summary>Waits until nothing is under way over the line that serves, for a time; how to resume its session then, null where that is not possible.</summary>
    public async Task<Resumption?> HandOverAsync(TimeSpan limit)
    {
        var quiet = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!await AskAsync(core => core.Quiet(Now) && (_quiet = quiet) is not null))
        {
            return null;
        }

        try
        {
            await quiet.Task.WaitAsync(limit, _time);
        }
        catch (TimeoutException)
        {
            // A server that does not acknowledge may take twice what it has; waiting longer does not help.
        }

        return await AskAsync(static core => core.HandOver());
    }

    /// <summary>A line has resumed the session of the one that hands it over; false where that is gone by now.</summary>
    public Task<bool> TakeOverAsync(XmppLine line, NegotiationStep step) => AskAsync(core =>
    {
        var isHandingOver = core.IsHandingOver;
        if (isHandingOver)
        {
            Attach(core, line, step);
        }

        return isHandingOver;
    });

    /// <summary>Serves over a line until it is at its end: why, and the line that took its session over, or null.</summary>
    /// <param name="line">The line, attached.</param>
    /// <param name="options">How often to look after it.</param>
    /// <param name="cancel">Ends it in good order.</param>
    public async Task<(XmppFailure Failure, XmppLine? Successor)> ServeAsync(XmppLine line, XmppOptions options, CancellationToken cancel)
    {
        using var stop = new CancellationTokenSource();
        await using var cancelled = cancel.Register(() => Break(line, XmppFailure.Closed));
        var reading = ReadAsync(line, stop.Token);
        var ticking = TickAsync(line, options, stop.Token);
        var end = await line.Closed;
        if (cancel.IsCancellationRequested)
        {
            await line.EndAsync();
        }

        await stop.CancelAsync();
        await Task.WhenAll(reading, ticking);
        return end;
    }

    private void Attach(ConnectionCore core, XmppLine line, NegotiationStep step)
    {
        _lines[line.Number] = line;
        core.Attach(line.Number, step, line.Look(), Now);
    }

    /// <summary>A line is given up.</summary>
    public void Break(XmppLine line, XmppFailure failure) => Post(core => core.Broke(line.Number, failure));

    private async Task ReadAsync(XmppLine line, CancellationToken cancel)
    {
        XmppFailure failure;
#pragma warning disable CA1031 // whatever it is, it ends its session and nothing else
        try
        {
            failure = await line.ReadAsync(input => TakeAsync(line, input, cancel), cancel);
        }
        catch (Exception e)
        {
            failure = XmppFailure.Defect(e);
        }
#pragma warning restore CA1031
        Break(line, failure);
    }

    private ValueTask TakeAsync(XmppLine line, StreamEvent input, CancellationToken cancel)
    {
        Post(core => core.Take(line.Number, input, line.Progress, Now));
        return _isBehind || _pause is not null ? WaitAsync(line, cancel) : ValueTask.CompletedTask;
    }

    /// <summary>Waits until what came has been taken. Meanwhile the line's clock stands still: it is we who do not listen.</summary>
    private async ValueTask WaitAsync(XmppLine line, CancellationToken cancel)
    {
        line.IsReadingPaused = true;
        try
        {
            while (_isBehind || _pause is not null)
            {
                if (_pause is { } pause)
                {
                    await pause.Task.WaitAsync(cancel);
                }

                while (_isBehind && await _notices.Writer.WaitToWriteAsync(cancel))
                {
                    _deliveries.Enqueue(null);
                    _deliveries.Drain();
                }
            }
        }
        finally
        {
            line.IsReadingPaused = false;
        }
    }

    private async Task TickAsync(XmppLine line, XmppOptions options, CancellationToken cancel)
    {
        var period = TimeSpan.FromTicks(Math.Min(options.PingTimeout.Ticks, options.AcknowledgeInterval.Ticks) / 3);
        using var timer = new PeriodicTimer(period < ShortestTick ? ShortestTick : period > LongestTick ? LongestTick : period, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
            {
                Post(core => core.Tick(line.Number, line.Look(), Now));
            }
        }
        catch (OperationCanceledException)
        {
            // The session ended.
        }
    }

    private void Process(Action<ConnectionCore> message)
    {
#pragma warning disable CA1031 // whatever it is, it ends its session and nothing else
        try
        {
            message(_core);
        }
        catch (Exception e)
        {
            _core.Broke(_core.Line, XmppFailure.Defect(e));
        }
#pragma warning restore CA1031

        while (_core.Effects.TryDequeue(out var effect))
        {
            CarryOut(effect);
        }

        _isTaking = _core.Phase != LinePhase.Idle;
        if (_core.IsQuiet && Interlocked.Exchange(ref _quiet, null) is { } quiet)
        {
            quiet.SetResult();
        }

        _isServing = _core.Phase == LinePhase.Serving;
        _address = _core.Address;
        if (_core.MustPause != _pause is not null)
        {
            var pause = _pause;
            _pause = pause is null ? new(TaskCreationOptions.RunContinuationsAsynchronously) : null;
            pause?.SetResult();
        }
    }

    private void CarryOut(ConnectionEffect effect)
    {
        switch (effect)
        {
            case ConnectionEffect.Write write when _lines.TryGetValue(write.Line, out var line):
                Write(line, write.Octets);
                break;
            case ConnectionEffect.Close close when _lines.Remove(close.Line, out var line):
                line.Close(close.Failure, _lines.GetValueOrDefault(close.Successor));
                break;
            case ConnectionEffect.Tell tell:
                _deliveries.Enqueue(tell.Notice);
                break;
            case ConnectionEffect.Written written:
#pragma warning disable CA1031 // what a sender does when it is told is its own affair
                try
                {
                    written.Sender();
                }
                catch (Exception)
                {
                    // Senders log what fails in them.
                }
#pragma warning restore CA1031
                break;
        }
    }

    /// <summary>Most writes are done at once, on this thread: a stanza goes out without a change of threads.</summary>
    private void Write(XmppLine line, ReadOnlyMemory<byte> octets)
    {
        var writing = line.WriteAsync(octets, CancellationToken.None);
        if (writing.IsCompletedSuccessfully)
        {
            _messages.Enqueue(core => core.Wrote(line.Number, line.Progress, Now));
        }
        else
        {
            _ = AwaitWriteAsync(line, writing);
        }
    }

    private async Task AwaitWriteAsync(XmppLine line, ValueTask writing)
    {
#pragma warning disable CA1031 // whatever it is, it ends its session and nothing else
        try
        {
            await writing;
            Post(core => core.Wrote(line.Number, line.Progress, Now));
        }
        catch (Exception e)
        {
            Break(line, XmppFailure.IsBrokenLine(e) ? XmppFailure.BrokenLine(e) : XmppFailure.Defect(e));
        }
#pragma warning restore CA1031
    }

    private void Deliver(XmppNotice? notice)
    {
        while (_undelivered.TryPeek(out var waiting) && _notices.Writer.TryWrite(waiting))
        {
            _undelivered.Dequeue();
        }

        if (notice is not null && (_undelivered.Count > 0 || !_notices.Writer.TryWrite(notice)))
        {
            _undelivered.Enqueue(notice);
        }

        _isBehind = _undelivered.Count > 0;
    }
}
