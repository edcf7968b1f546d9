using DerAgent.Model;

namespace DerAgent.Mms;

/// <summary>Read, Write and InformationReport (ISO 9506-2 §14.5 to §14.8).</summary>
internal static class ReadWriteCodec
{
    /// <summary>MMS abbreviates it, others do not.</summary>
    private const string Specification = "variableAccessSpecificatn|variableAccessSpecification";

    public static void Write(XerWriter w, ReadRequest request)
    {
        // specificationWithResult has the default false and is left out then, in either dialect.
        if (request.SpecificationWithResult)
        {
            w.StartWithDefault("read"u8, "specificationWithResult"u8, "true"u8);
            w.Default("specificationWithResult"u8, "true"u8);
        }
        else
        {
            w.Start("read"u8);
        }

        WriteSpecification(w, request.Variables);
        w.End("read"u8);
    }

    private static readonly XerFields<(VariableAccess? Access, bool WithResult)> ReadRequestFields = new(
        (Specification, static (ref r, ref p) => p.Access = VariableAccessCodec.ReadAccess(ref r)),
        ("specificationWithResult", static (ref r, ref p) => p.WithResult = r.Boolean()));

    public static ReadRequest ReadReadRequest(ref XerReader r)
    {
        var (access, withResult) = ReadRequestFields.Read(ref r, (null, r.BooleanAttribute("specificationWithResult"u8) ?? false));
        return new(Required(ref r, access), withResult);
    }

    public static void Write(XerWriter w, ReadResponse response)
    {
        w.Start("read"u8);
        if (response.Variables is not null)
        {
            WriteSpecification(w, response.Variables);
        }

        WriteResults(w, response.Results);
        w.End("read"u8);
    }

    public static ReadResponse ReadReadResponse(ref XerReader r)
    {
        var (access, results) = ReadSpecificationAndResults(ref r);
        return new(results, access);
    }

    public static void Write(XerWriter w, WriteRequest request)
    {
        w.Start("write"u8);
        WriteSpecification(w, request.Variables);
        w.Start("listOfData"u8);
        foreach (ref readonly var value in request.Data.AsSpan())
        {
            w.StartItem("Data"u8);
            DataCodec.Write(w, value);
            w.EndItem("Data"u8);
        }

        w.End("listOfData"u8);
        w.End("write"u8);
    }

    private static readonly XerFields<(VariableAccess? Access, ValueList<DataValue>? Data)> WriteRequestFields = new(
        (Specification, static (ref r, ref p) => p.Access = VariableAccessCodec.ReadAccess(ref r)),
        ("listOfData", static (ref r, ref p) => p.Data = XerList.Read(ref r, static (ref r) => DataCodec.ReadItem(ref r, 1))));

    public static WriteRequest ReadWriteRequest(ref XerReader r)
    {
        var (access, data) = WriteRequestFields.Read(ref r);
        if (data is null)
        {
            r.Fail(XerFault.InvalidArgument, "write without listOfData");
        }

        return new(Required(ref r, access), data ?? []);
    }

    public static void Write(XerWriter w, WriteResponse response)
    {
        w.Start("write"u8);
        foreach (var result in response.Results)
        {
            w.StartItem("CHOICE"u8);
            if (result is { } failure)
            {
                WriteFailure(w, failure);
            }
            else
            {
                w.Empty("success"u8);
            }

            w.EndItem("CHOICE"u8);
        }

        w.End("write"u8);
    }

    public static WriteResponse ReadWriteResponse(ref XerReader r)
    {
        var results = new List<DataAccessError?>();
        while (r.NextChild())
        {
            var wrapped = DataCodec.IsWrapper(r.Name);
            if (wrapped && !r.Choice())
            {
                break;
            }

            if (r.Name.SequenceEqual("success"u8))
            {
                r.Skip();
                results.Add(null);
            }
            else if (r.Name.SequenceEqual("failure"u8))
            {
                results.Add(ErrorCodec.ReadDataAccessError(ref r));
            }
            else
            {
                r.Unknown();
            }

            if (wrapped)
            {
                r.EndChoice();
            }
        }

        return new(results.ToValueList());
    }

    public static void Write(XerWriter w, InformationReport report)
    {
        w.Start("informationReport"u8);
        w.Start("variableAccessSpecification"u8);
        VariableAccessCodec.WriteAccess(w, report.Variables);
        w.End("variableAccessSpecification"u8);
        WriteResults(w, report.Results);
        w.End("informationReport"u8);
    }

    public static InformationReport ReadReport(ref XerReader r)
    {
        var (access, results) = ReadSpecificationAndResults(ref r);
        return new(Required(ref r, access), results);
    }

    private static readonly XerFields<(VariableAccess? Access, ValueList<AccessResult>? Results)> ResultFields = new(
        ("listOfAccessResult", static (ref r, ref p) => p.Results = ReadResults(ref r)),
        (Specification, static (ref r, ref p) => p.Access = VariableAccessCodec.ReadAccess(ref r)));

    private static (VariableAccess? Access, ValueList<AccessResult> Results) ReadSpecificationAndResults(ref XerReader r)
    {
        var (access, results) = ResultFields.Read(ref r);
        return (access, results ?? []);
    }

    private static VariableAccess Required(ref XerReader r, VariableAccess? access)
    {
        if (access is null)
        {
            r.Fail(XerFault.InvalidArgument, "no variableAccessSpecification");
        }

        return access ?? new VariableAccess.List([]);
    }

    private static void WriteSpecification(XerWriter w, VariableAccess access)
    {
        w.Start(w.Dialect.VariableAccessSpecification);
        VariableAccessCodec.WriteAccess(w, access);
        w.End(w.Dialect.VariableAccessSpecification);
    }

    private static void WriteResults(XerWriter w, ValueList<AccessResult> results)
    {
        w.Start("listOfAccessResult"u8);
        foreach (ref readonly var result in results.AsSpan())
        {
            w.StartItem("AccessResult"u8);
            if (result.Failure is { } failure)
            {
                WriteFailure(w, failure);
            }
            else
            {
                w.Start("success"u8);
                DataCodec.Write(w, result.Value);
                w.End("success"u8);
            }

            w.EndItem("AccessResult"u8);
        }

        w.End("listOfAccessResult"u8);
    }

    private static ValueList<AccessResult> ReadResults(ref XerReader r)
    {
        var results = new List<AccessResult>(32);
        while (r.NextChild())
        {
            var wrapped = DataCodec.IsWrapper(r.Name);
            if (wrapped && !r.Choice())
            {
                break;
            }

            results.Add(ReadResult(ref r));
            if (wrapped)
            {
                r.EndChoice();
            }
        }

        return results.ToValueList();
    }

    private static AccessResult ReadResult(ref XerReader r)
    {
        if (r.Name.SequenceEqual("failure"u8))
        {
            return ErrorCodec.ReadDataAccessError(ref r);
        }

        if (!r.Name.SequenceEqual("success"u8))
        {
            r.Fail(XerFault.InvalidArgument, $"<{XerReader.Shown(r.Name)}> is neither success nor failure");
            return default;
        }

        if (!r.Choice())
        {
            return default;
        }

        var value = DataCodec.ReadItem(ref r, 1);
        r.EndChoice();
        return value;
    }

    private static void WriteFailure(XerWriter w, DataAccessError failure)
    {
        w.Start("failure"u8);
        w.Named(NamedNumbers.DataAccessErrors, (int)failure);
        w.End("failure"u8);
    }
}
