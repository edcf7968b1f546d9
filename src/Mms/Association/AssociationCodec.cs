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
            VersionNumber = parts.Version,
            ParameterCbb = parts.Cbb,
            ServicesSupportedCalling = parts.Services,
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
            VersionNumber = parts.Version,
            ParameterCbb = parts.Cbb,
            ServicesSupportedCalled = parts.Services,
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

    private static Parts Read(ref XerReader r)
    {
        var parts = new Parts();
        var detail = false;
        while (r.NextChild())
        {
            var name = WithoutVerb(r.Name);
            if (name.SequenceEqual("localDetailCalling"u8) || name.SequenceEqual("localDetailCalled"u8))
            {
                parts.LocalDetail = r.Integer32();
            }
            else if (name.SequenceEqual("MaxServOutstandingCalling"u8))
            {
                parts.Calling = r.Integer32();
            }
            else if (name.SequenceEqual("MaxServOutstandingCalled"u8))
            {
                parts.Called = r.Integer32();
            }
            else if (name.SequenceEqual("DataStructureNestingLevel"u8))
            {
                parts.Nesting = r.Integer32();
            }
            else if (name.EndsWith("nitRequestDetail"u8) || name.EndsWith("nitResponseDetail"u8))
            {
                detail = true;
                ReadDetail(ref r, parts);
            }
            else
            {
                r.Unknown();
            }
        }

        if (!detail)
        {
            r.Fail(XerFault.InvalidArgument, "initiate without its detail");
        }

        return parts;
    }

    private static void ReadDetail(ref XerReader r, Parts parts)
    {
        while (r.NextChild())
        {
            var name = WithoutVerb(r.Name);
            if (name.SequenceEqual("VersionNumber"u8))
            {
                parts.Version = r.Integer32();
            }
            else if (name.SequenceEqual("ParameterCBB"u8))
            {
                parts.Cbb = (ParameterCbb)(int)ReadBits(ref r).Low;
            }
            else if (name.StartsWith("servicesSupported"u8))
            {
                parts.Services = ReadBits(ref r);
            }
            else
            {
                r.Unknown();
            }
        }
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
    private static ReadOnlySpan<byte> WithoutVerb(ReadOnlySpan<byte> name) =>
        name.StartsWith("proposed"u8) ? name[8..] : name.StartsWith("negociated"u8) || name.StartsWith("negotiated"u8) ? name[10..] : name;

    private sealed class Parts
    {
        public int? LocalDetail { get; set; }
        public int Calling { get; set; } = 1;
        public int Called { get; set; } = 1;
        public int? Nesting { get; set; }
        public int Version { get; set; } = 1;
        public ParameterCbb Cbb { get; set; }
        public ServiceSupport Services { get; set; } = ServiceSupport.None;
    }
}
