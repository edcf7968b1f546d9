using DerAgent.Mms;

namespace DerAgent.Mapping;

/// <summary>Types of the iq stanza that carries a request (IEC TR 61850-80-3 §7.5.2).</summary>
internal enum IqType
{
    /// <summary>Asks and changes nothing.</summary>
    Get,
    /// <summary>Changes something.</summary>
    Set,
}

/// <summary>The confirmed services on the wire: one row a service. Its MMS name and its bit in servicesSupported are those of <see cref="MmsService"/>.</summary>
/// <param name="Service">The service.</param>
/// <param name="Iq">Type of the stanza that carries its request.</param>
internal sealed record ServiceRow(MmsService Service, IqType Iq);

/// <summary>The service table (IEC TR 61850-80-3 table 2).</summary>
internal static class ServiceTable
{
    /// <summary>Every service, in the order of its bit.</summary>
    public static IReadOnlyList<ServiceRow> Rows { get; } =
    [
        new(MmsService.Status, IqType.Get),
        new(MmsService.GetNameList, IqType.Get),
        new(MmsService.Identify, IqType.Get),
        new(MmsService.Read, IqType.Get),
        new(MmsService.Write, IqType.Set),
        new(MmsService.GetVariableAccessAttributes, IqType.Get),
        new(MmsService.DefineNamedVariableList, IqType.Set),
        new(MmsService.GetNamedVariableListAttributes, IqType.Get),
        new(MmsService.DeleteNamedVariableList, IqType.Set),
        new(MmsService.StoreDomainContents, IqType.Set),
        new(MmsService.GetDomainAttributes, IqType.Get),
        new(MmsService.ObtainFile, IqType.Get),
        new(MmsService.ReadJournal, IqType.Get),
        new(MmsService.InitializeJournal, IqType.Set),
        new(MmsService.FileOpen, IqType.Set),
        new(MmsService.FileRead, IqType.Get),
        new(MmsService.FileClose, IqType.Set),
        new(MmsService.FileDelete, IqType.Set),
        new(MmsService.FileDirectory, IqType.Get),
    ];

    private static readonly Dictionary<MmsService, ServiceRow> ByService = Rows.ToDictionary(r => r.Service);

    /// <summary>Type of the iq that carries a PDU which asks for an answer. A receiver takes either.</summary>
    /// <exception cref="ArgumentException">The PDU asks for none.</exception>
    public static IqType IqTypeOf(MmsPdu pdu) => pdu switch
    {
        ConfirmedRequest { Service: var service } => ByService[service.Service].Iq,
        InitiateRequest or ConcludeRequest => IqType.Set,
        CancelRequest => IqType.Get,
        _ => throw new ArgumentException($"{pdu?.GetType().Name} asks for no answer.", nameof(pdu)),
    };

    /// <summary>As the attribute of the stanza.</summary>
    public static string Name(this IqType type) => type == IqType.Set ? "set" : "get";
}
