using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Shows the state of a control in its status attributes where they are modelled: stSeld, opRcvd, opOk, tOpOk, origin, ctlNum (IEC 61850-7-3 §7.5). Whatever is set fits its type.</summary>
internal sealed class ControlStatus(ValueStore values, TimeProvider time, ClockQuality timeQuality)
{
    /// <summary>The values of the IED.</summary>
    public ValueStore Values => values;

    public void Selected(ControlObject control, bool isSelected) => Set(control, "stSeld", DataValue.Boolean(isSelected));

    /// <summary>An operation was received: opRcvd, and whose it is.</summary>
    public void Received(ControlObject control, ControlParameters parameters)
    {
        Set(control, "opRcvd", DataValue.Boolean(true));
        Set(control, "ctlNum", parameters.ControlNumber);
        if (control.Status("origin") is { } origin)
        {
            SetChild(origin, "orCat", DataValue.Integer(parameters.OriginCategory));
            SetChild(origin, "orIdent", parameters.OriginIdent);
        }
    }

    /// <summary>The output was activated: opOk, and the moment.</summary>
    public void Taken(ControlObject control)
    {
        Set(control, "opOk", DataValue.Boolean(true));
        Set(control, "tOpOk", Timestamp.From(time.GetUtcNow(), timeQuality.Value).ToValue());
    }

    /// <summary>opRcvd and opOk are transient: that they fall back is no event.</summary>
    public void Over(ControlObject control)
    {
        foreach (var name in new[] { "opRcvd", "opOk" })
        {
            if (control.Status(name) is { IsLeaf: true } node)
            {
                values.SetQuietly(node.FirstSlot, DataValue.Boolean(false));
            }
        }
    }

    private void Set(ControlObject control, string name, in DataValue value)
    {
        if (control.Status(name) is { IsLeaf: true } node)
        {
            SetLeaf(node, value);
        }
    }

    private void SetChild(DataNode node, string name, in DataValue value)
    {
        if (node.Child(name) is { IsLeaf: true } child)
        {
            SetLeaf(child, value);
        }
    }

    private void SetLeaf(DataNode leaf, in DataValue value)
    {
        if (value.Kind != DataKind.None && leaf.Type.Accept(value, out var accepted) == ValueFault.None)
        {
            values.Set(leaf.FirstSlot, accepted);
        }
    }
}
