namespace DerAgent.Mms;

/// <summary>Why an MMSpdu could not be read.</summary>
internal enum XerFault
{
    /// <summary>It could.</summary>
    None,
    /// <summary>It is not XML, or not one MMSpdu element of a known namespace: an error of the stanza.</summary>
    NotAnMmsPdu,
    /// <summary>The PDU type is unknown.</summary>
    UnknownPduType,
    /// <summary>It cannot be read far enough to find its invoke id.</summary>
    InvalidPdu,
    /// <summary>The service is unknown.</summary>
    UnrecognizedService,
    /// <summary>An argument is missing, twice there or of another type.</summary>
    InvalidArgument,
    /// <summary>A number is out of range.</summary>
    ValueOutOfRange,
    /// <summary>Data nested deeper than negotiated.</summary>
    MaxRecursionExceeded,
}

/// <summary>A PDU, or why there is none.</summary>
/// <param name="Pdu">The PDU where <paramref name="Fault"/> is none.</param>
/// <param name="Fault">Why not.</param>
/// <param name="InvokeId">Invoke id where it was read.</param>
/// <param name="Kind">Kind of the PDU as far as it was read.</param>
/// <param name="Description">A sentence for people: what is wrong, and where.</param>
internal readonly record struct XerResult(MmsPdu? Pdu, XerFault Fault, uint? InvokeId, RejectedPdu Kind, string Description)
{
    /// <summary>Whether it is an initiate-RequestPDU, readable or not.</summary>
    public bool IsInitiate { get; init; }

    /// <summary>The reject that answers it (ISO 9506-2 §7.6).</summary>
    public RejectPdu ToReject() => new(InvokeId, Fault switch
    {
        XerFault.UnknownPduType => new(RejectedPdu.PduError, RejectCode.UnknownPduType),
        _ when InvokeId is null && Kind is RejectedPdu.ConfirmedRequest => new(RejectedPdu.PduError, RejectCode.InvalidPdu),
        XerFault.UnrecognizedService => new(Kind, RejectCode.UnrecognizedService),
        XerFault.InvalidArgument when Kind == RejectedPdu.ConfirmedRequest => new(Kind, RejectCode.InvalidArgument),
        XerFault.ValueOutOfRange when Kind == RejectedPdu.ConfirmedRequest => new(Kind, RejectCode.ValueOutOfRange),
        XerFault.MaxRecursionExceeded when Kind == RejectedPdu.ConfirmedRequest => new(Kind, RejectCode.MaxRecursionExceeded),
        _ => new(RejectedPdu.PduError, RejectCode.InvalidPdu),
    });
}
