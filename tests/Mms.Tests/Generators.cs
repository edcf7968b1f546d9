using CsCheck;
using DerAgent.Model;

namespace DerAgent.Mms.Tests;

/// <summary>Random PDUs of every kind.</summary>
internal static class Generators
{
    private static readonly Gen<string> Name = Gen.String[Gen.Char["ABCxyz019_$"], 1, 20];
    private static readonly Gen<string> Component = Gen.String[Gen.Char["ABCxyz019_"], 1, 20];
    private static readonly Gen<string> Text = Gen.String[Gen.OneOf(Gen.Char[' ', '~'], Gen.Const('\u0007'), Gen.Const('é'), Gen.Const('<'), Gen.Const('&'), Gen.Const('\r'), Gen.Const('\u0000')), 0, 30];
    private static readonly Gen<OctetString> Octets = Gen.Byte.Array[0, 20].Select(b => OctetString.From(b));

    private static readonly Gen<DataValue> Leaf = Gen.OneOf(
        Gen.Bool.Select(DataValue.Boolean),
        Gen.Long.Select(DataValue.Integer),
        Gen.ULong.Select(DataValue.Unsigned),
        Gen.Float.Select(DataValue.Float32),
        Gen.Double.Select(DataValue.Float64),
        Gen.Bool.Array[0, 100].Select(b => DataValue.Bits(b.AsSpan())),
        Gen.Byte.Array[0, 20].Select(DataValue.Octets),
        Text.Select(DataValue.VisibleString),
        Text.Select(DataValue.MmsString),
        Gen.ULong.Select(DataValue.UtcTime),
        Gen.ULong.Select(u => DataValue.BinaryTime(u & 0xFFFF_FFFF_FFFF)));

    public static Gen<DataValue> Data { get; } = Gen.Recursive<DataValue>((depth, inner) => depth >= 5 ? Leaf : Gen.Frequency(
        (4, Leaf),
        (1, inner.Array[0, 4].Select(a => DataValue.Structure(a))),
        (1, inner.Array[0, 4].Select(a => DataValue.Array(a)))));

    private static readonly Gen<ObjectName> ObjectNames = Gen.OneOf(
        Gen.Select(Name, Name, ObjectName.In), Name.Select(ObjectName.Vmd), Name.Select(ObjectName.Association));

    private static readonly Gen<AccessStep> Step = Gen.OneOf<AccessStep>(
        Component.Select(n => (AccessStep)new AccessStep.Component(n)),
        Gen.UInt.Select(n => (AccessStep)new AccessStep.Index(n)),
        Gen.Select(Gen.UInt, Gen.UInt, (l, c) => (AccessStep)new AccessStep.IndexRange(l, c)),
        Gen.Const((AccessStep)new AccessStep.AllElements()));

    private static readonly Gen<VariableSpecification> Variable = Gen.Select(ObjectNames, Step.Array[0, 3], (n, s) => new VariableSpecification(n, s.ToValueList()));
    private static readonly Gen<ValueList<VariableSpecification>> Variables = Variable.Array[0, 4].Select(v => v.ToValueList());

    private static readonly Gen<VariableAccess> Access = Gen.OneOf<VariableAccess>(
        Variables.Select(v => (VariableAccess)new VariableAccess.List(v)), ObjectNames.Select(n => (VariableAccess)new VariableAccess.Named(n)));

    private static readonly Gen<DataAccessError> AccessErrors = Gen.Enum<DataAccessError>();
    private static readonly Gen<AccessResult> Result = Gen.OneOf(Data.Select(d => (AccessResult)d), AccessErrors.Select(e => (AccessResult)e));
    private static readonly Gen<ValueList<AccessResult>> Results = Result.Array[0, 5].Select(r => r.ToValueList());
    private static readonly Gen<ServiceError> Error = Gen.Select(Gen.Enum<ErrorClass>(), Gen.Int[0, 12], Gen.OneOf(Gen.Const((string?)null), Text.Select(t => (string?)t)), Gen.OneOf(Gen.Const((ObtainFileError?)null), Gen.Enum<ObtainFileError>().Select(e => (ObtainFileError?)e)), (c, n, t, o) => new ServiceError(c, n, t, o));
    private static readonly Gen<EntryTime> Time = Gen.Select(Gen.UInt, Gen.UShort, (m, d) => new EntryTime(m, d));
    private static readonly Gen<string> File = Gen.String[Gen.Char["abc./_0"], 1, 150];
    private static readonly Gen<FileAttributes> Attributes = Gen.Select(Gen.UInt, Gen.Long[0, 4_000_000_000], (s, t) => new FileAttributes(s, DateTimeOffset.FromUnixTimeSeconds(t)));
    private static readonly Gen<ValueList<string>> Names = Name.Array[0, 5].Select(n => n.ToValueList());

    private static readonly Gen<TypeDescription> Primitive = Gen.OneOf<TypeDescription>(
        Gen.OneOf(Gen.Const((TypeDescription)new TypeDescription.Primitive(PrimitiveKind.Boolean)), Gen.Const((TypeDescription)new TypeDescription.Primitive(PrimitiveKind.UtcTime)), Gen.Const((TypeDescription)new TypeDescription.Primitive(PrimitiveKind.BinaryTime, 1))),
        Gen.Select(Gen.OneOf(new[] { PrimitiveKind.BitString, PrimitiveKind.Integer, PrimitiveKind.Unsigned, PrimitiveKind.OctetString, PrimitiveKind.VisibleString, PrimitiveKind.MmsString }.Select(Gen.Const).ToArray()), Gen.Int[-255, 255], (k, s) => (TypeDescription)new TypeDescription.Primitive(k, s)),
        Gen.Const((TypeDescription)new TypeDescription.Primitive(PrimitiveKind.FloatingPoint, 32, 8)));

    private static readonly Gen<TypeDescription> Type = Gen.Recursive<TypeDescription>((depth, inner) => depth >= 4 ? Primitive : Gen.Frequency(
        (3, Primitive),
        (1, Gen.Select(Component, inner, (n, t) => new TypeDescription.Member(n, t)).Array[0, 4].Select(m => (TypeDescription)new TypeDescription.Structure(m.ToValueList()))),
        (1, Gen.Select(Gen.UInt, inner, (c, t) => (TypeDescription)new TypeDescription.Array(c, t)))));

    private static readonly Gen<JournalEntry> Entry = Gen.Select(
        Octets, Time, Gen.Select(Text, Data, (t, d) => new JournalVariable(t, d)).Array[0, 3], (i, t, v) => new JournalEntry(i, t, v.ToValueList()));

    public static IReadOnlyDictionary<string, Gen<ServiceRequest>> Requests { get; } = new Dictionary<string, Gen<ServiceRequest>>(StringComparer.Ordinal)
    {
        ["read"] = Gen.Select(Access, Gen.Bool, (a, b) => (ServiceRequest)new ReadRequest(a, b)),
        ["write"] = Gen.Select(Access, Data.Array[0, 4], (a, d) => (ServiceRequest)new WriteRequest(a, d.ToValueList())),
        ["getNameList"] = Gen.Select(Gen.Enum<ObjectClass>(), Gen.Enum<NameScope>(), Name, Gen.OneOf(Gen.Const((string?)null), Name.Select(n => (string?)n)), Gen.Bool,
            (c, s, n, a, e) => (ServiceRequest)new GetNameListRequest(c, s, s == NameScope.Domain ? n : "", a, e)),
        ["getVariableAccessAttributes"] = ObjectNames.Select(n => (ServiceRequest)new GetVariableAccessAttributesRequest(n)),
        ["defineNamedVariableList"] = Gen.Select(ObjectNames, Variables, (n, v) => (ServiceRequest)new DefineNamedVariableListRequest(n, v)),
        ["getNamedVariableListAttributes"] = ObjectNames.Select(n => (ServiceRequest)new GetNamedVariableListAttributesRequest(n)),
        ["deleteNamedVariableList"] = Gen.Select(Gen.Enum<ScopeOfDelete>(), ObjectNames.Array[0, 3], (s, n) => (ServiceRequest)new DeleteNamedVariableListRequest(s, n.ToValueList())),
        ["identify"] = Gen.Const((ServiceRequest)new IdentifyRequest()),
        ["status"] = Gen.Bool.Select(b => (ServiceRequest)new StatusRequest(b)),
        ["getDomainAttributes"] = Name.Select(n => (ServiceRequest)new GetDomainAttributesRequest(n)),
        ["readJournal by time"] = Gen.Select(ObjectNames, Time, Time, (n, a, b) => (ServiceRequest)new ReadJournalRequest(n, StartingTime: a, EndingTime: b)),
        ["readJournal after"] = Gen.Select(ObjectNames, Time, Octets, (n, t, o) => (ServiceRequest)new ReadJournalRequest(n, StartAfter: new(t, o))),
        ["readJournal from entry"] = Gen.Select(ObjectNames, Octets, Gen.Int, (n, o, c) => (ServiceRequest)new ReadJournalRequest(n, StartingEntry: o, NumberOfEntries: c)),
        ["initializeJournal"] = Gen.Select(ObjectNames, Time, Octets, (n, t, o) => (ServiceRequest)new InitializeJournalRequest(n, t, o)),
        ["fileOpen"] = Gen.Select(File, Gen.UInt, (f, p) => (ServiceRequest)new FileOpenRequest(f, p)),
        ["fileRead"] = Gen.Int.Select(i => (ServiceRequest)new FileReadRequest(i)),
        ["fileClose"] = Gen.Int.Select(i => (ServiceRequest)new FileCloseRequest(i)),
        ["fileDelete"] = File.Select(f => (ServiceRequest)new FileDeleteRequest(f)),
        ["fileDirectory"] = Gen.Select(File, File, (f, c) => (ServiceRequest)new FileDirectoryRequest(f, c)),
        ["obtainFile"] = Gen.Select(File, File, (s, d) => (ServiceRequest)new ObtainFileRequest(s, d)),
        ["storeDomainContents"] = Gen.Select(Name, File, (d, f) => (ServiceRequest)new StoreDomainContentsRequest(d, f)),
    };

    public static IReadOnlyDictionary<string, Gen<ServiceResponse>> Responses { get; } = new Dictionary<string, Gen<ServiceResponse>>(StringComparer.Ordinal)
    {
        ["read"] = Gen.Select(Results, Access, (r, a) => (ServiceResponse)new ReadResponse(r, a)),
        ["write"] = Gen.OneOf(Gen.Const((DataAccessError?)null), AccessErrors.Select(e => (DataAccessError?)e)).Array[0, 5].Select(r => (ServiceResponse)new WriteResponse(r.ToValueList())),
        ["getNameList"] = Gen.Select(Names, Gen.Bool, Gen.Bool, (n, m, e) => (ServiceResponse)new GetNameListResponse(n, m, e)),
        ["getVariableAccessAttributes"] = Gen.Select(Gen.Bool, Type, (d, t) => (ServiceResponse)new GetVariableAccessAttributesResponse(d, t)),
        ["defineNamedVariableList"] = Gen.Const((ServiceResponse)new DefineNamedVariableListResponse()),
        ["getNamedVariableListAttributes"] = Gen.Select(Gen.Bool, Variables, (d, v) => (ServiceResponse)new GetNamedVariableListAttributesResponse(d, v)),
        ["deleteNamedVariableList"] = Gen.Select(Gen.UInt, Gen.UInt, (m, d) => (ServiceResponse)new DeleteNamedVariableListResponse(m, d)),
        ["identify"] = Gen.Select(Text, Text, Text, (v, m, r) => (ServiceResponse)new IdentifyResponse(v, m, r)),
        ["status"] = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3], (l, p) => (ServiceResponse)new StatusResponse(l, p)),
        ["getDomainAttributes"] = Gen.Select(Names, Gen.Int[0, 5], Gen.Bool, Gen.Bool, Names, (c, s, d, h, p) => (ServiceResponse)new GetDomainAttributesResponse(c, s, d, h, p, 0)),
        ["readJournal"] = Gen.Select(Entry.Array[0, 3], Gen.Bool, (e, m) => (ServiceResponse)new ReadJournalResponse(e.ToValueList(), m)),
        ["initializeJournal"] = Gen.UInt.Select(d => (ServiceResponse)new InitializeJournalResponse(d)),
        ["fileOpen"] = Gen.Select(Gen.Int, Attributes, (f, a) => (ServiceResponse)new FileOpenResponse(f, a)),
        ["fileRead"] = Gen.Select(Octets, Gen.Bool, (d, m) => (ServiceResponse)new FileReadResponse(d, m)),
        ["fileClose"] = Gen.Const((ServiceResponse)new FileCloseResponse()),
        ["fileDelete"] = Gen.Const((ServiceResponse)new FileDeleteResponse()),
        ["fileDirectory"] = Gen.Select(Gen.Select(File, Attributes, (f, a) => new DirectoryEntry(f, a)).Array[0, 3], Gen.Bool, (e, m) => (ServiceResponse)new FileDirectoryResponse(e.ToValueList(), m)),
        ["obtainFile"] = Gen.Const((ServiceResponse)new ObtainFileResponse()),
        ["storeDomainContents"] = Gen.Const((ServiceResponse)new StoreDomainContentsResponse()),
    };

    private static readonly Gen<ServiceSupport> Support = Gen.Select(Gen.ULong, Gen.ULong, (l, h) => new ServiceSupport(l, h & 0x1F_FFFF));
    private static readonly Gen<ParameterCbb> Cbb = Gen.Int[0, 2047].Select(i => (ParameterCbb)i);

    public static IReadOnlyDictionary<string, Gen<MmsPdu>> Pdus { get; } = new Dictionary<string, Gen<MmsPdu>>(StringComparer.Ordinal)
    {
        ["initiate-Request"] = Gen.Select(Gen.Int[0, 100_000], Gen.Int[1, 9], Gen.Int[1, 20], Cbb, Support, (d, o, n, c, s) => (MmsPdu)new InitiateRequest { LocalDetailCalling = d, MaxServOutstandingCalling = o, DataStructureNestingLevel = n, ParameterCbb = c, ServicesSupportedCalling = s }),
        ["initiate-Response"] = Gen.Select(Gen.Int[0, 100_000], Gen.Int[1, 9], Gen.Int[1, 20], Cbb, Support, (d, o, n, c, s) => (MmsPdu)new InitiateResponse { LocalDetailCalled = d, MaxServOutstandingCalled = o, DataStructureNestingLevel = n, ParameterCbb = c, ServicesSupportedCalled = s }),
        ["initiate-Error"] = Error.Select(e => (MmsPdu)new InitiateError(e)),
        ["conclude-Request"] = Gen.Const((MmsPdu)new ConcludeRequest()),
        ["conclude-Response"] = Gen.Const((MmsPdu)new ConcludeResponse()),
        ["conclude-Error"] = Error.Select(e => (MmsPdu)new ConcludeError(e)),
        ["confirmed-Error"] = Gen.Select(Gen.UInt, Error, (i, e) => (MmsPdu)new ConfirmedError(i, e)),
        ["unconfirmed"] = Gen.Select(Access, Results, (a, r) => (MmsPdu)new UnconfirmedPdu(new(a, r))),
        ["reject"] = Gen.Select(Gen.OneOf(Gen.Const((uint?)null), Gen.UInt.Select(u => (uint?)u)), Gen.Enum<RejectedPdu>(), Gen.Int[0, 9], (i, p, c) => (MmsPdu)new RejectPdu(i, new(p, c))),
        ["cancel-Request"] = Gen.UInt.Select(i => (MmsPdu)new CancelRequest(i)),
        ["cancel-Response"] = Gen.UInt.Select(i => (MmsPdu)new CancelResponse(i)),
        ["cancel-Error"] = Gen.Select(Gen.UInt, Error, (i, e) => (MmsPdu)new CancelError(i, e)),
    };
}
