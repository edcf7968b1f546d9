using DerAgent.Modbus;

namespace DerAgent.Devices;

/// <summary>A question to one unit of a line protocol.</summary>
/// <param name="Unit">Who is asked.</param>
/// <param name="Exchange">What.</param>
/// <param name="Messages">What its messages look like.</param>
/// <param name="IsReading">Whether it changes nothing.</param>
/// <param name="Octets">What is sent.</param>
/// <param name="Asked">How it wants to be asked.</param>
internal sealed record LineQuestion(byte Unit, LineExchange Exchange, LineMessages Messages, bool IsReading, ReadOnlyMemory<byte> Octets, LineTiming Asked)
    : TurnQuestion<LineMessage>(Unit, Octets, Exchange.Length ?? UsualOctets)
{
    /// <summary>About how long answers are.</summary>
    public const int UsualOctets = 40;

    /// <inheritdoc/>
    public override string Name => Exchange.Name;

    /// <inheritdoc/>
    public override LineTiming? Timing => Asked;

    /// <inheritdoc/>
    public override bool IsRead => IsReading;

    /// <inheritdoc/>
    public override bool MayBeAnsweredBy(in LineMessage frame) => Messages.Read(Exchange, frame.Text) is not null || Messages.Refusal(frame.Text) is not null;

    /// <summary>A message says nothing of what it answers: what does not fit was not asked for.</summary>
    public override bool IsMisfit(in LineMessage frame) => false;

    /// <inheritdoc/>
    public override bool IsEcho(in LineMessage frame) => Octets.Span.SequenceEqual(Messages.Format.Wrap(frame.Text));
}
