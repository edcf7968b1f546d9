namespace DerAgent.Modbus;

/// <summary>
/// Asks on a line that carries one question at a time, and answers without an id. After a time-out nothing is asked until the late answer came or will not come. It connects when first asked, and again after a
/// broken line. What is no read is never asked twice.
/// </summary>
/// <typeparam name="TQuestion">What is asked.</typeparam>
/// <typeparam name="TFrame">What comes.</typeparam>
internal sealed class TurnLine<TQuestion, TFrame> : IAsyncDisposable
    where TQuestion : TurnQuestion<TFrame>
{
    /// <summary>Questions without any answer, one after the other, after which a connection is made anew: a half-open one never answers again.</summary>
    private const int MostUnanswered = 3;

    /// <summary>A line that is never quiet is asked all the same.</summary>
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(5);
    private readonly LineOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<CancellationToken, ValueTask<Stream>> _open;
    private readonly SerialOpener _ports = new();
    private readonly TurnTalk<TQuestion, TFrame> _talk;
    private readonly SemaphoreSlim _turns = new(1, 1);
    private readonly long _start;
    private LinePort? _port;
    private TimeSpan _answeredAt;
    private byte? _lastUnit;
    private int _unanswered;
    private long _connections;

    /// <summary>A line.</summary>
    /// <param name="options">What carries it, and its times.</param>
    /// <param name="newParser">Finds frames in what comes.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="open">Opens it otherwise; null: as its transport says.</param>
    public TurnLine(LineOptions options, Func<IFrameParser<TQuestion, TFrame>> newParser, TimeProvider time, Func<CancellationToken, ValueTask<Stream>>? open)
    {
        (_options, _time, _start) = (options, time, time.GetTimestamp());
        _talk = new(options, newParser);
        _open = open ?? (options.Transport switch
        {
            ModbusTransport.Tcp tcp => c => TcpDialler.DialAsync(tcp, c),
            ModbusTransport.Serial serial => c => _ports.OpenAsync(serial, time, c),
            _ => throw new ArgumentException("no transport", nameof(options)),
        });
    }

    /// <summary>Whether a connection stands. A device behind it may be silent all the same.</summary>
    public bool IsConnected => Volatile.Read(ref _port) is { IsBroken: false };

    /// <summary>How many connections were made since the start.</summary>
    public long Connections => Interlocked.Read(ref _connections);

    /// <summary>Answers that came too late since the start.</summary>
    public long DroppedAnswers => _talk.Late;

    /// <summary>Frames that nobody here asked for, since the start.</summary>
    public long ForeignFrames => _talk.Foreign;

    /// <summary>Ports that did not close in time, since the start.</summary>
    public long ClosesGivenUp => _ports.ClosesGivenUp;

    /// <summary>Asks, and gives what answers.</summary>
    /// <param name="ask">Makes the question; called for each time that it is asked.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="ModbusException">There was no answer in time, or there is no line.</exception>
    public async Task<TFrame> AskAsync(Func<TQuestion> ask, CancellationToken cancel)
    {
        await _turns.WaitAsync(cancel);
        try
        {
            var port = await ConnectAsync(cancel);
            var question = ask();
            var answer = await AskAsync(port, question, cancel);
            return question.IsRead && _talk.Doubts is > 0 and var doubts ? await AskAgainAsync(port, ask, doubts, cancel) : answer;
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _port, null) is { } port)
        {
            await port.DisposeAsync();
        }

        _turns.Dispose();
    }

    private TimeSpan Now => _time.GetElapsedTime(_start);

    private async Task<TFrame> AskAgainAsync(LinePort port, Func<TQuestion> ask, int times, CancellationToken cancel)
    {
        var question = ask();
        var answer = await AskAsync(port, question, cancel);
        for (var i = 1; i < times; i++)
        {
            answer = await AskAsync(port, ask(), cancel);
        }

        _talk.Clear(question.Unit, TimeoutOf(question), Now);
        return answer;
    }

    private TimeSpan TimeoutOf(TQuestion question) => question.Timing?.Timeout ?? _options.Timeout;

    private async Task<TFrame> AskAsync(LinePort port, TQuestion question, CancellationToken cancel)
    {
        await KeepQuietAsync(question.Unit, question.Timing, cancel);

        // What question and answer take on the wire is no fault of the device.
        var onWire = _options.Timing?.Of(question.Octets.Length + question.AnswerOctets) ?? TimeSpan.Zero;
        var timeout = TimeoutOf(question) + onWire;
        if (port.IsBroken)
        {
            throw Broken(null, wasSent: false);
        }

        var answer = _talk.Ask(question with { At = Now, Timeout = timeout });
        try
        {
            // The clock runs from before the question: the answer may be there before sending returns.
            var waiting = answer.Task.WaitAsync(timeout, _time, cancel);
            await port.WriteAsync(question.Octets, WriteLimit, cancel);
            var frame = await waiting;
            _unanswered = 0;
            return frame;
        }
        catch (TimeoutException e)
        {
            var (octets, fault) = (_talk.Octets, _talk.Fault);
            if (GiveUp(port, answer))
            {
                return await answer.Task;
            }

            var came = fault is not null ? $"; {fault}" : octets > 0 ? $"; {octets} octets came that are no answer" : "";
            throw new ModbusException(ModbusFailure.Timeout, $"{question.Name}: unit {question.Unit} did not answer within {TimeoutOf(question).TotalMilliseconds:0} ms{came}{Hint}", inner: e) { IsGarbled = octets > 0 };
        }
        catch (OperationCanceledException)
        {
            GiveUp(port, answer);
            throw;
        }
        catch (IOException e)
        {
            port.Break();
            GiveUp(port, answer);
            throw Broken(e, wasSent: true);
        }
        finally
        {
            (_lastUnit, _answeredAt) = (question.Unit, Now);
        }
    }

    /// <summary>The question is given up, unless what has come holds the answer after all.</summary>
    private bool GiveUp(LinePort port, TaskCompletionSource<TFrame> answer)
    {
        if (_talk.GiveUp(answer, Now, out var hasPart))
        {
            return true;
        }

        // Half a frame is the end of a connection, whatever comes next would be taken for its rest; on two wires it is noise.
        if (_options.Transport is ModbusTransport.Tcp && (hasPart || ++_unanswered >= MostUnanswered))
        {
            _unanswered = 0;
            port.Break();
        }

        return false;
    }

    /// <summary>Waits until the line is free for a question: no late answer is due, it was silent long enough, and whoever is asked has had his pause.</summary>
    private async Task KeepQuietAsync(byte unit, LineTiming? timing, CancellationToken cancel)
    {
        var gap = timing?.Gap ?? _options.Gap;
        var change = _lastUnit is { } last && last != unit ? timing?.UnitChange ?? default : default;
        var pause = _lastUnit is null ? TimeSpan.MinValue : _answeredAt + (gap > change ? gap : change);
        TimeSpan? patience = null;
        while (true)
        {
            var (settled, settling, heard) = _talk.Quiet();
            var quiet = heard is { } at && _options.Timing is { } wire ? at + wire.Silence : TimeSpan.MinValue;
            var now = Now;
            if (settled > now)
            {
                await settling.WaitAsync(Whole(settled - now), _time, cancel).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                cancel.ThrowIfCancellationRequested();
                continue;
            }

            patience ??= now + MostPatience;
            var free = quiet > pause && now < patience ? quiet : pause;
            if (free <= now)
            {
                return;
            }

            await Task.Delay(Whole(free - now), _time, cancel);
        }
    }

    /// <summary>Timers know whole milliseconds only.</summary>
    private static TimeSpan Whole(TimeSpan time) => TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds));

    private async Task<LinePort> ConnectAsync(CancellationToken cancel)
    {
        if (_port is { IsBroken: false } standing)
        {
            return standing;
        }

        if (_port is { } broken)
        {
            _port = null;
            await broken.DisposeAsync();
        }

        var stream = await LineOpener.OpenAsync(_options.Transport.Name, _open, _options.ConnectTimeout, _time, cancel);
        Interlocked.Increment(ref _connections);
        _talk.Renew();
        _unanswered = 0;
        var port = new LinePort(stream, _time, (_, octets) => _talk.Take(octets.Span, Now), (_, fault) => _talk.End(Broken(fault, wasSent: true)));
        Volatile.Write(ref _port, port);
        if (_options.ConnectDelay > TimeSpan.Zero)
        {
            await Task.Delay(_options.ConnectDelay, _time, cancel);
        }

        return port;
    }

    private string Hint => _talk.HasStrayEcho ? "; the line gives back what is sent: add echo=yes to its URL" : "";

    private ModbusException Broken(Exception? e, bool wasSent) => new(
        ModbusFailure.NoConnection,
        _options.Transport is ModbusTransport.Serial ? $"the port {_options.Transport.Name} has gone: {e?.Message ?? "its adapter was pulled, or its driver has failed"}" : $"the line broke: {e?.Message ?? "closed by the device"}",
        inner: e)
    { WasSent = wasSent };
}
