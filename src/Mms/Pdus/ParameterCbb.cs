namespace DerAgent.Mms;

/// <summary>Parameter conformance building blocks (ISO 9506-2 §8.2): flag <c>1 &lt;&lt; i</c> is bit i.</summary>
[Flags]
internal enum ParameterCbb
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>Arrays.</summary>
    Str1 = 1 << 0,
    /// <summary>Structures.</summary>
    Str2 = 1 << 1,
    /// <summary>Named variables.</summary>
    Vnam = 1 << 2,
    /// <summary>Alternate access.</summary>
    Valt = 1 << 3,
    /// <summary>Unnamed variables.</summary>
    Vadr = 1 << 4,
    /// <summary>Scattered access.</summary>
    Vsca = 1 << 5,
    /// <summary>Named types.</summary>
    Tpy = 1 << 6,
    /// <summary>Named variable lists.</summary>
    Vlis = 1 << 7,
    /// <summary>Real data.</summary>
    Real = 1 << 8,
    /// <summary>Conclude by event.</summary>
    Cei = 1 << 10,
    /// <summary>What IEC 61850 needs.</summary>
    Iec61850 = Str1 | Str2 | Vnam | Valt | Vlis,
}

/// <summary>Services of ISO 9506-2 §8.2.3 by their bit in servicesSupported.</summary>
internal enum MmsService
{
    /// <summary>Status.</summary>
    Status = 0,
    /// <summary>GetNameList.</summary>
    GetNameList = 1,
    /// <summary>Identify.</summary>
    Identify = 2,
    /// <summary>Read.</summary>
    Read = 4,
    /// <summary>Write.</summary>
    Write = 5,
    /// <summary>GetVariableAccessAttributes.</summary>
    GetVariableAccessAttributes = 6,
    /// <summary>DefineNamedVariableList.</summary>
    DefineNamedVariableList = 11,
    /// <summary>GetNamedVariableListAttributes.</summary>
    GetNamedVariableListAttributes = 12,
    /// <summary>DeleteNamedVariableList.</summary>
    DeleteNamedVariableList = 13,
    /// <summary>StoreDomainContents.</summary>
    StoreDomainContents = 35,
    /// <summary>GetDomainAttributes.</summary>
    GetDomainAttributes = 37,
    /// <summary>ObtainFile.</summary>
    ObtainFile = 46,
    /// <summary>ReadJournal.</summary>
    ReadJournal = 65,
    /// <summary>InitializeJournal.</summary>
    InitializeJournal = 67,
    /// <summary>FileOpen.</summary>
    FileOpen = 72,
    /// <summary>FileRead.</summary>
    FileRead = 73,
    /// <summary>FileClose.</summary>
    FileClose = 74,
    /// <summary>FileDelete.</summary>
    FileDelete = 76,
    /// <summary>FileDirectory.</summary>
    FileDirectory = 77,
    /// <summary>InformationReport.</summary>
    InformationReport = 79,
    /// <summary>Conclude.</summary>
    Conclude = 83,
    /// <summary>Cancel.</summary>
    Cancel = 84,
}

/// <summary>A set of services: the 85 bits of servicesSupported.</summary>
/// <param name="Low">Bits 0 to 63.</param>
/// <param name="High">Bits 64 and above.</param>
internal sealed record ServiceSupport(ulong Low, ulong High)
{
    /// <summary>Number of bits on the wire.</summary>
    public const int BitCount = 85;

    /// <summary>No service.</summary>
    public static ServiceSupport None { get; } = new(0, 0);

    /// <summary>The given services.</summary>
    public static ServiceSupport Of(params ReadOnlySpan<MmsService> services)
    {
        ulong low = 0, high = 0;
        foreach (var service in services)
        {
            if ((int)service < 64)
            {
                low |= 1UL << (int)service;
            }
            else
            {
                high |= 1UL << ((int)service - 64);
            }
        }

        return new(low, high);
    }

    /// <summary>Whether <paramref name="service"/> is in the set.</summary>
    public bool Has(MmsService service) => Bit((int)service);

    internal bool Bit(int index) => index < 64 ? ((Low >> index) & 1) != 0 : ((High >> (index - 64)) & 1) != 0;
}
