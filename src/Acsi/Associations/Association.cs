using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Why an association ended (IEC 61850-7-2 §8.3.2).</summary>
internal enum AssociationEndCause
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
    /// <summary>Its client has started anew: another association has taken its place.</summary>
    Replaced,
}

/// <summary>Names an association: the connection it came over, the peer's full JID and the id the peer chose.</summary>
/// <param name="Connection">Name of our connection.</param>
/// <param name="Peer">Full JID of the peer.</param>
/// <param name="Id">Association id.</param>
internal readonly record struct AssociationKey(string Connection, string Peer, string Id)
{
    /// <summary>The peer's JID without its resource.</summary>
    public string BarePeer => Bare(Peer);

    /// <summary>The bare JID of a full one (RFC 7622 §3.1).</summary>
    public static string Bare(string peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        return peer.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0 ? peer[..slash] : peer;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Connection}:{Peer}#{Id}";
}

/// <summary>Who asks for an association, as the uplink established it.</summary>
/// <param name="Key">Name of the association.</param>
/// <param name="Subject">Who the peer is, and what was granted to it.</param>
/// <param name="RequestId">Id of the stanza that asked.</param>
internal sealed record AssociationRequester(AssociationKey Key, Subject Subject, string RequestId = "");

/// <summary>A report on its way through the connection.</summary>
/// <param name="Block">Index of its block.</param>
/// <param name="Id">Id of its entry.</param>
/// <param name="Time">TimeOfEntry.</param>
/// <param name="SequenceNumber">Its SqNum.</param>
/// <param name="HadOverflow">Whether it tells that entries were lost.</param>
internal readonly record struct ReportInFlight(int Block, long Id, EntryTime Time, uint SequenceNumber, bool HadOverflow);

/// <summary>A two-party association (IEC 61850-7-2 §8.3).</summary>
internal sealed class Association
{
    internal Association(AssociationRequester requester, InitiateResponse negotiated, DateTimeOffset now)
    {
        (Key, Subject, RequestId, Negotiated) = (requester.Key, requester.Subject, requester.RequestId, negotiated);
        MaxPduSize = negotiated.LocalDetailCalled ?? int.MaxValue;
        MaxOutstanding = negotiated.MaxServOutstandingCalling;
        LastActivity = LastRequest = now;
    }

    /// <summary>Its name.</summary>
    public AssociationKey Key { get; }

    /// <summary>Who the peer is, and what was granted to it.</summary>
    public Subject Subject { get; }

    /// <summary>Id of the stanza that asked for it: one that has it again is a repetition.</summary>
    public string RequestId { get; }

    /// <summary>What was negotiated.</summary>
    public InitiateResponse Negotiated { get; }

    /// <summary>Greatest MMSpdu in octets, for services that cut their answers into pages.</summary>
    public int MaxPduSize { get; }

    /// <summary>Requests the peer may have outstanding.</summary>
    public int MaxOutstanding { get; }

    /// <summary>Whether nothing can be sent for the moment: the stream is down, and may be resumed.</summary>
    public bool IsSuspended { get; internal set; }

    /// <summary>Requests not answered yet: invoke id and stanza id.</summary>
    internal Dictionary<uint, string> Outstanding { get; } = [];

    /// <summary>Answers given that wait for a commit.</summary>
    internal int Waiting { get; set; }

    /// <summary>The connection takes no more reports for the moment.</summary>
    internal bool IsStalled { get; set; }

    /// <summary>Reports given to the connection whose octets have not gone to the line.</summary>
    internal List<ReportInFlight> InFlight { get; } = [];

    /// <summary>The step that answers, errors and terminations wait for, all that come later too: they come in order.</summary>
    internal long AnswersWaitFor { get; set; }

    /// <summary>The step that unbuffered reports wait for, all that come later too.</summary>
    internal long ReportsWaitFor { get; set; }

    /// <summary>When something came from the peer last.</summary>
    internal DateTimeOffset LastActivity { get; set; }

    /// <summary>Whether anything has ever come over it.</summary>
    internal bool IsUsed { get; set; }

    /// <summary>When a PDU of this association came last.</summary>
    internal DateTimeOffset LastRequest { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Key.ToString();
}
