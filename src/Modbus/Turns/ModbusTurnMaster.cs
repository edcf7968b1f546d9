namespace DerAgent.Modbus;

/// <summary>
/// A master on a line whose answers carry no transaction id: RTU and ASCII, on a serial port or over TCP, and Modbus TCP behind gateways that give back any id. One question at a time; after a time-out
/// nothing is asked until the late answer came or will not come. It connects when first asked, and again after a broken line. No write is ever sent twice.
/// </summary>
public sealed class ModbusTurnMaster : IModbusMaster
{
    private readonly ModbusLineOptions _options;
    private readonly IModbusFraming _framing;
    private readonly TurnLine<ModbusQuestion, LineFrame> _line;

    /// <summary>A master for one line.</summary>
    public ModbusTurnMaster(ModbusLineOptions options, TimeProvider time)
        : this(options, time, null)
    {
    }

    /// <summary>The same over ports of another kind.</summary>
    internal ModbusTurnMaster(ModbusLineOptions options, TimeProvider time, Func<CancellationToken, ValueTask<Stream>>? open)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _framing) = (options, LineFraming.Of(options.Framing));
        _line = new(options.Line, _framing.NewParser, time, open);
    }

    /// <inheritdoc/>
    public bool IsConnected => _line.IsConnected;

    /// <inheritdoc/>
    public long Connections => _line.Connections;

    /// <inheritdoc/>
    public long DroppedAnswers => _line.DroppedAnswers;

    /// <inheritdoc/>
    public long ForeignFrames => _line.ForeignFrames;

    /// <inheritdoc/>
    public long ClosesGivenUp => _line.ClosesGivenUp;

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>> ExchangeAsync(byte unit, ModbusRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(unit, _options.HasUnitZero ? 0 : 1);
        var pdu = (await _line.AskAsync(() => ModbusQuestion.Of(unit, request, _framing), cancel)).Pdu;
        ModbusResponse.Check(request, pdu.Span);
        return pdu;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _line.DisposeAsync();
}
