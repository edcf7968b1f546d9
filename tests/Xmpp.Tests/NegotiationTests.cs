using System.Text;

namespace DerAgent.Xmpp.Tests;

/// <summary>Stream negotiation (RFC 6120 §4 to §7, XEP-0198) against recorded servers.</summary>
public sealed class NegotiationTests
{
    private const string Stream = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";
    private const string Tls = "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>";
    private StreamNegotiation _negotiation = Negotiation();
    private Resumption? _resumption;

    [Fact]
    public void From_header_to_bound_session_with_stream_management()
    {
        Assert.DoesNotContain("from=", _negotiation.Open().Xml, StringComparison.Ordinal);
        LogIn();
        Assert.Contains("<resource>IEC</resource>", Sent(Feed(Stream + "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/></stream:features>")), StringComparison.Ordinal);
        Assert.Equal("<enable xmlns=\"urn:xmpp:sm:3\" resume=\"true\"/>", Sent(Feed("<iq type='result' id='bind1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>user@dso.example/IEC</jid></bind></iq>")));
        Assert.Equal(
            new NegotiationStep.Bound(Jid.Parse("user@dso.example/IEC"), new("s1", new("here.example", 5333))),
            Assert.Single(Feed("<enabled xmlns='urn:xmpp:sm:3' id='s1' resume='true' location='here.example:5333'/>")));
    }

    [Theory]
    [InlineData("<enabled xmlns='urn:xmpp:sm:3'/>", true)]
    [InlineData("<failed xmlns='urn:xmpp:sm:3'><unexpected-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>", false)]
    public void A_server_may_manage_the_stream_without_resuming_or_not_at_all(string answer, bool isManaged)
    {
        LogIn();
        Feed(Stream + "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/></stream:features>");
        Feed("<iq type='result' id='bind1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>user@dso.example/IEC</jid></bind></iq>");
        Assert.Equal(new NegotiationStep.Bound(Jid.Parse("user@dso.example/IEC"), isManaged ? new(null, null) : null), Assert.Single(Feed(answer)));
    }

    [Fact] // XEP-0198 §3: bound is bound; whoever writes to us before <enabled/> is served after it, and his stanzas are not counted
    public void Stanzas_between_bind_and_enabled_are_kept_and_nothing_is_sent_meanwhile()
    {
        LogIn();
        Feed(Stream + "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/></stream:features>");
        Assert.Empty(Feed("<iq type='result' id='bind1' from='stranger@dso.example/x'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>evil@dso.example/IEC</jid></bind></iq>"));
        Assert.Empty(Feed("<presence from='a@b/c'/>"));
        Feed("<iq type='result' id='bind1' from='user@dso.example'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>user@dso.example/IEC</jid></bind></iq>");
        Assert.Empty(Feed("<iq type='get' id='1' from='a@b/c'><ping xmlns='urn:xmpp:ping'/></iq>"));
        Assert.Empty(Feed("<message from='a@b/c'>" + string.Concat(Enumerable.Repeat("<a>", 70)) + string.Concat(Enumerable.Repeat("</a>", 70)) + "</message>"));
        var bound = Assert.IsType<NegotiationStep.Bound>(Assert.Single(Feed("<enabled xmlns='urn:xmpp:sm:3' id='s1' resume='true'/>")));
        Assert.Equal("user@dso.example/IEC", bound.Address.ToString());
        Assert.Equal(["iq", "presence", "iq", "Dropped"], bound.Early!.Select(e => e is StreamEvent.Element { Xml.Name: var name } ? name : e.GetType().Name));
    }

    [Fact]
    public void What_comes_early_is_bounded_in_number_and_octets()
    {
        LogIn();
        Feed(Stream + "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/></stream:features>");
        Feed("<iq type='result' id='bind1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>user@dso.example/IEC</jid></bind></iq>");
        for (var i = 0; i < 1200; i++)
        {
            Feed("<presence from='a@b/c'/>");
        }

        Assert.Equal(1000, Assert.IsType<NegotiationStep.Bound>(Assert.Single(Feed("<failed xmlns='urn:xmpp:sm:3'/>"))).Early!.Count);
    }

    [Theory] // what a server grants has its limits: it must not end the process later
    [InlineData("id='s1' resume='true' location='[2001:db8::1]:5333'", "s1", "[2001:db8::1]:5333")]
    [InlineData("id='s1' resume='true' location='LONG.example'", "s1", null)]
    [InlineData("id='s1' resume='true' location='a b'", "s1", null)]
    [InlineData("id='s1' resume='true' location='host:+80'", "s1", null)]
    [InlineData("id='s1' resume='true' location='[::1'", "s1", null)]
    [InlineData("id='LONGLONGLONGLONGLONGLONGLONGLONGLONGLONGLONGLONGLONGLONGLONGLONG' resume='true'", null, null)]
    [InlineData("id='' resume='true'", null, null)]
    public void A_grant_beyond_the_limits_is_none(string attributes, string? id, string? location)
    {
        LogIn();
        Feed(Stream + "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/></stream:features>");
        Feed("<iq type='result' id='bind1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>user@dso.example/IEC</jid></bind></iq>");
        var enabled = attributes.Replace("LONG", new string('l', 300), StringComparison.Ordinal);
        var bound = Assert.IsType<NegotiationStep.Bound>(Assert.Single(Feed($"<enabled xmlns='urn:xmpp:sm:3' {enabled}/>")));
        Assert.Equal((id, location), (bound.Management!.ResumptionId, bound.Management.Location?.ToString()));
    }

    [Fact]
    public void Words_of_a_server_are_short_and_in_one_line()
    {
        _negotiation.Open();
        var failure = Failure(Feed(Stream + $"<stream:error><{new string('c', 250)} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>first&#10;2026-11-25 ERR forged{new string('x', 9000)}</text></stream:error>"));
        Assert.True(failure.Text.Length < 500);
        Assert.DoesNotContain('\n', failure.Text);
    }

    [Fact]
    public void Resuming_is_tried_before_binding()
    {
        _resumption = new("s1", 1);
        LogIn();
        Assert.Equal("<resume xmlns=\"urn:xmpp:sm:3\" h=\"1\" previd=\"s1\"/>", Sent(Feed(Stream + "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/></stream:features>")));
        Assert.Equal(new NegotiationStep.Resumed(1), Assert.Single(Feed("<resumed xmlns='urn:xmpp:sm:3' h='1' previd='s1'/>")));
    }

    [Fact]
    public void A_session_that_cannot_be_resumed_is_bound_anew()
    {
        _resumption = new("s1", 1);
        LogIn();
        Feed(Stream + "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/></stream:features>");
        Assert.Contains("<bind", Sent(Feed("<failed xmlns='urn:xmpp:sm:3'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>")), StringComparison.Ordinal);
    }

    [Fact] // RFC 6120 §4.9.3.19, §13.7: who can be sent elsewhere in the clear can be sent to an impostor
    public void Only_an_encrypted_stream_sends_us_to_another_server()
    {
        const string away = "<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>other.example:5333</see-other-host></stream:error>";
        _negotiation.Open();
        var inTheClear = Failure(Feed(Stream + away));
        Assert.Equal((XmppFailureKind.SeeOtherHost, null), (inTheClear.Kind, inTheClear.Other));
        _negotiation = Negotiation();
        ToChallenge();
        Assert.Equal(new XmppEndpoint("other.example", 5333), Failure(Feed(away)).Other);
    }

    [Theory] // make before break: a line that is to take a session over must not bind, which would throw the session away
    [InlineData("<sm xmlns='urn:xmpp:sm:3'/>")]
    [InlineData("")]
    public void A_line_that_may_not_bind_resumes_or_fails(string offer)
    {
        (_negotiation, _resumption) = (Negotiation(mayBind: false), new("s1", 1));
        LogIn();
        var steps = Feed(Stream + $"<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>{offer}</stream:features>");
        steps = offer.Length > 0 ? Feed("<failed xmlns='urn:xmpp:sm:3'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>") : steps;
        Assert.Equal(XmppFailureKind.NotResumed, Failure(steps).Kind);
    }

    [Theory]
    [InlineData("<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></stream:features>", XmppFailureKind.Tls)]
    [InlineData("<stream:features/>", XmppFailureKind.Tls)]
    [InlineData("<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>", XmppFailureKind.StreamError)]
    [InlineData("<!DOCTYPE x>", XmppFailureKind.Protocol)]
    [InlineData("</stream:stream>", XmppFailureKind.Connection)]
    public void Without_TLS_nothing_is_sent(string answer, XmppFailureKind kind)
    {
        _negotiation.Open();
        Assert.Equal(kind, Failure(Feed(Stream + answer)).Kind);
    }

    [Theory]
    [InlineData("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>", "password")]
    [InlineData("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>dj1BQUFB</success>", "Authentication")]
    public void A_refused_login_or_an_impostor_ends_the_negotiation(string answer, string about)
    {
        ToChallenge();
        Feed(Challenge);
        Assert.Contains(about, Failure(Feed(answer)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void PLAIN_is_never_used_unless_allowed()
    {
        _negotiation.Open();
        Feed(Stream + Tls);
        Feed("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        _negotiation.TlsStarted();
        Assert.Contains("PLAIN", Failure(Feed(Stream + "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></stream:features>")).Text, StringComparison.Ordinal);
    }

    [Fact] // recorded, and cut at every position
    public void A_recorded_login_takes_the_same_steps_wherever_it_is_cut()
    {
        string[] recorded =
        [
            Stream + Tls + "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
            Stream + "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-256</mechanism></mechanisms></stream:features>"
                + Challenge + $"<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>{Base64("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")}</success>",
            Stream + "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/></stream:features>"
                + "<iq type='result' id='bind1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>user@dso.example/IEC</jid></bind></iq><enabled xmlns='urn:xmpp:sm:3' id='s1' resume='true'/>",
        ];
        var whole = Replay(recorded, -1, 0);
        Assert.Equal(new NegotiationStep.Bound(Jid.Parse("user@dso.example/IEC"), new("s1", null)).ToString(), whole[^1]);
        for (var part = 0; part < recorded.Length; part++)
        {
            for (var cut = 0; cut <= recorded[part].Length; cut++)
            {
                Assert.Equal(whole, Replay(recorded, part, cut));
            }
        }
    }

    /// <summary>The steps of a recorded login; each part is what comes between two new stream headers.</summary>
    private List<string> Replay(string[] recorded, int cutPart, int cut)
    {
        var negotiation = Negotiation();
        var steps = new List<string> { negotiation.Open().Xml };
        for (var part = 0; part < recorded.Length; part++)
        {
            var parser = new StreamParser(new());
            var octets = Encoding.UTF8.GetBytes(recorded[part]);
            foreach (var piece in part == cutPart ? [octets[..cut], octets[cut..]] : new[] { octets })
            {
                steps.AddRange(parser.Feed(piece).ToList().SelectMany(e => Take(negotiation, e)).Select(s => s.ToString()));
            }

            if (part == 0)
            {
                steps.Add(negotiation.TlsStarted().Xml);
            }
        }

        return steps;
    }

    private static string Challenge => $"<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>{Base64("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")}</challenge>";

    private static StreamNegotiation Negotiation(bool mayBind = true) =>
        new(new(Jid.Parse("user@dso.example/IEC"), "pencil", ["SCRAM-SHA-256", "SCRAM-SHA-1"], false), mayBind, () => "rOprNGfwEbeRWgbNEkqO");

    /// <summary>Where a session could be resumed, what is to be resumed.</summary>
    private List<NegotiationStep> Take(StreamNegotiation negotiation, StreamEvent input) =>
        [.. negotiation.Take(input).SelectMany(s => s is NegotiationStep.AskResumption ? negotiation.Resume(_resumption) : [s])];

    private void ToChallenge()
    {
        _negotiation.Open();
        Assert.Contains("starttls", Sent(Feed(Stream + Tls)), StringComparison.Ordinal);
        Assert.IsType<NegotiationStep.StartTls>(Assert.Single(Feed("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")));
        Assert.Contains("from=\"user@dso.example\"", _negotiation.TlsStarted().Xml, StringComparison.Ordinal);
        var auth = Sent(Feed(Stream + "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1</mechanism><mechanism>SCRAM-SHA-256</mechanism><mechanism>PLAIN</mechanism></mechanisms></stream:features>"));
        Assert.Contains("mechanism=\"SCRAM-SHA-256\"", auth, StringComparison.Ordinal);
    }

    private void LogIn()
    {
        ToChallenge();
        Assert.Contains("<response", Sent(Feed(Challenge)), StringComparison.Ordinal);
        var steps = Feed($"<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>{Base64("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")}</success>");
        Assert.IsType<NegotiationStep.Restart>(steps[0]);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Sent(IReadOnlyList<NegotiationStep> steps) => Assert.IsType<NegotiationStep.Send>(steps[^1]).Xml;

    private static XmppFailure Failure(IReadOnlyList<NegotiationStep> steps) => Assert.IsType<NegotiationStep.Failed>(Assert.Single(steps)).Failure;

    private List<NegotiationStep> Feed(string xml)
    {
        // Outside a stream header an element belongs to a stream that was opened before.
        var parser = new StreamParser(new());
        var text = xml.StartsWith("<stream:stream", StringComparison.Ordinal) ? xml : Stream + xml;
        var events = parser.Feed(Encoding.UTF8.GetBytes(text)).ToList();
        return [.. (text == xml ? events : events.Skip(1)).SelectMany(e => Take(_negotiation, e))];
    }
}
