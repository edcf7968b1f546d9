using System.Text;

namespace DerAgent.Xmpp.Tests;

/// <summary>The stream parser (RFC 6120 §4, §11): recorded streams, cut at every position.</summary>
public sealed class StreamParserTests
{
    private const string Header = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='a&gt;1' version='1.0'>";
    private const string Recorded = Header
        + "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>\n "
        + "<iq type='result' id='1' to='a@b/c'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>a@b/c</jid></bind></iq>"
        + "<message from=\"x@y/z\"><body>1 &lt; 2 &#x263A; <![CDATA[<not> a tag]]></body></message><r xmlns='urn:xmpp:sm:3'/></stream:stream>";

    [Fact]
    public void A_recorded_stream_gives_the_same_events_wherever_it_is_cut()
    {
        var octets = Encoding.UTF8.GetBytes(Recorded);
        var whole = Events(octets);
        Assert.Equal(["Opened", "features", "iq", "message", "r", "Closed"], whole);
        for (var cut = 0; cut <= octets.Length; cut++)
        {
            Assert.Equal(whole, Events(octets.AsMemory(0, cut), octets.AsMemory(cut)));
        }

        Assert.Equal(whole, Events([.. octets.Select(b => (ReadOnlyMemory<byte>)new[] { b })]));
    }

    [Fact]
    public void Content_is_read_with_entities_namespaces_and_cdata()
    {
        var parser = new StreamParser(new());
        var elements = parser.Feed(Encoding.UTF8.GetBytes(Recorded)).OfType<StreamEvent.Element>().Select(e => e.Xml).ToList();
        Assert.Equal(Namespaces.Streams, elements[0].Namespace);
        Assert.Equal("a@b/c", elements[1].Child("bind", Namespaces.Bind)!.Child("jid", Namespaces.Bind)!.Text);
        Assert.Equal("1 < 2 ☺ <not> a tag", elements[2].Child("body", Namespaces.Client)!.Text);
        Assert.Equal("x@y/z", elements[2]["from"]);
    }

    [Theory]
    [InlineData("<!DOCTYPE x [<!ENTITY a 'b'>]>", "restricted-xml")]
    [InlineData("<!-- comment -->", "restricted-xml")]
    [InlineData("<?php ?>", "restricted-xml")]
    [InlineData("<iq><!-- c --></iq>", "restricted-xml")]
    [InlineData("<iq>&bomb;</iq>", "restricted-xml")]
    [InlineData("<iq a='&bomb;'/>", "restricted-xml")]
    [InlineData("<iq></message>", "not-well-formed")]
    [InlineData("<iq a='1' a='2'/>", "not-well-formed")]
    [InlineData("<iq a=1/>", "not-well-formed")]
    [InlineData("<p:iq/>", "not-well-formed")]
    [InlineData("<iq p:a='1'/>", "not-well-formed")]
    [InlineData("text", "not-well-formed")]
    [InlineData("<1q/>", "not-well-formed")]
    [InlineData("<iq>\u0001</iq>", "not-well-formed")]
    [InlineData("<iq>]]></iq>", "not-well-formed")]
    public void What_RFC_6120_refuses_ends_the_stream(string xml, string condition)
    {
        var last = new StreamParser(new()).Feed(Encoding.UTF8.GetBytes(Header + xml)).Last();
        Assert.Equal(condition, Assert.IsType<StreamEvent.Broken>(last).Condition.Name());
    }

    [Fact]
    public void Octets_that_are_not_UTF8_end_the_stream()
    {
        byte[] octets = [.. Encoding.UTF8.GetBytes(Header + "<iq>"), 0xC3, 0x28, .. Encoding.UTF8.GetBytes("</iq>")];
        Assert.Equal(StreamErrorCondition.UnsupportedEncoding, Assert.IsType<StreamEvent.Broken>(new StreamParser(new()).Feed(octets).Last()).Condition);
    }

    private const string ShortHeader = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";
    private static readonly StreamLimits Small = new() { MaxStanzaSize = 1000, MaxDepth = 5, MaxAttributes = 3, MaxElements = 8, MaxNameLength = 20, MaxKept = 500, MaxSkipped = 4000 };

    public static TheoryData<string, string> Beyond => new()
    {
        { "depth", "<message id='1' from='s@x/y'><a><a><a><a><a/></a></a></a></a></message>" },
        { "depth, not empty", "<message id='1' from='s@x/y'><a><a><a><a><a>x</a></a></a></a></a></message>" },
        { "size of text", $"<message id='1' from='s@x/y'><a>{new string('x', 1100)}</a></message>" },
        { "size of a section", $"<message id='1' from='s@x/y'><![CDATA[{new string('x', 1100)}</message>]]></message>" },
        { "size of an attribute", $"<message id='1' from='s@x/y'><a b='{new string('>', 1100)}'/></message>" },
        { "size of an own attribute", $"<message id='1' from='s@x/y' b='{new string('>', 1100)}'/>" },
        { "attributes", "<message id='1' from='s@x/y'><a b='1' c='2' d='3' e='4'/></message>" },
        { "own attributes", "<message id='1' c='2' d='3' e='4' f='5' from='s@x/y'/>" },
        { "declarations", "<message id='1' from='s@x/y'><a xmlns:b='1' xmlns:c='2' xmlns:d='3' xmlns:e='4'/></message>" },
        { "elements", $"<message id='1' from='s@x/y'>{string.Concat(Enumerable.Repeat("<a/>", 8))}</message>" },
        { "prefix that nobody declared", "<message id='1' from='s@x/y'><a p:b='1'/></message>" },
        { "element of a prefix that nobody declared", "<message id='1' from='s@x/y'><p:a/></message>" },
        { "attribute twice", "<message id='1' from='s@x/y'><a b='1' b='2'/></message>" },
        { "name of an element", "<message id='1' from='s@x/y'><aaaaaaaaaaaaaaaaaaaaa/></message>" },
        { "name of an attribute", "<message id='1' from='s@x/y'><a aaaaaaaaaaaaaaaaaaaaa='1'/></message>" },
    };

    [Theory] // a stranger may have written it: the stream lives on, and of the stanza only the head is left
    [MemberData(nameof(Beyond))]
    public void A_stanza_beyond_our_limits_is_read_over_wherever_it_is_cut(string what, string xml)
    {
        var octets = Encoding.UTF8.GetBytes($"{ShortHeader}{xml}<iq type='get' id='2' from='a@b/c'/>");
        for (var cut = 0; cut <= octets.Length; cut++)
        {
            var parser = new StreamParser(Small);
            var events = new[] { octets.AsMemory(0, cut), octets.AsMemory(cut) }.SelectMany(p => parser.Feed(p).ToList()).ToList();
            Assert.Equal(["Opened", "Dropped", "Element"], events.Select(e => e.GetType().Name));
            var head = Assert.IsType<StreamEvent.Dropped>(events[1]).Head;
            Assert.True(head is { Kind: StanzaKind.Message, Id: "1" } && head.From?.ToString() == "s@x/y", what);
        }
    }

    [Fact]
    public void Within_the_limits_nothing_is_dropped()
    {
        Assert.IsType<StreamEvent.Element>(Last("<message><a><a><a><a/></a></a></a></message>"));
        Assert.IsType<StreamEvent.Element>(Last("<message><a b='1' c='2' d='3'/></message>"));
        Assert.IsType<StreamEvent.Element>(Last($"<message>{string.Concat(Enumerable.Repeat("<a/>", 7))}</message>"));
    }

    [Theory] // RFC 6120 §4.9.3.14: no stranger writes these
    [InlineData("<stream:features><a><a><a><a><a/></a></a></a></a></stream:features>")]
    [InlineData("<message xmlns='urn:other'><a><a><a><a><a/></a></a></a></a></message>")]
    [InlineData("<r xmlns='urn:xmpp:sm:3' b='1' c='2' d='3' e='4'/>")]
    public void What_only_a_server_can_send_ends_the_stream_beyond_the_limits(string xml) =>
        Assert.Equal(StreamErrorCondition.PolicyViolation, Assert.IsType<StreamEvent.Broken>(Last(xml)).Condition);

    [Fact]
    public void A_stanza_without_end_is_not_kept_and_ends_the_stream_at_last()
    {
        var parser = new StreamParser(Small);
        var events = parser.Feed(Encoding.UTF8.GetBytes(ShortHeader + "<message from='s@x/y'>")).ToList();
        var sent = 0;
        while (events.Count == 1 && sent < 10_000)
        {
            events.AddRange(parser.Feed(new byte[100].Select(_ => (byte)'x').ToArray()).ToList());
            sent += 100;
        }

        Assert.Equal(StreamErrorCondition.PolicyViolation, Assert.IsType<StreamEvent.Broken>(events[^1]).Condition);
        Assert.InRange(sent, 4000, 5100);
    }

    private static StreamEvent Last(string xml) =>
        new StreamParser(Small).Feed(Encoding.UTF8.GetBytes(ShortHeader + xml)).Last();

    private static List<string> Events(params ReadOnlyMemory<byte>[] parts)
    {
        var parser = new StreamParser(new());
        return [.. parts.SelectMany(p => parser.Feed(p).ToList()).Select(e => e is StreamEvent.Element { Xml: var xml } ? xml.Name : e.GetType().Name)];
    }
}
