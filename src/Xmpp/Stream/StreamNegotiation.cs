using System.Globalization;
using System.Security;
using System.Security.Cryptography;
using System.Text;

namespace DerAgent.Xmpp;

/// <summary>What a negotiation wants done.</summary>
internal abstract record NegotiationStep
{
    /// <summary>Send octets.</summary>
    public sealed record Send(string Xml) : NegotiationStep;

    /// <summary>Start TLS, then call <see cref="StreamNegotiation.TlsStarted"/>; the parser starts afresh.</summary>
    public sealed record StartTls : NegotiationStep;

    /// <summary>The parser starts afresh: a new stream header follows.</summary>
    public sealed record Restart : NegotiationStep;

    /// <summary>A session may be resumed here: call <see cref="StreamNegotiation.Resume"/> with what is to be resumed, known at the last moment.</summary>
    public sealed record AskResumption : NegotiationStep;

    /// <summary>A new session is bound; without a grant there is no stream management.</summary>
    /// <param name="Address">Our full JID.</param>
    /// <param name="Management">What the server grants.</param>
    /// <param name="Early">Stanzas that came before the stream was managed, in order: to be served, and not counted (XEP-0198 §3). Null: none did.</param>
    public sealed record Bound(Jid Address, ManagementGrant? Management, IReadOnlyList<StreamEvent>? Early = null) : NegotiationStep;

    /// <summary>The old session goes on; what the server did not handle must be sent again.</summary>
    public sealed record Resumed(uint Handled) : NegotiationStep;

    /// <summary>It failed.</summary>
    public sealed record Failed(XmppFailure Failure) : NegotiationStep;
}

/// <summary>Login data of a negotiation.</summary>
internal sealed record Credentials(Jid Jid, string Password, IReadOnlyList<string> Mechanisms, bool AllowPlain, SaltedPasswords? Salted = null);

/// <summary>
/// Brings a stream from its header to a bound or resumed session (RFC 6120 §4 to §7, XEP-0198), as a state machine:
/// stream events in, steps out. It knows nothing of sockets.
/// </summary>
/// <param name="credentials">Who logs in.</param>
/// <param name="mayBind">Whether a new session is bound where none can be resumed.</param>
/// <param name="newNonce">Makes a nonce for SCRAM.</param>
internal sealed class StreamNegotiation(Credentials credentials, bool mayBind, Func<string> newNonce)
{
    private enum State
    {
        Header,
        PlainFeatures,
        Proceed,
        SaslFeatures,
        Challenge,
        Outcome,
        SessionFeatures,
        Resuming,
        Binding,
        Enabling,
        Done,
    }

    private const string BindId = "bind1";
    private State _state = State.Header;
    private bool _encrypted;
    private bool _authenticated;
    private ScramMechanism? _scram;
    private readonly EarlyStanzas _early = new();
    private XmlElement? _features;
    private Jid? _bound;

    /// <summary>The first octets.</summary>
    public NegotiationStep.Send Open()
    {
        _state = State.Header;
        // The account is told to the server only once the stream is encrypted (RFC 6120 §4.7.1).
        var from = _encrypted ? $" from=\"{SecurityElement.Escape(credentials.Jid.Bare.ToString())}\"" : "";
        return new($"<?xml version=\"1.0\"?><stream:stream xmlns=\"{Namespaces.Client}\" xmlns:stream=\"{Namespaces.Streams}\" version=\"1.0\" xml:lang=\"en\" to=\"{SecurityElement.Escape(credentials.Jid.Domain)}\"{from}>");
    }

    /// <summary>TLS is up.</summary>
    public NegotiationStep.Send TlsStarted()
    {
        _encrypted = true;
        return Open();
    }

    /// <summary>Whether the next event may ask for much computing.</summary>
    public bool IsComputing => _state == State.Challenge;

    /// <summary>Takes an event of the stream.</summary>
    public IReadOnlyList<NegotiationStep> Take(StreamEvent input)
    {
        switch (input)
        {
            case StreamEvent.Opened opened when _state == State.Header:
                _state = !_encrypted ? State.PlainFeatures : _authenticated ? State.SessionFeatures : State.SaslFeatures;
                return opened.Header["version"] == "1.0" ? [] : Fail(XmppFailureKind.Protocol, "the server speaks no XMPP 1.0");
            case StreamEvent.Element or StreamEvent.Dropped when _state is State.Binding or State.Enabling && IsFromOthers(input):
                // Once bound we can be written to, whatever we still have to agree on with the server.
                _early.Keep(input);
                return [];
            case StreamEvent.Element { Xml: var xml }:
                // In the clear nobody sends us anywhere.
                return xml is { Name: "error", Namespace: Namespaces.Streams } ? Fail(_encrypted ? StreamFailure.Of(xml) : StreamFailure.Of(xml) with { Other = null }) : TakeElement(xml);
            case StreamEvent.Broken broken:
                return Fail(XmppFailureKind.Protocol, $"the server sent XML that is {broken.Condition.Name()}");
            case StreamEvent.Dropped:
                return Fail(XmppFailureKind.Protocol, "a stanza came before the resource was bound");
            default:
                return Fail(XmppFailureKind.Connection, "the server closed the stream while it was being set up");
        }
    }

    private IReadOnlyList<NegotiationStep> TakeElement(XmlElement xml) => _state switch
    {
        State.PlainFeatures => PlainFeatures(xml),
        State.Proceed => xml is { Name: "proceed", Namespace: Namespaces.Tls } ? [new NegotiationStep.StartTls()] : Fail(XmppFailureKind.Tls, "the server refused STARTTLS"),
        State.SaslFeatures => SaslFeatures(xml),
        State.Challenge => Challenge(xml),
        State.Outcome => Outcome(xml),
        State.SessionFeatures => SessionFeatures(xml),
        State.Resuming => Resuming(xml),
        State.Binding => Binding(xml),
        State.Enabling => Enabling(xml),
        _ => Fail(XmppFailureKind.Protocol, $"<{ServerText.Shown(xml.Name)}> came unexpectedly"),
    };

    private IReadOnlyList<NegotiationStep> PlainFeatures(XmlElement xml)
    {
        if (!IsFeatures(xml) || xml.Child("starttls", Namespaces.Tls) is null)
        {
            return Fail(XmppFailureKind.Tls, "the server offers no STARTTLS; nothing is sent in the clear");
        }

        _state = State.Proceed;
        return Send($"<starttls xmlns=\"{Namespaces.Tls}\"/>");
    }

    private IReadOnlyList<NegotiationStep> SaslFeatures(XmlElement xml)
    {
        if (!IsFeatures(xml) || xml.Child("mechanisms", Namespaces.Sasl) is not { } offer)
        {
            return Fail(XmppFailureKind.Authentication, "the server offers no login");
        }

        var offered = offer.Children.Where(c => c.Name == "mechanism").Select(c => c.Text.Trim()).ToList();
        foreach (var mechanism in credentials.Mechanisms.Where(offered.Contains))
        {
            switch (mechanism)
            {
                case "SCRAM-SHA-256" or "SCRAM-SHA-1":
                    _scram = new ScramMechanism(
                        mechanism == "SCRAM-SHA-1" ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256, credentials.Jid.Local ?? "", credentials.Password, newNonce(), credentials.Salted);
                    _state = State.Challenge;
                    return Send($"<auth xmlns=\"{Namespaces.Sasl}\" mechanism=\"{mechanism}\">{Base64(_scram.ClientFirst)}</auth>");
                case "PLAIN" when credentials.AllowPlain:
                    _state = State.Outcome;
                    return Send($"<auth xmlns=\"{Namespaces.Sasl}\" mechanism=\"PLAIN\">{Base64($"\0{credentials.Jid.Local}\0{credentials.Password}")}</auth>");
            }
        }

        return Fail(XmppFailureKind.Authentication, $"the server offers {ServerText.Shown(string.Join(", ", offered))}; allowed are {string.Join(", ", credentials.Mechanisms)}");
    }

    private IReadOnlyList<NegotiationStep> Challenge(XmlElement xml)
    {
        if (xml is not { Name: "challenge", Namespace: Namespaces.Sasl })
        {
            return SaslFailure(xml);
        }

        if (_scram!.ClientFinal(Decode(xml.Text) ?? "", out var fault) is not { } answer)
        {
            return Fail(XmppFailureKind.Authentication, fault);
        }

        _state = State.Outcome;
        return Send($"<response xmlns=\"{Namespaces.Sasl}\">{Base64(answer)}</response>");
    }

    private IReadOnlyList<NegotiationStep> Outcome(XmlElement xml)
    {
        if (xml is not { Name: "success", Namespace: Namespaces.Sasl })
        {
            return SaslFailure(xml);
        }

        if (_scram is not null && (Decode(xml.Text) is not { } final || !_scram.Verify(final)))
        {
            return Fail(XmppFailureKind.Authentication, "the server did not prove that it knows the password: it may be an impostor");
        }

        _authenticated = true;
        return [new NegotiationStep.Restart(), Open()];
    }

    private static IReadOnlyList<NegotiationStep> SaslFailure(XmlElement xml)
    {
        var condition = xml is { Name: "failure", Namespace: Namespaces.Sasl } ? xml.Children.FirstOrDefault(c => c.Name != "text")?.Name ?? "failure" : $"<{ServerText.Shown(xml.Name)}>";
        var isRefused = condition is "not-authorized" or "account-disabled" or "credentials-expired" or "invalid-authzid" or "mechanism-too-weak" or "encryption-required";
        return isRefused
            ? Fail(new XmppFailure(XmppFailureKind.Authentication, $"the server refused the login ({condition}); check the account and its password") { IsRefused = true })
            : Fail(XmppFailureKind.Authentication, $"the login failed ({ServerText.Shown(condition)})");
    }

    private IReadOnlyList<NegotiationStep> SessionFeatures(XmlElement xml)
    {
        if (!IsFeatures(xml))
        {
            return Fail(XmppFailureKind.Protocol, $"<{ServerText.Shown(xml.Name)}> came instead of stream features");
        }

        _features = xml;
        return xml.Child("sm", Namespaces.StreamManagement) is null ? Bind() : [new NegotiationStep.AskResumption()];
    }

    /// <summary>Resuming must be tried before binding: a bound resource throws the old session away.</summary>
    /// <param name="resumption">The session to resume; null: none.</param>
    public IReadOnlyList<NegotiationStep> Resume(Resumption? resumption)
    {
        if (resumption is null)
        {
            return Bind();
        }

        _state = State.Resuming;
        return Send($"<resume xmlns=\"{Namespaces.StreamManagement}\" h=\"{resumption.Handled}\" previd=\"{SecurityElement.Escape(resumption.Id)}\"/>");
    }

    private IReadOnlyList<NegotiationStep> Resuming(XmlElement xml)
    {
        if (xml is { Name: "resumed", Namespace: Namespaces.StreamManagement })
        {
            if (!uint.TryParse(xml["h"], NumberStyles.None, CultureInfo.InvariantCulture, out var h))
            {
                return Fail(XmppFailureKind.Protocol, $"the server resumed with h=\"{ServerText.Shown(xml["h"])}\", which is no number");
            }

            _state = State.Done;
            return [new NegotiationStep.Resumed(h)];
        }

        return xml is { Name: "failed", Namespace: Namespaces.StreamManagement } ? Bind() : Fail(XmppFailureKind.Protocol, $"<{ServerText.Shown(xml.Name)}> came instead of an answer to resume");
    }

    /// <summary>Whether it is a stanza that somebody sent us, not the server's answer to bind.</summary>
    private bool IsFromOthers(StreamEvent input) => input is StreamEvent.Dropped
        || (input is StreamEvent.Element { Xml: { Namespace: Namespaces.Client, Name: "iq" or "message" or "presence" } xml }
            && !(_state == State.Binding && xml.Name == "iq" && xml["id"] == BindId && xml["type"] is "result" or "error" && IsServer(xml["from"])));

    /// <summary>Our server speaks without from, or as our account or itself; nobody else can (RFC 6120 §8.1.2.1).</summary>
    private bool IsServer(string? from) => from is null || (Jid.Read(from) is { } jid && (jid == credentials.Jid.Bare || jid.ToString() == credentials.Jid.Domain));

    private IReadOnlyList<NegotiationStep> Bind()
    {
        if (!mayBind)
        {
            return Fail(XmppFailureKind.NotResumed, "the server did not resume the session");
        }

        _state = State.Binding;
        var resource = credentials.Jid.Resource is { } wanted ? $"<resource>{SecurityElement.Escape(wanted)}</resource>" : "";
        return Send($"<iq type=\"set\" id=\"{BindId}\"><bind xmlns=\"{Namespaces.Bind}\">{resource}</bind></iq>");
    }

    private IReadOnlyList<NegotiationStep> Binding(XmlElement xml)
    {
        if (xml.Name != "iq" || xml["id"] != BindId)
        {
            return Fail(XmppFailureKind.Protocol, $"<{ServerText.Shown(xml.Name)}> came instead of an answer to bind");
        }

        var address = xml.Child("bind", Namespaces.Bind)?.Child("jid", Namespaces.Bind)?.Text.Trim();
        if (xml["type"] != "result" || Jid.Read(address) is not { } bound)
        {
            return Fail(XmppFailureKind.Protocol, $"the server did not bind the resource \"{credentials.Jid.Resource}\"");
        }

        _bound = bound;
        if (_features!.Child("sm", Namespaces.StreamManagement) is null)
        {
            return Done(null);
        }

        _state = State.Enabling;
        return Send($"<enable xmlns=\"{Namespaces.StreamManagement}\" resume=\"true\"/>");
    }

    private IReadOnlyList<NegotiationStep> Enabling(XmlElement xml) => xml switch
    {
        { Name: "enabled", Namespace: Namespaces.StreamManagement } => Done(ManagementGrant.Of(xml)),
        { Name: "failed", Namespace: Namespaces.StreamManagement } => Done(null),
        _ => Fail(XmppFailureKind.Protocol, $"<{ServerText.Shown(xml.Name)}> came instead of an answer to enable"),
    };

    private NegotiationStep[] Done(ManagementGrant? management)
    {
        _state = State.Done;
        return [new NegotiationStep.Bound(_bound!, management, _early.Take())];
    }

    private static bool IsFeatures(XmlElement xml) => xml is { Name: "features", Namespace: Namespaces.Streams };

    private static NegotiationStep[] Send(string xml) => [new NegotiationStep.Send(xml)];

    private static NegotiationStep[] Fail(XmppFailureKind kind, string text) => Fail(new XmppFailure(kind, text));

    private static NegotiationStep[] Fail(XmppFailure failure) => [new NegotiationStep.Failed(failure)];

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string? Decode(string base64)
    {
        var octets = new byte[base64.Length];
        return Convert.TryFromBase64String(base64.Trim(), octets, out var length) ? Encoding.UTF8.GetString(octets, 0, length) : null;
    }
}
