using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>What a peer may do.</summary>
[Flags]
public enum AssociationRights
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>Directories and definitions.</summary>
    View = 1,
    /// <summary>Values.</summary>
    Read = 2,
    /// <summary>Report control blocks.</summary>
    Reporting = 4,
    /// <summary>Commands.</summary>
    Control = 8,
    /// <summary>Parameters and configuration.</summary>
    Config = 16,
}

/// <summary>Why an association ended (IEC 61850-7-2 §8.3.2).</summary>
public enum AssociationEnd
{
    /// <summary>Released by the client.</summary>
    Released,
    /// <summary>The peer is gone.</summary>
    PeerGone,
    /// <summary>The stream to the server was lost and could not be resumed.</summary>
    StreamLost,
    /// <summary>Nothing came from the peer for too long.</summary>
    Idle,
    /// <summary>A new configuration took the place of the old one, or other rights.</summary>
    ConfigurationChanged,
    /// <summary>The connection takes no more for it.</summary>
    NotTaken,
}

/// <summary>Names an association: the connection it came over, the peer's full JID and the id the peer chose.</summary>
/// <param name="Connection">Name of our connection.</param>
/// <param name="Peer">Full JID of the peer.</param>
/// <param name="Id">Association id.</param>
public readonly record struct AssociationKey(string Connection, string Peer, string Id)
{
    /// <summary>The peer's JID without its resource.</summary>
    public string BarePeer => Peer.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0 ? Peer[..slash] : Peer;

    /// <inheritdoc/>
    public override string ToString() => $"{Connection}:{Peer}#{Id}";
}

/// <summary>Who asks for an association, as the uplink established it.</summary>
/// <param name="Key">Name of the association.</param>
/// <param name="Dialect">Dialect of the request.</param>
/// <param name="Rights">What the peer may do.</param>
/// <param name="Area">Logical nodes it may see, as patterns like <c>PV1LD0/MMXU*</c>; empty: all.</param>
public sealed record AssociationRequester(AssociationKey Key, MmsDialect Dialect, AssociationRights Rights, IReadOnlyList<string> Area);

/// <summary>A two-party association (IEC 61850-7-2 §8.3).</summary>
public sealed class Association
{
    private readonly Dictionary<LogicalNode, bool> _visible = [];
    private readonly IReadOnlyList<string> _area;

    internal Association(AssociationRequester requester, InitiateResponse negotiated, DateTimeOffset now)
    {
        Key = requester.Key;
        Dialect = requester.Dialect;
        Rights = requester.Rights;
        _area = requester.Area;
        MaxPduSize = negotiated.LocalDetailCalled ?? int.MaxValue;
        MaxOutstanding = negotiated.MaxServOutstandingCalling;
        MaxNesting = negotiated.DataStructureNestingLevel ?? MmsCodec.DefaultNesting;
        LastActivity = now;
    }

    /// <summary>Its name.</summary>
    public AssociationKey Key { get; }

    /// <summary>Dialect of everything it sends.</summary>
    public MmsDialect Dialect { get; }

    /// <summary>What the peer may do.</summary>
    public AssociationRights Rights { get; }

    /// <summary>Greatest MMSpdu in octets.</summary>
    public int MaxPduSize { get; }

    /// <summary>Requests the peer may have outstanding.</summary>
    public int MaxOutstanding { get; }

    /// <summary>Nesting of data.</summary>
    public int MaxNesting { get; }

    /// <summary>Whether nothing can be sent for the moment: the stream is down, and may be resumed.</summary>
    public bool IsSuspended { get; internal set; }

    /// <summary>Requests not answered yet: invoke id and stanza id.</summary>
    internal Dictionary<uint, string> Outstanding { get; } = [];

    internal DateTimeOffset LastActivity { get; set; }

    internal bool Has(AssociationRights right) => (Rights & right) == right;

    /// <summary>Whether the peer may know of the logical node.</summary>
    internal bool Sees(LogicalNode ln)
    {
        if (!Has(AssociationRights.View))
        {
            return false;
        }

        if (_area.Count == 0)
        {
            return true;
        }

        if (!_visible.TryGetValue(ln, out var sees))
        {
            sees = _visible[ln] = _area.Any(p => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(p, ln.Reference, ignoreCase: false));
        }

        return sees;
    }

    /// <inheritdoc/>
    public override string ToString() => Key.ToString();
}
