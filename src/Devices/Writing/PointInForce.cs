namespace DerAgent.Devices;

/// <summary>A set point that was commanded and not let go of.</summary>
/// <param name="Order">The order that put it in force.</param>
/// <param name="Since">Since when, by the line's clock.</param>
internal sealed record PointInForce(WriteOrder Order, TimeSpan Since)
{
    /// <summary>The point.</summary>
    public PointDefinition Point => Order.Point;

    /// <summary>Its value.</summary>
    public double Value => Order.Value;

    /// <summary>Whether the device was seen to have taken it: what was not is not written again by itself.</summary>
    public bool IsTaken { get; init; }

    /// <summary>What was in force before, and is again where this does not take hold; null: nothing was.</summary>
    public PointInForce? Replaced { get; init; }

    /// <summary>What of another point it ended, because the device keeps one of the two; in force again where this does not take hold.</summary>
    public PointInForce? Ended { get; init; }

    /// <summary>When it was last written: what was read before says nothing.</summary>
    public TimeSpan Written { get; init; } = Since;

    /// <summary>When its command was seen to be taken; null: it was not in this life.</summary>
    public TimeSpan? Commanded { get; init; }

    /// <summary>Since when it reads otherwise; null: it reads as it shall.</summary>
    public TimeSpan? ChangedSince { get; init; }

    /// <summary>When it was written again because it had been changed; null: never.</summary>
    public TimeSpan? Restored { get; init; }

    /// <summary>Whether the device was away, so that it is written again at once where it reads otherwise.</summary>
    public bool WasAway { get; init; }

    /// <summary>When another controller's register is tried again; null: it is ours.</summary>
    public TimeSpan? ForeignUntil { get; init; }

    /// <summary>When it is let go of next, because nobody wants it any more and the device has not done so yet; null: it is wanted.</summary>
    public TimeSpan? ReleaseAt { get; init; }

    /// <summary>How often that was tried.</summary>
    public int Releases { get; init; }

    /// <summary>When it is brought to what is wanted of it now, where that is something else: at once, later where it failed.</summary>
    public TimeSpan AdjustAt { get; init; }

    /// <summary>How often that failed.</summary>
    public int Adjusts { get; init; }

    /// <summary>When it is refreshed next; <see cref="TimeSpan.MaxValue"/>: it needs none.</summary>
    public TimeSpan NextRefresh { get; init; } = TimeSpan.MaxValue;

    /// <summary>When it was last refreshed or written.</summary>
    public TimeSpan Refreshed { get; init; } = Since;
}
