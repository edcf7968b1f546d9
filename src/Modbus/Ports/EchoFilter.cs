namespace DerAgent.Modbus;

/// <summary>Takes out of what comes what was sent: two-wire adapters hear themselves. Where something else comes back, somebody else was sending. Pure.</summary>
internal sealed class EchoFilter
{
    private ReadOnlyMemory<byte> _sent;
    private int _heard;

    /// <summary>Whether what was sent did not come back as it was.</summary>
    public bool HasCollided { get; private set; }

    /// <summary>Octets go out.</summary>
    public void Sent(ReadOnlyMemory<byte> octets) => (_sent, _heard, HasCollided) = (octets, 0, false);

    /// <summary>Octets come; gives what of them is no echo.</summary>
    public ReadOnlySpan<byte> Filter(ReadOnlySpan<byte> octets)
    {
        var count = Math.Min(octets.Length, _sent.Length - _heard);
        if (HasCollided || !octets[..count].SequenceEqual(_sent.Span.Slice(_heard, count)))
        {
            HasCollided = true;
            return [];
        }

        _heard += count;
        return octets[count..];
    }
}
