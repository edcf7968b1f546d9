using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>The range of a setting as its data object says: minVal, maxVal and stepSize (IEC 61850-7-3 §7.6, ING and ASG).</summary>
internal static class SettingRange
{
    private const double Tolerance = 1e-3;

    /// <summary>Why values must not be written; null where they may.</summary>
    /// <param name="values">Where the range stands.</param>
    /// <param name="node">What is written.</param>
    /// <param name="accepted">The values of its leaves, in slot order.</param>
    public static DataAccessError? Refuse(ValueStore values, DataNode node, IReadOnlyList<DataValue> accepted)
    {
        foreach (var leaf in node.Leaves())
        {
            if ((leaf.Name == "setVal" || leaf.Parent?.Name == "setMag") && leaf.DataObject is { Cdc: "ING" or "ASG" } dataObject && !Allows(values, dataObject, accepted[leaf.FirstSlot - node.FirstSlot].AsDouble()))
            {
                return DataAccessError.ObjectValueInvalid;
            }
        }

        return null;
    }

    private static bool Allows(ValueStore values, DataObject dataObject, double number)
    {
        if (!double.IsFinite(number))
        {
            return false;
        }

        if (Limit(values, dataObject, "minVal") is not { } low || Limit(values, dataObject, "maxVal") is not { } high || low >= high)
        {
            return true;
        }

        var step = Limit(values, dataObject, "stepSize") ?? 0;
        var steps = step > 0 ? (number - low) / step : 0;
        return number >= low && number <= high && Math.Abs(steps - Math.Round(steps)) < Tolerance;
    }

    private static double? Limit(ValueStore values, DataObject dataObject, string name) =>
        dataObject.Attribute(name)?.Leaves().FirstOrDefault() is { } leaf && values.IsKnown(leaf.FirstSlot) ? values[leaf.FirstSlot].AsDouble() : null;
}
