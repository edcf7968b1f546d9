using System.Buffers;
using System.Text.Unicode;

namespace DerAgent.Mms;

/// <summary>Reads and writes MMSpdu elements (ISO 9506-2 §7.1 in the XER of ISO/IEC 8825-4).</summary>
internal static class MmsCodec
{
    /// <summary>Nesting of data where nothing was negotiated.</summary>
    public const int DefaultNesting = 10;

    /// <summary>Writes one MMSpdu.</summary>
    public static void Write(IBufferWriter<byte> output, MmsPdu pdu, MmsDialect dialect)
    {
        var w = new XerWriter(output, dialect);
        w.StartPdu();
        switch (pdu)
        {
            case ConfirmedRequest p:
                w.Start("confirmed-RequestPDU"u8);
                w.Number("invokeID"u8, p.InvokeId);
                w.Start("ConfirmedServiceRequest"u8);
                ConfirmedServiceCodec.Write(w, p.Service);
                w.End("ConfirmedServiceRequest"u8);
                w.End("confirmed-RequestPDU"u8);
                break;
            case ConfirmedResponse p:
                w.Start("confirmed-ResponsePDU"u8);
                w.Number("invokeID"u8, p.InvokeId);
                w.Start("ConfirmedServiceResponse"u8);
                ConfirmedServiceCodec.Write(w, p.Service);
                w.End("ConfirmedServiceResponse"u8);
                w.End("confirmed-ResponsePDU"u8);
                break;
            case UnconfirmedPdu p:
                w.Start("unconfirmed-PDU"u8);
                w.Start("UnconfirmedService"u8);
                ReadWriteCodec.Write(w, p.Report);
                w.End("UnconfirmedService"u8);
                w.End("unconfirmed-PDU"u8);
                break;
            case ConfirmedError p:
                w.Start("confirmed-ErrorPDU"u8);
                w.Number("invokeID"u8, p.InvokeId);
                w.Start("serviceError"u8);
                ErrorCodec.Write(w, p.Error);
                w.End("serviceError"u8);
                w.End("confirmed-ErrorPDU"u8);
                break;
            case RejectPdu p:
                w.Start("rejectPDU"u8);
                ErrorCodec.WriteReject(w, p);
                w.End("rejectPDU"u8);
                break;
            case InitiateRequest p:
                w.Start("initiate-RequestPDU"u8);
                AssociationCodec.Write(w, p);
                w.End("initiate-RequestPDU"u8);
                break;
            case InitiateResponse p:
                w.Start("initiate-ResponsePDU"u8);
                AssociationCodec.Write(w, p);
                w.End("initiate-ResponsePDU"u8);
                break;
            case InitiateError p:
                w.Start("initiate-ErrorPDU"u8);
                ErrorCodec.Write(w, p.Error);
                w.End("initiate-ErrorPDU"u8);
                break;
            case ConcludeRequest:
                w.Empty("conclude-RequestPDU"u8);
                break;
            case ConcludeResponse:
                w.Empty("conclude-ResponsePDU"u8);
                break;
            case ConcludeError p:
                w.Start("conclude-ErrorPDU"u8);
                ErrorCodec.Write(w, p.Error);
                w.End("conclude-ErrorPDU"u8);
                break;
            case CancelRequest p:
                w.Number("cancel-RequestPDU"u8, p.OriginalInvokeId);
                break;
            case CancelResponse p:
                w.Number("cancel-ResponsePDU"u8, p.OriginalInvokeId);
                break;
            case CancelError p:
                w.Start("cancel-ErrorPDU"u8);
                w.Number("originalInvokeID"u8, p.OriginalInvokeId);
                w.Start("serviceError"u8);
                ErrorCodec.Write(w, p.Error);
                w.End("serviceError"u8);
                w.End("cancel-ErrorPDU"u8);
                break;
            default:
                throw new InvalidOperationException($"No codec for {pdu.GetType().Name}.");
        }

        w.End("MMSpdu"u8);
    }

    /// <summary>One MMSpdu as octets.</summary>
    public static byte[] ToArray(MmsPdu pdu, MmsDialect dialect)
    {
        var output = new ArrayBufferWriter<byte>(512);
        Write(output, pdu, dialect);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads one MMSpdu element, whatever its dialect; never throws.</summary>
    /// <param name="xml">The element, its start tag first.</param>
    /// <param name="maxNesting">Greatest nesting of data, as negotiated.</param>
    public static XerResult Read(ReadOnlySpan<byte> xml, int maxNesting = DefaultNesting)
    {
        if (!Utf8.IsValid(xml))
        {
            return new(null, XerFault.NotAnMmsPdu, null, RejectedPdu.PduError, "the octets are not UTF-8");
        }

        var r = new XerReader(xml, maxNesting);
        var progress = new Progress();
        MmsPdu? pdu = null;
        if (!r.NextChild() || !r.Name.SequenceEqual("MMSpdu"u8))
        {
            r.Fail(XerFault.NotAnMmsPdu, "the element is no MMSpdu");
        }
        else if (!r.NextChild())
        {
            r.Fail(XerFault.UnknownPduType, "the MMSpdu is empty");
        }
        else
        {
            pdu = ReadPdu(ref r, progress);
            r.EndChoice();
            r.ExpectEnd();
        }

        return r.Fault == XerFault.None ? new(pdu, XerFault.None, progress.InvokeId, progress.Kind, "") : new(null, r.Fault, progress.InvokeId, progress.Kind, r.Description) { IsInitiate = progress.IsInitiate };
    }

    private static MmsPdu? ReadPdu(ref XerReader r, Progress progress)
    {
        if (Is(r.Name, "confirmed-RequestPDU"u8))
        {
            progress.Kind = RejectedPdu.ConfirmedRequest;
            return ReadConfirmed(ref r, progress, "onfirmedServiceRequest"u8, ConfirmedServiceCodec.ReadRequest) is var (id, request) && request is not null ? new ConfirmedRequest(id, request) : null;
        }

        if (Is(r.Name, "confirmed-ResponsePDU"u8))
        {
            progress.Kind = RejectedPdu.ConfirmedResponse;
            return ReadConfirmed(ref r, progress, "onfirmedServiceResponse"u8, ConfirmedServiceCodec.ReadResponse) is var (id, response) && response is not null ? new ConfirmedResponse(id, response) : null;
        }

        if (Is(r.Name, "confirmed-ErrorPDU"u8))
        {
            progress.Kind = RejectedPdu.ConfirmedError;
            return ReadConfirmed(ref r, progress, "erviceError"u8, ErrorCodec.Read) is var (id, error) && error is not null ? new ConfirmedError(id, error) : null;
        }

        if (Is(r.Name, "unconfirmed-PDU"u8))
        {
            progress.Kind = RejectedPdu.Unconfirmed;
            return ReadUnconfirmed(ref r) is { } report ? new UnconfirmedPdu(report) : null;
        }

        if (Is(r.Name, "rejectPDU"u8))
        {
            return ErrorCodec.ReadReject(ref r);
        }

        if (Is(r.Name, "initiate-RequestPDU"u8))
        {
            progress.IsInitiate = true;
            return AssociationCodec.ReadRequest(ref r);
        }

        if (Is(r.Name, "initiate-ResponsePDU"u8))
        {
            return AssociationCodec.ReadResponse(ref r);
        }

        if (Is(r.Name, "initiate-ErrorPDU"u8))
        {
            return new InitiateError(ErrorCodec.Read(ref r));
        }

        return ReadEndOrCancel(ref r, progress);
    }

    private static MmsPdu? ReadEndOrCancel(ref XerReader r, Progress progress)
    {
        if (Is(r.Name, "conclude-RequestPDU"u8))
        {
            progress.Kind = RejectedPdu.ConcludeRequest;
            r.Skip();
            return new ConcludeRequest();
        }

        if (Is(r.Name, "conclude-ResponsePDU"u8))
        {
            progress.Kind = RejectedPdu.ConcludeResponse;
            r.Skip();
            return new ConcludeResponse();
        }

        if (Is(r.Name, "conclude-ErrorPDU"u8))
        {
            progress.Kind = RejectedPdu.ConcludeError;
            return new ConcludeError(ErrorCodec.Read(ref r));
        }

        if (Is(r.Name, "cancel-RequestPDU"u8))
        {
            progress.Kind = RejectedPdu.CancelRequest;
            return new CancelRequest(r.Unsigned32());
        }

        if (Is(r.Name, "cancel-ResponsePDU"u8))
        {
            progress.Kind = RejectedPdu.CancelResponse;
            return new CancelResponse(r.Unsigned32());
        }

        if (Is(r.Name, "cancel-ErrorPDU"u8))
        {
            progress.Kind = RejectedPdu.CancelError;
            return ReadCancelError(ref r);
        }

        r.Fail(XerFault.UnknownPduType, $"<{XerReader.Shown(r.Name)}> is no PDU of MMS");
        return null;
    }

    private delegate T? PartReader<out T>(ref XerReader r)
        where T : class;

    private static (uint InvokeId, T? Part) ReadConfirmed<T>(ref XerReader r, Progress progress, ReadOnlySpan<byte> part, PartReader<T> read)
        where T : class
    {
        T? found = null;
        while (r.NextChild())
        {
            if (r.Name.SequenceEqual("invokeID"u8) || r.Name.SequenceEqual("invokeId"u8))
            {
                if (progress.InvokeId is not null)
                {
                    r.Fail(XerFault.InvalidArgument, "two invoke ids in one PDU");
                    continue;
                }

                var id = r.Unsigned32();
                progress.InvokeId = r.Fault == XerFault.None ? id : null;
            }
            else if (r.Name.Length == part.Length + 1 && r.Name.EndsWith(part))
            {
                if (found is not null)
                {
                    r.Fail(XerFault.InvalidArgument, "two services in one PDU");
                }

                found = read(ref r);
            }
            else
            {
                r.Unknown();
            }
        }

        if (progress.InvokeId is null)
        {
            r.Fail(XerFault.InvalidPdu, "no invokeID");
        }
        else if (found is null)
        {
            r.Fail(XerFault.InvalidArgument, "no service");
        }

        return (progress.InvokeId ?? 0, found);
    }

    private static readonly XerFields<(InformationReport? Report, bool _)> UnconfirmedFields = new(
        ("unconfirmedService|UnconfirmedService", static (ref r, ref p) => p.Report = ReadUnconfirmedService(ref r)));

    private static readonly XerFields<(uint Id, ServiceError Error)> CancelErrorFields = new(
        ("originalInvokeID", static (ref r, ref p) => p.Id = r.Unsigned32()),
        ("serviceError|ServiceError", static (ref r, ref p) => p.Error = ErrorCodec.Read(ref r)));

    private static InformationReport? ReadUnconfirmed(ref XerReader r)
    {
        var (report, _) = UnconfirmedFields.Read(ref r);
        if (report is null)
        {
            r.Fail(XerFault.InvalidArgument, "no service");
        }

        return report;
    }

    private static InformationReport? ReadUnconfirmedService(ref XerReader r)
    {
        InformationReport? report = null;
        if (!r.Choice())
        {
            return report;
        }

        if (r.Name.SequenceEqual("informationReport"u8))
        {
            report = ReadWriteCodec.ReadReport(ref r);
        }
        else
        {
            r.Fail(XerFault.UnrecognizedService, $"service <{XerReader.Shown(r.Name)}> is unknown");
        }

        r.EndChoice();
        return report;
    }

    private static CancelError ReadCancelError(ref XerReader r)
    {
        var (id, error) = CancelErrorFields.Read(ref r, (0, new ServiceError(ErrorClass.Cancel, 0)));
        return new(id, error);
    }

    /// <summary>The name, its first letter in either case.</summary>
    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> expected) =>
        name.Length == expected.Length && (name[0] | 0x20) == (expected[0] | 0x20) && name[1..].SequenceEqual(expected[1..]);

    private sealed class Progress
    {
        public uint? InvokeId { get; set; }

        public RejectedPdu Kind { get; set; } = RejectedPdu.PduError;

        public bool IsInitiate { get; set; }
    }
}
