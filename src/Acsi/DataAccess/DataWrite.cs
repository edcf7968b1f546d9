using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Rules of SetDataValues for plain data (IEC 61850-7-2 §11.4.3, IEC 61850-8-1 §13.2): which constraints are writable, and all or nothing.</summary>
internal static class DataWrite
{
    /// <summary>Whether a node of plain data may be written at all; null where it may.</summary>
    public static DataAccessError? Refuse(DataNode node)
    {
        if (node.Fc is not (FunctionalConstraint.SP or FunctionalConstraint.CF or FunctionalConstraint.SV or FunctionalConstraint.BL))
        {
            return DataAccessError.ObjectAccessDenied;
        }

        // The control model is the engineer's decision, made in SCL.
        return node.Leaves().Any(l => l.ValueKind is ValueKind.ReadOnly or ValueKind.Conf || l is { Fc: FunctionalConstraint.CF, Name: "ctlModel" })
            ? DataAccessError.ObjectAccessDenied
            : null;
    }

    /// <summary>Checks a value against the type of a leaf; <paramref name="accepted"/> is it as it is kept.</summary>
    public static DataAccessError? Accept(DataNode leaf, in DataValue value, out DataValue accepted) =>
        leaf.Type.Accept(value, out accepted) switch { ValueFault.None => null, ValueFault.Type => DataAccessError.TypeInconsistent, _ => DataAccessError.ObjectValueInvalid };

    /// <summary>Checks a value against a node; <paramref name="accepted"/> are the leaf values in slot order.</summary>
    public static DataAccessError? Check(DataNode node, in DataValue value, List<DataValue> accepted)
    {
        if (node.IsLeaf)
        {
            var failure = Accept(node, value, out var own);
            accepted.Add(own);
            return failure;
        }

        if (value.Kind != (node.IsArray ? DataKind.Array : DataKind.Structure) || value.Items.Count != node.Children.Count)
        {
            return DataAccessError.TypeInconsistent;
        }

        for (var i = 0; i < node.Children.Count; i++)
        {
            if (Check(node.Children[i], value.Items[i], accepted) is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    /// <summary>Puts leaf values in slot order together as the value of a node.</summary>
    public static DataValue Compose(DataNode node, IReadOnlyList<DataValue> leaves) => Compose(node, leaves, node.FirstSlot);

    private static DataValue Compose(DataNode node, IReadOnlyList<DataValue> leaves, int firstSlot)
    {
        if (node.IsLeaf)
        {
            return leaves[node.FirstSlot - firstSlot];
        }

        var items = new DataValue[node.Children.Count];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = Compose(node.Children[i], leaves, firstSlot);
        }

        return node.IsArray ? DataValue.Array(items) : DataValue.Structure(items);
    }
}
