using System.Buffers.Binary;
using DerAgent.Modbus;
using DerAgent.Tests;

namespace DerAgent.Devices.Tests.Soak;

/// <summary>What is wrong with what a unit answers.</summary>
internal enum Ailment
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>It answers nothing.</summary>
    Silent,
    /// <summary>It answers everything with an exception.</summary>
    Exception,
    /// <summary>Half an answer comes, and its rest never.</summary>
    Half,
    /// <summary>Its answers come when nobody waits any more.</summary>
    Late,
    /// <summary>Each answer comes twice.</summary>
    Doubled,
    /// <summary>Octets come that are no Modbus.</summary>
    Noise,
}

/// <summary>A Modbus TCP endpoint with its units, in octets.</summary>
internal sealed class SoakSlave(VirtualTime time, Random random)
{
    private static readonly TimeSpan TooLate = TimeSpan.FromSeconds(1.5);
    private readonly Dictionary<byte, SoakUnit> _units = [];
    private DeviceStream? _stream;
    private MbapParser _parser = new();

    /// <summary>Its units.</summary>
    public IReadOnlyDictionary<byte, SoakUnit> Units => _units;

    public SoakUnit Add(byte number, SoakUnit unit) => _units[number] = unit;

    /// <summary>A new connection; the one before is gone.</summary>
    public ValueTask<Stream> OpenAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        _stream?.End();
        _parser = new();
        DeviceStream stream = null!;
        stream = new DeviceStream(octets => Take(stream, octets));
        _stream = stream;
        return new(stream);
    }

    private void Take(DeviceStream stream, ReadOnlyMemory<byte> octets)
    {
        var frames = new List<MbapFrame>();
        if (!_parser.Feed(octets.Span, frames))
        {
            throw new IOException("the agent sent what is no Modbus");
        }

        foreach (var frame in frames)
        {
            var unit = _units[frame.Unit];
            if (unit.Ailment == Ailment.Silent)
            {
                continue;
            }

            var answer = new MbapFrame(frame.Transaction, frame.Unit, unit.Answer(frame.Pdu.ToArray(), time.Now)).ToArray();
            if (unit.Ailment == Ailment.Half)
            {
                answer = answer[..(answer.Length / 2)];
            }
            else if (unit.Ailment == Ailment.Noise)
            {
                var noise = new byte[random.Next(1, 30)];
                random.NextBytes(noise);
                answer = [.. noise, .. answer];
            }

            var after = unit.Ailment == Ailment.Late ? TooLate : unit.Latency;
            Later(stream, answer, after);
            if (unit.Ailment == Ailment.Doubled)
            {
                Later(stream, answer, after + TimeSpan.FromMilliseconds(3));
            }
        }
    }

    private void Later(DeviceStream stream, byte[] octets, TimeSpan after) => time.CreateTimer(_ => stream.Give(octets), null, after, Timeout.InfiniteTimeSpan);
}

/// <summary>A unit: each register says where it is, unless it is one that somebody writes.</summary>
internal sealed class SoakUnit(byte number)
{
    private readonly Dictionary<int, ushort> _registers = [];
    private readonly Dictionary<int, TimeSpan> _written = [];

    /// <summary>What is wrong with it.</summary>
    public Ailment Ailment { get; set; }

    /// <summary>The exception it answers with.</summary>
    public byte Exception { get; set; }

    public TimeSpan Latency { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Reads that held this register.</summary>
    public int Counted { get; set; }

    /// <summary>How often that was read.</summary>
    public long Polls { get; private set; }

    /// <summary>Called with each register that the agent writes.</summary>
    public Action<int, ushort> Written { get; set; } = static (_, _) => { };

    /// <summary>Called before each answer: what time and the sun have made of its registers.</summary>
    public Action<TimeSpan> Passes { get; set; } = static _ => { };

    /// <summary>What stands in a register.</summary>
    public ushort this[int address]
    {
        get => _registers.TryGetValue(address, out var value) ? value : Content(address);
        set => _registers[address] = value;
    }

    /// <summary>What a register says that nobody writes: where it is.</summary>
    public ushort Content(int address) => (ushort)((address * 37) + (number * 4099) + 11);

    /// <summary>When a register was last written by the agent.</summary>
    public TimeSpan WrittenAt(int address) => _written.GetValueOrDefault(address, TimeSpan.FromDays(-1));

    public byte[] Answer(byte[] pdu, TimeSpan now)
    {
        if (Ailment == Ailment.Exception)
        {
            return [(byte)(pdu[0] | 0x80), Exception];
        }

        Passes(now);
        var (address, count) = (BinaryPrimitives.ReadUInt16BigEndian(pdu.AsSpan(1)), pdu[0] == 6 ? 1 : BinaryPrimitives.ReadUInt16BigEndian(pdu.AsSpan(3)));
        switch (pdu[0])
        {
            case 3 or 4:
                Polls += address <= Counted && Counted < address + count ? 1 : 0;
                var answer = new byte[2 + (2 * count)];
                (answer[0], answer[1]) = (pdu[0], (byte)(2 * count));
                for (var i = 0; i < count; i++)
                {
                    BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(2 + (2 * i)), this[address + i]);
                }

                return answer;
            case 6 or 16:
                for (var i = 0; i < count; i++)
                {
                    this[address + i] = BinaryPrimitives.ReadUInt16BigEndian(pdu.AsSpan((pdu[0] == 6 ? 3 : 6) + (2 * i)));
                    _written[address + i] = now;
                    Written(address + i, this[address + i]);
                }

                Passes(now);
                return pdu[..5];
            default:
                return [(byte)(pdu[0] | 0x80), 1];
        }
    }
}
