namespace DerAgent.Mms;

/// <summary>Initiate (ISO 9506-2 §8.2).</summary>
internal static class AssociationCodec
{
    public static void Write(XerWriter w, InitiateRequest pdu)
    {
        WriteCommon(w, "localDetailCalling"u8, pdu.LocalDetailCalling, pdu.MaxServOutstandingCalling, pdu.MaxServOutstandingCalled, pdu.DataStructureNestingLevel, "proposed");
        w.Start("mmsInitRequestDetail"u8);
        WriteDetail(w, pdu.VersionNumber, pdu.ParameterCbb, "proposed", "servicesSupportedCalling"u8, pdu.ServicesSupportedCalling);
        w.End("mmsInitRequestDetail"u8);
    }

    public static void Write(XerWriter w, InitiateResponse pdu)
    {
        WriteCommon(w, "localDetailCalled"u8, pdu.LocalDetailCalled, pdu.MaxServOutstandingCalling, pdu.MaxServOutstandingCalled, pdu.DataStructureNestingLevel, "negociated");
        w.Start("mmsInitResponseDetail"u8);
        WriteDetail(w, pdu.VersionNumber, pdu.ParameterCbb, "negociated", "servicesSupportedCalled"u8, pdu.ServicesSupportedCalled);
        w.End("mmsInitResponseDetail"u8);
    }

    public static InitiateRequest ReadRequest(ref XerReader r)
    {
        var parts = Read(ref r);
        return new()
        {
            LocalDetailCalling = parts.LocalDetail,
            MaxServOutstandingCalling = parts.Calling,
            MaxServOutstandingCalled = parts.Called,
            DataStructureNestingLevel = parts.Nesting,
            VersionNumber = parts.Detail!.Value.Version,
            ParameterCbb = parts.Detail!.Value.Cbb,
            ServicesSupportedCalling = parts.Detail!.Value.Services,
        };
    }

    public static InitiateResponse ReadResponse(ref XerReader r)
    {
        var parts = Read(ref r);
        return new()
        {
            LocalDetailCalled = parts.LocalDetail,
            MaxServOutstandingCalling = parts.Calling,
            MaxServOutstandingCalled = parts.Called,
            DataStructureNestingLevel = parts.Nesting,
            VersionNumber = parts.Detail!.Value.Version,
            ParameterCbb = parts.Detail!.Value.Cbb,
            ServicesSupportedCalled = parts.Detail!.Value.Services,
        };
    }

    private static void WriteCommon(XerWriter w, ReadOnlySpan<byte> localDetail, int? size, int calling, int called, int? nesting, string verb)
    {
        if (size is { } octets)
        {
            w.Number(localDetail, octets);
        }

        Number(w, verb + "MaxServOutstandingCalling", calling);
        Number(w, verb + "MaxServOutstandingCalled", called);
        if (nesting is { } level)
        {
            Number(w, verb + "DataStructureNestingLevel", level);
        }
    }

    private static void WriteDetail(XerWriter w, int version, ParameterCbb cbb, string verb, ReadOnlySpan<byte> servicesName, ServiceSupport services)
    {
        Number(w, verb + "VersionNumber", version);
        Span<byte> bits = stackalloc byte[ServiceSupport.BitCount];
        for (var i = 0; i < 11; i++)
        {
            bits[i] = ((int)cbb & (1 << i)) != 0 ? (byte)'1' : (byte)'0';
        }

        var name = System.Text.Encoding.ASCII.GetBytes(verb + "ParameterCBB");
        w.Start(name);
        w.Raw(bits[..11]);
        w.End(name);
        for (var i = 0; i < bits.Length; i++)
        {
            bits[i] = services.Bit(i) ? (byte)'1' : (byte)'0';
        }

        w.Start(servicesName);
        w.Raw(bits);
        w.End(servicesName);
    }

    private static void Number(XerWriter w, string name, int value) => w.Number(System.Text.Encoding.ASCII.GetBytes(name), value);

    private static readonly XerFields<Parts> PartFields = new(
        ("localDetailCalling|localDetailCalled", static (ref r, ref p) => p.LocalDetail = r.Integer32()),
        (Verbs("MaxServOutstandingCalling"), static (ref r, ref p) => p.Calling = r.Integer32()),
        (Verbs("MaxServOutstandingCalled"), static (ref r, ref p) => p.Called = r.Integer32()),
        (Verbs("DataStructureNestingLevel"), static (ref r, ref p) => p.Nesting = r.Integer32()),
        ("mmsInitRequestDetail|mmsInitResponseDetail|initRequestDetail|initResponseDetail", static (ref r, ref p) => p.Detail = DetailFields!.Read(ref r, new())));

    private static readonly XerFields<Detail> DetailFields = new(
        (Verbs("VersionNumber"), static (ref r, ref p) => p.Version = r.Integer32()),
        (Verbs("ParameterCBB"), static (ref r, ref p) => p.Cbb = (ParameterCbb)(int)ReadBits(ref r).Low),
        ("servicesSupportedCalling|servicesSupportedCalled", static (ref r, ref p) => p.Services = ReadBits(ref r)));

    private static Parts Read(ref XerReader r)
    {
        var parts = PartFields.Read(ref r, new());
        if (parts.Detail is null)
        {
            r.Fail(XerFault.InvalidArgument, "initiate without its detail");
        }

        return parts with { Detail = parts.Detail ?? new() };
    }

    private static ServiceSupport ReadBits(ref XerReader r)
    {
        var token = r.Token();
        ulong low = 0, high = 0;
        for (var i = 0; i < token.Length; i++)
        {
            if (token[i] is not ((byte)'0' or (byte)'1'))
            {
                r.Fail(XerFault.InvalidArgument, $"\"{XerReader.Shown(token)}\" is no bit string");
                break;
            }

            var bit = (ulong)(token[i] & 1);
            low |= i < 64 ? bit << i : 0;
            high |= i is >= 64 and < 128 ? bit << (i - 64) : 0;
        }

        return new(low, high);
    }

    /// <summary>MMS writes <c>negociated</c>, others <c>negotiated</c>.</summary>
    private static string Verbs(string name) => $"{name}|proposed{name}|negociated{name}|negotiated{name}";

    private record struct Parts()
    {
        public int? LocalDetail { get; set; }
        public int Calling { get; set; } = 1;
        public int Called { get; set; } = 1;
        public int? Nesting { get; set; }
        public Detail? Detail { get; set; }
    }

    private record struct Detail()
    {
        public int Version { get; set; } = 1;
        public ParameterCbb Cbb { get; set; }
        public ServiceSupport Services { get; set; } = ServiceSupport.None;
    }
}
