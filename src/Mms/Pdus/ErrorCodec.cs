namespace DerAgent.Mms;

/// <summary>ServiceError and reject reasons (ISO 9506-2 §7.4, §7.6).</summary>
internal static class ErrorCodec
{
    /// <summary>Writes the components of a ServiceError.</summary>
    public static void Write(XerWriter w, ServiceError error)
    {
        var name = System.Text.Encoding.ASCII.GetBytes(NamedNumbers.ErrorClasses[(int)error.Class]);
        w.Start("errorClass"u8);
        w.Start(name);
        w.Named(NamedNumbers.ErrorCodes(error.Class), error.Code);
        w.End(name);
        w.End("errorClass"u8);
        if (error.AdditionalDescription is not null)
        {
            w.Text("additionalDescription"u8, error.AdditionalDescription);
        }

        if (error.ObtainFile is { } end)
        {
            w.Start("serviceSpecificInfo"u8);
            w.Start("obtainFile"u8);
            w.Named(NamedNumbers.ObtainFileErrors, (int)end);
            w.End("obtainFile"u8);
            w.End("serviceSpecificInfo"u8);
        }
    }

    // What is said of other services is passed over.
    private static readonly XerFields<ObtainFileError?> SpecificFields = new(("obtainFile", static (ref r, ref p) => p = (ObtainFileError)r.Named(NamedNumbers.ObtainFileErrors)));

    private static readonly XerFields<((ErrorClass Class, int Code) Error, string? Description, ObtainFileError? ObtainFile)> ErrorFields = new(
        ("errorClass", static (ref r, ref p) => p.Error = ReadClass(ref r)),
        ("additionalDescription", static (ref r, ref p) => p.Description = r.Text()),
        ("serviceSpecificInfo|serviceSpecificInformation", static (ref r, ref p) => p.ObtainFile = SpecificFields.Read(ref r)));


    /// <summary>Reads a ServiceError inside the element being read, and its end tag.</summary>
    public static ServiceError Read(ref XerReader r)
    {
        var (error, description, obtainFile) = ErrorFields.Read(ref r, ((ErrorClass.Others, 0), null, null));
        return new(error.Class, error.Code, description, obtainFile);
    }

    public static void WriteReject(XerWriter w, RejectPdu reject)
    {
        if (reject.OriginalInvokeId is { } id)
        {
            w.Number("originalInvokeID"u8, id);
        }

        var name = System.Text.Encoding.ASCII.GetBytes(NamedNumbers.RejectedPdus[(int)reject.Reason.Pdu]);
        w.Start("rejectReason"u8);
        w.Start(name);
        w.Named(NamedNumbers.RejectCodes(reject.Reason.Pdu), reject.Reason.Code);
        w.End(name);
        w.End("rejectReason"u8);
    }

    private static readonly XerFields<(uint? Id, RejectReason Reason)> RejectFields = new(
        ("originalInvokeID", static (ref r, ref p) => p.Id = r.Unsigned32()),
        ("rejectReason", static (ref r, ref p) => p.Reason = ReadReason(ref r)));

    public static RejectPdu ReadReject(ref XerReader r)
    {
        var (id, reason) = RejectFields.Read(ref r, (null, new RejectReason(RejectedPdu.PduError, RejectCode.InvalidPdu)));
        return new(id, reason);
    }

    public static DataAccessError ReadDataAccessError(ref XerReader r) => (DataAccessError)r.Named(NamedNumbers.DataAccessErrors);

    private static (ErrorClass Class, int Code) ReadClass(ref XerReader r)
    {
        if (!r.Choice())
        {
            return (ErrorClass.Others, 0);
        }

        var index = IndexOf(NamedNumbers.ErrorClasses, r.Name);
        if (index < 0)
        {
            r.Fail(XerFault.InvalidArgument, $"<{XerReader.Shown(r.Name)}> is no class of errors");
            return (ErrorClass.Others, 0);
        }

        var code = r.Named(NamedNumbers.ErrorCodes((ErrorClass)index));
        r.EndChoice();
        return ((ErrorClass)index, code);
    }

    private static RejectReason ReadReason(ref XerReader r)
    {
        if (!r.Choice())
        {
            return new(RejectedPdu.PduError, RejectCode.InvalidPdu);
        }

        var index = IndexOf(NamedNumbers.RejectedPdus, r.Name);
        if (index < 0)
        {
            r.Fail(XerFault.InvalidArgument, $"<{XerReader.Shown(r.Name)}> is no reason to reject");
            return new(RejectedPdu.PduError, RejectCode.InvalidPdu);
        }

        var code = r.Named(NamedNumbers.RejectCodes((RejectedPdu)index));
        r.EndChoice();
        return new((RejectedPdu)index, code);
    }

    private static int IndexOf(IReadOnlyList<string> names, ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (name.Length == names[i].Length && System.Text.Ascii.Equals(name, names[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
