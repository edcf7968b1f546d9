using DerAgent.Modbus;

namespace DerAgent.Devices.Tests;

/// <summary>A driver of a device on Modbus TCP.</summary>
internal static class TestDriver
{
    public static ModbusDriver Of(DeviceProfile profile, IModbusMaster master, TimeProvider time, DeviceSetup? setup = null) =>
        new(new(setup ?? new("d", profile, new HashSet<string>()), new DeviceUrl(LineKind.ModbusTcp, "h") { Port = 502, Unit = 1 }), master, time);
}
