namespace DerAgent.Modbus;

/// <summary>A frame that came over a line.</summary>
/// <param name="Unit">Unit id.</param>
/// <param name="Pdu">The PDU.</param>
/// <param name="IsQuestion">Whether it can only be a question: somebody else's, or our own heard back.</param>
internal readonly record struct LineFrame(byte Unit, ReadOnlyMemory<byte> Pdu, bool IsQuestion = false);

/// <summary>How PDUs become octets on a line that carries one question at a time.</summary>
internal interface IModbusFraming
{
    /// <summary>The frame of a PDU.</summary>
    byte[] Frame(byte unit, ReadOnlySpan<byte> pdu);

    /// <summary>Octets of a frame on the line.</summary>
    /// <param name="pdu">Octets of its PDU.</param>
    int LengthOf(int pdu);

    /// <summary>Finds frames in what comes.</summary>
    IFrameParser<ModbusQuestion, LineFrame> NewParser();
}

/// <summary>Finds frames in octets, wherever these are cut, and whatever else comes in between.</summary>
/// <typeparam name="TQuestion">What is asked.</typeparam>
/// <typeparam name="TFrame">A frame.</typeparam>
internal interface IFrameParser<in TQuestion, TFrame>
{
    /// <summary>Whether something has begun that is not whole.</summary>
    bool HasPart { get; }

    /// <summary>Takes octets; gives complete frames. False: the octets are of another protocol, the line must be closed.</summary>
    bool Feed(ReadOnlySpan<byte> octets, List<TFrame> frames);

    /// <summary>A question goes out: what has come before is no part of its answer.</summary>
    /// <param name="question">What is asked.</param>
    void Expect(TQuestion question);

    /// <summary>Nothing more comes: gives what is whole even so.</summary>
    void End(List<TFrame> frames);

    /// <summary>What is wrong with what came since the last question, for people; null: nothing that can be said.</summary>
    string? Fault => null;
}

/// <summary>The framing of a line.</summary>
internal static class LineFraming
{
    /// <summary>Makes one.</summary>
    /// <param name="framing">Which.</param>
    /// <param name="readsRequests">Whether its parser looks for requests, as a slave's does.</param>
    public static IModbusFraming Of(ModbusFraming framing, bool readsRequests = false) => framing switch
    {
        ModbusFraming.Rtu => new RtuFraming(readsRequests),
        ModbusFraming.Ascii => new AsciiFraming(readsRequests),
        _ => new MbapFraming(),
    };
}
