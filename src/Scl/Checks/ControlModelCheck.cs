using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>Whether a controllable object has what its control model needs (IEC 61850-7-2 §20.2, IEC 61850-8-1 §20).</summary>
internal sealed class ControlModelCheck(SclFindings findings)
{
    /// <summary>Checks a data object and those in it.</summary>
    /// <param name="ln">Element of its logical node.</param>
    /// <param name="dataObject">The data object.</param>
    /// <param name="edition">Edition of its class: the first one asks for no times.</param>
    public void Check(SclElement ln, DataObject dataObject, ClassEdition edition)
    {
        for (var i = 0; i < dataObject.DataObjects.Count; i++)
        {
            Check(ln, dataObject.DataObjects[i], edition);
        }

        if (!CdcTable.IsControllable(dataObject.Cdc))
        {
            return;
        }

        var control = dataObject.Node(FunctionalConstraint.CO);
        var reference = $"{dataObject.LogicalNode.Reference}.{dataObject.Name}";
        if (dataObject.Node(FunctionalConstraint.CF)?.Child("ctlModel") is not { } model)
        {
            if (control is not null)
            {
                findings.Warning(SclCodes.ControlModel, ln, reference, "The object has control services and no ctlModel; every command is refused.", "Add ctlModel [CF] with a value.");
            }

            return;
        }

        if (model.InitialValue.Kind == DataKind.None)
        {
            if (control is not null)
            {
                findings.Warning(SclCodes.ControlModel, ln, reference, "ctlModel has no value; the object is served as status-only.", "Give ctlModel a Val.");
            }

            return;
        }

        if (edition is ClassEdition.Second or ClassEdition.Current && control is not null)
        {
            foreach (var (missing, what) in Times(model.InitialValue.AsInteger()).Where(t => dataObject.Node(FunctionalConstraint.CF)?.Child(t.Name) is null))
            {
                findings.Warning(SclCodes.ControlModel, ln, reference, $"The control model needs {missing}, {what}, and there is none; the agent takes its own.", $"Add {missing} [CF] to its DOType, with a value in milliseconds.");
            }
        }

        foreach (var missing in Needed(model.InitialValue.AsInteger()).Where(n => control?.Child(n) is null))
        {
            var literal = model.Type.Enumeration?.LiteralOf(model.InitialValue.AsInteger()) ?? model.InitialValue.AsInteger().ToString();
            findings.Warning(SclCodes.ControlModel, ln, reference, $"ctlModel is {literal} and there is no {missing}; the object cannot be commanded that way.", $"Add {missing} [CO] to its DOType, or set ctlModel to status-only.");
        }
    }

    private static (string Name, string What)[] Times(long model) => model switch
    {
        2 => [("sboTimeout", "how long a selection lasts")],
        3 => [("operTimeout", "how long an operation may take")],
        4 => [("sboTimeout", "how long a selection lasts"), ("operTimeout", "how long an operation may take")],
        _ => [],
    };

    private static string[] Needed(long model) => model switch
    {
        1 or 3 => ["Oper"],
        2 => ["SBO", "Oper", "Cancel"],
        4 => ["SBOw", "Oper", "Cancel"],
        _ => [],
    };
}
