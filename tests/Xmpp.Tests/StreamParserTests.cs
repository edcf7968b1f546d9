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

    [Fact]
    public void Size_depth_and_attributes_are_bounded()
    {
        var limits = new StreamLimits { MaxStanzaSize = 1000, MaxDepth = 5, MaxAttributes = 3 };
        StreamEvent Last(string xml) => new StreamParser(limits).Feed(Encoding.UTF8.GetBytes("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>" + xml)).Last();
        Assert.IsType<StreamEvent.Element>(Last("<a><a><a><a><a/></a></a></a></a>"));
        Assert.Equal(StreamErrorCondition.PolicyViolation, Assert.IsType<StreamEvent.Broken>(Last("<a><a><a><a><a><a/></a></a></a></a></a>")).Condition);
        Assert.Equal(StreamErrorCondition.PolicyViolation, Assert.IsType<StreamEvent.Broken>(Last("<a>" + new string('x', 1100) + "</a>")).Condition);
        Assert.Equal(StreamErrorCondition.PolicyViolation, Assert.IsType<StreamEvent.Broken>(Last("<a>" + new string('x', 1100))).Condition);
        Assert.Equal(StreamErrorCondition.PolicyViolation, Assert.IsType<StreamEvent.Broken>(Last("<a b='1' c='2' d='3' e='4'/>")).Condition);
    }

    private static List<string> Events(params ReadOnlyMemory<byte>[] parts)
    {
        var parser = new StreamParser(new());
        return [.. parts.SelectMany(p => parser.Feed(p).ToList()).Select(e => e is StreamEvent.Element { Xml: var xml } ? xml.Name : e.GetType().Name)];
    }
}
