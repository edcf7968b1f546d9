using System.Text;
using DerAgent.Mms;

namespace DerAgent.Mapping.Tests;

/// <summary>The content of an association's stanza (IEC TR 61850-80-3 §7.5.2), read as liberally as the wire profile asks.</summary>
public sealed class EnvelopeTests
{
    private const string Pdu = "<MMSpdu xmlns=\"http://www.iec.ch/61850/2015/SCSM_8_2\"><conclude-RequestPDU/></MMSpdu>";

    [Fact]
    public void What_is_written_is_read()
    {
        foreach (var dialect in MmsDialect.All)
        {
            var stanza = In(Encoding.UTF8.GetString(AssociationEnvelope.Write("a.b:1-_", new ConcludeRequest(), dialect)));
            var read = AssociationEnvelope.Read(stanza, out _)!;
            Assert.Equal(("a.b:1-_", dialect), (read.AssociationId, read.Dialect));
            Assert.IsType<ConcludeRequest>(MmsCodec.Read(read.Pdu.Span).Pdu);
        }
    }

    [Theory] // any prefix, declared anywhere in the stanza; none at all is the older dialect
    [InlineData("<AssociationContext id=\"1\"><MMSpdu><conclude-RequestPDU/></MMSpdu></AssociationContext>", "Tr2015")]
    [InlineData("<AssociationContext id=\"1\" xmlns=\"http://www.iec.ch/61850/2018/SCSM_8_2\"><MMSpdu><conclude-RequestPDU/></MMSpdu></AssociationContext>", "Ed2018")]
    [InlineData("<AssociationContext id=\"1\" xmlns:m=\"http://www.iec.ch/61850/2018/SCSM_8_2\"><m:MMSpdu><m:conclude-RequestPDU/></m:MMSpdu></AssociationContext>", "Ed2018")]
    [InlineData("<x:AssociationContext xmlns:x=\"urn:x\" id=\"1\"> <MMSpdu xmlns=\"http://www.iec.ch/61850/2015/SCSM_8_2\"><conclude-RequestPDU/></MMSpdu>\n</x:AssociationContext>", "Tr2015")]
    public void Name_spaces_tell_the_dialect(string content, string dialect)
    {
        Assert.True(AssociationEnvelope.IsPresent(In(content).Span));
        Assert.Equal(dialect, AssociationEnvelope.Read(In(content), out var fault)?.Dialect.Name ?? fault);
    }

    [Theory]
    [InlineData("", "exactly one child, AssociationContext")]
    [InlineData("<other/>", "exactly one child, AssociationContext")]
    [InlineData("<AssociationContext id=\"1\">" + Pdu + "</AssociationContext><AssociationContext id=\"1\"/>", "exactly one child, AssociationContext")]
    [InlineData("<AssociationContext>" + Pdu + "</AssociationContext>", "needs an id")]
    [InlineData("<AssociationContext id=\"\">" + Pdu + "</AssociationContext>", "needs an id")]
    [InlineData("<AssociationContext id=\"a b\">" + Pdu + "</AssociationContext>", "needs an id")]
    [InlineData("<AssociationContext id=\"1\"/>", "exactly one child, MMSpdu")]
    [InlineData("<AssociationContext id=\"1\"><x/></AssociationContext>", "exactly one child, MMSpdu")]
    [InlineData("<AssociationContext id=\"1\">" + Pdu + "<x/></AssociationContext>", "exactly one child, MMSpdu")]
    [InlineData("<AssociationContext id=\"1\">" + Pdu + Pdu + "</AssociationContext>", "exactly one child, MMSpdu")]
    [InlineData("<AssociationContext id=\"1\">text" + Pdu + "</AssociationContext>", "exactly one child, MMSpdu")]
    [InlineData("<AssociationContext id=\"1\">" + Pdu + "</AssociationContext><other/>", "exactly one child")]
    [InlineData("<AssociationContext id=\"1\"><MMSpdu xmlns=\"urn:unknown\"/></AssociationContext>", "is unknown")]
    public void What_has_another_form_is_told(string content, string about)
    {
        Assert.Null(AssociationEnvelope.Read(In(content), out var fault));
        Assert.Contains(about, fault, StringComparison.Ordinal);
    }

    [Theory] // XEP-0203, XEP-0359 and others: servers write into messages that they send again or archive
    [InlineData("<AssociationContext id=\"1\">" + Pdu + "</AssociationContext><delay xmlns=\"urn:xmpp:delay\" stamp=\"2026-11-26T02:35:26Z\"/>")]
    [InlineData("<archived xmlns=\"urn:xmpp:mam:tmp\"><MMSpdu xmlns=\"urn:x\"/>text</archived><AssociationContext id=\"1\">" + Pdu + "</AssociationContext><stanza-id xmlns=\"urn:xmpp:sid:0\" id=\"5\"/>")]
    [InlineData("<body>text</body><AssociationContext id=\"1\">" + Pdu + "</AssociationContext><x xmlns=\"urn:x\"><MMSpdu/></x>")]
    public void What_else_stands_in_a_message_is_passed_over(string content)
    {
        ReadOnlyMemory<byte> message = Encoding.UTF8.GetBytes($"<message xmlns=\"jabber:client\">{content}</message>");
        var read = AssociationEnvelope.Read(message, out var fault);
        Assert.Equal("", fault);
        Assert.Equal(("1", Pdu), (read!.AssociationId, Encoding.UTF8.GetString(read.Pdu.Span)));
        Assert.Null(AssociationEnvelope.Read(In(content), out _));
    }

    private static ReadOnlyMemory<byte> In(string content) => Encoding.UTF8.GetBytes($"<iq xmlns=\"jabber:client\" type=\"get\" id=\"1\">{content}</iq>");
}
