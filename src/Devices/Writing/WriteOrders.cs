namespace DerAgent.Devices;

/// <summary>Makes orders for a device, as it is and by what is known of it now. Touched by the device's line only.</summary>
/// <param name="driver">The device's driver.</param>
/// <param name="needs">What must be set in the device before control works.</param>
/// <param name="readings">What was read of the device.</param>
/// <param name="ledger">What is in force on it, and what was written.</param>
internal sealed class WriteOrders(IDeviceDriver driver, IReadOnlyList<ProfileNeed> needs, DeviceReadings readings, DeviceLedger ledger)
{
    /// <summary>An order for a point.</summary>
    public WriteOrder New(PointDefinition point, double value, WriteKind kind, Rise? rise = null) => new(point, value, driver.Points, kind, needs, ledger.Before) { Rise = rise };

    /// <summary>The order for what counts of all that is wanted of a point now; where nobody wants anything, to let go of it as <paramref name="value"/> asks for.</summary>
    public WriteOrder Wanted(PointDefinition point, double value)
    {
        var counts = ledger.Demands.Of(point.Name) ?? value;
        return New(point, counts, WriteOrder.KindOf(point, counts));
    }

    /// <summary>The same order for what the device has now, and what is known of it and in force; null where it is to keep what is in force, and nothing is.</summary>
    public WriteOrder? Renewed(WriteOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        var (point, held) = (Present(order.Point), ledger.InForce.Of(order.Point.Name));
        return order.Kind switch
        {
            WriteKind.Release => New(point, order.Commanded, order.Kind, RiseOf(held)),
            WriteKind.Command => New(point, order.Commanded, order.Kind),
            _ => held is null ? null : New(point, held.Order.Commanded, order.Kind),
        };
    }

    /// <summary>The point as the device has it now.</summary>
    public PointDefinition Present(PointDefinition point) => driver.Points.GetValueOrDefault(point.Name) ?? point;

    /// <summary>What must rise once a limit is gone: the power that stands at it now.</summary>
    private Rise? RiseOf(PointInForce? held)
    {
        if (held?.Order.Effect is not { IsLimit: true } effect || readings.Number(effect.Point) is not { } measured || (effect.Of is null ? 100 : readings.Number(effect.Of)) is not { } rating)
        {
            return null;
        }

        var (limit, tolerance) = (held.Value * rating / 100, effect.Tolerance * Math.Abs(rating) / 100);
        return limit > 0 && Math.Abs(measured - limit) <= tolerance ? new(effect.Point, measured + (tolerance / 3), effect.Within) : null;
    }
}
