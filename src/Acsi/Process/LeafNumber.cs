using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>A number as the value of a leaf. Pure.</summary>
internal static class LeafNumber
{
    /// <summary>The value of the leaf's type that is nearest to a number.</summary>
    public static DataValue Of(DataNode leaf, double number)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        return leaf.Type.Basic switch
        {
            BasicType.Float when leaf.Type.Size == 64 => DataValue.Float64(number),
            BasicType.Float => DataValue.Float32((float)number),
            BasicType.Boolean => DataValue.Boolean(number != 0),
            BasicType.Unsigned => DataValue.Unsigned((ulong)Math.Max(0, Math.Round(number))),
            _ => DataValue.Integer((long)Math.Round(number)),
        };
    }
}
