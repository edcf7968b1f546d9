using System.Net.Sockets;

namespace DerAgent.Modbus;

/// <summary>One TCP connection: matches answers to questions by transaction id, unit id and function.</summary>
internal sealed class MbapLine : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly ModbusTcpOptions _options;
    private readonly Action<MbapLine> _dropped;
    private readonly Dictionary<ushort, Question> _open = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly MbapParser _parser = new();
    private readonly Task _reading;

    /// <summary>A line over a stream, which it owns.</summary>
    /// <param name="stream">The connection.</param>
    /// <param name="options">What answers look like, and who goes on where.</param>
    /// <param name="dropped">Called with each answer that nobody waits for.</param>
    public MbapLine(Stream stream, ModbusTcpOptions options, Action<MbapLine> dropped)
    {
        (_stream, _options, _dropped) = (stream, options, dropped);
        _reading = ReadAsync();
    }

    /// <summary>Whether it is of no use any more.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether an answer has begun that is not whole.</summary>
    public bool HasPart => _parser.HasPart;

    /// <summary>Sends a question, and gives its answer.</summary>
    /// <exception cref="ModbusException">No answer came in time, or the line broke.</exception>
    public async Task<ReadOnlyMemory<byte>> AskAsync(MbapFrame frame, ModbusRequest request, TimeSpan timeout, TimeProvider time, CancellationToken cancel)
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
            var answer = question.Answer.Task.WaitAsync(timeout, time, cancel);
            await _stream.WriteAsync(frame.ToArray(), cancel);
            return await answer;
        }
        catch (TimeoutException e)
        {
            throw new ModbusException(ModbusFailure.Timeout, $"{request.Function} at {request.Address}: unit {frame.Unit} did not answer within {timeout.TotalMilliseconds:0} ms", inner: e);
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
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
    public void Break()
    {
        IsBroken = true;
        _stream.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _stream.DisposeAsync();
        await _reading;
        _stop.Dispose();
    }

    private static ModbusException Broken(Exception? e, bool wasSent) => new(ModbusFailure.NoConnection, $"the line broke: {e?.Message ?? "closed by the device"}", inner: e) { WasSent = wasSent };

    private async Task ReadAsync()
    {
        var frames = new List<MbapFrame>();
        var buffer = new byte[1024];
        Exception? fault = null;
        try
        {
            while (await _stream.ReadAsync(buffer, _stop.Token) is > 0 and var count && _parser.Feed(buffer.AsSpan(0, count), frames))
            {
                frames.ForEach(Take);
                frames.Clear();
            }
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            fault = e;
        }

        lock (_open)
        {
            IsBroken = true;
            foreach (var question in _open.Values)
            {
                question.Answer.TrySetException(Broken(fault, wasSent: true));
            }
        }
    }

    /// <summary>An answer that is late, or from another unit or function, is dropped; the question goes on waiting.</summary>
    private void Take(MbapFrame frame)
    {
        Question? question;
        lock (_open)
        {
            question = _open.GetValueOrDefault(frame.Transaction);
        }

        if (question is null || question.Unit != frame.Unit || !ModbusResponse.Answers(question.Request, frame.Pdu.Span) || !question.Answer.TrySetResult(frame.Pdu))
        {
            _dropped(this);
        }
    }

    private sealed record Question(byte Unit, ModbusRequest Request, TaskCompletionSource<ReadOnlyMemory<byte>> Answer);
}
