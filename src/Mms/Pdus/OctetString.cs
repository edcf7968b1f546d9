namespace DerAgent.Mms;

/// <summary>Octets that compare by value.</summary>
internal readonly struct OctetString : IEquatable<OctetString>
{
    private readonly byte[]? _octets;

    private OctetString(byte[] octets) => _octets = octets;

    /// <summary>The octets.</summary>
    public ReadOnlySpan<byte> Span => _octets;

    /// <summary>A copy of octets.</summary>
    public static OctetString From(ReadOnlySpan<byte> octets) => new(octets.ToArray());

    /// <summary>The octets of an array, which is taken over.</summary>
    public static OctetString Of(byte[] octets) => new(octets);

    /// <summary>The octets in an array of their own.</summary>
    public byte[] ToArray() => Span.ToArray();

    /// <inheritdoc/>
    public bool Equals(OctetString other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is OctetString other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    /// <summary>The same octets.</summary>
    public static bool operator ==(OctetString left, OctetString right) => left.Equals(right);

    /// <summary>Other octets.</summary>
    public static bool operator !=(OctetString left, OctetString right) => !left.Equals(right);

    /// <summary>In upper-case hex.</summary>
    public override string ToString() => Convert.ToHexString(Span);
}
