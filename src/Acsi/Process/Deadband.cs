using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>
/// What a change of an analogue value must exceed to be shown (IEC 61850-7-3 Ed 2.1 §6.5.3): db in 0.001 % of dbRef, of the last value where that is 0; without dbRef of the range of
/// rangeC, absolute where no range is given. Around zero it is zero: zeroDb in the same way.
/// </summary>
/// <param name="value">The leaf that is shown.</param>
/// <param name="isAngle">Whether it is the angle of a vector: dbAng and dbAngRef.</param>
internal sealed class Deadband(DataNode value, bool isAngle)
{
    private const double Share = 100_000;
    private readonly DataNode? _band = Leaf(value, isAngle ? "dbAng" : "db");
    private readonly DataNode? _reference = Leaf(value, isAngle ? "dbAngRef" : "dbRef");
    private readonly DataNode? _zero = isAngle ? null : Leaf(value, "zeroDb");
    private readonly DataNode? _zeroReference = isAngle ? null : Leaf(value, "zeroDbRef");
    private readonly DataNode? _min = RangeLimit(value, isAngle, "min");
    private readonly DataNode? _max = RangeLimit(value, isAngle, "max");

    /// <summary>Whether a value differs from the shown one by more than the deadband.</summary>
    public bool IsExceeded(ValueStore values, double next)
    {
        var shown = values[value.FirstSlot].AsDouble();
        return _band is null || values[_band.FirstSlot].AsDouble() is not (> 0 and var band) || !(Math.Abs(next - shown) <= Absolute(values, band, _reference, shown));
    }

    /// <summary>Whether a value is so near to zero that it is shown as zero.</summary>
    public bool IsZero(ValueStore values, double next) =>
        _zero is not null && values[_zero.FirstSlot].AsDouble() is > 0 and var band && Math.Abs(next) <= Absolute(values, band, _zeroReference, 0);

    private double Absolute(ValueStore values, double band, DataNode? reference, double shown)
    {
        if (reference is not null)
        {
            var of = values[reference.FirstSlot].AsDouble();
            return band * (of > 0 ? of : Math.Abs(shown)) / Share;
        }

        return _min is not null && _max is not null ? band * (values[_max.FirstSlot].AsDouble() - values[_min.FirstSlot].AsDouble()) / Share : band;
    }

    private static DataNode? Leaf(DataNode value, string name) => value.DataObject?.Attribute(name) is { IsLeaf: true } leaf ? leaf : null;

    private static DataNode? RangeLimit(DataNode value, bool isAngle, string name) =>
        value.DataObject?.Attribute(isAngle ? "rangeAngC" : "rangeC")?.Child(name)?.Leaves().FirstOrDefault();
}
