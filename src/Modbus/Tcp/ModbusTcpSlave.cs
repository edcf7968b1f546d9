using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace DerAgent.Modbus;

/// <summary>The registers and coils of a simulated device.</summary>
public interface IModbusMemory
{
    /// <summary>Reads registers; null: the address does not exist.</summary>
    ushort[]? ReadRegisters(ushort address, ushort count, bool input);

    /// <summary>Reads coils or discrete inputs; null: the address does not exist.</summary>
    bool[]? ReadBits(ushort address, ushort count, bool input);

    /// <summary>Writes registers; null: done.</summary>
    ModbusExceptionCode? WriteRegisters(ushort address, ReadOnlySpan<ushort> values);

    /// <summary>Writes coils; null: done.</summary>
    ModbusExceptionCode? WriteBits(ushort address, ReadOnlySpan<bool> values);
}

/// <summary>A Modbus TCP slave (server) for simulators and tests.</summary>
public sealed class ModbusTcpSlave : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly Func<byte, IModbusMemory?> _units;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _clients = [];
    private readonly Task _accepting;

    /// <summary>Listens at once.</summary>
    /// <param name="endpoint">Address and port; port 0 takes a free one.</param>
    /// <param name="units">The device of a unit id; null: silence, as on a real bus.</param>
    public ModbusTcpSlave(IPEndPoint endpoint, Func<byte, IModbusMemory?> units)
    {
        _units = units;
        _listener = new TcpListener(endpoint);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>How long an answer takes, as on a busy device.</summary>
    public TimeSpan AnswerDelay { get; set; }

    /// <summary>Whether answers carry the transaction id of another question, as some gateways' do.</summary>
    public bool ConfusesTransactions { get; set; }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Task[] clients;
        lock (_clients)
        {
            clients = [.. _clients];
        }

        await Task.WhenAll(clients);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                lock (_clients)
                {
                    _clients.RemoveAll(t => t.IsCompleted);
                    _clients.Add(ServeAsync(socket));
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Stopped. A disposed listener that is asked once more says so by InvalidOperationException.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            socket.NoDelay = true;
            var parser = new MbapParser();
            var frames = new List<MbapFrame>();
            var buffer = new byte[1024];
            try
            {
                while (await socket.ReceiveAsync(buffer, _stop.Token) is > 0 and var count && parser.Feed(buffer.AsSpan(0, count), frames))
                {
                    foreach (var frame in frames)
                    {
                        if (_units(frame.Unit) is { } memory)
                        {
                            if (AnswerDelay > TimeSpan.Zero)
                            {
                                await Task.Delay(AnswerDelay, _stop.Token);
                            }

                            var transaction = ConfusesTransactions ? (ushort)(frame.Transaction + 1) : frame.Transaction;
                            await socket.SendAsync(new MbapFrame(transaction, frame.Unit, ModbusSlavePdu.Answer(memory, frame.Pdu.Span)).ToArray(), _stop.Token);
                        }
                    }

                    frames.Clear();
                }
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The client is gone, or we are.
            }
        }
    }
}

/// <summary>Answers request PDUs from a memory (Modbus Application Protocol V1.1b3 §6).</summary>
internal static class ModbusSlavePdu
{
    public static byte[] Answer(IModbusMemory memory, ReadOnlySpan<byte> pdu)
    {
        if (pdu.Length < 5)
        {
            return Refuse(pdu[0], ModbusExceptionCode.IllegalDataValue);
        }

        var function = (ModbusFunction)pdu[0];
        var address = BinaryPrimitives.ReadUInt16BigEndian(pdu[1..]);
        var second = BinaryPrimitives.ReadUInt16BigEndian(pdu[3..]);
        return function switch
        {
            ModbusFunction.ReadCoils or ModbusFunction.ReadDiscreteInputs => ReadBits(memory, pdu[0], address, second, function == ModbusFunction.ReadDiscreteInputs),
            ModbusFunction.ReadHoldingRegisters or ModbusFunction.ReadInputRegisters => ReadRegisters(memory, pdu[0], address, second, function == ModbusFunction.ReadInputRegisters),
            ModbusFunction.WriteSingleCoil when second is 0 or 0xFF00 => Written(pdu, memory.WriteBits(address, [second != 0])),
            ModbusFunction.WriteSingleCoil => Refuse(pdu[0], ModbusExceptionCode.IllegalDataValue),
            ModbusFunction.WriteSingleRegister => Written(pdu, memory.WriteRegisters(address, [second])),
            ModbusFunction.WriteMultipleCoils => WriteBits(memory, pdu, address, second),
            ModbusFunction.WriteMultipleRegisters => WriteRegisters(memory, pdu, address, second),
            _ => Refuse(pdu[0], ModbusExceptionCode.IllegalFunction),
        };
    }

    private static byte[] ReadBits(IModbusMemory memory, byte function, ushort address, ushort count, bool input)
    {
        if (count is < 1 or > 2000)
        {
            return Refuse(function, ModbusExceptionCode.IllegalDataValue);
        }

        if (address + count > 65_536 || memory.ReadBits(address, count, input) is not { } bits)
        {
            return Refuse(function, ModbusExceptionCode.IllegalDataAddress);
        }

        var answer = new byte[2 + ((count + 7) / 8)];
        answer[0] = function;
        answer[1] = (byte)(answer.Length - 2);
        for (var i = 0; i < bits.Length; i++)
        {
            answer[2 + (i / 8)] |= (byte)(bits[i] ? 1 << (i % 8) : 0);
        }

        return answer;
    }

    private static byte[] ReadRegisters(IModbusMemory memory, byte function, ushort address, ushort count, bool input)
    {
        if (count is < 1 or > 125)
        {
            return Refuse(function, ModbusExceptionCode.IllegalDataValue);
        }

        if (address + count > 65_536 || memory.ReadRegisters(address, count, input) is not { } registers)
        {
            return Refuse(function, ModbusExceptionCode.IllegalDataAddress);
        }

        var answer = new byte[2 + (registers.Length * 2)];
        answer[0] = function;
        answer[1] = (byte)(registers.Length * 2);
        for (var i = 0; i < registers.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(2 + (2 * i)), registers[i]);
        }

        return answer;
    }

    private static byte[] WriteBits(IModbusMemory memory, ReadOnlySpan<byte> pdu, ushort address, ushort count)
    {
        if (count is < 1 or > 1968 || pdu.Length != 6 + ((count + 7) / 8) || pdu[5] != (count + 7) / 8)
        {
            return Refuse(pdu[0], ModbusExceptionCode.IllegalDataValue);
        }

        var bits = new bool[count];
        for (var i = 0; i < count; i++)
        {
            bits[i] = (pdu[6 + (i / 8)] & (1 << (i % 8))) != 0;
        }

        return Written(pdu, memory.WriteBits(address, bits));
    }

    private static byte[] WriteRegisters(IModbusMemory memory, ReadOnlySpan<byte> pdu, ushort address, ushort count)
    {
        if (count is < 1 or > 123 || pdu.Length != 6 + (count * 2) || pdu[5] != count * 2)
        {
            return Refuse(pdu[0], ModbusExceptionCode.IllegalDataValue);
        }

        var registers = new ushort[count];
        for (var i = 0; i < count; i++)
        {
            registers[i] = BinaryPrimitives.ReadUInt16BigEndian(pdu[(6 + (2 * i))..]);
        }

        return Written(pdu, memory.WriteRegisters(address, registers));
    }

    private static byte[] Written(ReadOnlySpan<byte> pdu, ModbusExceptionCode? refused) => refused is { } code ? Refuse(pdu[0], code) : pdu[..5].ToArray();

    private static byte[] Refuse(byte function, ModbusExceptionCode code) => [(byte)(function | 0x80), (byte)code];
}
