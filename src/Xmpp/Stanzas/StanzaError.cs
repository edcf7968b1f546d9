using System.Security;

namespace DerAgent.Xmpp;

/// <summary>Conditions of stanza errors (RFC 6120 §8.3.3) in use here.</summary>
public enum StanzaErrorCondition
{
    /// <summary>bad-request.</summary>
    BadRequest,
    /// <summary>forbidden.</summary>
    Forbidden,
    /// <summary>item-not-found.</summary>
    ItemNotFound,
    /// <summary>policy-violation.</summary>
    PolicyViolation,
    /// <summary>resource-constraint.</summary>
    ResourceConstraint,
    /// <summary>service-unavailable.</summary>
    ServiceUnavailable,
    /// <summary>undefined-condition.</summary>
    UndefinedCondition,
    /// <summary>remote-server-timeout, also for an answer that never came.</summary>
    RemoteServerTimeout,
    /// <summary>recipient-unavailable.</summary>
    RecipientUnavailable,
}

/// <summary>An error that answered an iq.</summary>
/// <param name="Condition">Name of the condition.</param>
/// <param name="Text">Text of the error, or null.</param>
public sealed record StanzaError(string Condition, string? Text)
{
    /// <summary>The error of a received stanza of type error.</summary>
    public static StanzaError Of(Stanza stanza)
    {
        ArgumentNullException.ThrowIfNull(stanza);
        var error = stanza.Element?.Child("error");
        return new(
            error?.Children.FirstOrDefault(c => c.Namespace == Namespaces.Stanzas && c.Name != "text")?.Name ?? "undefined-condition",
            error?.Children.FirstOrDefault(c => c.Namespace == Namespaces.Stanzas && c.Name == "text")?.Text);
    }

    /// <inheritdoc/>
    public override string ToString() => Text is null ? Condition : $"{Condition} ({Text})";
}

/// <summary>Names and types of stanza errors on the wire.</summary>
internal static class StanzaErrors
{
    public static string ToXml(StanzaErrorCondition condition, string? text)
    {
        var (name, type) = condition switch
        {
            StanzaErrorCondition.BadRequest => ("bad-request", "modify"),
            StanzaErrorCondition.Forbidden => ("forbidden", "auth"),
            StanzaErrorCondition.ItemNotFound => ("item-not-found", "cancel"),
            StanzaErrorCondition.PolicyViolation => ("policy-violation", "modify"),
            StanzaErrorCondition.ResourceConstraint => ("resource-constraint", "wait"),
            StanzaErrorCondition.ServiceUnavailable => ("service-unavailable", "cancel"),
            StanzaErrorCondition.RemoteServerTimeout => ("remote-server-timeout", "wait"),
            StanzaErrorCondition.RecipientUnavailable => ("recipient-unavailable", "wait"),
            _ => ("undefined-condition", "cancel"),
        };
        var explanation = text is null ? "" : $"<text xmlns=\"{Namespaces.Stanzas}\" xml:lang=\"en\">{SecurityElement.Escape(text)}</text>";
        return $"<error type=\"{type}\"><{name} xmlns=\"{Namespaces.Stanzas}\"/>{explanation}</error>";
    }
}
