using DerAgent.Mms;

namespace DerAgent.Client;

/// <summary>How an operation with enhanced security ended, or why a control was refused.</summary>
/// <param name="Reference">Reference of the control, e.g. <c>PV1LD0/DWMX1$CO$WMaxSptPct$Oper</c>.</param>
/// <param name="AddCause">The cause; null for a positive termination.</param>
/// <param name="IsTermination">Whether it is a command termination; else a LastApplError before a negative answer.</param>
internal sealed record ControlNotice(string Reference, int? AddCause, bool IsTermination)
{
    /// <summary>Reads a notice; null where the report is none.</summary>
    public static ControlNotice? From(InformationReport information)
    {
        ArgumentNullException.ThrowIfNull(information);
        if (information.Variables is not VariableAccess.List { Items: var items } || items.Count is < 1 or > 2)
        {
            return null;
        }

        if (items[0].Name is not { Scope: NameScope.Vmd, Item: "LastApplError" })
        {
            return items[0].Name.Item.EndsWith("$Oper", StringComparison.Ordinal) ? new(items[0].Name.ToString(), null, true) : null;
        }

        var error = information.Results.Count > 0 ? information.Results[0].Value.Items : [];
        return error.Count == 5 ? new(error[0].AsText(), (int)error[4].AsInteger(), items.Count == 2) : null;
    }
}
