using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>
/// The range that an analogue value is in (IEC 61850-7-3 §6.5.4, <c>rangeC</c>): high-high to low-low by the limits that the file or a client gives, each left by limDb later than it
/// was entered. A value beyond min or max is questionable and out of range.
/// </summary>
internal sealed class RangeWatch
{
    private const double Share = 100_000;
    private const int Normal = 0;
    private readonly DataNode _range;
    private readonly DataNode? _deadband;
    private readonly (DataNode? Limit, int Range, int Sign)[] _limits;
    private readonly DataNode? _min;
    private readonly DataNode? _max;

    private RangeWatch(DataNode range, DataNode limits)
    {
        _range = range;
        _deadband = limits.Child("limDb") is { IsLeaf: true } deadband ? deadband : null;

        // From the outside inwards: the first that holds is the range. RangeKind: normal, high, low, high-high, low-low.
        _limits = [(Leaf(limits, "hhLim"), 3, 1), (Leaf(limits, "llLim"), 4, -1), (Leaf(limits, "hLim"), 1, 1), (Leaf(limits, "lLim"), 2, -1)];
        (_min, _max) = (Leaf(limits, "min"), Leaf(limits, "max"));
    }

    /// <summary>What follows from the limits of a data object; null where it shows no range.</summary>
    /// <param name="around">Its node under MX.</param>
    /// <param name="dataObject">The object.</param>
    /// <param name="isAngle">Whether it is the angle of a vector.</param>
    public static RangeWatch? Of(DataNode around, DataObject dataObject, bool isAngle) =>
        around.Child(isAngle ? "rangeAng" : "range") is { IsLeaf: true } range && dataObject.Attribute(isAngle ? "rangeAngC" : "rangeC") is { IsLeaf: false } limits ? new(range, limits) : null;

    /// <summary>The leaf that shows the range.</summary>
    public DataNode Range => _range;

    /// <summary>The range of a value, given the one it was in.</summary>
    public DataValue RangeOf(ValueStore values, double value)
    {
        var present = values[_range.FirstSlot].AsInteger();
        var hysteresis = _deadband is null || Span(values) is not { } span ? 0 : values[_deadband.FirstSlot].AsDouble() * span / Share;
        foreach (var (limit, range, sign) in _limits)
        {
            // Whoever is in a range, or further out on that side, leaves it later.
            if (limit is not null && values.IsKnown(limit.FirstSlot))
            {
                var isIn = present == range || present == Beyond(range);
                var distance = sign * (value - values[limit.FirstSlot].AsDouble());
                if (distance > (isIn ? -hysteresis : 0))
                {
                    return DataValue.Integer(range);
                }
            }
        }

        return DataValue.Integer(Normal);
    }

    /// <summary>Whether a value is beyond min or max.</summary>
    public bool IsBeyond(ValueStore values, double value) =>
        Span(values) is not null && (value < values[_min!.FirstSlot].AsDouble() || value > values[_max!.FirstSlot].AsDouble());

    private static int Beyond(int range) => range switch { 1 => 3, 2 => 4, _ => range };

    private double? Span(ValueStore values) =>
        _min is not null && _max is not null && values.IsKnown(_min.FirstSlot) && values.IsKnown(_max.FirstSlot) && values[_max.FirstSlot].AsDouble() - values[_min.FirstSlot].AsDouble() is > 0 and var span ? span : null;

    private static DataNode? Leaf(DataNode limits, string name) => limits.Child(name)?.Leaves().FirstOrDefault();
}
