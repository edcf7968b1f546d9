namespace DerAgent.Xmpp;

/// <summary>Bounds of what is read from a stream. A stanza beyond them is dropped; the stream lives on, for a stranger may have written it.</summary>
public sealed record StreamLimits
{
    /// <summary>Octets of one stanza.</summary>
    public int MaxStanzaSize { get; init; } = 1 << 20;
    /// <summary>Nesting of elements; at most 128.</summary>
    public int MaxDepth { get; init; } = 64;
    /// <summary>Attributes of one element.</summary>
    public int MaxAttributes { get; init; } = 32;
    /// <summary>Elements of one stanza.</summary>
    public int MaxElements { get; init; } = 4096;
    /// <summary>Octets of the name of an element or attribute.</summary>
    public int MaxNameLength { get; init; } = 256;
    /// <summary>Octets of a stanza beyond the other limits that are kept for its answer.</summary>
    public int MaxKept { get; init; } = 256 << 10;
    /// <summary>Octets that are read over in search of the end of a stanza beyond the limits; then the stream ends.</summary>
    public long MaxSkipped { get; init; } = 64L << 20;
}

/// <summary>Conditions of stream errors (RFC 6120 §4.9.3) that either side of ours sends.</summary>
public enum StreamErrorCondition
{
    /// <summary>not-well-formed.</summary>
    NotWellFormed,
    /// <summary>restricted-xml.</summary>
    RestrictedXml,
    /// <summary>policy-violation.</summary>
    PolicyViolation,
    /// <summary>unsupported-encoding.</summary>
    UnsupportedEncoding,
    /// <summary>invalid-namespace.</summary>
    InvalidNamespace,
    /// <summary>undefined-condition.</summary>
    UndefinedCondition,
}

/// <summary>Names of stream errors on the wire.</summary>
internal static class StreamErrors
{
    public static string Name(this StreamErrorCondition condition) => condition switch
    {
        StreamErrorCondition.NotWellFormed => "not-well-formed",
        StreamErrorCondition.RestrictedXml => "restricted-xml",
        StreamErrorCondition.PolicyViolation => "policy-violation",
        StreamErrorCondition.UnsupportedEncoding => "unsupported-encoding",
        StreamErrorCondition.InvalidNamespace => "invalid-namespace",
        _ => "undefined-condition",
    };
}
