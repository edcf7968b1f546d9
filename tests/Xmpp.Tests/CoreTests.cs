using System.Security.Cryptography;
using System.Text;

namespace DerAgent.Xmpp.Tests;

/// <summary>The pure parts of the client.</summary>
public sealed class CoreTests
{
    [Fact] // RFC 5802 §5
    public void SCRAM_SHA_1_as_in_RFC_5802()
    {
        var scram = new ScramMechanism(HashAlgorithmName.SHA1, "user", "pencil", "fyko+d2lbbFgONRv9qkxdawL");
        Assert.Equal("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL", scram.ClientFirst);
        Assert.Equal(
            "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
            scram.ClientFinal("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096", out _));
        Assert.True(scram.Verify("v=rmF9pqV8S7suAoZWja4dJRkFsKQ="));
        Assert.False(scram.Verify("v=AmF9pqV8S7suAoZWja4dJRkFsKQ="));
    }

    [Fact] // RFC 7677 §3
    public void SCRAM_SHA_256_as_in_RFC_7677()
    {
        var scram = new ScramMechanism(HashAlgorithmName.SHA256, "user", "pencil", "rOprNGfwEbeRWgbNEkqO");
        Assert.Equal(
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            scram.ClientFinal("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", out _));
        Assert.True(scram.Verify("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
    }

    [Theory]
    [InlineData("r=other,s=QSXCR+Q6sek8bf92,i=4096", "nonce")]
    [InlineData("r=abc,s=QSXCR+Q6sek8bf92,i=4096", "nonce")]
    [InlineData("r=abcd,s=QSXCR+Q6sek8bf92,i=1", "iteration")]
    [InlineData("r=abcd,s=,i=4096", "salt")]
    public void A_challenge_of_an_impostor_is_refused(string challenge, string about)
    {
        Assert.Null(new ScramMechanism(HashAlgorithmName.SHA256, "u", "p", "abc").ClientFinal(challenge, out var fault));
        Assert.Contains(about, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xmpp.dso.example", "xmpp.dso.example:5222")]
    [InlineData("10.0.0.1:5223", "10.0.0.1:5223")]
    [InlineData("[2001:db8::5]:5223", "[2001:db8::5]:5223")]
    [InlineData("2001:db8::5", null)]
    [InlineData("host:0", null)]
    [InlineData("host:65536", null)]
    [InlineData("host: 80", null)]
    [InlineData("ho st", null)]
    [InlineData("a..b", null)]
    [InlineData("[host]", null)]
    [InlineData("@300", null)]
    [InlineData("@64", null)]
    public void A_server_is_a_host_name_or_address_within_the_limits_of_DNS(string text, string? expected)
    {
        var length = text.StartsWith('@') ? int.Parse(text[1..]) : 0;
        Assert.Equal(expected, XmppEndpoint.Read(length > 0 ? new string('h', length) : text)?.ToString());
    }

    [Fact] // RFC 6120 §8.3.3.12: those who may know of us learn why, strangers nothing
    public void A_request_beyond_our_limits_is_refused_by_who_asks()
    {
        var services = new PeerServices(Jid.Parse("pv1@dso.example/IEC"), new("automation", "device-node", "PV1", []), j => j.Local == "control");
        string? Refused(string kind, string? type, string from) => services.Refuse(Stanza.OfHead(kind, Namespaces.Client, type, "7", from, null)!, TimeSpan.Zero).SingleOrDefault()?.ToString();
        Assert.Contains("policy-violation", Refused("iq", "set", "control@dso.example/1"), StringComparison.Ordinal);
        Assert.Contains("<service-unavailable", Refused("iq", "get", "stranger@dso.example/1"), StringComparison.Ordinal);
        Assert.DoesNotContain("<text", Refused("iq", "get", "stranger@dso.example/1"), StringComparison.Ordinal);
        Assert.Null(Refused("message", null, "control@dso.example/1"));
        Assert.Null(Refused("iq", "result", "control@dso.example/1"));
    }

    [Theory]
    [InlineData("PV1@DSO.example/IEC", "pv1@dso.example/IEC")]
    [InlineData("dso.example", "dso.example")]
    [InlineData("a@b/with/slash@at", "a@b/with/slash@at")]
    public void JIDs_are_normalised(string text, string expected) => Assert.Equal(expected, Jid.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("@b")]
    [InlineData("a@")]
    [InlineData("a@b/")]
    [InlineData("a b@c")]
    [InlineData("a@b@c")]
    public void What_is_no_JID_is_refused(string text) => Assert.False(Jid.TryParse(text, out _));

    [Fact] // RFC 2782
    public void SRV_targets_come_by_priority_and_all_of_them()
    {
        SrvTarget T(int priority, int weight, string host) => new(priority, weight, new(host, 5222));
        var order = new ServerResolver(new Random(1)).Order([T(20, 0, "c"), T(10, 0, "a"), T(10, 60, "b")]).Select(t => t.Endpoint.Host).ToList();
        Assert.Equal("c", order[2]);
        Assert.Equal(["a", "b"], order.Take(2).Order());
        var first = Enumerable.Range(0, 1000).Count(i => new ServerResolver(new Random(i)).Order([T(1, 10, "light"), T(1, 90, "heavy")]).First().Endpoint.Host == "heavy");
        Assert.InRange(first, 800, 990);
    }

    [Theory]
    [InlineData("host", "host", 5222)]
    [InlineData("host:1", "host", 1)]
    [InlineData("[::1]:5223", "::1", 5223)]
    public void Servers_are_read(string text, string host, int port) => Assert.Equal(new XmppEndpoint(host, port), XmppEndpoint.Parse(text));

    [Theory]
    [InlineData("host:")]
    [InlineData("host:0")]
    [InlineData("host:99999")]
    [InlineData("host:x")]
    public void What_is_no_server_is_refused(string text) => Assert.Throws<FormatException>(() => XmppEndpoint.Parse(text));

    [Theory] // XEP-0199, XEP-0030, RFC 6121 §3
    [InlineData("<iq xmlns='jabber:client' type='get' id='1' from='friend@d/r'><ping xmlns='urn:xmpp:ping'/></iq>", "result")]
    [InlineData("<iq xmlns='jabber:client' type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>", "result")]
    [InlineData("<iq xmlns='jabber:client' type='get' id='1' from='stranger@d/r'><ping xmlns='urn:xmpp:ping'/></iq>", "service-unavailable")]
    [InlineData("<iq xmlns='jabber:client' type='get' id='1' from='stranger@d/r'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>", "service-unavailable")]
    [InlineData("<iq xmlns='jabber:client' type='get' id='1' from='friend@d/r'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>", "device-node")]
    [InlineData("<presence xmlns='jabber:client' type='subscribe' from='friend@d'/>", "\"subscribed\"")]
    [InlineData("<presence xmlns='jabber:client' type='subscribe' from='stranger@d'/>", "")]
    [InlineData("<iq xmlns='jabber:client' type='set' id='1' from='stranger@d/r'><query xmlns='jabber:iq:roster'/></iq>", "service-unavailable")]
    public void Only_friends_and_the_server_get_answers(string xml, string expected)
    {
        var services = new PeerServices(Jid.Parse("me@d/IEC"), new("automation", "device-node", "PV1", ["urn:x"]), j => j == Jid.Parse("friend@d"));
        var answer = $"{services.Take(Stanza.Of(new XmlElement(Encoding.UTF8.GetBytes(xml), null))!, TimeSpan.Zero)!.SingleOrDefault()}";
        Assert.Contains(expected, answer, StringComparison.Ordinal);
        Assert.Equal(expected.Length == 0, answer.Length == 0);
    }

    [Fact] // what strangers send never reaches anybody behind, and is answered a few times a second only
    public void Strangers_are_answered_ten_times_a_second_and_all_of_them_a_hundred_times()
    {
        var services = new PeerServices(Jid.Parse("me@d/IEC"), new("automation", "device-node", "PV1", []), _ => false);
        int Answered(string from, int count, double seconds) => Enumerable.Range(0, count).Count(i =>
            services.Take(Stanza.Of(new XmlElement(Encoding.UTF8.GetBytes($"<iq xmlns='jabber:client' type='get' id='{i}' from='{from}/{i}'><x/></iq>"), null))!, TimeSpan.FromSeconds(seconds))!.Any());
        Assert.Equal(10, Answered("one@d", 50, 0));
        Assert.Equal(0, Answered("one@d", 50, 0.9));
        Assert.Equal(10, Answered("one@d", 50, 1));
        Assert.Equal(90, Enumerable.Range(0, 5_000).Sum(i => Answered($"s{i}@d", 1, 1.5)));
        Assert.Equal(5_150, services.Strangers);
        Assert.Equal(5_150 - 110, services.Unanswered);
        Assert.Empty(services.Take(Stanza.Of(new XmlElement("<message xmlns='jabber:client' from='one@d/1'/>"u8.ToArray(), null))!, TimeSpan.FromSeconds(3))!);
    }

    [Fact] // a server keeps its salt and count: what they cost is paid once
    public void A_salted_password_is_computed_once_for_its_salt_and_count()
    {
        var salted = new SaltedPasswords();
        byte[] Of(string password, byte salt, int iterations) => salted.Of(System.Security.Cryptography.HashAlgorithmName.SHA256, password, [salt], iterations, 32);
        var first = Of("pencil", 1, 4096);
        Assert.Same(first, Of("pencil", 1, 4096));
        Assert.NotEqual(first, Of("pencil", 2, 4096));
        Assert.NotEqual(first, Of("pencil", 1, 4097));
        Assert.NotEqual(first, Of("pen", 1, 4096));
        Assert.Equal(first, Of("pencil", 1, 4096));
    }

    [Fact] // RFC 5802 §5.1: the count is the server's to name, and ours to bound
    public void More_than_two_million_iterations_are_refused_before_they_are_begun()
    {
        var scram = new ScramMechanism(System.Security.Cryptography.HashAlgorithmName.SHA256, "user", "pencil", "nonce");
        Assert.Null(scram.ClientFinal("r=nonceX,s=QSXCR+Q6sek8bf92,i=2000001", out var fault));
        Assert.Contains("2000000", fault, StringComparison.Ordinal);
    }
}
