using System.Text;
using System.Xml.Linq;
using DerAgent.Client;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Xmpp;

namespace DerAgent.Integration.Tests;

/// <summary>Malformed stanzas get the errors of the wire profile, and a good request on another association is served right after each.</summary>
public sealed class BadInputTests
{
    private const string Tr = "http://www.iec.ch/61850/2015/SCSM_8_2";
    private static readonly Jid Server = Jid.Parse("pv1@localhost/IEC");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_malformed_stanza_is_answered_and_others_are_served_right_after()
    {
        await using var lab = await AgentLab.StartAsync();
        await using var bad = await lab.ConnectAsync(resource: "bad");
        await using var good = await lab.ConnectAsync(resource: "good");
        var corpus = Table().Concat(Mutations()).ToList();
        Assert.True(corpus.Count >= 200, $"{corpus.Count} stanzas");
        var wrong = new List<string>();
        foreach (var (name, payload, expected) in corpus)
        {
            var answer = await bad.Connection.RequestAsync(Stanza.Iq("set", bad.Connection.NewId(), Server, Encoding.UTF8.GetBytes(payload)), TimeSpan.FromSeconds(20), Cancel);
            var text = answer.Element!.ToString();
            if (!text.Contains(expected, StringComparison.Ordinal))
            {
                wrong.Add($"{name}: expected {expected}, got {text}");
            }

            Assert.True((await good.ReadAsync(ObjectName.In("PV1LD0", "LLN0$ST$Beh$stVal"), Cancel)).AsInteger() == 1, name);
        }

        Assert.Empty(wrong);
        Assert.DoesNotContain("ERR", lab.Agent.Output, StringComparison.Ordinal);
    }

    [Theory] // what no XMPP server lets through ends the sender's own stream and nobody else's
    [InlineData("<AssociationContext id=\"1\"><MMSpdu>")]
    [InlineData("<AssociationContext id=\"1\"></MMSpdu>")]
    [InlineData("<AssociationContext id=\"1\">&bomb;</AssociationContext>")]
    [InlineData("<!DOCTYPE lolz [<!ENTITY lol \"lol\">]><x/>")]
    public async Task Broken_XML_harms_only_its_sender(string payload)
    {
        await using var lab = await AgentLab.StartAsync();
        await using var good = await lab.ConnectAsync(resource: "good");
        var bad = await lab.ConnectAsync(resource: "bad", association: "1");
        bad.Connection.TrySend(Stanza.Iq("set", "x", Server, Encoding.UTF8.GetBytes(payload)));
        await lab.Agent.LineAsync("control@localhost/bad#1 ended");
        Assert.Equal(1, (await good.ReadAsync(ObjectName.In("PV1LD0", "LLN0$ST$Beh$stVal"), Cancel)).AsInteger());
        await bad.DisposeAsync();
    }

    private static IEnumerable<(string Name, string Payload, string Expected)> Table()
    {
        string Pdu(string content, string ns = Tr) => $"<MMSpdu xmlns=\"{ns}\">{content}</MMSpdu>";
        string In(string content, string id = "1") => $"<AssociationContext id=\"{id}\">{content}</AssociationContext>";
        string Rq(string service, string id = "7") => $"<confirmed-RequestPDU><invokeID>{id}</invokeID><ConfirmedServiceRequest>{service}</ConfirmedServiceRequest></confirmed-RequestPDU>";
        const string name = "<name><domain-specific><domainId>PV1LD0</domainId><itemId>LLN0$ST$Beh</itemId></domain-specific></name>";
        string Read(string content) => $"<read><variableAccessSpecificatn>{content}</variableAccessSpecificatn></read>";
        var deep = string.Concat(Enumerable.Repeat("<structure>", 20)) + "<integer>1</integer>" + string.Concat(Enumerable.Repeat("</structure>", 20));

        yield return ("no payload", "<other xmlns=\"urn:x\"/>", "service-unavailable");
        yield return ("context without PDU", In(""), "bad-request");
        yield return ("context without id", "<AssociationContext>" + Pdu(Rq("<identify/>")) + "</AssociationContext>", "bad-request");
        yield return ("id too long", In(Pdu(Rq("<identify/>")), new string('x', 65)), "bad-request");
        yield return ("id with a space", In(Pdu(Rq("<identify/>")), "a b"), "bad-request");
        yield return ("two PDUs", In(Pdu(Rq("<identify/>")) + Pdu(Rq("<identify/>"))), "bad-request");
        yield return ("two contexts", In(Pdu(Rq("<identify/>"))) + In(Pdu(Rq("<identify/>"))), "bad-request");
        yield return ("text beside the PDU", In("text" + Pdu(Rq("<identify/>"))), "bad-request");
        yield return ("unknown namespace", In(Pdu(Rq("<identify/>"), "urn:unknown")), "bad-request");
        yield return ("another element", In("<PDU xmlns=\"" + Tr + "\"/>"), "bad-request");
        yield return ("unknown association", In(Pdu(Rq("<identify/>")), "none"), "item-not-found");
        yield return ("associated anew", In(Pdu("<initiate-RequestPDU><proposedMaxServOutstandingCalling>5</proposedMaxServOutstandingCalling><proposedDataStructureNestingLevel>10</proposedDataStructureNestingLevel><mmsInitRequestDetail/></initiate-RequestPDU>")), "initiate-ResponsePDU");
        yield return ("empty PDU", In(Pdu("")), "unknown-pdu-type");
        yield return ("unknown PDU", In(Pdu("<open-RequestPDU/>")), "unknown-pdu-type");
        yield return ("response as request", In(Pdu("<conclude-ResponsePDU/>")), "unknown-pdu-type");
        yield return ("two alternatives of the PDU", In(Pdu(Rq("<identify/>") + Rq("<identify/>"))), "invalid-argument");
        yield return ("no invoke id", In(Pdu("<confirmed-RequestPDU><ConfirmedServiceRequest><identify/></ConfirmedServiceRequest></confirmed-RequestPDU>")), "invalid-pdu");
        yield return ("invoke id no number", In(Pdu(Rq("<identify/>", "seven"))), "invalid-pdu");
        yield return ("invoke id too great", In(Pdu(Rq("<identify/>", "4294967296"))), "invalid-pdu");
        yield return ("no service", In(Pdu(Rq(""))), "invalid-argument");
        yield return ("unknown service", In(Pdu(Rq("<takeControl/>"))), "unrecognized-service");
        yield return ("service not offered", In(Pdu(Rq("<fileRename><currentFileName><GraphicString>x</GraphicString></currentFileName><newFileName><GraphicString>y</GraphicString></newFileName></fileRename>"))), "unrecognized-service");
        yield return ("two services", In(Pdu(Rq("<identify/><status><true/></status>"))), "invalid-argument");
        yield return ("two alternatives of a name", In(Pdu(Rq(Read($"<listOfVariable><SEQUENCE><variableSpecification>{name}{name}</variableSpecification></SEQUENCE></listOfVariable>")))), "invalid-argument");
        yield return ("two specifications", In(Pdu(Rq(Read($"<listOfVariable/><variableListName><vmd-specific>x</vmd-specific></variableListName>")))), "invalid-argument");
        yield return ("no specification", In(Pdu(Rq("<read/>"))), "invalid-argument");
        yield return ("text for elements", In(Pdu(Rq("<read>everything</read>"))), "invalid-argument");
        yield return ("must be understood", In(Pdu(Rq("<identify/>").Replace("</invokeID>", "</invokeID><extension mustUnderstand=\"true\"/>", StringComparison.Ordinal))), "invalid-argument");
        yield return ("nested too deep", In(Pdu(Rq($"<write><variableAccessSpecificatn><listOfVariable><SEQUENCE><variableSpecification>{name}</variableSpecification></SEQUENCE></listOfVariable></variableAccessSpecificatn><listOfData>{deep}</listOfData></write>"))), "max-recursion-exceeded");
        yield return ("elements too deep", In(Pdu(string.Concat(Enumerable.Repeat("<x>", 50)) + string.Concat(Enumerable.Repeat("</x>", 50)))), "unknown-pdu-type");
        yield return ("larger than negotiated", In(Pdu(Rq($"<getDomainAttributes>{new string('x', 70_000)}</getDomainAttributes>"))), "policy-violation");
        yield return ("unknown domain", In(Pdu(Rq("<getDomainAttributes>NONE</getDomainAttributes>"))), "object-non-existent");
        yield return ("component with $", In(Pdu(Rq(Read($"<listOfVariable><SEQUENCE><variableSpecification>{name}</variableSpecification><alternateAccess><selectAccess><component>a$b</component></selectAccess></alternateAccess></SEQUENCE></listOfVariable>")))), "invalid-argument");
        yield return ("index of no array", In(Pdu(Rq(Read($"<listOfVariable><SEQUENCE><variableSpecification>{name}</variableSpecification><alternateAccess><selectAccess><index>1</index></selectAccess></alternateAccess></SEQUENCE></listOfVariable>")))), "object-non-existent");
        yield return ("negative index", In(Pdu(Rq(Read($"<listOfVariable><SEQUENCE><variableSpecification>{name}</variableSpecification><alternateAccess><selectAccess><index>-1</index></selectAccess></alternateAccess></SEQUENCE></listOfVariable>")))), "value-out-of-range");
        yield return ("cancel of nothing", In(Pdu("<cancel-RequestPDU>99</cancel-RequestPDU>")), "invoke-id-unknown");
        foreach (var (data, expected) in WrongValues())
        {
            var write = $"<write><variableAccessSpecificatn><listOfVariable><SEQUENCE><variableSpecification><name><domain-specific><domainId>PV1LD0</domainId><itemId>DWMX1$SP$RmpRteUse$setVal</itemId></domain-specific></name></variableSpecification></SEQUENCE></listOfVariable></variableAccessSpecificatn><listOfData>{data}</listOfData></write>";
            yield return ($"write {data}", In(Pdu(Rq(write))), expected);
        }
    }

    private static IEnumerable<(string Data, string Expected)> WrongValues() =>
    [
        ("<integer>1</integer>", "type-inconsistent"),
        ("<visible-string>true</visible-string>", "type-inconsistent"),
        ("<structure><boolean><true/></boolean></structure>", "type-inconsistent"),
        ("<array/>", "type-inconsistent"),
        ("<floating-point>083F800000</floating-point>", "type-inconsistent"),
        ("<boolean>maybe</boolean>", "invalid-argument"),
        ("<boolean/>", "invalid-argument"),
        ("<boolean><true/><false/></boolean>", "invalid-argument"),
        ("<integer>1.5</integer>", "invalid-argument"),
        ("<integer>99999999999999999999</integer>", "value-out-of-range"),
        ("<unsigned>-1</unsigned>", "value-out-of-range"),
        ("<bit-string>2</bit-string>", "invalid-argument"),
        ("<octet-string>0</octet-string>", "invalid-argument"),
        ("<octet-string>XY</octet-string>", "invalid-argument"),
        ("<utc-time>1234</utc-time>", "invalid-argument"),
        ("<floating-point>3F80</floating-point>", "invalid-argument"),
        ("<complex/>", "invalid-argument"),
        ("<Data><boolean><true/></boolean><boolean><true/></boolean></Data>", "invalid-argument"),
        ("", "type-inconsistent"),
    ];

    /// <summary>Good requests with one element gone, renamed, doubled, or filled with text: whatever comes, an answer must.</summary>
    private static IEnumerable<(string Name, string Payload, string Expected)> Mutations()
    {
        ServiceRequest[] good =
        [
            new ReadRequest(new VariableAccess.List([new VariableSpecification(ObjectName.In("PV1LD0", "LLN0$ST$Beh"), [new AccessStep.Component("stVal")])])),
            new WriteRequest(new VariableAccess.List([new VariableSpecification(ObjectName.In("PV1LD0", "MMXU1$MX$TotW"))]), [DataValue.Structure(DataValue.Structure(DataValue.Float32(1)), DataValue.Boolean(true))]),
            new GetNameListRequest(ObjectClass.NamedVariable, NameScope.Domain, "PV1LD0", "x"),
            new GetVariableAccessAttributesRequest(ObjectName.In("PV1LD0", "LLN0$ST")),
            new GetNamedVariableListAttributesRequest(ObjectName.In("PV1LD0", "LLN0$None")),
            new ReadRequest(new VariableAccess.Named(ObjectName.In("PV1LD0", "LLN0$None"))),
        ];
        foreach (var dialect in MmsDialect.All)
        {
            foreach (var service in good)
            {
                var xml = XElement.Parse(Encoding.UTF8.GetString(MmsCodec.ToArray(new ConfirmedRequest(5, service), dialect)));
                var count = xml.Descendants().Count();
                for (var i = 0; i < count; i++)
                {
                    foreach (var (how, mutate) in Ways)
                    {
                        var copy = new XElement(xml);
                        mutate(copy.Descendants().ElementAt(i));
                        yield return ($"{dialect} {service.GetType().Name} {how} {i}", $"<AssociationContext id=\"1\">{copy.ToString(SaveOptions.DisableFormatting)}</AssociationContext>", "<iq");
                    }
                }
            }
        }

    }

    private static readonly (string How, Action<XElement> Mutate)[] Ways =
    [
        ("without", e => e.Remove()),
        ("renamed", e => e.Name = e.Name.Namespace + "bogus"),
        ("doubled", e => e.AddAfterSelf(new XElement(e))),
        ("with text", e => e.AddFirst("junk")),
    ];
}
