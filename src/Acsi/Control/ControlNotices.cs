using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>LastApplError and CommandTermination (IEC 61850-7-2 §20.5.2.8, §20.5.4; IEC 61850-8-1 §20.10).</summary>
internal sealed class ControlNotices(Queue<AcsiEffect> effects, Action<CommandTable.Settled> settle)
{
    public void Settle(CommandTable.Settled settled) => settle(settled);

    public void Log(string text, bool isWarning) => effects.Enqueue(new AcsiEffect.Log(text, isWarning));

    public void LastApplError(Association peer, string reference, ControlParameters parameters, AddCause cause) =>
        effects.Enqueue(new AcsiEffect.Notify(peer, new UnconfirmedPdu(new(
            new VariableAccess.List([new VariableSpecification(ObjectName.Vmd("LastApplError"))]),
            [ErrorStructure(reference, parameters, cause)]))));

    /// <summary>The one termination of an operation with enhanced security; nobody hears it whose association has ended.</summary>
    public void Terminate(ControlObject control, AddCause cause)
    {
        if (control.Client is not { } peer || control.Oper is not { } oper || control.Parameters is not { } parameters)
        {
            return;
        }

        var variable = new VariableSpecification(ObjectName.In(oper.LogicalNode.LogicalDevice.Name, oper.ItemId));
        var report = cause == AddCause.None
            ? new InformationReport(new VariableAccess.List([variable]), [parameters.Structure])
            : new InformationReport(
                new VariableAccess.List([new VariableSpecification(ObjectName.Vmd("LastApplError")), variable]),
                [ErrorStructure(oper.Reference, parameters, cause), parameters.Structure]);
        effects.Enqueue(new AcsiEffect.Notify(peer, new UnconfirmedPdu(report)));
    }

    private static DataValue ErrorStructure(string reference, ControlParameters parameters, AddCause cause) => DataValue.Structure(
        DataValue.VisibleString(reference),
        DataValue.Integer(cause switch { AddCause.TimeLimitOver => 2, AddCause.NoAccessAuthority or AddCause.BlockedBySwitchingHierarchy => 3, _ => 1 }),
        DataValue.Structure(DataValue.Integer(parameters.OriginCategory), parameters.OriginIdent),
        parameters.ControlNumber.Kind == DataKind.None ? DataValue.Unsigned(0) : parameters.ControlNumber,
        DataValue.Integer((int)cause));
}
