namespace DerAgent.Devices;

/// <summary>What is to be done about a point in force.</summary>
internal enum ForceAction
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>It is written again.</summary>
    Restore,
    /// <summary>Another controller writes its register: nothing is written any more, and somebody is told.</summary>
    GiveUp,
    /// <summary>It is ours again: somebody is told.</summary>
    Regain,
}

/// <summary>
/// Whether a point in force still stands in the hardware. One that was changed on a standing line is written again once, ten seconds after; changed again within an hour, or within ten seconds
/// of its command, it is another controller's: no writes, no refresh, until an hour has passed. After the device was away it is written again at once. Pure.
/// </summary>
internal static class ForceWatch
{
    /// <summary>How long a change may last that is none.</summary>
    public static readonly TimeSpan Settle = TimeSpan.FromSeconds(10);

    /// <summary>How long a register is left to another controller.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromHours(1);

    /// <summary>What is found of a point, and what is to be done.</summary>
    /// <param name="point">The point.</param>
    /// <param name="isWrong">Whether it reads otherwise than it was written.</param>
    /// <param name="now">The line's clock.</param>
    public static (PointInForce Point, ForceAction Action) Check(PointInForce point, bool isWrong, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(point);
        return (isWrong, point) switch
        {
            (false, { ForeignUntil: not null, Restored: { } tried }) when now - tried >= Settle && now - tried < Quiet => (point with { ForeignUntil = null, ChangedSince = null, WasAway = false }, ForceAction.Regain),
            (false, _) => (point with { ChangedSince = null, WasAway = false }, ForceAction.None),
            (true, { ForeignUntil: { } until }) when now >= until => (point with { ForeignUntil = now + Quiet, Restored = now }, ForceAction.Restore),
            (true, { ForeignUntil: not null }) => (point, ForceAction.None),
            (true, { WasAway: false, Commanded: { } taken }) when now - taken < Settle => (point with { ForeignUntil = now + Quiet, ChangedSince = null }, ForceAction.GiveUp),
            (true, { WasAway: true }) => (point with { WasAway = false, ChangedSince = null }, ForceAction.Restore),
            (true, { ChangedSince: null }) => (point with { ChangedSince = now }, ForceAction.None),
            (true, { ChangedSince: { } since }) when now - since < Settle => (point, ForceAction.None),
            (true, { Restored: { } before }) when now - before < Quiet => (point with { ForeignUntil = now + Quiet, ChangedSince = null }, ForceAction.GiveUp),
            _ => (point with { ChangedSince = null, Restored = now }, ForceAction.Restore),
        };
    }
}
