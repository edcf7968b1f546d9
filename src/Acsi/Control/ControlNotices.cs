using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>LastApplError and CommandTermination (IEC 61850-7-2 §20.5.2.8, §20.5.4; IEC 61850-8-1 §20.10). Nobody hears them whose association has ended.</summary>
internal sealed class ControlNotices(Queue<AcsiEffect> effects, AssociationTable associations)
{
    public void LastApplError(AssociationKey peer, string reference, ControlParameters parameters, AddCause cause) =>
        Send(peer, new(new VariableAccess.List([new VariableSpecification(ObjectName.Vmd("LastApplError"))]), [ErrorStructure(reference, parameters, cause)]));

    /// <summary>Oper as it was written: a positive termination, or the word that an activation time has come.</summary>
    public void Oper(AssociationKey peer, DataNode oper, DataValue structure) => Send(peer, new(new VariableAccess.List([Variable(oper)]), [structure]));

    /// <summary>LastApplError and Oper: a negative termination.</summary>
    public void Failure(AssociationKey peer, DataNode oper, ControlParameters parameters, DataValue structure, AddCause cause) => Send(peer, new(
        new VariableAccess.List([new VariableSpecification(ObjectName.Vmd("LastApplError")), Variable(oper)]),
        [ErrorStructure(oper.Reference, parameters, cause), structure]));

    /// <summary>Something that people should look at.</summary>
    public void Warn(string text) => effects.Enqueue(new AcsiEffect.Log(text, IsWarning: true));

    private static VariableSpecification Variable(DataNode oper) => new(ObjectName.In(oper.LogicalNode.LogicalDevice.Name, oper.ItemId));

    private void Send(AssociationKey peer, InformationReport report)
    {
        if (associations.Find(peer) is { } association)
        {
            effects.Enqueue(new AcsiEffect.Notify(association, new UnconfirmedPdu(report)));
        }
    }

    private static DataValue ErrorStructure(string reference, ControlParameters parameters, AddCause cause) => DataValue.Structure(
        DataValue.VisibleString(reference),
        // Error is about the tests of the output, of which the time is the only one made: 2 where it ran out, else 0.
        DataValue.Integer(cause == AddCause.TimeLimitOver ? 2 : 0),
        DataValue.Structure(DataValue.Integer(parameters.OriginCategory), parameters.OriginIdent),
        parameters.ControlNumber.Kind == DataKind.None ? DataValue.Unsigned(0) : parameters.ControlNumber,
        DataValue.Integer((int)cause));
}
