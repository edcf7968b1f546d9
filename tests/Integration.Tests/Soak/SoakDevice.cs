using System.Collections.Concurrent;
using System.Net;
using DerAgent.Modbus;

namespace DerAgent.Integration.Tests.Soak;

/// <summary>A device that counts: its counter goes on once the agent has read it, and every value of its set point that is written is written down.</summary>
internal sealed class SoakDevice : IModbusMemory, IAsyncDisposable
{
    public const int CounterAddress = 10;
    public const int SetPointAddress = 20;
    private readonly ModbusTcpSlave _slave;
    private readonly TimeProvider _time;
    private readonly TimeSpan _pace;
    private readonly Lock _gate = new();
    private readonly ConcurrentQueue<ushort> _written = new();
    private ushort _setPoint;
    private uint _counter = 1;
    private bool _isRead;
    private long _since;

    /// <param name="time">Clock.</param>
    /// <param name="pace">Time between two values of the counter, at least.</param>
    public SoakDevice(TimeProvider time, TimeSpan pace)
    {
        (_time, _pace, _since) = (time, pace, time.GetTimestamp());
        _slave = new ModbusTcpSlave(new IPEndPoint(IPAddress.Loopback, 0), _ => this);
    }

    public string Url => $"modbus-tcp://{_slave.Endpoint}?unit=1";

    /// <summary>Whether the counter goes on.</summary>
    public bool IsCounting { get; set; } = true;

    /// <summary>The counter: every value from 1 on was read by the agent, but perhaps the last one.</summary>
    public uint Counter
    {
        get
        {
            lock (_gate)
            {
                return _counter;
            }
        }
    }

    /// <summary>Whether the agent has read the last value.</summary>
    public bool IsRead
    {
        get
        {
            lock (_gate)
            {
                return _isRead;
            }
        }
    }

    /// <summary>What was written to the set point, in order.</summary>
    public IReadOnlyCollection<ushort> Written => _written;

    public ushort[]? ReadRegisters(ushort address, ushort count, bool input)
    {
        lock (_gate)
        {
            if (_isRead && IsCounting && _time.GetElapsedTime(_since) >= _pace)
            {
                (_counter, _isRead, _since) = (_counter + 1, false, _time.GetTimestamp());
            }

            var registers = new ushort[count];
            for (var i = 0; i < count; i++)
            {
                registers[i] = (address + i) switch
                {
                    CounterAddress => (ushort)(_counter >> 16),
                    CounterAddress + 1 => (ushort)_counter,
                    SetPointAddress => _setPoint,
                    _ => 0,
                };
            }

            _isRead |= address <= CounterAddress && address + count > CounterAddress + 1;
            return registers;
        }
    }

    public bool[]? ReadBits(ushort address, ushort count, bool input) => null;

    public ModbusExceptionCode? WriteRegisters(ushort address, ReadOnlySpan<ushort> values)
    {
        if (address != SetPointAddress || values.Length != 1)
        {
            return ModbusExceptionCode.IllegalDataAddress;
        }

        lock (_gate)
        {
            _setPoint = values[0];
        }

        _written.Enqueue(values[0]);
        return null;
    }

    public ModbusExceptionCode? WriteBits(ushort address, ReadOnlySpan<bool> values) => ModbusExceptionCode.IllegalFunction;

    public ValueTask DisposeAsync() => _slave.DisposeAsync();
}
