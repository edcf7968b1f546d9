namespace DerAgent.Xmpp;

/// <summary>What a connection wants done outside of its loop's state.</summary>
internal abstract record ConnectionEffect
{
    /// <summary>Write octets to a line; <see cref="ConnectionCore.Wrote"/> tells when it takes more. They are valid until then.</summary>
    public sealed record Write(long Line, ReadOnlyMemory<byte> Octets) : ConnectionEffect;

    /// <summary>A line serves no longer.</summary>
    /// <param name="Line">The line.</param>
    /// <param name="Failure">Why.</param>
    /// <param name="Successor">The line that took its session over; 0: none.</param>
    public sealed record Close(long Line, XmppFailure Failure, long Successor = 0) : ConnectionEffect;

    /// <summary>Tell whoever reads the notices.</summary>
    public sealed record Tell(XmppNotice Notice) : ConnectionEffect;

    /// <summary>The octets of a stanza are handed to TLS now: tell its sender.</summary>
    public sealed record Written(Action Sender) : ConnectionEffect;
}
