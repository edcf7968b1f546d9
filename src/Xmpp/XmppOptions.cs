using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace DerAgent.Xmpp;

/// <summary>A server to dial.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">Port; 5222 for STARTTLS.</param>
public sealed record XmppEndpoint(string Host, int Port)
{
    /// <summary>Whether TLS begins at once (XEP-0368), instead of after STARTTLS.</summary>
    public bool IsDirectTls { get; init; }

    private const int MaxHost = 253;

    /// <summary>Reads <c>host</c>, <c>host:port</c> or <c>[address]:port</c>.</summary>
    /// <exception cref="FormatException">It is none of them.</exception>
    public static XmppEndpoint Parse(string text) => Read(text) ?? throw new FormatException(
        text?.IndexOf("://", StringComparison.Ordinal) is > 0 and var end && Read(text[(end + 3)..].TrimEnd('/')) is { } meant ? $"\"{ServerText.Shown(text)}\" is a URL: write {meant}, without {ServerText.Shown(text[..(end + 3)])}"
            : $"\"{ServerText.Shown(text)}\" is no server: write host or host:port, an IPv6 address in brackets.");

    /// <summary>Reads <c>host</c>, <c>host:port</c> or <c>[address]:port</c>; null where it is none of them.</summary>
    public static XmppEndpoint? Read(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > MaxHost + 10)
        {
            return null;
        }

        var isBracketed = text[0] == '[';
        var end = isBracketed ? text.IndexOf(']', StringComparison.Ordinal) + 1 : text.LastIndexOf(':') is > 0 and var colon ? colon : text.Length;
        var port = 5222;
        if (end <= 0 || (end < text.Length && (text[end] != ':' || !int.TryParse(text.AsSpan(end + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65_535)))
        {
            return null;
        }

        var host = isBracketed ? text[1..(end - 1)] : text[..end];
        return (isBracketed ? IPAddress.TryParse(host, out var literal) && literal.AddressFamily == AddressFamily.InterNetworkV6 : IsHost(host)) ? new(host, port) : null;
    }

    /// <summary>Whether it is a host name or an IPv4 address within the limits of DNS (RFC 1035 §2.3.4).</summary>
    private static bool IsHost(string host) =>
        host.Length is > 0 and <= MaxHost
        && host.TrimEnd('.').Split('.').All(label => label.Length is > 0 and <= 63 && label.All(c => char.IsLetterOrDigit(c) || c is '-' or '_'));

    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}

/// <summary>How to reach an XMPP server and who to be there.</summary>
public sealed record XmppOptions
{
    /// <summary>Our account and resource, e.g. <c>pv1@dso.example/IEC</c>.</summary>
    public required Jid Jid { get; init; }
    /// <summary>Password of the account.</summary>
    public required string Password { get; init; }
    /// <summary>Servers to dial in this order; empty: SRV records of the JID's domain (RFC 6120 §3.2).</summary>
    public IReadOnlyList<XmppEndpoint> Servers { get; init; } = [];
    /// <summary>Name servers to ask for SRV records; empty: those of the system.</summary>
    public IReadOnlyList<IPEndPoint> NameServers { get; init; } = [];
    /// <summary>Trust anchors; empty: those of the system.</summary>
    public X509Certificate2Collection TrustAnchors { get; init; } = [];
    /// <summary>Login mechanisms in order of preference.</summary>
    public IReadOnlyList<string> Mechanisms { get; init; } = ["SCRAM-SHA-256", "SCRAM-SHA-1"];
    /// <summary>Whether PLAIN may be used, inside TLS only, if it is among <see cref="Mechanisms"/>.</summary>
    public bool AllowPlain { get; init; }
    /// <summary>Time without a round trip after which the server is pinged (XEP-0199).</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(25);
    /// <summary>How long a ping or a request for acknowledgement may stay unanswered, and an element unfinished, before the line counts as dead. What still moves is not dead.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(15);
    /// <summary>How long unacknowledged stanzas wait before the server is asked (XEP-0198).</summary>
    public TimeSpan AcknowledgeInterval { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>How long dialling, TLS and login may take for one server.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);
    /// <summary>How long TLS and login may take while there is another server to try.</summary>
    public TimeSpan OtherServerAfter { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>How often in a row a server may send us to another one (RFC 6120 §4.9.3.19).</summary>
    public int MaxRedirects { get; init; } = 3;
    /// <summary>First pause between attempts, a fifth of it in any case; doubles with full jitter up to 10 s in the first 5 min of an outage, 60 s in its first hour, <see cref="MaxBackOff"/> later.</summary>
    public TimeSpan MinBackOff { get; init; } = TimeSpan.FromSeconds(1);
    /// <summary>Longest pause between attempts, after repeated conflicts too.</summary>
    public TimeSpan MaxBackOff { get; init; } = TimeSpan.FromSeconds(300);
    /// <summary>A session that lived this long starts the pauses over.</summary>
    public TimeSpan BackOffReset { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>Octets that the server may leave unacknowledged; for longer than <see cref="PingTimeout"/>, and the line counts as dead.</summary>
    public int MaxUnacknowledged { get; init; } = 4 << 20;
    /// <summary>Octets that may be held for the connection: what waits to be written, and what is kept until it is acknowledged.</summary>
    public int MaxHeld { get; init; } = 8 << 20;
    /// <summary>Octets that may wait in one lane.</summary>
    public int MaxLane { get; init; } = XmppLane.DefaultLimit;
    /// <summary>Bounds of what is read.</summary>
    public StreamLimits Limits { get; init; } = new();
    /// <summary>Priority of our presence; negative: no chat goes here.</summary>
    public sbyte Priority { get; init; } = -1;
}
