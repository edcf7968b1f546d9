namespace DerAgent.Modbus;

/// <summary>What is said on a line without ids: the question that waits, what comes, what it means. Touched by who asks and by who reads the port; who waits goes on when the talk is done with what came.</summary>
/// <param name="options">The line.</param>
/// <param name="newParser">Finds frames in what comes.</param>
/// <typeparam name="TQuestion">What is asked.</typeparam>
/// <typeparam name="TFrame">What comes.</typeparam>
internal sealed class TurnTalk<TQuestion, TFrame>(LineOptions options, Func<IFrameParser<TQuestion, TFrame>> newParser)
    where TQuestion : TurnQuestion<TFrame>
{
    private readonly Lock _gate = new();
    private readonly List<TFrame> _frames = [];
    private readonly EchoFilter? _echo = options.Transport is ModbusTransport.Serial { HasEcho: true } ? new() : null;
    private IFrameParser<TQuestion, TFrame> _parser = newParser();
    private TurnState<TFrame> _turn = new();
    private TaskCompletionSource<TFrame>? _answer;
    private TaskCompletionSource? _settling;
    private TimeSpan? _heardAt;
    private long _late;
    private long _foreign;
    private long _echoes;
    private int _octets;

    /// <summary>Answers that came too late.</summary>
    public long Late => Interlocked.Read(ref _late);

    /// <summary>Frames that nobody here asked for.</summary>
    public long Foreign => Interlocked.Read(ref _foreign);

    /// <summary>Octets that came since the last question and are no echo of it.</summary>
    public int Octets => Volatile.Read(ref _octets);

    /// <summary>What is wrong with what came since the last question, for people; null: nothing that its reader knows of.</summary>
    public string? Fault
    {
        get
        {
            lock (_gate)
            {
                return _parser.Fault;
            }
        }
    }

    /// <summary>Whether what was sent was heard back though the line is not said to do so.</summary>
    public bool HasStrayEcho => _echo is null && Interlocked.Read(ref _echoes) > 0;

    private TaskCreationOptions Continuations => options.AnswersInline ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously;

    /// <summary>A question goes out; gives what its answer completes.</summary>
    public TaskCompletionSource<TFrame> Ask(TQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        lock (_gate)
        {
            _parser.Expect(question);
            _echo?.Sent(question.Octets);
            _turn = _turn.Asked(question);
            _octets = 0;
            return _answer = new(Continuations);
        }
    }

    /// <summary>Octets came; false: they are no Modbus.</summary>
    public bool Take(ReadOnlySpan<byte> octets, TimeSpan now)
    {
        var isModbus = true;
        Action go;
        lock (_gate)
        {
            _heardAt = now;
            var rest = _echo is null ? octets : _echo.Filter(octets);
            if (_echo is { HasCollided: true } && _answer is { } waiting)
            {
                _turn = _turn.TimedOut(now);
                _answer = null;
                go = () => waiting.TrySetException(new ModbusException(ModbusFailure.Protocol, "a collision: what came back is not what was sent. Another master is on this bus, or the adapter gives back nothing: then leave echo=yes out"));
            }
            else
            {
                _octets += rest.Length;
                isModbus = _parser.Feed(rest, _frames);
                go = TakeFrames(now);
            }
        }

        // Whoever goes on now may ask the next question at once: the frames must be done with.
        go();
        return isModbus;
    }

    /// <summary>A question is given up, unless what has come holds its answer after all.</summary>
    /// <param name="answer">What it waits for.</param>
    /// <param name="now">The line's clock.</param>
    /// <param name="hasPart">Whether something has begun that is not whole.</param>
    /// <returns>Whether it has its answer after all.</returns>
    public bool GiveUp(TaskCompletionSource<TFrame> answer, TimeSpan now, out bool hasPart)
    {
        ArgumentNullException.ThrowIfNull(answer);
        lock (_gate)
        {
            hasPart = _parser.HasPart;
            _parser.End(_frames);
            TakeFrames(now)();
            if (answer.Task.IsCompletedSuccessfully)
            {
                return true;
            }

            _turn = _turn.TimedOut(now);
            _answer = null;
            return false;
        }
    }

    /// <summary>The port has ended: who waits learns why.</summary>
    public void End(ModbusException why)
    {
        TaskCompletionSource<TFrame>? waiting;
        lock (_gate)
        {
            (waiting, _answer) = (_answer, null);
        }

        waiting?.TrySetException(why);
    }

    /// <summary>A new port. Over a new connection no old answer comes; over a port that was pulled and is there again, one may.</summary>
    public void Renew()
    {
        lock (_gate)
        {
            _turn = options.Transport is ModbusTransport.Tcp ? _turn.Renewed() : _turn;
            _parser = newParser();
        }
    }

    /// <summary>How many answers to earlier questions nobody could tell from the one that came last.</summary>
    public int Doubts
    {
        get
        {
            lock (_gate)
            {
                return _turn.Doubts;
            }
        }
    }

    /// <summary>Doubts were asked away.</summary>
    public void Clear(byte unit, TimeSpan timeout, TimeSpan now)
    {
        lock (_gate)
        {
            _turn = _turn.Cleared(unit, timeout, now);
        }
    }

    /// <summary>Until when nothing is asked, what ends sooner when a late answer comes, and when the line was heard last.</summary>
    public (TimeSpan SettledAt, Task Settling, TimeSpan? HeardAt) Quiet()
    {
        lock (_gate)
        {
            return (_turn.SettledAt, (_settling ??= new(Continuations)).Task, _heardAt);
        }
    }

    /// <summary>Takes the frames that were found; gives what lets those go on who wait for one.</summary>
    private Action TakeFrames(TimeSpan now)
    {
        Action go = static () => { };
        foreach (var frame in _frames)
        {
            (_turn, var meaning) = _turn.Came(frame, now);
            switch (meaning)
            {
                case FrameMeaning.Answer or FrameMeaning.Misfit when _answer is { } waiting:
                    _answer = null;
                    go += () => waiting.TrySetResult(frame);
                    break;
                case FrameMeaning.Late:
                    Interlocked.Increment(ref _late);
                    if (_settling is { } settling)
                    {
                        _settling = null;
                        go += () => settling.TrySetResult();
                    }

                    break;
                case FrameMeaning.Echo:
                    _octets = 0;
                    Interlocked.Increment(ref _echoes);
                    break;
                default:
                    Interlocked.Increment(ref _foreign);
                    break;
            }
        }

        _frames.Clear();
        return go;
    }
}
