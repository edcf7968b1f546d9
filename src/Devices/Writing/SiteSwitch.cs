namespace DerAgent.Devices;

/// <summary>Switches that somebody opens on site: whoever does that relies on it. Pure.</summary>
internal static class SiteSwitch
{
    /// <summary>A switch that a set point in force has closed and that is open; null: none.</summary>
    /// <param name="held">The set point.</param>
    /// <param name="points">The device's points.</param>
    /// <param name="readings">What was read of it.</param>
    public static string? Opened(PointInForce held, IReadOnlyDictionary<string, PointDefinition> points, DeviceReadings readings)
    {
        ArgumentNullException.ThrowIfNull(held);
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(readings);
        foreach (var left in held.Order.Rules.Left)
        {
            if (left.Value is StepValue.Constant constant && points.TryGetValue(left.Point, out var point) && WriteChecks.IsSwitch(point)
                && WriteGuard.IsOn(point, constant.Number) == true && readings.IsReadSince(point.Name, held.Written) && readings.Of(point.Name) is { IsNone: false } value && WriteGuard.IsOn(point, value.Number) == false)
            {
                return point.Name;
            }
        }

        return null;
    }
}
