using DerAgent.Modbus;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Devices.Tests;

/// <summary>A line with devices on it that do as they are told, in virtual time. What is asked is written down.</summary>
internal sealed class TestLine(FakeTimeProvider time) : IModbusMaster
{
    private Dictionary<byte, TestDevice> _devices = [];

    /// <summary>Time an answer takes.</summary>
    public TimeSpan Latency { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Exchanges at the same moment on the line, at most.</summary>
    public int MostAtOnce { get; private set; }

    private int _now;

    /// <summary>Every exchange: when it began, whom it asked, what.</summary>
    public List<(TimeSpan At, byte Unit, ModbusFunction Function, int Address, int Count)> Asked { get; private init; } = [];

    public bool IsConnected => !IsPulled;

    /// <summary>Whether a question is never answered, not even with a time-out, and nobody can end it.</summary>
    public bool Hangs { get; set; }

    /// <summary>Whether its adapter is pulled.</summary>
    public bool IsPulled { get; set; }

    public long Connections { get; set; }

    public long DroppedAnswers { get; set; }

    public bool IsDisposed { get; private set; }

    public TestDevice Device(byte unit = 1) => _devices.TryGetValue(unit, out var device) ? device : _devices[unit] = new();

    public async Task<ReadOnlyMemory<byte>> ExchangeAsync(byte unit, ModbusRequest request, CancellationToken cancel)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Asked.Add((time.GetUtcNow() - time.Start, unit, request.Function, request.Address, request.Count));
        MostAtOnce = Math.Max(MostAtOnce, ++_now);
        try
        {
            if (Hangs)
            {
                await new TaskCompletionSource().Task;
            }

            var device = Device(unit);
            var isSilent = device.IsSilent;
            await Task.Delay(isSilent ? request.Timing!.Value.Timeout : Latency, time, cancel);
            if (isSilent)
            {
                throw new ModbusException(ModbusFailure.Timeout, $"unit {unit} did not answer");
            }

            return device.Answer(request);
        }
        finally
        {
            _now--;
        }
    }

    /// <summary>Another connection to the same devices.</summary>
    public TestLine Again() => new(time) { _devices = _devices, Latency = Latency, Asked = Asked };

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}

/// <summary>A device of a <see cref="TestLine"/>.</summary>
internal sealed class TestDevice
{
    private readonly SortedDictionary<int, ushort> _registers = [];

    /// <summary>Its coils, each 0 or 1; discrete inputs are the same.</summary>
    public SortedDictionary<int, ushort> Coils { get; } = [];

    /// <summary>Frames that wrote: first address and values.</summary>
    public List<(int Address, ushort[] Values)> Writes { get; } = [];

    /// <summary>Whether it answers nothing.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Answers a write; null takes it.</summary>
    public Func<int, ushort, ModbusExceptionCode?> OnWrite { get; set; } = static (_, _) => null;

    /// <summary>Answers a read; null answers with what stands there.</summary>
    public Func<int, int, ModbusExceptionCode?> OnRead { get; set; } = static (_, _) => null;

    /// <summary>What a register becomes where a value is written to it.</summary>
    public Func<int, ushort, ushort> Takes { get; set; } = static (_, value) => value;

    /// <summary>Called after a write took hold.</summary>
    public Action<int, ushort> Written { get; set; } = static (_, _) => { };

    public ushort this[int address]
    {
        get => _registers.GetValueOrDefault(address);
        set => _registers[address] = value;
    }

    public ReadOnlyMemory<byte> Answer(ModbusRequest request)
    {
        if (request.Function is ModbusFunction.ReadHoldingRegisters or ModbusFunction.ReadInputRegisters)
        {
            Refuse(OnRead(request.Address, request.Count));
            var pdu = new byte[2 + (request.Count * 2)];
            (pdu[0], pdu[1]) = ((byte)request.Function, (byte)(request.Count * 2));
            for (var i = 0; i < request.Count; i++)
            {
                (pdu[2 + (2 * i)], pdu[3 + (2 * i)]) = ((byte)(this[request.Address + i] >> 8), (byte)this[request.Address + i]);
            }

            return pdu;
        }

        if (request.Function is ModbusFunction.ReadCoils or ModbusFunction.ReadDiscreteInputs)
        {
            Refuse(OnRead(request.Address, request.Count));
            var bits = new byte[2 + ((request.Count + 7) / 8)];
            (bits[0], bits[1]) = ((byte)request.Function, (byte)(bits.Length - 2));
            for (var i = 0; i < request.Count; i++)
            {
                bits[2 + (i / 8)] |= (byte)(Coils.GetValueOrDefault(request.Address + i) << (i % 8));
            }

            return bits;
        }

        if (request.Function is ModbusFunction.WriteSingleCoil or ModbusFunction.WriteMultipleCoils)
        {
            var octets = request.Pdu.Span;
            ushort[] bits = request.Function == ModbusFunction.WriteSingleCoil ? [(ushort)(octets[3] == 0xFF ? 1 : 0)] : [.. Enumerable.Range(0, request.Count).Select(i => (ushort)((request.Pdu.Span[6 + (i / 8)] >> (i % 8)) & 1))];
            Refuse(OnWrite(request.Address, bits[0]));
            Writes.Add((request.Address, bits));
            for (var i = 0; i < bits.Length; i++)
            {
                Coils[request.Address + i] = bits[i];
            }

            return request.Pdu[..5];
        }

        if (request.Function == ModbusFunction.MaskWriteRegister)
        {
            var (and, or) = ((request.Pdu.Span[3] << 8) | request.Pdu.Span[4], (request.Pdu.Span[5] << 8) | request.Pdu.Span[6]);
            this[request.Address] = (ushort)((this[request.Address] & and) | (or & ~and));
            return request.Pdu;
        }

        var values = request.Function == ModbusFunction.WriteSingleRegister ? request.Pdu[3..] : request.Pdu[6..];
        var written = Enumerable.Range(0, request.Count).Select(i => (ushort)((values.Span[2 * i] << 8) | values.Span[(2 * i) + 1])).ToArray();
        Refuse(OnWrite(request.Address, written[0]));
        Writes.Add((request.Address, written));
        for (var i = 0; i < request.Count; i++)
        {
            var value = (ushort)((values.Span[2 * i] << 8) | values.Span[(2 * i) + 1]);
            Refuse(i == 0 ? null : OnWrite(request.Address + i, value));
            this[request.Address + i] = Takes(request.Address + i, value);
            Written(request.Address + i, value);
        }

        return request.Pdu[..5];
    }

    private static void Refuse(ModbusExceptionCode? code)
    {
        if (code is { } refused)
        {
            throw new ModbusException(ModbusFailure.Exception, $"the device answered {refused}", refused);
        }
    }
}
