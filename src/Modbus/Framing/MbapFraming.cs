namespace DerAgent.Modbus;

/// <summary>Frames of Modbus TCP behind gateways whose answers carry any transaction id: it is sent, and what comes back of it means nothing.</summary>
internal sealed class MbapFraming : IModbusFraming
{
    private ushort _transaction;

    /// <inheritdoc/>
    public byte[] Frame(byte unit, ReadOnlySpan<byte> pdu) => new MbapFrame(++_transaction, unit, pdu.ToArray()).ToArray();

    /// <inheritdoc/>
    public int LengthOf(int pdu) => MbapFrame.HeaderLength + pdu;

    /// <inheritdoc/>
    public IFrameParser<ModbusQuestion, LineFrame> NewParser() => new Parser();

    private sealed class Parser : IFrameParser<ModbusQuestion, LineFrame>
    {
        private readonly MbapParser _parser = new();
        private readonly List<MbapFrame> _frames = [];

        public bool HasPart => _parser.HasPart;

        public void Expect(ModbusQuestion question)
        {
            // Frames follow each other without a gap: what has begun must end.
        }

        public bool Feed(ReadOnlySpan<byte> octets, List<LineFrame> frames)
        {
            var isModbus = _parser.Feed(octets, _frames);
            frames.AddRange(_frames.Select(f => new LineFrame(f.Unit, f.Pdu)));
            _frames.Clear();
            return isModbus;
        }

        public void End(List<LineFrame> frames)
        {
            // What is not whole by now is nothing; the line is closed.
        }
    }
}
