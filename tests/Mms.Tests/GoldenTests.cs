using System.Text;
using DerAgent.Model;

namespace DerAgent.Mms.Tests;

/// <summary>The octets of each service, as the wire profile writes them. A change here is a change of the wire.</summary>
public sealed class GoldenTests
{
    private const string Tr = "<MMSpdu xmlns=\"http://www.iec.ch/61850/2015/SCSM_8_2\">";
    private const string Ed = "<MMSpdu xmlns=\"http://www.iec.ch/61850/2018/SCSM_8_2\">";
    private const string Beh = "<SEQUENCE><variableSpecification><name><domain-specific><domainId>PV1LD0</domainId><itemId>LLN0$ST$Beh$stVal</itemId></domain-specific></name></variableSpecification></SEQUENCE>";
    private static readonly VariableSpecification Variable = new(ObjectName.In("PV1LD0", "LLN0$ST$Beh$stVal"));

    public static TheoryData<string, string, string> Requests() => new()
    {
        { "GetServerDirectory", "<getNameList><extendedObjectClass><objectClass><domain/></objectClass></extendedObjectClass><objectScope><vmdSpecific/></objectScope></getNameList>", "" },
        { "GetLogicalDeviceDirectory", "<getNameList><extendedObjectClass><objectClass><namedVariable/></objectClass></extendedObjectClass><objectScope><domainSpecific>PV1LD0</domainSpecific></objectScope><continueAfter>LLN0</continueAfter></getNameList>", "" },
        { "One level of it", "<extendedGetNameList><extendedObjectClass><objectClass><namedVariable/></objectClass></extendedObjectClass><objectScope><domainSpecific>PV1LD0/LLN0$ST</domainSpecific></objectScope></extendedGetNameList>", "" },
        { "GetDataValues", $"<read><variableAccessSpecificatn><listOfVariable>{Beh}</listOfVariable></variableAccessSpecificatn></read>", $"<read><variableAccessSpecification><listOfVariable>{Beh}</listOfVariable></variableAccessSpecification></read>" },
        { "SetDataValues", $"<write><variableAccessSpecificatn><listOfVariable>{Beh}</listOfVariable></variableAccessSpecificatn><listOfData><floating-point>0842480000</floating-point></listOfData></write>", $"<write><variableAccessSpecification><listOfVariable>{Beh}</listOfVariable></variableAccessSpecification><listOfData><Data><floating-point>42480000</floating-point></Data></listOfData></write>" },
        { "GetDataDefinition", "<getVariableAccessAttributes><name><domain-specific><domainId>PV1LD0</domainId><itemId>LLN0</itemId></domain-specific></name></getVariableAccessAttributes>", "" },
        { "GetDataSetDirectory", "<getNamedVariableListAttributes><domain-specific><domainId>PV1LD0</domainId><itemId>LLN0$dsMeas</itemId></domain-specific></getNamedVariableListAttributes>", "" },
        { "CreateDataSet", $"<defineNamedVariableList><variableListName><aa-specific>mine</aa-specific></variableListName><listOfVariable>{Beh}</listOfVariable></defineNamedVariableList>", "" },
        { "DeleteDataSet", "<deleteNamedVariableList><scopeOfDelete><specific/></scopeOfDelete><listOfVariableListName><domain-specific><domainId>PV1LD0</domainId><itemId>LLN0$dsMeas</itemId></domain-specific></listOfVariableListName></deleteNamedVariableList>", "<deleteNamedVariableList scopeOfDelete=\"specific\"><listOfVariableListName><ObjectName><domain-specific><domainId>PV1LD0</domainId><itemId>LLN0$dsMeas</itemId></domain-specific></ObjectName></listOfVariableListName></deleteNamedVariableList>" },
        { "QueryLogByTime", "<readJournal><journalName><domain-specific><domainId>PV1LD0</domainId><itemId>LLN0$GeneralLog</itemId></domain-specific></journalName><rangeStartSpecification><startingTime>000000010002</startingTime></rangeStartSpecification><rangeStopSpecification><endingTime>000000030004</endingTime></rangeStopSpecification></readJournal>", "" },
        { "QueryLogAfter", "<readJournal><journalName><domain-specific><domainId>PV1LD0</domainId><itemId>LLN0$GeneralLog</itemId></domain-specific></journalName><entryToStartAfter><timeSpecification>000000010002</timeSpecification><entrySpecification>0000000000000007</entrySpecification></entryToStartAfter></readJournal>", "" },
        { "GetFile open", "<fileOpen><fileName><GraphicString>COMTRADE/f1.cfg</GraphicString></fileName><initialPosition>0</initialPosition></fileOpen>", "" },
        { "GetFile read", "<fileRead>3</fileRead>", "" },
        { "GetFile close", "<fileClose>3</fileClose>", "" },
        { "GetFile directory", "<fileDirectory><fileSpecification><GraphicString>LD/</GraphicString></fileSpecification><continueAfter><GraphicString>LD/a</GraphicString></continueAfter></fileDirectory>", "" },
        { "DeleteFile", "<fileDelete><GraphicString>LD/a</GraphicString></fileDelete>", "" },
        { "SetFile", "<obtainFile><sourceFile><GraphicString>a</GraphicString></sourceFile><destinationFile><GraphicString>LD/a</GraphicString></destinationFile></obtainFile>", "" },
        { "StoreDomain", "<storeDomainContents><domainName>PV1LD0</domainName><fileName><GraphicString>LD/a</GraphicString></fileName></storeDomainContents>", "" },
        { "ClearLog", "<initializeJournal><journalName><domain-specific><domainId>PV1LD0</domainId><itemId>LLN0$GeneralLog</itemId></domain-specific></journalName></initializeJournal>", "" },
        { "Identify", "<identify/>", "" },
        { "Status", "<status><true/></status>", "" },
        { "GetDomainAttributes", "<getDomainAttributes>PV1LD0</getDomainAttributes>", "" },
        { "Array element", "<read><variableAccessSpecificatn><listOfVariable><SEQUENCE><variableSpecification><name><domain-specific><domainId>PV1LD0</domainId><itemId>MHAI1$MX$HA$phsAHar</itemId></domain-specific></name></variableSpecification><alternateAccess><selectAlternateAccess><accessSelection><index>7</index></accessSelection><alternateAccess><selectAccess><component>cVal</component></selectAccess></alternateAccess></selectAlternateAccess></alternateAccess></SEQUENCE></listOfVariable></variableAccessSpecificatn></read>", null! },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void Request(string service, string tr, string ed)
    {
        ServiceRequest request = service switch
        {
            "GetServerDirectory" => new GetNameListRequest(ObjectClass.Domain, NameScope.Vmd, ""),
            "GetLogicalDeviceDirectory" => new GetNameListRequest(ObjectClass.NamedVariable, NameScope.Domain, "PV1LD0", "LLN0"),
            "One level of it" => new GetNameListRequest(ObjectClass.NamedVariable, NameScope.Domain, "PV1LD0/LLN0$ST", Extended: true),
            "GetDataValues" => new ReadRequest(new VariableAccess.List([Variable])),
            "SetDataValues" => new WriteRequest(new VariableAccess.List([Variable]), [DataValue.Float32(50)]),
            "GetDataDefinition" => new GetVariableAccessAttributesRequest(ObjectName.In("PV1LD0", "LLN0")),
            "GetDataSetDirectory" => new GetNamedVariableListAttributesRequest(ObjectName.In("PV1LD0", "LLN0$dsMeas")),
            "CreateDataSet" => new DefineNamedVariableListRequest(ObjectName.Association("mine"), [Variable]),
            "DeleteDataSet" => new DeleteNamedVariableListRequest(ScopeOfDelete.Specific, [ObjectName.In("PV1LD0", "LLN0$dsMeas")]),
            "QueryLogByTime" => new ReadJournalRequest(ObjectName.In("PV1LD0", "LLN0$GeneralLog"), StartingTime: new(1, 2), EndingTime: new(3, 4)),
            "QueryLogAfter" => new ReadJournalRequest(ObjectName.In("PV1LD0", "LLN0$GeneralLog"), StartAfter: new(new(1, 2), OctetString.From([0, 0, 0, 0, 0, 0, 0, 7]))),
            "GetFile open" => new FileOpenRequest("COMTRADE/f1.cfg", 0),
            "GetFile read" => new FileReadRequest(3),
            "GetFile close" => new FileCloseRequest(3),
            "GetFile directory" => new FileDirectoryRequest("LD/", "LD/a"),
            "DeleteFile" => new FileDeleteRequest("LD/a"),
            "SetFile" => new ObtainFileRequest("a", "LD/a"),
            "StoreDomain" => new StoreDomainContentsRequest("PV1LD0", "LD/a"),
            "ClearLog" => new InitializeJournalRequest(ObjectName.In("PV1LD0", "LLN0$GeneralLog")),
            "Identify" => new IdentifyRequest(),
            "Status" => new StatusRequest(true),
            "GetDomainAttributes" => new GetDomainAttributesRequest("PV1LD0"),
            _ => new ReadRequest(new VariableAccess.List([new VariableSpecification(ObjectName.In("PV1LD0", "MHAI1$MX$HA$phsAHar"), [new AccessStep.Index(7), new AccessStep.Component("cVal")])])),
        };
        const string head = "<confirmed-RequestPDU><invokeID>13</invokeID><ConfirmedServiceRequest>", tail = "</ConfirmedServiceRequest></confirmed-RequestPDU></MMSpdu>";
        Assert.Equal(Tr + head + tr + tail, Text(new ConfirmedRequest(13, request), MmsDialect.Tr2015));
        if (ed is not null)
        {
            Assert.Equal(Ed + head + (ed.Length == 0 ? tr : ed) + tail, Text(new ConfirmedRequest(13, request), MmsDialect.Ed2018));
        }
    }

    [Theory]
    [InlineData("GetServerDirectory", "<getNameList><listOfIdentifier><Identifier>PV1LD0</Identifier></listOfIdentifier><moreFollows><false/></moreFollows></getNameList>", "<getNameList moreFollows=\"false\"><listOfIdentifier><Identifier>PV1LD0</Identifier></listOfIdentifier></getNameList>")]
    [InlineData("GetDataValues", "<read><listOfAccessResult><success><integer>1</integer></success><failure><object-non-existent/></failure></listOfAccessResult></read>", "<read><listOfAccessResult><AccessResult><success><integer>1</integer></success></AccessResult><AccessResult><failure><object-non-existent/></failure></AccessResult></listOfAccessResult></read>")]
    [InlineData("SetDataValues", "<write><success/><failure><object-access-denied/></failure></write>", "<write><CHOICE><success/></CHOICE><CHOICE><failure><object-access-denied/></failure></CHOICE></write>")]
    [InlineData("GetDataDefinition", "<getVariableAccessAttributes><mmsDeletable><false/></mmsDeletable><typeSpecification><structure><components><SEQUENCE><componentName>stVal</componentName><componentType><integer>8</integer></componentType></SEQUENCE><SEQUENCE><componentName>q</componentName><componentType><bit-string>-13</bit-string></componentType></SEQUENCE><SEQUENCE><componentName>t</componentName><componentType><utc-time/></componentType></SEQUENCE></components></structure></typeSpecification></getVariableAccessAttributes>", null)]
    [InlineData("DeleteDataSet", "<deleteNamedVariableList><numberMatched>1</numberMatched><numberDeleted>0</numberDeleted></deleteNamedVariableList>", null)]
    [InlineData("GetFile open", "<fileOpen><frsmID>1</frsmID><fileAttributes><sizeOfFile>5</sizeOfFile><lastModified>20261123031500Z</lastModified></fileAttributes></fileOpen>", null)]
    [InlineData("CreateDataSet", "<defineNamedVariableList/>", null)]
    [InlineData("GetDataSetDirectory", "<getNamedVariableListAttributes><mmsDeletable><false/></mmsDeletable><listOfVariable><SEQUENCE><variableSpecification><name><domain-specific><domainId>PV1LD0</domainId><itemId>LLN0$ST$Beh$stVal</itemId></domain-specific></name></variableSpecification></SEQUENCE></listOfVariable></getNamedVariableListAttributes>", null)]
    [InlineData("QueryLog", "<readJournal><listOfJournalEntry><JournalEntry><entryIdentifier>0000000000000001</entryIdentifier><originatingApplication/><entryContent><occurenceTime>000000010002</occurenceTime><entryForm><data><listOfVariables><SEQUENCE><variableTag>PV1LD0/LLN0$ST$Beh$stVal</variableTag><valueSpecification><integer>1</integer></valueSpecification></SEQUENCE></listOfVariables></data></entryForm></entryContent></JournalEntry></listOfJournalEntry><moreFollows><false/></moreFollows></readJournal>", "<readJournal moreFollows=\"false\"><listOfJournalEntry><JournalEntry><entryIdentifier>0000000000000001</entryIdentifier><originatingApplication/><entryContent><occurenceTime>000000010002</occurenceTime><entryForm><data><listOfVariables><SEQUENCE><variableTag>PV1LD0/LLN0$ST$Beh$stVal</variableTag><valueSpecification><integer>1</integer></valueSpecification></SEQUENCE></listOfVariables></data></entryForm></entryContent></JournalEntry></listOfJournalEntry></readJournal>")]
    [InlineData("Identify", "<identify><vendorName>v</vendorName><modelName>m</modelName><revision>r</revision></identify>", null)]
    [InlineData("Status", "<status><vmdLogicalStatus><state-changes-allowed/></vmdLogicalStatus><vmdPhysicalStatus><operational/></vmdPhysicalStatus></status>", null)]
    [InlineData("GetDomainAttributes", "<getDomainAttributes><listOfCapabilities></listOfCapabilities><state><ready/></state><mmsDeletable><false/></mmsDeletable><sharable><false/></sharable><listOfProgramInvocations></listOfProgramInvocations><uploadInProgress>0</uploadInProgress></getDomainAttributes>", null)]
    [InlineData("ClearLog", "<initializeJournal>5</initializeJournal>", null)]
    [InlineData("GetFile close", "<fileClose/>", null)]
    [InlineData("DeleteFile", "<fileDelete/>", null)]
    [InlineData("SetFile", "<obtainFile/>", null)]
    [InlineData("StoreDomain", "<storeDomainContents/>", null)]
    [InlineData("GetFile directory", "<fileDirectory><listOfDirectoryEntry><DirectoryEntry><fileName><GraphicString>LD/a.txt</GraphicString></fileName><fileAttributes><sizeOfFile>5</sizeOfFile></fileAttributes></DirectoryEntry></listOfDirectoryEntry><moreFollows><true/></moreFollows></fileDirectory>", "<fileDirectory moreFollows=\"true\"><listOfDirectoryEntry><DirectoryEntry><fileName><GraphicString>LD/a.txt</GraphicString></fileName><fileAttributes><sizeOfFile>5</sizeOfFile></fileAttributes></DirectoryEntry></listOfDirectoryEntry></fileDirectory>")]
    [InlineData("GetFile read", "<fileRead><fileData>48656C6C6F</fileData><moreFollows><false/></moreFollows></fileRead>", "<fileRead moreFollows=\"false\"><fileData>48656C6C6F</fileData></fileRead>")]
    public void Response(string service, string tr, string? ed)
    {
        ServiceResponse response = service switch
        {
            "GetServerDirectory" => new GetNameListResponse(["PV1LD0"], false),
            "GetDataValues" => new ReadResponse([(AccessResult)DataValue.Integer(1), (AccessResult)DataAccessError.ObjectNonExistent]),
            "SetDataValues" => new WriteResponse([(DataAccessError?)null, DataAccessError.ObjectAccessDenied]),
            "GetDataDefinition" => new GetVariableAccessAttributesResponse(false, new TypeDescription.Structure(
            [
                new TypeDescription.Member("stVal", new TypeDescription.Primitive(PrimitiveKind.Integer, 8)),
                new TypeDescription.Member("q", new TypeDescription.Primitive(PrimitiveKind.BitString, -13)),
                new TypeDescription.Member("t", new TypeDescription.Primitive(PrimitiveKind.UtcTime)),
            ])),
            "DeleteDataSet" => new DeleteNamedVariableListResponse(1, 0),
            "CreateDataSet" => new DefineNamedVariableListResponse(),
            "GetDataSetDirectory" => new GetNamedVariableListAttributesResponse(false, [Variable]),
            "QueryLog" => new ReadJournalResponse([new JournalEntry(OctetString.From([0, 0, 0, 0, 0, 0, 0, 1]), new(1, 2), [new JournalVariable("PV1LD0/LLN0$ST$Beh$stVal", DataValue.Integer(1))])], false),
            "Identify" => new IdentifyResponse("v", "m", "r"),
            "Status" => new StatusResponse(0, 0),
            "GetDomainAttributes" => new GetDomainAttributesResponse([], 2, false, false, [], 0),
            "ClearLog" => new InitializeJournalResponse(5),
            "GetFile close" => new FileCloseResponse(),
            "DeleteFile" => new FileDeleteResponse(),
            "SetFile" => new ObtainFileResponse(),
            "StoreDomain" => new StoreDomainContentsResponse(),
            "GetFile directory" => new FileDirectoryResponse([new DirectoryEntry("LD/a.txt", new(5, null))], true),
            "GetFile open" => new FileOpenResponse(1, new(5, new DateTimeOffset(2026, 11, 23, 3, 15, 0, TimeSpan.Zero))),
            _ => new FileReadResponse(OctetString.From("Hello"u8), false),
        };
        const string head = "<confirmed-ResponsePDU><invokeID>13</invokeID><ConfirmedServiceResponse>", tail = "</ConfirmedServiceResponse></confirmed-ResponsePDU></MMSpdu>";
        Assert.Equal(Tr + head + tr + tail, Text(new ConfirmedResponse(13, response), MmsDialect.Tr2015));
        Assert.Equal(Ed + head + (ed ?? tr) + tail, Text(new ConfirmedResponse(13, response), MmsDialect.Ed2018));
    }

    [Theory] // ISO 9506-2 §7.4: at which end it failed
    [InlineData(0, "source-file")]
    [InlineData(1, "destination-file")]
    public void A_file_that_is_not_obtained_says_at_which_end(int end, string name)
    {
        var error = new ConfirmedError(13, new(ErrorClass.File, ErrorCode.FileNonExistent, "why", (ObtainFileError)end));
        var text = $"<confirmed-ErrorPDU><invokeID>13</invokeID><serviceError><errorClass><file><file-non-existent/></file></errorClass><additionalDescription>why</additionalDescription><serviceSpecificInfo><obtainFile><{name}/></obtainFile></serviceSpecificInfo></serviceError></confirmed-ErrorPDU></MMSpdu>";
        Assert.Equal(Tr + text, Text(error, MmsDialect.Tr2015));
        Assert.Equal(Ed + text, Text(error, MmsDialect.Ed2018));

        // As the older edition of MMS calls it, and what is said of another service.
        Assert.Equal(error, MmsCodec.Read(Encoding.UTF8.GetBytes(Tr + text.Replace("serviceSpecificInfo", "serviceSpecificInformation", StringComparison.Ordinal)), MmsCodec.DefaultNesting).Pdu);
        Assert.Equal(
            new ConfirmedError(13, new(ErrorClass.File, ErrorCode.FileNonExistent, "why")),
            MmsCodec.Read(Encoding.UTF8.GetBytes(Tr + text.Replace($"<obtainFile><{name}/></obtainFile>", "<fileRename><source-file/></fileRename>", StringComparison.Ordinal)), MmsCodec.DefaultNesting).Pdu);
    }

    [Fact]
    public void Associate()
    {
        var services = new string('0', 4) + "1" + new string('0', 80);
        Assert.Equal(
            Tr + "<initiate-RequestPDU><localDetailCalling>65000</localDetailCalling><proposedMaxServOutstandingCalling>5</proposedMaxServOutstandingCalling><proposedMaxServOutstandingCalled>5</proposedMaxServOutstandingCalled><proposedDataStructureNestingLevel>10</proposedDataStructureNestingLevel><mmsInitRequestDetail><proposedVersionNumber>1</proposedVersionNumber><proposedParameterCBB>11110001000</proposedParameterCBB><servicesSupportedCalling>" + services + "</servicesSupportedCalling></mmsInitRequestDetail></initiate-RequestPDU></MMSpdu>",
            Text(new InitiateRequest { LocalDetailCalling = 65_000, DataStructureNestingLevel = 10, ParameterCbb = ParameterCbb.Iec61850, ServicesSupportedCalling = ServiceSupport.Of(MmsService.Read) }, MmsDialect.Tr2015));
        Assert.Equal(
            Tr + "<initiate-ResponsePDU><localDetailCalled>65000</localDetailCalled><negociatedMaxServOutstandingCalling>5</negociatedMaxServOutstandingCalling><negociatedMaxServOutstandingCalled>5</negociatedMaxServOutstandingCalled><negociatedDataStructureNestingLevel>10</negociatedDataStructureNestingLevel><mmsInitResponseDetail><negociatedVersionNumber>1</negociatedVersionNumber><negociatedParameterCBB>11110001000</negociatedParameterCBB><servicesSupportedCalled>" + services + "</servicesSupportedCalled></mmsInitResponseDetail></initiate-ResponsePDU></MMSpdu>",
            Text(new InitiateResponse { LocalDetailCalled = 65_000, DataStructureNestingLevel = 10, ParameterCbb = ParameterCbb.Iec61850, ServicesSupportedCalled = ServiceSupport.Of(MmsService.Read) }, MmsDialect.Tr2015));
    }

    [Fact]
    public void Negotiated_is_read_for_negociated()
    {
        var pdu = new InitiateResponse { LocalDetailCalled = 9_000, DataStructureNestingLevel = 7, ServicesSupportedCalled = ServiceSupport.Of(MmsService.Read) };
        var xml = Text(pdu, MmsDialect.Tr2015).Replace("negociated", "negotiated", StringComparison.Ordinal).Replace("mmsInitResponseDetail", "initResponseDetail", StringComparison.Ordinal);
        Assert.Equal(pdu, MmsCodec.Read(Encoding.UTF8.GetBytes(xml)).Pdu);
    }

    [Fact]
    public void Errors_and_rejects()
    {
        Assert.Equal(
            Tr + "<confirmed-ErrorPDU><invokeID>13</invokeID><serviceError><errorClass><access><object-non-existent/></access></errorClass><additionalDescription>text</additionalDescription></serviceError></confirmed-ErrorPDU></MMSpdu>",
            Text(new ConfirmedError(13, new(ErrorClass.Access, ErrorCode.AccessObjectNonExistent, "text")), MmsDialect.Tr2015));
        Assert.Equal(
            Tr + "<rejectPDU><originalInvokeID>13</originalInvokeID><rejectReason><confirmed-requestPDU><unrecognized-service/></confirmed-requestPDU></rejectReason></rejectPDU></MMSpdu>",
            Text(new RejectPdu(13, new(RejectedPdu.ConfirmedRequest, RejectCode.UnrecognizedService)), MmsDialect.Tr2015));
        Assert.Equal(Tr + "<conclude-RequestPDU/></MMSpdu>", Text(new ConcludeRequest(), MmsDialect.Tr2015));
    }

    [Fact]
    public void Report() => Assert.Equal(
        Tr + "<unconfirmed-PDU><UnconfirmedService><informationReport><variableAccessSpecification><variableListName><vmd-specific>RPT</vmd-specific></variableListName></variableAccessSpecification><listOfAccessResult><success><visible-string>id</visible-string></success><success><bit-string>0100000000</bit-string></success></listOfAccessResult></informationReport></UnconfirmedService></unconfirmed-PDU></MMSpdu>",
        Text(new UnconfirmedPdu(new(new VariableAccess.Named(ObjectName.Vmd("RPT")), [(AccessResult)DataValue.VisibleString("id"), (AccessResult)DataValue.Bits(2, 10)])), MmsDialect.Tr2015));

    private static string Text(MmsPdu pdu, MmsDialect dialect) => Encoding.UTF8.GetString(MmsCodec.ToArray(pdu, dialect));
}
