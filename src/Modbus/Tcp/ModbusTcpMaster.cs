using System.Net.Sockets;

namespace DerAgent.Modbus;

/// <summary>A Modbus TCP master (client). It connects when first asked, and again after a broken line.</summary>
public sealed class ModbusTcpMaster : IModbusMaster
{
    private readonly ModbusTcpOptions _options;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turns;
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private Line? _line;
    private int _transaction;
    private long _lastAnswer;

    /// <summary>A master for one endpoint.</summary>
    public ModbusTcpMaster(ModbusTcpOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _options = options;
        _time = time;
        _turns = new SemaphoreSlim(Math.Max(1, options.Pipelining));
        _lastAnswer = time.GetTimestamp();
    }

    /// <inheritdoc/>
    public bool IsConnected => Volatile.Read(ref _line) is { IsBroken: false };

    /// <summary>Answers that came too late, or to questions nobody asked, since the start.</summary>
    public long DroppedAnswers => Interlocked.Read(ref _dropped);

    private long _dropped;

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>> ExchangeAsync(byte unit, ModbusRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        await _turns.WaitAsync(cancel);
        try
        {
            var line = await ConnectAsync(cancel);
            await KeepGapAsync(request.Timing?.Gap ?? _options.Gap, cancel);
            var transaction = (ushort)Interlocked.Increment(ref _transaction);
            var pdu = await line.AskAsync(new(transaction, unit, request.Pdu), request, request.Timing?.Timeout ?? _options.Timeout, _time, cancel);
            ModbusResponse.Check(request, pdu.Span);
            return pdu;
        }
        finally
        {
            Interlocked.Exchange(ref _lastAnswer, _time.GetTimestamp());
            _turns.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _line, null) is { } line)
        {
            await line.DisposeAsync();
        }

        _turns.Dispose();
        _connecting.Dispose();
    }

    private async Task KeepGapAsync(TimeSpan gap, CancellationToken cancel)
    {
        var rest = gap - _time.GetElapsedTime(Interlocked.Read(ref _lastAnswer));
        if (rest > TimeSpan.Zero)
        {
            await Task.Delay(rest, _time, cancel);
        }
    }

    private async Task<Line> ConnectAsync(CancellationToken cancel)
    {
        await _connecting.WaitAsync(cancel);
        try
        {
            if (_line is { IsBroken: false } standing)
            {
                return standing;
            }

            if (_line is not null)
            {
                await _line.DisposeAsync();
                _line = null;
            }

            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                limit.CancelAfter(_options.ConnectTimeout);
                await socket.ConnectAsync(_options.Host, _options.Port, limit.Token);
            }
            catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
            {
                socket.Dispose();
                throw new ModbusException(ModbusFailure.NoConnection, $"{_options.Host}:{_options.Port} cannot be reached: {e.Message}", inner: e);
            }

            if (_options.ConnectDelay > TimeSpan.Zero)
            {
                await Task.Delay(_options.ConnectDelay, _time, cancel);
            }

            return _line = new Line(socket, () => Interlocked.Increment(ref _dropped));
        }
        finally
        {
            _connecting.Release();
        }
    }

    /// <summary>One TCP connection: matches answers to questions by transaction id, unit id and function.</summary>
    private sealed class Line : IAsyncDisposable
    {
        private readonly Socket _socket;
        private readonly Action _dropped;
        private readonly Dictionary<ushort, Question> _open = [];
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _reading;

        public Line(Socket socket, Action dropped)
        {
            _socket = socket;
            _dropped = dropped;
            _reading = ReadAsync();
        }

        public bool IsBroken { get; private set; }

        public async Task<ReadOnlyMemory<byte>> AskAsync(MbapFrame frame, ModbusRequest request, TimeSpan timeout, TimeProvider time, CancellationToken cancel)
        {
            var question = new Question(frame.Unit, request, new(TaskCreationOptions.RunContinuationsAsynchronously));
            lock (_open)
            {
                if (IsBroken)
                {
                    throw Broken(null);
                }

                _open[frame.Transaction] = question;
            }

            try
            {
                // The clock runs from before the question: the answer may be there before sending returns.
                var answer = question.Answer.Task.WaitAsync(timeout, time, cancel);
                await _socket.SendAsync(frame.ToArray(), cancel);
                return await answer;
            }
            catch (TimeoutException e)
            {
                throw new ModbusException(ModbusFailure.Timeout, $"{request.Function} at {request.Address}: unit {frame.Unit} did not answer within {timeout.TotalMilliseconds:0} ms", inner: e);
            }
            catch (SocketException e)
            {
                IsBroken = true;
                throw Broken(e);
            }
            finally
            {
                lock (_open)
                {
                    _open.Remove(frame.Transaction);
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            _socket.Dispose();
            await _reading;
            _stop.Dispose();
        }

        private static ModbusException Broken(Exception? e) => new(ModbusFailure.NoConnection, $"the line broke: {e?.Message ?? "closed by the device"}", inner: e);

        private async Task ReadAsync()
        {
            var parser = new MbapParser();
            var frames = new List<MbapFrame>();
            var buffer = new byte[1024];
            Exception? fault = null;
            try
            {
                while (await _socket.ReceiveAsync(buffer, _stop.Token) is > 0 and var count && parser.Feed(buffer.AsSpan(0, count), frames))
                {
                    frames.ForEach(Take);
                    frames.Clear();
                }
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                fault = e;
            }

            lock (_open)
            {
                IsBroken = true;
                foreach (var question in _open.Values)
                {
                    question.Answer.TrySetException(Broken(fault));
                }
            }
        }

        /// <summary>An answer that is late, or from another unit or function, is dropped; the question goes on waiting.</summary>
        private void Take(MbapFrame frame)
        {
            Question? question;
            lock (_open)
            {
                _open.TryGetValue(frame.Transaction, out question);
            }

            if (question is null || question.Unit != frame.Unit || !ModbusResponse.Answers(question.Request, frame.Pdu.Span) || !question.Answer.TrySetResult(frame.Pdu))
            {
                _dropped();
            }
        }

        private sealed record Question(byte Unit, ModbusRequest Request, TaskCompletionSource<ReadOnlyMemory<byte>> Answer);
    }
}
