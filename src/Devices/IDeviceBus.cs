using DerAgent.Modbus;

namespace DerAgent.Devices;

/// <summary>What the devices of a line are asked over: one connection, one question at a time.</summary>
internal interface IDeviceBus : IAsyncDisposable
{
    /// <summary>The driver of a device on it; it ends with the bus.</summary>
    IDeviceDriver DriverOf(DevicePlacement device);
}

/// <summary>A line that speaks Modbus.</summary>
/// <param name="master">Asks on it; owned.</param>
/// <param name="time">Clock and timers.</param>
internal sealed class ModbusBus(IModbusMaster master, TimeProvider time) : IDeviceBus
{
    /// <inheritdoc/>
    public IDeviceDriver DriverOf(DevicePlacement device) => new ModbusDriver(device, master, time);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => master.DisposeAsync();
}

/// <summary>A line that speaks a protocol of its own.</summary>
internal sealed class SerialBus : IDeviceBus
{
    private readonly TurnLine<LineQuestion, LineMessage> _line;
    private readonly TimeProvider _time;

    /// <summary>A bus; it connects when first asked.</summary>
    /// <param name="options">What carries it.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="open">Opens it otherwise; null: as its transport says.</param>
    public SerialBus(LineOptions options, TimeProvider time, Func<CancellationToken, ValueTask<Stream>>? open = null) => (_line, _time) = (new(options, static () => new MessageParser(), time, open), time);

    /// <inheritdoc/>
    public IDeviceDriver DriverOf(DevicePlacement device) => new SerialDriver(device, _line, _time);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _line.DisposeAsync();
}
