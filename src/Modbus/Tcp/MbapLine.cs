namespace DerAgent.Modbus;

/// <summary>One TCP connection: matches answers to questions by transaction id, unit id and function.</summary>
internal sealed class MbapLine : IAsyncDisposable
{
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(5);
    private readonly ModbusTcpOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<bool> _dropped;
    private readonly Dictionary<ushort, Question> _open = [];
    private readonly List<MbapFrame> _frames = [];
    private readonly MbapParser _parser = new();
    private readonly LinePort _port;

    /// <summary>A line over a stream, which it owns.</summary>
    /// <param name="stream">The connection.</param>
    /// <param name="options">Who goes on where.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="dropped">Called with each answer that nobody waits for; true: the line is of no use any more.</param>
    public MbapLine(Stream stream, ModbusTcpOptions options, TimeProvider time, Func<bool> dropped)
    {
        (_options, _time, _dropped) = (options, time, dropped);
        _port = new(stream, time, Take, Ended);
    }

    /// <summary>Whether it is of no use any more.</summary>
    public bool IsBroken => _port.IsBroken;

    /// <summary>Whether an answer has begun that is not whole.</summary>
    public bool HasPart => _parser.HasPart;

    /// <summary>Sends a question, and gives its answer.</summary>
    /// <exception cref="ModbusException">No answer came in time, or the line broke.</exception>
    public async Task<ReadOnlyMemory<byte>> AskAsync(MbapFrame frame, ModbusRequest request, TimeSpan timeout, CancellationToken cancel)
    {
        var question = new Question(frame.Unit, request, new(_options.AnswersInline ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_open)
        {
            if (IsBroken)
            {
                throw Broken(null, wasSent: false);
            }

            _open[frame.Transaction] = question;
        }

        try
        {
            // The clock runs from before the question: the answer may be there before sending returns.
            var answer = question.Answer.Task.WaitAsync(timeout, _time, cancel);
            await _port.WriteAsync(frame.ToArray(), WriteLimit, cancel);
            return await answer;
        }
        catch (TimeoutException e)
        {
            throw new ModbusException(ModbusFailure.Timeout, $"{request.Function} at {request.Address}: unit {frame.Unit} did not answer within {timeout.TotalMilliseconds:0} ms", inner: e);
        }
        catch (IOException e)
        {
            Break();
            throw Broken(e, wasSent: true);
        }
        finally
        {
            lock (_open)
            {
                _open.Remove(frame.Transaction);
            }
        }
    }

    /// <summary>Ends it: the next question goes over a new line.</summary>
    public void Break() => _port.Break();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _port.DisposeAsync();

    private static ModbusException Broken(Exception? e, bool wasSent) => new(ModbusFailure.NoConnection, $"the line broke: {e?.Message ?? "closed by the device"}", inner: e) { WasSent = wasSent };

    private void Ended(LinePort port, Exception? fault)
    {
        lock (_open)
        {
            foreach (var question in _open.Values)
            {
                question.Answer.TrySetException(Broken(fault, wasSent: true));
            }
        }
    }

    private bool Take(LinePort port, ReadOnlyMemory<byte> octets)
    {
        var isModbus = _parser.Feed(octets.Span, _frames);
        foreach (var frame in isModbus ? _frames : [])
        {
            if (!TryAnswer(frame) && _dropped())
            {
                port.Break();
            }
        }

        _frames.Clear();
        return isModbus;
    }

    /// <summary>An answer that is late, or from another unit or function, is none; the question goes on waiting.</summary>
    private bool TryAnswer(MbapFrame frame)
    {
        Question? question;
        lock (_open)
        {
            question = _open.GetValueOrDefault(frame.Transaction);
        }

        return question is not null && question.Unit == frame.Unit && ModbusResponse.Answers(question.Request, frame.Pdu.Span) && question.Answer.TrySetResult(frame.Pdu);
    }

    private sealed record Question(byte Unit, ModbusRequest Request, TaskCompletionSource<ReadOnlyMemory<byte>> Answer);
}
