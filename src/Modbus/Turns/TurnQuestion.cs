namespace DerAgent.Modbus;

/// <summary>A question on a line that carries one at a time, and what could be its answer.</summary>
/// <typeparam name="TFrame">What comes over the line.</typeparam>
/// <param name="Unit">Who is asked.</param>
/// <param name="Octets">What is sent.</param>
/// <param name="AnswerOctets">About how many octets its answer has on the line.</param>
internal abstract record TurnQuestion<TFrame>(byte Unit, ReadOnlyMemory<byte> Octets, int AnswerOctets)
{
    /// <summary>When it was asked, by a clock that is never set.</summary>
    public TimeSpan At { get; init; }

    /// <summary>How long its answer may take.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>What is asked, for people.</summary>
    public abstract string Name { get; }

    /// <summary>How whoever is asked wants to be asked; null: as the line's options say.</summary>
    public abstract LineTiming? Timing { get; }

    /// <summary>Whether it changes nothing: asked twice, it does no harm.</summary>
    public abstract bool IsRead { get; }

    /// <summary>Whether a frame could be its answer.</summary>
    public abstract bool MayBeAnsweredBy(in TFrame frame);

    /// <summary>Whether a frame is from whom was asked, to what was asked, and cannot be the answer: nonsense.</summary>
    public abstract bool IsMisfit(in TFrame frame);

    /// <summary>Whether a frame is the question itself, heard back.</summary>
    public abstract bool IsEcho(in TFrame frame);
}

/// <summary>A Modbus question.</summary>
/// <param name="Unit">Who is asked.</param>
/// <param name="Request">What.</param>
/// <param name="Octets">Its frame.</param>
/// <param name="AnswerOctets">Octets of the answer's frame.</param>
internal sealed record ModbusQuestion(byte Unit, ModbusRequest Request, ReadOnlyMemory<byte> Octets, int AnswerOctets) : TurnQuestion<LineFrame>(Unit, Octets, AnswerOctets)
{
    /// <inheritdoc/>
    public override string Name => $"{Request.Function} at {Request.Address}";

    /// <inheritdoc/>
    public override LineTiming? Timing => Request.Timing;

    /// <inheritdoc/>
    public override bool IsRead => Request.IsRead;

    /// <summary>Its frame on a line.</summary>
    public static ModbusQuestion Of(byte unit, ModbusRequest request, IModbusFraming framing) => new(unit, request, framing.Frame(unit, request.Pdu.Span), framing.LengthOf(request.AnswerLength));

    /// <inheritdoc/>
    public override bool MayBeAnsweredBy(in LineFrame frame) => IsFromUnit(frame) && (ModbusResponse.IsException(frame.Pdu.Span) || ModbusResponse.Fits(Request, frame.Pdu.Span));

    /// <inheritdoc/>
    public override bool IsMisfit(in LineFrame frame) => IsFromUnit(frame);

    /// <inheritdoc/>
    public override bool IsEcho(in LineFrame frame) => frame.Unit == Unit && frame.Pdu.Span.SequenceEqual(Request.Pdu.Span);

    private bool IsFromUnit(in LineFrame frame) => !frame.IsQuestion && frame.Unit == Unit && ModbusResponse.Answers(Request, frame.Pdu.Span);
}
