using DerAgent.Modbus;

namespace DerAgent.Devices;

/// <summary>What asks on a line, as its URL and profiles say.</summary>
internal static class LineMaster
{
    /// <summary>A Modbus master; it connects when first asked.</summary>
    /// <param name="url">The line, with everything it needs.</param>
    /// <param name="traits">What its devices need together.</param>
    /// <param name="time">Clock and timers.</param>
    public static IModbusMaster Open(DeviceUrl url, ModbusTraits traits, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(traits);
        var transport = TransportOf(url);
        return transport is ModbusTransport.Tcp tcp && !url.HasNoIds && !traits.IgnoresTransactionId
            ? new ModbusTcpMaster(new() { Host = tcp.Host, Port = tcp.Port, ConnectDelay = traits.ConnectDelay, Tls = tcp.Tls }, time)
            : new ModbusTurnMaster(new() { Transport = transport, Framing = FramingOf(url.Kind), ConnectDelay = traits.ConnectDelay }, time);
    }

    /// <summary>What the devices of a line are asked over, whatever it speaks.</summary>
    /// <param name="url">The line, with everything it needs.</param>
    /// <param name="traits">What its devices need together.</param>
    /// <param name="time">Clock and timers.</param>
    public static IDeviceBus OpenBus(DeviceUrl url, ModbusTraits traits, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(traits);
        return url.IsModbus ? new ModbusBus(Open(url, traits, time), time) : new SerialBus(new() { Transport = TransportOf(url), ConnectDelay = traits.ConnectDelay }, time);
    }

    /// <summary>What carries a line.</summary>
    public static ModbusTransport TransportOf(DeviceUrl url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return url.IsSerial
            ? new ModbusTransport.Serial(url.Place, url.Baud!.Value)
            {
                Parity = url.Parity!.Value,
                StopBits = url.StopBits!.Value,
                DataBits = url.DataBits!.Value,
                HasEcho = url.HasEcho,
                UsesKernelRs485 = url.UsesKernelRs485,
            }
            : new ModbusTransport.Tcp(url.Place, url.Port!.Value, url.Kind == LineKind.ModbusTls ? url.Tls ?? new() : null);
    }

    /// <summary>How PDUs are framed on it.</summary>
    public static ModbusFraming FramingOf(LineKind kind) => kind switch
    {
        LineKind.ModbusRtu or LineKind.ModbusRtuTcp => ModbusFraming.Rtu,
        LineKind.ModbusAscii or LineKind.ModbusAsciiTcp => ModbusFraming.Ascii,
        _ => ModbusFraming.Tcp,
    };
}
