using System.Globalization;
using DerAgent.Modbus;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Devices.Tests;

/// <summary>A slave that is what the facts of a family say, and nothing else: input and holding registers are two things, the plant follows its limit, every frame is written down.</summary>
internal sealed class FamilySlave(FamilyFacts facts, FakeTimeProvider time) : IModbusMaster
{
    private const double Sun = 5400;
    private readonly Dictionary<(char Kind, int Address), ushort> _registers = [];

    public bool IsConnected => true;

    public long Connections => 1;

    public long DroppedAnswers => 0;

    /// <summary>The frames that wrote, e.g. <c>06 h5007=0258</c>.</summary>
    public List<string> Frames { get; } = [];

    /// <summary>Answers the next write.</summary>
    public ModbusExceptionCode? Refusal { get; set; }

    public void Set(FactRegisters registers)
    {
        foreach (var (place, value) in registers.Values)
        {
            _registers[place] = value;
        }
    }

    public async Task<ReadOnlyMemory<byte>> ExchangeAsync(byte unit, ModbusRequest request, CancellationToken cancel)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancel);
        if (request.Function is ModbusFunction.ReadHoldingRegisters or ModbusFunction.ReadInputRegisters)
        {
            Follow();
            var kind = request.Function == ModbusFunction.ReadInputRegisters ? 'i' : 'h';
            var values = Enumerable.Range(request.Address, request.Count).Select(a => _registers.GetValueOrDefault((kind, a))).ToList();
            return new byte[] { (byte)request.Function, (byte)(2 * values.Count) }.Concat(values.SelectMany(v => new[] { (byte)(v >> 8), (byte)v })).ToArray();
        }

        var octets = (request.Function == ModbusFunction.WriteSingleRegister ? request.Pdu[3..] : request.Pdu[6..]).ToArray();
        var words = octets.Chunk(2).Select(o => (ushort)((o[0] << 8) | o[1])).ToList();
        Frames.Add($"{(int)request.Function:00} h{request.Address}={string.Join(' ', words.Select(w => w.ToString("X4", CultureInfo.InvariantCulture)))}");
        if (Refusal is { } code)
        {
            throw new ModbusException(ModbusFailure.Exception, $"exception {(int)code}", code);
        }

        for (var i = 0; i < words.Count; i++)
        {
            _registers[('h', request.Address + i)] = words[i];
        }

        return request.Pdu[..5];
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The power that the sun and the limit leave.</summary>
    private void Follow()
    {
        if (facts.Plant is not { } plant || !Follows)
        {
            return;
        }

        var limit = _registers.GetValueOrDefault(('h', plant.Switch)) == plant.On ? facts.Rated.Watts * _registers.GetValueOrDefault(('h', plant.Limit)) / plant.Whole : double.MaxValue;
        var power = (uint)Math.Min(Sun, limit);
        (_registers[('i', plant.Power + (plant.IsLowFirst ? 0 : 1))], _registers[('i', plant.Power + (plant.IsLowFirst ? 1 : 0))]) = ((ushort)power, (ushort)(power >> 16));
    }

    /// <summary>Whether the plant moves; what registers say is looked at while it stands still.</summary>
    public bool Follows { get; set; }
}
