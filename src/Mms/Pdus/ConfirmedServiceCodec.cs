using System.Text;

namespace DerAgent.Mms;

/// <summary>The choice of the confirmed service (ISO 9506-2 §7.2): one row a service.</summary>
internal static class ConfirmedServiceCodec
{
    private delegate ServiceRequest RequestReader(ref XerReader r);

    private delegate ServiceResponse ResponseReader(ref XerReader r);

    private static readonly Row[] Rows =
    [
        new("read", ReadWriteCodec.ReadReadRequest, ReadWriteCodec.ReadReadResponse),
        new("write", ReadWriteCodec.ReadWriteRequest, ReadWriteCodec.ReadWriteResponse),
        new("getNameList", (ref r) => DirectoryCodec.ReadGetNameListRequest(ref r, false), (ref r) => DirectoryCodec.ReadGetNameListResponse(ref r, false)),
        new("getVariableAccessAttributes", DirectoryCodec.ReadVariableRequest, DirectoryCodec.ReadVariableResponse),
        new("getNamedVariableListAttributes", (ref r) => new GetNamedVariableListAttributesRequest(VariableAccessCodec.ReadName(ref r)), NamedVariableListCodec.ReadAttributes),
        new("defineNamedVariableList", NamedVariableListCodec.ReadDefine, (ref r) => Nothing(ref r, new DefineNamedVariableListResponse())),
        new("deleteNamedVariableList", NamedVariableListCodec.ReadDelete, NamedVariableListCodec.ReadDeleted),
        new("readJournal", JournalCodec.ReadRequest, JournalCodec.ReadResponse),
        new("initializeJournal", JournalCodec.ReadInitialize, (ref r) => new InitializeJournalResponse(r.Unsigned32())),
        new("fileOpen", FileCodec.ReadOpen, FileCodec.ReadOpened),
        new("fileRead", (ref r) => new FileReadRequest(r.Integer32()), FileCodec.ReadPart),
        new("fileClose", (ref r) => new FileCloseRequest(r.Integer32()), (ref r) => Nothing(ref r, new FileCloseResponse())),
        new("fileDelete", (ref r) => new FileDeleteRequest(FileCodec.ReadName(ref r)), (ref r) => Nothing(ref r, new FileDeleteResponse())),
        new("fileDirectory", FileCodec.ReadDirectoryRequest, FileCodec.ReadDirectory),
        new("obtainFile", FileCodec.ReadObtain, (ref r) => Nothing(ref r, new ObtainFileResponse())),
        new("identify", (ref r) => Nothing(ref r, new IdentifyRequest()), VmdCodec.ReadIdentify),
        new("status", (ref r) => new StatusRequest(r.Boolean()), VmdCodec.ReadStatus),
        new("getDomainAttributes", (ref r) => new GetDomainAttributesRequest(r.Text().Trim()), VmdCodec.ReadDomain),
        new("storeDomainContents", VmdCodec.ReadStoreDomain, (ref r) => Nothing(ref r, new StoreDomainContentsResponse())),
        new("extendedGetNameList", (ref r) => DirectoryCodec.ReadGetNameListRequest(ref r, true), (ref r) => DirectoryCodec.ReadGetNameListResponse(ref r, true)),
    ];

    public static void Write(XerWriter w, ServiceRequest service)
    {
        switch (service)
        {
            case ReadRequest s: ReadWriteCodec.Write(w, s); break;
            case WriteRequest s: ReadWriteCodec.Write(w, s); break;
            case GetNameListRequest s: DirectoryCodec.Write(w, s); break;
            case GetVariableAccessAttributesRequest s: DirectoryCodec.Write(w, s); break;
            case GetNamedVariableListAttributesRequest s: NamedVariableListCodec.Write(w, s); break;
            case DefineNamedVariableListRequest s: NamedVariableListCodec.Write(w, s); break;
            case DeleteNamedVariableListRequest s: NamedVariableListCodec.Write(w, s); break;
            case ReadJournalRequest s: JournalCodec.Write(w, s); break;
            case InitializeJournalRequest s: JournalCodec.Write(w, s); break;
            case FileOpenRequest s: FileCodec.Write(w, s); break;
            case FileReadRequest s: w.Number("fileRead"u8, s.Frsm); break;
            case FileCloseRequest s: w.Number("fileClose"u8, s.Frsm); break;
            case FileDeleteRequest s: FileCodec.WriteName(w, "fileDelete"u8, s.Name); break;
            case FileDirectoryRequest s: FileCodec.Write(w, s); break;
            case ObtainFileRequest s: FileCodec.Write(w, s); break;
            case IdentifyRequest: w.Empty("identify"u8); break;
            case StatusRequest s: w.Boolean("status"u8, s.ExtendedDerivation); break;
            case GetDomainAttributesRequest s: w.Text("getDomainAttributes"u8, s.Domain); break;
            case StoreDomainContentsRequest s: VmdCodec.Write(w, s); break;
            default: throw new InvalidOperationException($"No codec for {service.GetType().Name}.");
        }
    }

    public static void Write(XerWriter w, ServiceResponse service)
    {
        switch (service)
        {
            case ReadResponse s: ReadWriteCodec.Write(w, s); break;
            case WriteResponse s: ReadWriteCodec.Write(w, s); break;
            case GetNameListResponse s: DirectoryCodec.Write(w, s); break;
            case GetVariableAccessAttributesResponse s: DirectoryCodec.Write(w, s); break;
            case GetNamedVariableListAttributesResponse s: NamedVariableListCodec.Write(w, s); break;
            case DefineNamedVariableListResponse: w.Empty("defineNamedVariableList"u8); break;
            case DeleteNamedVariableListResponse s: NamedVariableListCodec.Write(w, s); break;
            case ReadJournalResponse s: JournalCodec.Write(w, s); break;
            case InitializeJournalResponse s: w.Number("initializeJournal"u8, s.Deleted); break;
            case FileOpenResponse s: FileCodec.Write(w, s); break;
            case FileReadResponse s: FileCodec.Write(w, s); break;
            case FileCloseResponse: w.Empty("fileClose"u8); break;
            case FileDeleteResponse: w.Empty("fileDelete"u8); break;
            case FileDirectoryResponse s: FileCodec.Write(w, s); break;
            case ObtainFileResponse: w.Empty("obtainFile"u8); break;
            case StoreDomainContentsResponse: w.Empty("storeDomainContents"u8); break;
            case IdentifyResponse s: VmdCodec.Write(w, s); break;
            case StatusResponse s: VmdCodec.Write(w, s); break;
            case GetDomainAttributesResponse s: VmdCodec.Write(w, s); break;
            default: throw new InvalidOperationException($"No codec for {service.GetType().Name}.");
        }
    }

    /// <summary>Reads the service inside the wrapper being read, and its end tag.</summary>
    public static ServiceRequest? ReadRequest(ref XerReader r)
    {
        if (!r.Choice() || Find(ref r) is not { } row)
        {
            return null;
        }

        var service = row.Request(ref r);
        r.EndChoice();
        return service;
    }

    /// <summary>Reads the service inside the wrapper being read, and its end tag.</summary>
    public static ServiceResponse? ReadResponse(ref XerReader r)
    {
        if (!r.Choice() || Find(ref r) is not { } row)
        {
            return null;
        }

        var service = row.Response(ref r);
        r.EndChoice();
        return service;
    }

    private static Row? Find(ref XerReader r)
    {
        foreach (var row in Rows)
        {
            if (r.Name.SequenceEqual(row.Name))
            {
                return row;
            }
        }

        r.Fail(XerFault.UnrecognizedService, $"service <{XerReader.Shown(r.Name)}> is unknown");
        return null;
    }

    private static T Nothing<T>(ref XerReader r, T nothing)
    {
        r.Skip();
        return nothing;
    }

    private sealed record Row(byte[] Name, RequestReader Request, ResponseReader Response)
    {
        public Row(string name, RequestReader request, ResponseReader response)
            : this(Encoding.ASCII.GetBytes(name), request, response)
        {
        }
    }
}
