namespace DerAgent.Modbus;

/// <summary>
/// A master on a line whose answers carry no transaction id: RTU and ASCII, on a serial port or over TCP, and Modbus TCP behind gateways that give back any id. One question at a time; after a time-out
/// nothing is asked until the late answer came or will not come. It connects when first asked, and again after a broken line. No write is ever sent twice.
/// </summary>
public sealed class ModbusTurnMaster : IModbusMaster
{
    /// <summary>Questions without any answer, one after the other, after which a connection is made anew: a half-open one never answers again.</summary>
    private const int MostUnanswered = 3;

    /// <summary>A line that is never quiet is asked all the same.</summary>
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(5);
    private readonly ModbusLineOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<CancellationToken, ValueTask<Stream>> _open;
    private readonly SerialOpener _ports = new();
    private readonly IModbusFraming _framing;
    private readonly TurnTalk _talk;
    private readonly SemaphoreSlim _turns = new(1, 1);
    private readonly long _start;
    private LinePort? _port;
    private TimeSpan _answeredAt;
    private byte? _lastUnit;
    private int _unanswered;
    private long _connections;

    /// <summary>A master for one line.</summary>
    public ModbusTurnMaster(ModbusLineOptions options, TimeProvider time)
        : this(options, time, null)
    {
    }

    /// <summary>The same over ports of another kind.</summary>
    internal ModbusTurnMaster(ModbusLineOptions options, TimeProvider time, Func<CancellationToken, ValueTask<Stream>>? open)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        (_options, _time, _start) = (options, time, time.GetTimestamp());
        _framing = LineFraming.Of(options.Framing);
        _talk = new(options, _framing);
        _open = open ?? (options.Transport switch
        {
            ModbusTransport.Tcp tcp => c => TcpDialler.DialAsync(tcp, c),
            ModbusTransport.Serial serial => c => _ports.OpenAsync(serial, time, c),
            _ => throw new ArgumentException("no transport", nameof(options)),
        });
    }

    /// <inheritdoc/>
    public bool IsConnected => Volatile.Read(ref _port) is { IsBroken: false };

    /// <inheritdoc/>
    public long Connections => Interlocked.Read(ref _connections);

    /// <inheritdoc/>
    public long DroppedAnswers => _talk.Late;

    /// <inheritdoc/>
    public long ForeignFrames => _talk.Foreign;

    /// <inheritdoc/>
    public long ClosesGivenUp => _ports.ClosesGivenUp;

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>> ExchangeAsync(byte unit, ModbusRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(unit, _options.HasUnitZero ? 0 : 1);
        await _turns.WaitAsync(cancel);
        try
        {
            var port = await ConnectAsync(cancel);
            var pdu = await AskAsync(port, unit, request, cancel);
            if (request.IsRead && _talk.DoubtsOf(unit, pdu, Now) is > 0 and var doubts)
            {
                pdu = await AskAgainAsync(port, unit, request, doubts, cancel);
            }

            ModbusResponse.Check(request, pdu.Span);
            return pdu;
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

    private async Task<ReadOnlyMemory<byte>> AskAgainAsync(LinePort port, byte unit, ModbusRequest request, int times, CancellationToken cancel)
    {
        ReadOnlyMemory<byte> pdu = default;
        for (var i = 0; i < times; i++)
        {
            pdu = await AskAsync(port, unit, request, cancel);
        }

        _talk.Clear(unit, TimeoutOf(request), Now);
        return pdu;
    }

    private TimeSpan TimeoutOf(ModbusRequest request) => request.Timing?.Timeout ?? _options.Timeout;

    private async Task<ReadOnlyMemory<byte>> AskAsync(LinePort port, byte unit, ModbusRequest request, CancellationToken cancel)
    {
        await KeepQuietAsync(unit, request.Timing, cancel);
        var frame = _framing.Frame(unit, request.Pdu.Span);

        // What question and answer take on the wire is no fault of the device.
        var onWire = _options.Timing?.Of(frame.Length + _framing.LengthOf(request.AnswerLength)) ?? TimeSpan.Zero;
        var timeout = TimeoutOf(request) + onWire;
        if (port.IsBroken)
        {
            throw Broken(null, wasSent: false);
        }

        var answer = _talk.Ask(new(unit, request, Now, timeout), frame);
        try
        {
            // The clock runs from before the question: the answer may be there before sending returns.
            var waiting = answer.Task.WaitAsync(timeout, _time, cancel);
            await port.WriteAsync(frame, WriteLimit, cancel);
            var pdu = await waiting;
            _unanswered = 0;
            return pdu;
        }
        catch (TimeoutException e)
        {
            var octets = _talk.Octets;
            return GiveUp(port, answer) ?? throw new ModbusException(ModbusFailure.Timeout, $"{request.Function} at {request.Address}: unit {unit} did not answer within {TimeoutOf(request).TotalMilliseconds:0} ms{(octets > 0 ? $"; {octets} octets came that are no answer" : "")}{Hint}", inner: e) { IsGarbled = octets > 0 };
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
            (_lastUnit, _answeredAt) = (unit, Now);
        }
    }

    /// <summary>The question is given up, unless what has come holds the answer after all.</summary>
    private ReadOnlyMemory<byte>? GiveUp(LinePort port, TaskCompletionSource<ReadOnlyMemory<byte>> answer)
    {
        if (_talk.GiveUp(answer, Now, out var hasPart) is { } pdu)
        {
            return pdu;
        }

        // Half a frame is the end of a connection, whatever comes next would be taken for its rest; on two wires it is noise.
        if (_options.Transport is ModbusTransport.Tcp && (hasPart || ++_unanswered >= MostUnanswered))
        {
            _unanswered = 0;
            port.Break();
        }

        return null;
    }

    /// <summary>Waits until the line is free for a question: no late answer is due, it was silent long enough, and whoever is asked has had his pause.</summary>
    private async Task KeepQuietAsync(byte unit, ModbusTiming? timing, CancellationToken cancel)
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
