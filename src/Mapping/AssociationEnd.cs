using DerAgent.Mms;

namespace DerAgent.Mapping;

/// <summary>A request on its way to the other side.</summary>
/// <param name="InvokeId">Names it in the answer.</param>
/// <param name="Iq">Type of the stanza that carries it.</param>
/// <param name="Content">Content of the stanza.</param>
internal sealed record AskedRequest(uint InvokeId, IqType Iq, byte[] Content);

/// <summary>
/// One end of an association (IEC 61850-7-2 §8.3): turns PDUs into contents of stanzas and back, within what was negotiated. Both ends are alike: a server asks as a
/// client does where a file is set (ISO 9506-2 annex D). It does no I/O and is touched by one thread at a time.
/// </summary>
/// <param name="id">Association id.</param>
/// <param name="dialect">Dialect of everything that is sent.</param>
internal sealed class AssociationEnd(string id, MmsDialect dialect)
{
    private readonly Dictionary<uint, MmsService> _asked = [];
    private uint _invokeId;

    /// <summary>Association id.</summary>
    public string Id => id;

    /// <summary>Dialect of everything that is sent.</summary>
    public MmsDialect Dialect => dialect;

    /// <summary>Greatest MMSpdu in octets, in either direction.</summary>
    public int MaxPduSize { get; private set; } = int.MaxValue;

    /// <summary>Nesting of data.</summary>
    public int MaxNesting { get; private set; } = MmsCodec.DefaultNesting;

    /// <summary>Requests of ours that may be outstanding.</summary>
    public int MaxOutstanding { get; private set; } = 1;

    /// <summary>Requests of ours that are not answered.</summary>
    public int Outstanding => _asked.Count;

    /// <summary>Takes over what was negotiated (ISO 9506-2 §8.2).</summary>
    /// <param name="response">The response to the initiate request.</param>
    /// <param name="isCalling">Whether we asked for the association.</param>
    public AssociationEnd Negotiated(InitiateResponse response, bool isCalling)
    {
        ArgumentNullException.ThrowIfNull(response);
        MaxPduSize = response.LocalDetailCalled ?? int.MaxValue;
        MaxNesting = response.DataStructureNestingLevel ?? MmsCodec.DefaultNesting;
        MaxOutstanding = Math.Max(1, isCalling ? response.MaxServOutstandingCalling : response.MaxServOutstandingCalled);
        return this;
    }

    /// <summary>A request of ours; null where as many are outstanding as was negotiated.</summary>
    public AskedRequest? Ask(ServiceRequest service)
    {
        ArgumentNullException.ThrowIfNull(service);
        if (_asked.Count >= MaxOutstanding)
        {
            return null;
        }

        while (!_asked.TryAdd(_invokeId, service.Service))
        {
            _invokeId++;
        }

        var pdu = new ConfirmedRequest(_invokeId++, service);
        return new(pdu.InvokeId, ServiceTable.IqTypeOf(pdu), AssociationEnvelope.Write(id, pdu, dialect));
    }

    /// <summary>Takes an answer to a request of ours; false where it answers none.</summary>
    public bool TakeAnswer(MmsPdu pdu) => pdu switch
    {
        ConfirmedResponse answer => _asked.Remove(answer.InvokeId),
        ConfirmedError error => _asked.Remove(error.InvokeId),
        RejectPdu { OriginalInvokeId: { } original } => _asked.Remove(original),
        _ => false,
    };

    /// <summary>Nobody answers a request of ours any more: its time is over, or its stanza came back.</summary>
    public void Forget(uint invokeId) => _asked.Remove(invokeId);

    /// <summary>Whether a PDU that came is within the negotiated size.</summary>
    public bool Fits(AssociationEnvelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        return envelope.Pdu.Length <= MaxPduSize;
    }

    /// <summary>Decodes a PDU that came; never throws.</summary>
    public XerResult Read(AssociationEnvelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        return MmsCodec.Read(envelope.Pdu.Span, MaxNesting);
    }

    /// <summary>Encodes a PDU to be sent. An answer larger than the negotiated size becomes the error that says so (service / pdu-size).</summary>
    public byte[] Write(MmsPdu pdu)
    {
        var octets = MmsCodec.ToArray(pdu, dialect);
        if (octets.Length > MaxPduSize && pdu is ConfirmedResponse { InvokeId: var invokeId })
        {
            var error = new ServiceError(ErrorClass.Service, ErrorCode.ServicePduSize, $"the answer has {octets.Length} octets, {MaxPduSize} were negotiated; ask for parts");
            octets = MmsCodec.ToArray(new ConfirmedError(invokeId, error), dialect);
        }

        return AssociationEnvelope.Write(id, octets);
    }
}
