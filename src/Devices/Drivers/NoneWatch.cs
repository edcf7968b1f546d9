namespace DerAgent.Devices;

/// <summary>Whether what a device says is a reading at all: while some of its points read as its profile says, it is none.</summary>
internal sealed class NoneWatch
{
    private bool _saysNone;

    /// <summary>The values of one exchange, as far as they are readings.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="values">What was read, in the order of its points.</param>
    public IEnumerable<(PointDefinition Point, PointValue Value)> Sift(DeviceProfile profile, IReadOnlyList<(PointDefinition Point, PointValue Value)> values)
    {
        foreach (var none in profile.NoneWhen)
        {
            if (values.FirstOrDefault(v => v.Point.Name == none.Point) is { Point: { } says } said)
            {
                _saysNone = none.Values.Any(v => said.Value.Is(v, says));
            }
        }

        return _saysNone ? values.Select(v => profile.NoneWhen.Any(n => n.Point == v.Point.Name) ? v : (v.Point, PointValue.None)) : values;
    }
}
