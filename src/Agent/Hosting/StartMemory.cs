using System.Runtime;

namespace DerAgent.Agent.Hosting;

/// <summary>
/// Memory while the agent starts: nearly all of what a large SCL file takes stays, so that looking for garbage in it again and again is half of the time until it serves.
/// For the first seconds it is not looked for, and then once, thoroughly, so that the agent holds no more than it needs.
/// </summary>
internal static class StartMemory
{
    /// <summary>What a file of a large relay takes; beyond it garbage is looked for as ever.</summary>
    private const long Most = 32_000_000;

    private static readonly TimeSpan Start = TimeSpan.FromSeconds(3);

    /// <summary>The start begins; what is returned ends it.</summary>
    public static ITimer Begin(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        try
        {
            GC.TryStartNoGCRegion(Most);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or InvalidOperationException)
        {
            // There is less memory than that: then it starts as it can.
        }

        return time.CreateTimer(static _ => End(), null, Start, Timeout.InfiniteTimeSpan);
    }

    private static void End()
    {
        if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
        {
            try
            {
                GC.EndNoGCRegion();
            }
            catch (InvalidOperationException)
            {
                // It took more, and garbage was looked for meanwhile.
            }
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
