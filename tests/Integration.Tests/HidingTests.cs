using System.Text;
using System.Xml.Linq;
using DerAgent.Xmpp;

namespace DerAgent.Integration.Tests;

/// <summary>A stranger does not even learn that somebody is there (wire profile §1.9): the same as from a resource that does not exist, on both servers as they may be set up.</summary>
public sealed class HidingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<bool, bool> Servers => new() { { false, true }, { false, false }, { true, true }, { true, false } };

    public static IEnumerable<string> Contents =>
    [
        "<body>hello</body>",
        "<x xmlns='urn:x' a='1'><y/>text</x>",
        "<ping xmlns='urn:xmpp:ping'/>",
        "<query xmlns='http://jabber.org/protocol/disco#info'/>",
        "<AssociationContext id='1'><MMSpdu xmlns='http://www.iec.ch/61850/2015/SCSM_8_2'><initiate-RequestPDU/></MMSpdu></AssociationContext>",
        "<body>hello</body><no-store xmlns='urn:xmpp:hints'/>",
        Nested(70),
        $"<x xmlns='urn:x'{string.Concat(Enumerable.Range(0, 40).Select(i => $" a{i}='{i}'"))}/>",
        $"<x xmlns='urn:x'>{string.Concat(Enumerable.Repeat("<y/>", 5_000))}</x>",
        "<p:x xmlns:p='urn:x' p:a='1'/>",
    ];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task What_a_stranger_gets_differs_in_nothing_but_id_and_address(bool isEjabberd, bool keepsMessages)
    {
        await using var lab = await XmppLab.StartAsync(isEjabberd, keepsMessages);
        await using var agent = new XmppPeer(lab.Options("pv1", "IEC"), j => j.Local == "control", hides: true, new StrangerLimits(10_000, 10_000));
        await using var stranger = new XmppPeer(lab.Options("stranger", "s") with { Limits = new() { MaxDepth = 128, MaxAttributes = 100, MaxElements = 10_000 } });
        var here = (await agent.ConnectedAsync(resumed: false)).Address;
        await stranger.ConnectedAsync(resumed: false);
        var absent = here.WithResource("nobody");
        foreach (var language in new[] { "en", "de" })
        {
            foreach (var content in Contents)
            {
                foreach (var (kind, type) in new[] { (StanzaKind.Iq, "get"), (StanzaKind.Iq, "set"), (StanzaKind.Message, "normal"), (StanzaKind.Message, "chat"), (StanzaKind.Message, "headline"), (StanzaKind.Message, "groupchat"), (StanzaKind.Message, "error") })
                {
                    if (kind == StanzaKind.Iq && XElement.Parse($"<x>{content}</x>").Elements().Count() != 1)
                    {
                        continue;
                    }

                    var what = $"{kind} {type} {language} {content[..Math.Min(content.Length, 80)]}";
                    var (fromHere, fromAbsent) = (await AnswersAsync(stranger, kind, type, here, language, content), await AnswersAsync(stranger, kind, type, absent, language, content));
                    Assert.True(fromHere == fromAbsent, $"{what}\nfrom the agent: {fromHere}\nfrom nobody:    {fromAbsent}");
                }
            }
        }

        Assert.DoesNotContain(agent.Seen, n => n is XmppNotice.Disconnected);
    }

    [Fact] // the agent as a whole: not what nearly every server says, but what this one does
    public async Task The_agent_answers_a_stranger_as_its_server_would_for_nobody()
    {
        await using var lab = await AgentLab.StartAsync("pv-inverter.cid", [new("inv1", "sunspec-inverter")], isEjabberd: true);
        await using var stranger = new XmppPeer(lab.Xmpp.Options("stranger", "s"));
        await stranger.ConnectedAsync(resumed: false);
        var here = Jid.Parse("pv1@localhost/IEC");
        foreach (var type in new[] { "groupchat", "chat" })
        {
            var answers = await AnswersAsync(stranger, StanzaKind.Message, type, here, "de", "<body>hello</body>");
            Assert.Equal(answers, await AnswersAsync(stranger, StanzaKind.Message, type, here.WithResource("nobody"), "de", "<body>hello</body>"));
            Assert.Equal(type == "groupchat", answers.Contains("Benutzer", StringComparison.Ordinal));
        }
    }

    [Theory] // the namespace declarations that ejabberd loses on the way do not end our stream
    [InlineData(false)]
    [InlineData(true)]
    public async Task Prefixes_of_a_stranger_end_nothing(bool isEjabberd)
    {
        await using var lab = await XmppLab.StartAsync(isEjabberd);
        await using var agent = new XmppPeer(lab.Options("pv1", "IEC"), j => j.Local == "control", hides: true, new StrangerLimits(10_000, 10_000));
        await using var stranger = new XmppPeer(lab.Options("stranger", "s"));
        var here = (await agent.ConnectedAsync(resumed: false)).Address;
        await stranger.ConnectedAsync(resumed: false);
        foreach (var content in new[] { "<error p:a='1'/>", "<body p:a='1'>b</body>", "<x xmlns='urn:x'><y p:b='2'><p:z/></y></x>", "<p:x p:a='1'><p:y p:b='2'/></p:x>", "<p:x xmlns='urn:q' xmlns:q='urn:q' q:a='1' p:a='1'/>" })
        {
            // Declared at the stanza, where a server may lose it.
            var xml = $"<message xmlns='jabber:client' xmlns:p='urn:p' type='chat' to='{here}'>{content}</message>";
            Assert.True(stranger.Connection.TrySend(Stanza.Of(new XmlElement(Encoding.UTF8.GetBytes(xml), null))!));
            await BarrierAsync(stranger, here, "en");
        }

        await agent.PingAsync();
        Assert.DoesNotContain(agent.Seen, n => n is XmppNotice.Disconnected);
    }

    /// <summary>What comes back for a stanza, without id and addresses; behind it an iq, which must be answered.</summary>
    private static async Task<string> AnswersAsync(XmppPeer stranger, StanzaKind kind, string type, Jid to, string language, string content)
    {
        stranger.Stanzas.Clear();
        var id = stranger.Connection.NewId();
        var payload = Encoding.UTF8.GetBytes(content);
        if (kind == StanzaKind.Iq)
        {
            return Common(await stranger.Connection.RequestAsync(Stanza.Iq(type, id, to, payload).In(language), Patience, TestContext.Current.CancellationToken));
        }

        Assert.True(stranger.Connection.TrySend(Stanza.Message(type, to, payload, id).In(language)));
        await BarrierAsync(stranger, to, language);
        return string.Concat(stranger.Stanzas.Where(s => s.Kind == StanzaKind.Message && s.Id == id).Select(Common));
    }

    private static async Task BarrierAsync(XmppPeer stranger, Jid to, string language)
    {
        var answer = await stranger.Connection.RequestAsync(Stanza.Iq("get", stranger.Connection.NewId(), to, "<barrier xmlns='urn:x'/>"u8.ToArray()).In(language), Patience, TestContext.Current.CancellationToken);
        Assert.Equal("service-unavailable", StanzaError.Of(answer).Condition);
    }

    /// <summary>Prosody writes the language of its stream into every stanza of a client that has none, and none into its own: no client can prevent that.</summary>
    private static string Common(Stanza stanza)
    {
        var xml = XElement.Parse(stanza.Element!.ToString());
        foreach (var name in new[] { "id", "from", "to" })
        {
            xml.SetAttributeValue(name, null);
        }

        if (xml.Attribute(XNamespace.Xml + "lang")?.Value == "en")
        {
            xml.SetAttributeValue(XNamespace.Xml + "lang", null);
        }

        foreach (var element in xml.DescendantsAndSelf())
        {
            // The order of attributes means nothing.
            element.ReplaceAttributes(element.Attributes().OrderBy(a => a.Name.ToString(), StringComparer.Ordinal).ToList());
        }

        return xml.ToString(SaveOptions.DisableFormatting);
    }

    private static string Nested(int depth) => string.Concat(Enumerable.Range(0, depth).Select(_ => "<x xmlns='urn:x'>")) + string.Concat(Enumerable.Repeat("</x>", depth));
}
