using System.Text;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Client;

/// <summary>Who commands, and how.</summary>
internal sealed record OperateOptions
{
    /// <summary>orCat; 3 is remote-control.</summary>
    public int OriginCategory { get; init; } = 3;
    /// <summary>orIdent.</summary>
    public string OriginIdent { get; init; } = "der-agent client";
    /// <summary>ctlNum.</summary>
    public byte ControlNumber { get; init; } = 1;
    /// <summary>Test: nothing reaches the hardware.</summary>
    public bool Test { get; init; }
    /// <summary>operTm: when it is to be done; null: now.</summary>
    public DateTimeOffset? At { get; init; }
    /// <summary>How long to wait for a command termination.</summary>
    public TimeSpan TerminationTimeout { get; init; } = TimeSpan.FromSeconds(90);
}

/// <summary>How a command ended.</summary>
/// <param name="Failure">Result of the refused write; null where it was accepted.</param>
/// <param name="AddCause">Cause of a refusal or a negative termination.</param>
/// <param name="Stage">Service that was refused: Select, SelectWithValue, Operate or Cancel; Selected; Waiting for its time; Termination; or Done.</param>
internal sealed record OperateOutcome(DataAccessError? Failure, int? AddCause, string Stage)
{
    /// <summary>Whether the command succeeded.</summary>
    public bool Succeeded => Failure is null && AddCause is null;
}

/// <summary>Commands a controllable object the way its control model asks for (IEC 61850-7-2 §20).</summary>
internal sealed class OperateCommand(AcsiClient client, TimeProvider time)
{
    private static readonly TimeSpan NoticeTimeout = TimeSpan.FromMilliseconds(500);

    /// <summary>Reads the control model, selects where needed, operates, and waits for the termination where there is one.</summary>
    /// <param name="reference">The object, e.g. <c>PV1LD0/DWMX1.WMaxSptPct</c>.</param>
    /// <param name="value">The value as text: a number, true, false, or an ordinal.</param>
    /// <param name="options">Who and how.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<OperateOutcome> RunAsync(string reference, string value, OperateOptions options, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        var (model, oper, structure) = await PrepareAsync(reference, "Oper", value, options, cancel);
        if (await SelectAsync(reference, model, oper, structure, cancel) is { Succeeded: false } refused)
        {
            return refused;
        }

        if (await client.WriteAsync(oper, structure, cancel) is { } failure)
        {
            return new(failure, await CauseAsync(oper, cancel), "Operate");
        }

        return options.At is not null ? new(null, null, "Waiting")
            : model is 3 or 4 ? new(null, (await TerminationAsync(oper, options, cancel)).AddCause, "Termination")
            : new(null, null, "Done");
    }

    /// <summary>Select or SelectWithValue alone. The object stays selected until it is operated or cancelled, its time is over, or the association ends.</summary>
    /// <exception cref="AcsiException">There is no such object, or its control model knows no selection.</exception>
    public async Task<OperateOutcome> SelectAsync(string reference, string value, OperateOptions options, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        var (model, oper, structure) = await PrepareAsync(reference, "Oper", value, options, cancel);
        return model is 2 or 4 ? await SelectAsync(reference, model, oper, structure, cancel) : throw new AcsiException($"{reference} has ctlModel {model}, which knows no selection");
    }

    /// <summary>Cancel: ends our selection, or takes back a command that waits for its time, also one we gave under an earlier association.</summary>
    /// <exception cref="AcsiException">There is no such object, or nothing of it can be cancelled.</exception>
    public async Task<OperateOutcome> CancelAsync(string reference, string value, OperateOptions options, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        var (_, name, structure) = await PrepareAsync(reference, "Cancel", value, options, cancel);
        return await client.WriteAsync(name, structure, cancel) is { } failure ? new(failure, await CauseAsync(name, cancel), "Cancel") : new(null, null, "Done");
    }

    private async Task<OperateOutcome> SelectAsync(string reference, long model, ObjectName oper, DataValue structure, CancellationToken cancel)
    {
        switch (model)
        {
            case 2 when (await client.ReadAsync(Name(reference, FunctionalConstraint.CO, "SBO"), cancel)).AsText().Length == 0:
                return new(DataAccessError.ObjectAccessDenied, null, "Select");
            case 4 when await client.WriteAsync(Name(reference, FunctionalConstraint.CO, "SBOw"), structure, cancel) is { } refused:
                return new(refused, await CauseAsync(oper, cancel), "SelectWithValue");
            default:
                return new(null, null, "Selected");
        }
    }

    private async Task<(long Model, ObjectName Name, DataValue Structure)> PrepareAsync(string reference, string verb, string value, OperateOptions options, CancellationToken cancel)
    {
        var (model, name) = (await ModelAsync(reference, cancel), Name(reference, FunctionalConstraint.CO, verb));
        var type = await client.GetDefinitionAsync(name, cancel) as TypeDescription.Structure ?? throw new AcsiException($"{reference} has no {verb}");
        if (options.At is not null && !type.Components.Any(static c => c.Name == "operTm"))
        {
            throw new AcsiException($"{reference} has no operTm: it cannot be commanded for later");
        }

        return (model, name, Compose(type, value, options));
    }

    /// <summary>The control model; what has none cannot be commanded.</summary>
    private async Task<long> ModelAsync(string reference, CancellationToken cancel) => await client.ReadAsync([Name(reference, FunctionalConstraint.CF, "ctlModel")], cancel) switch
    {
        [{ Failure: null, Value: var model }] => model.AsInteger(),
        [{ Failure: DataAccessError.ObjectNonExistent or DataAccessError.ObjectUndefined }] => throw new AcsiException($"{reference} is no object that can be commanded: it has no ctlModel, or its partner may not see it; der-agent client browse shows what there is"),
        [{ Failure: { } error }] => throw new AcsiException($"{reference}: its ctlModel cannot be read: {error}"),
        _ => throw new AcsiException("the answer has another number of values"),
    };

    private static ObjectName Name(string reference, FunctionalConstraint fc, string attribute) =>
        ObjectReferences.Parse($"{reference}.{attribute}", fc) ?? throw new AcsiException($"\"{reference}\" is no reference; write LD/LN.DO, e.g. PV1LD0/DWMX1.WMaxSptPct");

    private DataValue Compose(TypeDescription.Structure type, string value, OperateOptions options) =>
        DataValue.Structure([.. type.Components.Select(c => c.Name switch
        {
            "ctlVal" => TextValues.Parse(value, c.Type) ?? throw new FormatException($"\"{value}\" is no value of this object; write a number, true, false, or an ordinal"),
            "origin" => DataValue.Structure(DataValue.Integer(options.OriginCategory), DataValue.Octets(Encoding.UTF8.GetBytes(options.OriginIdent))),
            "ctlNum" => DataValue.Unsigned(options.ControlNumber),
            "T" => Timestamp.From(time.GetUtcNow()).ToValue(),
            "operTm" => (options.At is { } at ? Timestamp.From(at) : Timestamp.Zero).ToValue(),
            "Test" => DataValue.Boolean(options.Test),
            "Check" => DataValue.Bits(0, 2),
            _ => throw new AcsiException($"the control has the unknown member {c.Name}"),
        })]);

    private async Task<ControlNotice> TerminationAsync(ObjectName oper, OperateOptions options, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(options.TerminationTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            await foreach (var report in client.InformationReports.ReadAllAsync(both.Token))
            {
                if (ControlNotice.From(report) is { IsTermination: true } notice && notice.Reference == oper.ToString())
                {
                    return notice;
                }
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new AcsiException($"no command termination within {options.TerminationTimeout.TotalSeconds:0} s");
        }

        throw new AcsiException("the connection ended before the command termination");
    }

    /// <summary>The notice that came before a negative answer, where one did. It may still be on its way through the channel.</summary>
    private async Task<int?> CauseAsync(ObjectName oper, CancellationToken cancel)
    {
        var stem = oper.ToString()[..(oper.ToString().LastIndexOf('$') + 1)];
        using var limit = new CancellationTokenSource(NoticeTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            await foreach (var report in client.InformationReports.ReadAllAsync(both.Token))
            {
                if (ControlNotice.From(report) is { IsTermination: false } notice && notice.Reference.StartsWith(stem, StringComparison.Ordinal))
                {
                    return notice.AddCause;
                }
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // Some refusals come without a notice (IEC 61850-7-2 §20.5.2.8).
        }

        return null;
    }
}
