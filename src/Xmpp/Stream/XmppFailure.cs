namespace DerAgent.Xmpp;

/// <summary>What kind of thing went wrong with a stream.</summary>
public enum XmppFailureKind
{
    /// <summary>No server was reached, or the line broke.</summary>
    Connection,
    /// <summary>TLS: certificate, name, version.</summary>
    Tls,
    /// <summary>The login was refused.</summary>
    Authentication,
    /// <summary>The other side does not keep to the protocol.</summary>
    Protocol,
    /// <summary>Another session of the same JID took over: a second copy is running.</summary>
    Conflict,
    /// <summary>The server ended the stream with an error.</summary>
    StreamError,
    /// <summary>The server does not answer pings.</summary>
    Silence,
    /// <summary>The server resumed the session and acknowledges nothing: it must be bound anew.</summary>
    Deaf,
    /// <summary>A line that was to take a session over could not resume it.</summary>
    NotResumed,
    /// <summary>The server sends us to another one (RFC 6120 §4.9.3.19).</summary>
    SeeOtherHost,
    /// <summary>It was ended on purpose.</summary>
    Closed,
    /// <summary>Something nobody foresaw: a defect of ours. A new session is bound, lest what caused it comes again.</summary>
    Defect,
}

/// <summary>Why a stream is not, or no longer, there.</summary>
/// <param name="Kind">What kind of thing went wrong.</param>
/// <param name="Text">One sentence for people.</param>
public sealed record XmppFailure(XmppFailureKind Kind, string Text)
{
    /// <summary>Whether the server refused our password: trying on and on gets accounts locked.</summary>
    public bool IsRefused { get; init; }

    /// <summary>The server that we are sent to, or null.</summary>
    public XmppEndpoint? Other { get; init; }

    internal static XmppFailure Closed { get; } = new(XmppFailureKind.Closed, "closed");

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}: {Text}";

    /// <summary>Whether reading or writing ended so because the line is gone, or was given up.</summary>
    internal static bool IsBrokenLine(Exception e) => e is IOException or OperationCanceledException or ObjectDisposedException;

    internal static XmppFailure Defect(Exception e) => new(XmppFailureKind.Defect, $"a defect of the agent: {e.GetType().Name}: {ServerText.Shown(e.Message)}");

    internal static XmppFailure BrokenLine(Exception e) => new(XmppFailureKind.Connection, $"the line broke: {e.Message}");
}

/// <summary>A stream failed.</summary>
public class XmppException(XmppFailure failure, Exception? inner = null) : Exception(failure?.ToString(), inner)
{
    /// <summary>Why.</summary>
    public XmppFailure Failure { get; } = failure!;
}

/// <summary>A session that was up has ended; the next attempt may well succeed at the same server.</summary>
internal sealed class SessionEndedException(XmppFailure failure) : XmppException(failure);

/// <summary>Reads stream errors (RFC 6120 §4.9).</summary>
internal static class StreamFailure
{
    public static XmppFailure Of(XmlElement error)
    {
        var condition = error.Children.FirstOrDefault(c => c.Namespace == Namespaces.StreamErrors && c.Name != "text")?.Name ?? "undefined-condition";
        var text = error.Children.FirstOrDefault(c => c.Name == "text")?.Text;
        if (condition == "see-other-host" && XmppEndpoint.Read(error.Child(condition, Namespaces.StreamErrors)?.Text.Trim()) is { } other)
        {
            return new(XmppFailureKind.SeeOtherHost, $"the server sends us to {other}") { Other = other };
        }

        return condition == "conflict"
            ? new(XmppFailureKind.Conflict, "another copy of the agent logged in with the same JID and took this session over")
            : new(XmppFailureKind.StreamError, $"the server ended the stream: {ServerText.Shown(condition)}{(text is null ? "" : $" ({ServerText.Shown(text)})")}");
    }
}
