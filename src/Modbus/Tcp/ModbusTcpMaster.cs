namespace DerAgent.Modbus;

/// <summary>
/// A Modbus TCP master (client). It connects when first asked, and again after a broken line. Nothing is ever sent twice: what to do about a question without an answer is the caller's to say.
/// </summary>
public sealed class ModbusTcpMaster : IModbusMaster
{
    /// <summary>Questions without any answer, one after the other, after which the line is made anew: a half-open one never answers again.</summary>
    private const int MostUnanswered = 3;

    /// <summary>Answers that came too late, one after the other, after which the line is made anew: it will not catch up.</summary>
    private const int MostLate = 5;

    private readonly ModbusTcpOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<CancellationToken, ValueTask<Stream>> _open;
    private readonly SemaphoreSlim _turns;
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private MbapLine? _line;
    private int _transaction;
    private long _lastAnswer;
    private long _connections;
    private long _dropped;
    private int _unanswered;
    private int _late;
    private byte? _lastUnit;

    /// <summary>A master for one endpoint.</summary>
    public ModbusTcpMaster(ModbusTcpOptions options, TimeProvider time)
        : this(options, time, c => TcpDialler.DialAsync(options.Transport, c))
    {
    }

    /// <summary>The same over connections of another kind.</summary>
    internal ModbusTcpMaster(ModbusTcpOptions options, TimeProvider time, Func<CancellationToken, ValueTask<Stream>> open)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        (_options, _time, _open) = (options, time, open);
        _turns = new SemaphoreSlim(Math.Max(1, options.Pipelining));
        _lastAnswer = time.GetTimestamp();
    }

    /// <inheritdoc/>
    public bool IsConnected => Volatile.Read(ref _line) is { IsBroken: false };

    /// <inheritdoc/>
    public long Connections => Interlocked.Read(ref _connections);

    /// <inheritdoc/>
    public long DroppedAnswers => Interlocked.Read(ref _dropped);

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>> ExchangeAsync(byte unit, ModbusRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        await _turns.WaitAsync(cancel);
        try
        {
            var line = await ConnectAsync(cancel);
            await KeepPauseAsync(unit, request.Timing, cancel);
            var transaction = (ushort)Interlocked.Increment(ref _transaction);
            var pdu = await AskAsync(line, new(transaction, unit, request.Pdu), request, cancel);
            ModbusResponse.Check(request, pdu.Span);
            return pdu;
        }
        finally
        {
            _lastUnit = unit;
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

    private async Task<ReadOnlyMemory<byte>> AskAsync(MbapLine line, MbapFrame frame, ModbusRequest request, CancellationToken cancel)
    {
        try
        {
            var answer = await line.AskAsync(frame, request, request.Timing?.Timeout ?? _options.Timeout, cancel);
            (_unanswered, _late) = (0, 0);
            return answer;
        }
        catch (ModbusException e) when (e.Failure == ModbusFailure.Timeout)
        {
            // Half a frame is the end of the line: whatever comes next would be taken for its rest.
            if (line.HasPart || Interlocked.Increment(ref _unanswered) >= MostUnanswered)
            {
                Interlocked.Exchange(ref _unanswered, 0);
                line.Break();
            }

            throw;
        }
    }

    private async Task KeepPauseAsync(byte unit, LineTiming? timing, CancellationToken cancel)
    {
        var gap = timing?.Gap ?? _options.Gap;
        var change = _lastUnit is { } last && last != unit ? timing?.UnitChange ?? default : default;
        var rest = (gap > change ? gap : change) - _time.GetElapsedTime(Interlocked.Read(ref _lastAnswer));
        if (rest > TimeSpan.Zero)
        {
            await Task.Delay(rest, _time, cancel);
        }
    }

    private async Task<MbapLine> ConnectAsync(CancellationToken cancel)
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

            var stream = await LineOpener.OpenAsync(_options.Transport.Name, _open, _options.ConnectTimeout, _time, cancel);
            Interlocked.Increment(ref _connections);
            (_unanswered, _late) = (0, 0);
            _line = new MbapLine(stream, _options, _time, Drop);
            if (_options.ConnectDelay > TimeSpan.Zero)
            {
                await Task.Delay(_options.ConnectDelay, _time, cancel);
            }

            return _line;
        }
        finally
        {
            _connecting.Release();
        }
    }

    /// <summary>An answer that nobody waits for came; true where the line will not catch up.</summary>
    private bool Drop()
    {
        Interlocked.Increment(ref _dropped);
        if (Interlocked.Increment(ref _late) < MostLate)
        {
            return false;
        }

        Interlocked.Exchange(ref _late, 0);
        return true;
    }
}
