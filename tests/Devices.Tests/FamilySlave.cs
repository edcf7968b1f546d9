using System.Globalization;
using DerAgent.Modbus;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Devices.Tests;

/// <summary>A slave that is what the facts of a family say, and nothing else: input and holding registers are two things, the plant follows its limit, every frame is written down.</summary>
internal sealed class FamilySlave : IModbusMaster
{
    private const double Sun = 5400;
    private readonly FamilyFacts _facts;
    private readonly FakeTimeProvider _time;
    private readonly Dictionary<(char Kind, int Address), ushort> _registers = [];
    private readonly Dictionary<int, TimeSpan> _written = [];
    private ushort? _shown;
    private TimeSpan _echoed = TimeSpan.FromDays(-1);

    public FamilySlave(FamilyFacts facts, FakeTimeProvider time)
    {
        (_facts, _time) = (facts, time);
        Set(facts.Rated.Registers);
        foreach (var registers in facts.Base)
        {
            Set(registers);
        }
    }

    public bool IsConnected => true;

    public long Connections => 1;

    public long DroppedAnswers => 0;

    /// <summary>The frames that wrote, e.g. <c>06 h5007=0258</c>, and when.</summary>
    public List<(TimeSpan At, string Text)> Frames { get; } = [];

    /// <summary>Answers the next write.</summary>
    public ModbusExceptionCode? Refusal { get; set; }

    /// <summary>Registers that stay as they are, whatever is written.</summary>
    public HashSet<(char Kind, int Address)> Stuck { get; } = [];

    /// <summary>Whether the plant moves; what registers say is looked at while it stands still.</summary>
    public bool Follows { get; set; }

    private TimeSpan Now => _time.GetUtcNow() - _time.Start;

    public void Set(FactRegisters registers)
    {
        foreach (var (place, value) in registers.Values)
        {
            _registers[place] = value;
        }
    }

    /// <summary>Whether a frame answers a counter of the device.</summary>
    public bool IsEcho(string frame) => _facts.Echo is { } echo && frame.Contains($" h{echo.In}=", StringComparison.Ordinal);

    public async Task<ReadOnlyMemory<byte>> ExchangeAsync(byte unit, ModbusRequest request, CancellationToken cancel)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(20), _time, cancel);
        if (request.Function is ModbusFunction.ReadHoldingRegisters or ModbusFunction.ReadInputRegisters)
        {
            Follow();
            var kind = request.Function == ModbusFunction.ReadInputRegisters ? 'i' : 'h';
            _shown = _facts.Echo is { } shown && shown.Out >= request.Address && shown.Out < request.Address + request.Count ? _registers.GetValueOrDefault(('h', shown.Out)) : _shown;
            var values = Enumerable.Range(request.Address, request.Count).Select(a => _registers.GetValueOrDefault((kind, a))).ToList();
            return new byte[] { (byte)request.Function, (byte)(2 * values.Count) }.Concat(values.SelectMany(v => new[] { (byte)(v >> 8), (byte)v })).ToArray();
        }

        if (request.Function is ModbusFunction.ReadCoils or ModbusFunction.ReadDiscreteInputs)
        {
            var kind = request.Function == ModbusFunction.ReadCoils ? 'c' : 'd';
            var bits = new byte[2 + ((request.Count + 7) / 8)];
            (bits[0], bits[1]) = ((byte)request.Function, (byte)(bits.Length - 2));
            for (var i = 0; i < request.Count; i++)
            {
                bits[2 + (i / 8)] |= (byte)((_registers.GetValueOrDefault((kind, request.Address + i)) & 1) << (i % 8));
            }

            return bits;
        }

        if (request.Function is ModbusFunction.WriteSingleCoil or ModbusFunction.WriteMultipleCoils)
        {
            var pdu = request.Pdu.ToArray();
            var coils = Enumerable.Range(0, request.Count).Select(i => (ushort)(request.Function == ModbusFunction.WriteSingleCoil ? pdu[3] & 1 : (pdu[6 + (i / 8)] >> (i % 8)) & 1)).ToList();
            Frames.Add((Now, $"{(int)request.Function:00} c{request.Address}={string.Join(' ', coils.Select(c => c.ToString("X4", CultureInfo.InvariantCulture)))}"));
            Refuse();
            for (var i = 0; i < coils.Count; i++)
            {
                if (!Stuck.Contains(('c', request.Address + i)))
                {
                    _registers[('c', request.Address + i)] = coils[i];
                }
            }

            return request.Pdu[..5];
        }

        var octets = (request.Function == ModbusFunction.WriteSingleRegister ? request.Pdu[3..] : request.Pdu[6..]).ToArray();
        var words = octets.Chunk(2).Select(o => (ushort)((o[0] << 8) | o[^1])).ToList();
        Frames.Add((Now, $"{(int)request.Function:00} h{request.Address}={string.Join(' ', words.Select(w => w.ToString("X4", CultureInfo.InvariantCulture)))}"));
        Refuse();
        Take(request.Address, words);
        return request.Pdu[..5];
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Refuse()
    {
        if (Refusal is { } code)
        {
            throw new ModbusException(ModbusFailure.Exception, $"exception {(int)code}", code);
        }
    }

    private void Take(int address, List<ushort> words)
    {
        if (_facts.Echo is { } echo)
        {
            Follow();
            if (address == echo.In && words[0] == _shown)
            {
                _echoed = Now;
            }

            if (address != echo.In && Now - _echoed > TimeSpan.FromSeconds(echo.Seconds))
            {
                // Acknowledged, and ignored.
                return;
            }
        }

        for (var i = 0; i < words.Count; i++)
        {
            if (!Stuck.Contains(('h', address + i)))
            {
                _registers[('h', address + i)] = words[i];
                _written[address + i] = Now;
            }
        }
    }

    /// <summary>What the sun and the limit leave, what follows what, what counts.</summary>
    private void Follow()
    {
        if (_facts.Echo is { } echo)
        {
            _registers[('h', echo.Out)] = (ushort)((100 + (int)Now.TotalSeconds) % 10_000);
        }

        if (!Follows)
        {
            return;
        }

        foreach (var follow in _facts.Follows)
        {
            if (!Stuck.Contains((follow.To.Kind, follow.To.Address)) && _written.TryGetValue(follow.Of.Address, out var at) && Now - at >= TimeSpan.FromSeconds(follow.Seconds))
            {
                follow.To.Write(_registers, follow.Of.Read(_registers) * follow.Factor);
            }
        }

        if (_facts.Drive is { } drive && Stands(drive.Switch))
        {
            if (!Stuck.Contains((drive.Power.Kind, drive.Power.Address)))
            {
                drive.Power.Write(_registers, drive.SetPoint.Read(_registers));
            }

            return;
        }

        if (_facts.Plant is { } plant && !Stuck.Contains((plant.Power.Kind, plant.Power.Address)))
        {
            plant.Power.Write(_registers, plant.Scale * Math.Min(Sun, Stands(plant.Switch) ? _facts.Rated.Watts * plant.Limit.Read(_registers) / plant.Whole : double.MaxValue));
        }
    }

    private bool Stands(FactRegisters registers) => registers.Values.All(s => _registers.GetValueOrDefault(s.Key) == s.Value);
}
