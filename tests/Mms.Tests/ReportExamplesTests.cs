using System.Text;
using DerAgent.Model;

namespace DerAgent.Mms.Tests;

/// <summary>The examples of IEC TR 61850-80-3, word for word, and the tolerance the wire profile asks for.</summary>
public sealed class ReportExamplesTests
{
    private const string Figure10Request = """
        <MMSpdu> <confirmed-RequestPDU> <invokeID>13</invokeID> <ConfirmedServiceRequest> <read> <variableAccessSpecificatn> <listOfVariable> <SEQUENCE> <variableSpecification> <name> <domain-specific> <domainId>IEDNameLDInst</domainId> <itemId>LN0$ST$Beh$stVal</itemId> </domain-specific> </name> </variableSpecification> </SEQUENCE> </listOfVariable> </variableAccessSpecificatn> </read> </ConfirmedServiceRequest> </confirmed-RequestPDU> </MMSpdu>
        """;

    private const string Figure10Response = """
        <MMSpdu> <confirmed-ResponsePDU> <invokeID>13</invokeID> <ConfirmedServiceResponse> <read> <listOfAccessResult> <success> <integer>01</integer> </success> </listOfAccessResult> </read> </ConfirmedServiceResponse> </confirmed-ResponsePDU> </MMSpdu>
        """;

    private static readonly MmsPdu Beh = new ConfirmedRequest(13, new ReadRequest(new VariableAccess.List([new VariableSpecification(ObjectName.In("IEDNameLDInst", "LN0$ST$Beh$stVal"))])));

    [Fact] // IEC TR 61850-80-3 figure 10
    public void Figure_10_request_is_read() => Assert.Equal(Beh, Read(Figure10Request).Pdu);

    [Fact] // IEC TR 61850-80-3 figure 10
    public void Figure_10_response_is_read() => Assert.Equal(new ConfirmedResponse(13, new ReadResponse([(AccessResult)DataValue.Integer(1)])), Read(Figure10Response).Pdu);

    [Fact] // IEC TR 61850-80-3 §7.5.2 opens with Confirmed-RequestPDU and closes with confirmed-RequestPDU
    public void Clause_7_5_2_with_its_unequal_tags_is_read()
    {
        // The report writes "..." where the read service of figure 10 stands.
        var request = """
            <MMSpdu xmlns="http://www.iec.ch/61850/2015/SCSM_8_2">
                    <Confirmed-RequestPDU>
                      <invokeID>13</invokeID>
                      <ConfirmedServiceRequest>
                        <read>
                          ...
                        </read>
                      </ConfirmedServiceRequest>
                    </confirmed-RequestPDU>
                  </MMSpdu>
            """;
        var refused = Read(request);
        Assert.Equal(13u, refused.InvokeId);
        Assert.Equal(XerFault.InvalidArgument, refused.Fault);
        Assert.Equal(new RejectPdu(13, new(RejectedPdu.ConfirmedRequest, RejectCode.InvalidArgument)), refused.ToReject());

        var filled = request.Replace("...", Figure10Request[(Figure10Request.IndexOf("<read>", StringComparison.Ordinal) + 6)..Figure10Request.IndexOf("</read>", StringComparison.Ordinal)], StringComparison.Ordinal);
        Assert.Equal(Beh, Read(filled).Pdu);
    }

    [Theory]
    [InlineData("variableAccessSpecificatn", "variableAccessSpecification")]
    [InlineData("ConfirmedServiceRequest", "confirmedServiceRequest")]
    [InlineData("confirmed-RequestPDU", "Confirmed-RequestPDU")]
    [InlineData("<MMSpdu>", "<MMSpdu xmlns=\"http://www.iec.ch/61850/2018/SCSM_8_2\" unknown=\"yes\">")]
    [InlineData("<invokeID>13</invokeID>", "<invokeID> 13 </invokeID><somethingNew><deep/></somethingNew>")]
    [InlineData("</read>", "<specificationWithResult>0</specificationWithResult></read>")]
    [InlineData("</read>", "<specificationWithResult><false/></specificationWithResult></read>")]
    [InlineData("<read>", "<read specificationWithResult=\"false\">")]
    public void Either_spelling_is_read(string own, string other) => Assert.Equal(Beh, Read(Figure10Request.Replace(own, other, StringComparison.Ordinal)).Pdu);

    [Fact]
    public void A_prefix_for_the_namespace_is_read()
    {
        var prefixed = Figure10Request.Replace("<", "<m:", StringComparison.Ordinal).Replace("<m:/", "</m:", StringComparison.Ordinal);
        Assert.Equal(Beh, Read(prefixed.Replace("<m:MMSpdu>", "<m:MMSpdu xmlns:m=\"http://www.iec.ch/61850/2015/SCSM_8_2\">", StringComparison.Ordinal)).Pdu);
    }

    [Theory]
    [InlineData("083F800000")]
    [InlineData("3F800000")]
    [InlineData("3f800000")]
    public void Floats_of_4_and_5_octets_are_read(string hex) =>
        Assert.Equal(1f, Value($"<floating-point>{hex}</floating-point>").AsDouble());

    [Theory]
    [InlineData("0B3FF0000000000000")]
    [InlineData("3FF0000000000000")]
    public void Floats_of_8_and_9_octets_are_read(string hex) =>
        Assert.Equal(1d, Value($"<floating-point>{hex}</floating-point>").AsDouble());

    [Theory]
    [InlineData("<boolean><true/></boolean>")]
    [InlineData("<boolean>true</boolean>")]
    [InlineData("<boolean>1</boolean>")]
    [InlineData("<boolean> <true></true> </boolean>")]
    public void Booleans_are_read_as_element_or_text(string xml) => Assert.True(Value(xml).AsBoolean());

    [Theory]
    [InlineData("<structure><integer>1</integer><boolean><true/></boolean></structure>")]
    [InlineData("<structure><Data><integer>1</integer></Data><Data><boolean><true/></boolean></Data></structure>")]
    [InlineData("<structure><SEQUENCE><integer>1</integer></SEQUENCE><CHOICE><boolean><true/></boolean></CHOICE></structure>")]
    public void Items_are_read_bare_or_wrapped(string xml) => Assert.Equal(DataValue.Structure(DataValue.Integer(1), DataValue.Boolean(true)), Value(xml));

    [Theory]
    [InlineData("<success><integer>1</integer><integer>2</integer></success>", nameof(XerFault.InvalidArgument))]
    [InlineData("<success>1</success>", nameof(XerFault.InvalidArgument))]
    [InlineData("<success><integer>99999999999999999999</integer></success>", nameof(XerFault.ValueOutOfRange))]
    [InlineData("<success><integer>one</integer></success>", nameof(XerFault.InvalidArgument))]
    [InlineData("<success><unsigned>-1</unsigned></success>", nameof(XerFault.ValueOutOfRange))]
    [InlineData("<success><bit-string>012</bit-string></success>", nameof(XerFault.InvalidArgument))]
    [InlineData("<success><utc-time>00</utc-time></success>", nameof(XerFault.InvalidArgument))]
    [InlineData("<success><complex>1</complex></success>", nameof(XerFault.InvalidArgument))]
    [InlineData("<success><integer mustUnderstand=\"true\">1</integer><x mustUnderstand=\"true\"/></success>", nameof(XerFault.InvalidArgument))]
    public void Wrong_values_are_refused(string xml, string fault) =>
        Assert.Equal(Enum.Parse<XerFault>(fault), Read(Figure10Response.Replace("<success> <integer>01</integer> </success>", xml, StringComparison.Ordinal)).Fault);

    [Fact]
    public void Data_nested_deeper_than_negotiated_is_refused()
    {
        var deep = string.Concat(Enumerable.Repeat("<structure>", 11)) + "<integer>1</integer>" + string.Concat(Enumerable.Repeat("</structure>", 11));
        var xml = $"<MMSpdu><confirmed-RequestPDU><invokeID>1</invokeID><ConfirmedServiceRequest><write><variableAccessSpecificatn><variableListName><vmd-specific>x</vmd-specific></variableListName></variableAccessSpecificatn><listOfData>{deep}</listOfData></write></ConfirmedServiceRequest></confirmed-RequestPDU></MMSpdu>";
        var result = Read(xml);
        Assert.Equal(XerFault.MaxRecursionExceeded, result.Fault);
        Assert.Equal(new RejectPdu(1, new(RejectedPdu.ConfirmedRequest, RejectCode.MaxRecursionExceeded)), result.ToReject());
    }

    [Fact]
    public void An_unknown_service_is_rejected_with_its_invoke_id()
    {
        var result = Read("<MMSpdu><confirmed-RequestPDU><invokeID>5</invokeID><ConfirmedServiceRequest><takeOver/></ConfirmedServiceRequest></confirmed-RequestPDU></MMSpdu>");
        Assert.Equal(new RejectPdu(5, new(RejectedPdu.ConfirmedRequest, RejectCode.UnrecognizedService)), result.ToReject());
    }

    [Theory]
    [InlineData("<MMSpdu><confirmed-RequestPDU><ConfirmedServiceRequest><identify/></ConfirmedServiceRequest></confirmed-RequestPDU></MMSpdu>")]
    [InlineData("<MMSpdu><confirmed-RequestPDU><invokeID>x</invokeID></confirmed-RequestPDU></MMSpdu>")]
    public void Without_an_invoke_id_the_pdu_is_invalid(string xml) =>
        Assert.Equal(new RejectPdu(null, new(RejectedPdu.PduError, RejectCode.InvalidPdu)), Read(xml).ToReject());

    private static DataValue Value(string xml)
    {
        var result = Read(Figure10Response.Replace("<integer>01</integer>", xml, StringComparison.Ordinal));
        Assert.Equal("", result.Description);
        return ((ReadResponse)((ConfirmedResponse)result.Pdu!).Service).Results[0].Value;
    }

    private static XerResult Read(string xml) => MmsCodec.Read(Encoding.UTF8.GetBytes(xml));
}
