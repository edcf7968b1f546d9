using System.Net;
using DerAgent.Modbus;

namespace DerAgent.Devices;

/// <summary>Where a simulated device is asked: a TCP port, or a serial port.</summary>
internal sealed class SimListener : IAsyncDisposable
{
    private static readonly TimeSpan SlowAnswer = TimeSpan.FromSeconds(4);
    private readonly IAsyncDisposable _slave;

    private SimListener(IAsyncDisposable slave, ModbusSlaveBehaviour behaviour, string url) => (_slave, Behaviour, Url) = (slave, behaviour, url);

    /// <summary>How it answers.</summary>
    public ModbusSlaveBehaviour Behaviour { get; }

    /// <summary>How a master reaches it.</summary>
    public string Url { get; }

    /// <summary>Reads where to listen: address and port, or a URL; null where it is neither.</summary>
    public static DeviceUrl? Place(string text) =>
        IPEndPoint.TryParse(text, out var endpoint) ? new DeviceUrl(LineKind.ModbusTcp, endpoint.Address.ToString()) { Port = endpoint.Port }
        : DeviceUrl.Parse(text, out _)?.With(new()) is { Kind: not LineKind.ModbusTls } url && (url.IsSerial || IPAddress.TryParse(url.Place, out _)) ? url : null;

    /// <summary>Listens.</summary>
    /// <exception cref="IOException">The port cannot be opened.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The address cannot be had.</exception>
    public static Task<SimListener> OpenAsync(DeviceUrl place, Func<byte, IModbusMemory?> units, CancellationToken cancel) =>
        OpenAsync(place, (stream, behaviour, c) => SlaveSession.ServeAsync(stream, LineMaster.FramingOf(place.Kind), units, behaviour, TimeProvider.System, c), cancel);

    /// <summary>Listens with something else than Modbus.</summary>
    /// <exception cref="IOException">The port cannot be opened.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The address cannot be had.</exception>
    public static async Task<SimListener> OpenAsync(DeviceUrl place, Func<Stream, ModbusSlaveBehaviour, CancellationToken, Task> serve, CancellationToken cancel)
    {
        if (LineMaster.TransportOf(place) is ModbusTransport.Serial serial)
        {
            var port = await ModbusSerialSlave.OpenAsync(serial, serve, TimeProvider.System, cancel);
            return new(port, port.Behaviour, $"{place.Scheme}://{place.Place}?baud={place.Baud}&parity={place.ParityWord}");
        }

        var slave = new ModbusTcpSlave(new(IPAddress.Parse(place.Place), place.Port!.Value), serve);
        return new(slave, slave.Behaviour, $"{place.Scheme}://{slave.Endpoint}");
    }

    /// <summary>What of a fault is the line's.</summary>
    public static void Behave(ModbusSlaveBehaviour behaviour, SimulatedFault fault)
    {
        ArgumentNullException.ThrowIfNull(behaviour);
        behaviour.AnswerDelay = fault == SimulatedFault.Slow ? SlowAnswer : TimeSpan.Zero;
        behaviour.ConfusesTransactions = fault == SimulatedFault.WrongTransaction;
        behaviour.Spoil = fault switch
        {
            SimulatedFault.Truncated => static frame => frame[..(frame.Length / 2)],
            SimulatedFault.Doubled => static frame => [.. frame, .. frame],
            SimulatedFault.WrongChecksum => static frame => [.. frame.Select((octet, i) => i == 2 ? (byte)(octet ^ 1) : octet)],
            SimulatedFault.Noise => static frame => [0xFF, 0x00, 0x5A, .. frame],
            _ => static frame => frame,
        };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _slave.DisposeAsync();
}
