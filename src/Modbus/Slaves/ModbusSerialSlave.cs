namespace DerAgent.Modbus;

/// <summary>A slave (server) on a serial port or pseudo-terminal, for simulators and tests.</summary>
public sealed class ModbusSerialSlave : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Stream _stream;

    private ModbusSerialSlave(Stream stream, Func<Stream, ModbusSlaveBehaviour, CancellationToken, Task> serve)
    {
        _stream = stream;
        Ended = ServeAsync(serve);
    }

    /// <summary>How it answers.</summary>
    public ModbusSlaveBehaviour Behaviour { get; } = new();

    /// <summary>Ends when the port does.</summary>
    public Task Ended { get; }

    /// <summary>Opens a port and serves it.</summary>
    /// <param name="port">The port.</param>
    /// <param name="framing">RTU or ASCII.</param>
    /// <param name="units">The device of a unit id; null: silence, as on a real bus.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="cancel">Ends the opening.</param>
    /// <exception cref="IOException">The port cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">We have no right to it.</exception>
    public static Task<ModbusSerialSlave> OpenAsync(ModbusTransport.Serial port, ModbusFraming framing, Func<byte, IModbusMemory?> units, TimeProvider time, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(port);
        if (framing == ModbusFraming.Tcp)
        {
            throw new ArgumentOutOfRangeException(nameof(framing), framing, "A port speaks RTU or ASCII.");
        }

        return OpenAsync(port, (stream, behaviour, c) => SlaveSession.ServeAsync(stream, framing, units, behaviour, time, c), time, cancel);
    }

    /// <summary>The same on a port that speaks something else.</summary>
    internal static async Task<ModbusSerialSlave> OpenAsync(ModbusTransport.Serial port, Func<Stream, ModbusSlaveBehaviour, CancellationToken, Task> serve, TimeProvider time, CancellationToken cancel) =>
        new(await new SerialOpener().OpenAsync(port, time, cancel), serve);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _stream.DisposeAsync();
        await Ended;
        _stop.Dispose();
    }

    private async Task ServeAsync(Func<Stream, ModbusSlaveBehaviour, CancellationToken, Task> serve)
    {
        try
        {
            await serve(_stream, Behaviour, _stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The port has gone, or we have.
        }
    }
}
