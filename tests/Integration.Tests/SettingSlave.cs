using System.Net;
using System.Text.Json.Nodes;
using DerAgent.Modbus;
using DerAgent.Tests;

namespace DerAgent.Integration.Tests;

/// <summary>A device with five settings in registers 0 to 4 and a relay in register 10, which says what it was written and does as it is told with that.</summary>
internal sealed class SettingSlave : IModbusMemory, IAsyncDisposable
{
    /// <summary>Register of the relay.</summary>
    public const ushort Relay = 10;

    private const string Profile = """
        profile: settings
        modbus: {timeout-ms: 2000}
        points:
          P1: {holding: 0, access: write, poll: fast, verify: {}}
          P2: {holding: 1, access: write, poll: fast, verify: {}}
          P3: {holding: 2, access: write, poll: fast, verify: {}}
          P4: {holding: 3, access: write, poll: fast, verify: {}}
          P5: {holding: 4, access: write, poll: fast, verify: {}}
          Relay: {holding: 10, access: write, poll: fast, verify: {}, map: {0: off, 1: on}}
        """;

    private readonly Lock _gate = new();
    private readonly ModbusTcpSlave _slave;
    private readonly ushort[] _registers = [.. Enumerable.Range(1, SettingScl.Count).Select(s => (ushort)SettingScl.Value(1, s)), .. new ushort[16]];
    private readonly List<(ushort Register, ushort Value, DateTimeOffset At)> _writes = [];

    public SettingSlave() => _slave = new(new(IPAddress.Loopback, 0), _ => this);

    /// <summary>Asked before each write: whether it is refused. It may take its time.</summary>
    public Func<ushort, ushort, bool> Refuses { get; set; } = static (_, _) => false;

    /// <summary>What was written, refused writes too.</summary>
    public IReadOnlyList<(ushort Register, ushort Value, DateTimeOffset At)> Writes
    {
        get
        {
            lock (_gate)
            {
                return [.. _writes];
            }
        }
    }

    /// <summary>The values of the settings.</summary>
    public long[] Settings
    {
        get
        {
            lock (_gate)
            {
                return [.. _registers.Take(SettingScl.Count).Select(r => (long)r)];
            }
        }
    }

    /// <summary>Puts the device and its profile into agent.json.</summary>
    public void Configure(JsonObject options, string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "settings.yaml"), Profile);
        options["profiles"]!.AsArray().Add(folder);
        options["devices"]!["inv1"] = new JsonObject { ["url"] = $"modbus-tcp://{_slave.Endpoint}?unit=1" };
        options["connections"]![0]!["access"]![0]!["roles"]!.AsArray().Add("ENGINEER");
    }

    public ushort[]? ReadRegisters(ushort address, ushort count, bool input)
    {
        lock (_gate)
        {
            return input || address + count > _registers.Length ? null : _registers[address..(address + count)];
        }
    }

    public bool[]? ReadBits(ushort address, ushort count, bool input) => null;

    public ModbusExceptionCode? WriteRegisters(ushort address, ReadOnlySpan<ushort> values)
    {
        lock (_gate)
        {
            for (var i = 0; i < values.Length; i++)
            {
                _writes.Add(((ushort)(address + i), values[i], DateTimeOffset.UtcNow));
            }
        }

        for (var i = 0; i < values.Length; i++)
        {
            if (Refuses((ushort)(address + i), values[i]))
            {
                return ModbusExceptionCode.IllegalDataValue;
            }
        }

        lock (_gate)
        {
            values.CopyTo(_registers.AsSpan(address));
        }

        return null;
    }

    public ModbusExceptionCode? WriteBits(ushort address, ReadOnlySpan<bool> values) => ModbusExceptionCode.IllegalFunction;

    public ValueTask DisposeAsync() => _slave.DisposeAsync();
}
