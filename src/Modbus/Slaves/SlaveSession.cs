namespace DerAgent.Modbus;

/// <summary>Answers the questions of one connection or port.</summary>
internal static class SlaveSession
{
    /// <summary>Serves a stream until it ends.</summary>
    /// <param name="stream">What is read and written.</param>
    /// <param name="framing">How PDUs are framed.</param>
    /// <param name="units">The device of a unit id; null: silence, as on a real bus.</param>
    /// <param name="behaviour">How it answers.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task ServeAsync(Stream stream, ModbusFraming framing, Func<byte, IModbusMemory?> units, ModbusSlaveBehaviour behaviour, TimeProvider time, CancellationToken cancel)
    {
        var mbap = new MbapParser();
        var line = LineFraming.Of(framing, readsRequests: true);
        var parser = line.NewParser();
        var tcp = new List<MbapFrame>();
        var serial = new List<LineFrame>();
        var buffer = new byte[1024];
        while (await stream.ReadAsync(buffer, cancel) is > 0 and var count)
        {
            if (framing == ModbusFraming.Tcp ? !mbap.Feed(buffer.AsSpan(0, count), tcp) : !parser.Feed(buffer.AsSpan(0, count), serial))
            {
                return;
            }

            foreach (var frame in tcp)
            {
                var transaction = behaviour.ConfusesTransactions ? (ushort)(frame.Transaction + 1) : frame.Transaction;
                await AnswerAsync(frame.Unit, frame.Pdu, pdu => new MbapFrame(transaction, frame.Unit, pdu).ToArray());
            }

            foreach (var frame in serial)
            {
                await AnswerAsync(frame.Unit, frame.Pdu, pdu => line.Frame(frame.Unit, pdu));
            }

            tcp.Clear();
            serial.Clear();
        }

        async Task AnswerAsync(byte unit, ReadOnlyMemory<byte> question, Func<byte[], byte[]> frame)
        {
            if (units(unit) is not { } memory)
            {
                return;
            }

            if (behaviour.AnswerDelay > TimeSpan.Zero)
            {
                await Task.Delay(behaviour.AnswerDelay, time, cancel);
            }

            if (behaviour.Spoil(frame(ModbusSlavePdu.Answer(memory, question.Span))) is { Length: > 0 } answer)
            {
                await stream.WriteAsync(answer, cancel);
            }
        }
    }
}
