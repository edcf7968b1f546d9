using System.Globalization;
using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>Values of the file outside of the range that the file gives them (minVal, maxVal, stepSize; IEC 61850-7-3 §7.6).</summary>
/// <param name="findings">Where findings go.</param>
internal sealed class ValueRangeCheck(SclFindings findings)
{
    private const double Near = 1e-6;

    /// <summary>Checks a data object and those in it.</summary>
    /// <param name="ln">Element of its logical node.</param>
    /// <param name="dataObject">The data object.</param>
    public void Check(SclElement ln, DataObject dataObject)
    {
        for (var i = 0; i < dataObject.DataObjects.Count; i++)
        {
            Check(ln, dataObject.DataObjects[i]);
        }

        var (min, max, step) = Range(dataObject.Node(FunctionalConstraint.CF));
        if (min is null && max is null && step is null)
        {
            return;
        }

        foreach (var name in (string[])["setVal", "setMag", "mxVal", "stVal"])
        {
            foreach (var leaf in dataObject.Nodes.Where(n => n.Fc is not (FunctionalConstraint.CF or FunctionalConstraint.CO)).Select(n => Leaf(n.Child(name))).OfType<DataNode>().Where(l => !l.IsMirror))
            {
                CheckLeaf(ln, leaf, min, max, step);
            }
        }
    }

    private static (double? Min, double? Max, double? Step) Range(DataNode? configuration)
    {
        (double?, double?, double?) range = default;
        for (var i = 0; i < configuration?.Children.Count; i++)
        {
            var child = configuration.Children[i];
            switch (child.Name)
            {
                case "minVal":
                    range.Item1 = Number(child);
                    break;
                case "maxVal":
                    range.Item2 = Number(child);
                    break;
                case "stepSize":
                    range.Item3 = Number(child);
                    break;
            }
        }

        return range;
    }

    private void CheckLeaf(SclElement ln, DataNode leaf, double? min, double? max, double? step)
    {
        foreach (var value in leaf.GroupValues.Values.DefaultIfEmpty(leaf.InitialValue).Where(IsNumber).Select(v => v.AsDouble()).Distinct())
        {
            var why = value < min ? $"below minVal {Text(min)}" : value > max ? $"above maxVal {Text(max)}"
                : step > 0 && IsOff(value - (min ?? 0), step.Value) ? $"no step of stepSize {Text(step)}{(min is null ? "" : $" from minVal {Text(min)}")}" : null;
            if (why is not null)
            {
                findings.Warning(SclCodes.BadValue, ln, leaf.Reference, $"The value {Text(value)} is {why}; it is served all the same.", "Correct the Val, or the range.");
            }
        }
    }

    private static bool IsOff(double distance, double step) => Math.Abs((distance / step) - Math.Round(distance / step)) > Near * Math.Max(1, Math.Abs(distance / step));

    private static DataNode? Leaf(DataNode? node) => node is null or { IsArray: true } ? null : node.IsLeaf ? node : node.Child("f") ?? node.Child("i");

    private static double? Number(DataNode? node) => Leaf(node) is { } leaf && IsNumber(leaf.InitialValue) ? leaf.InitialValue.AsDouble() : null;

    private static bool IsNumber(DataValue value) => value.Kind is DataKind.Integer or DataKind.Unsigned or DataKind.Float32 or DataKind.Float64;

    private static string Text(double? value) => value?.ToString("G9", CultureInfo.InvariantCulture) ?? "";
}
