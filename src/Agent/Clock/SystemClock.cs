using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using DerAgent.Acsi;
using DerAgent.Model;

namespace DerAgent.Agent.Clock;

/// <summary>Whether the system keeps its clock itself: by chrony, ntpd or systemd-timesyncd, who tell the kernel (RFC 5905 §11.3, adjtimex).</summary>
internal static partial class SystemClock
{
    // struct timex of 64-bit Linux: longs, of which the first holds modes, and the sixth status.
    private const int Longs = 26;
    private const int MaxError = 3;
    private const int Status = 5;
    private const int Unsynchronized = 0x40;
    private const int ClockError = 5;

    /// <summary>What the kernel says.</summary>
    public static ClockReport Read()
    {
        if (OperatingSystem.IsLinux() && Environment.Is64BitProcess && MaxErrorNow() is { } error)
        {
            return new((byte)(Timestamp.LeapSecondsKnown | ClockState.AccuracyOf(error)), "system clock", 1, 2, []);
        }

        return ClockState.Unknown.Report(TimeSpan.Zero);
    }

    /// <summary>How far the system's clock may be off; null where it is not kept, or nobody can say.</summary>
    [SupportedOSPlatform("linux")]
    private static TimeSpan? MaxErrorNow()
    {
        Span<long> timex = stackalloc long[Longs];
        timex.Clear();
        try
        {
            var state = AdjTimeX(ref MemoryMarshal.GetReference(timex));
            return state is >= 0 and not ClockError && ((int)timex[Status] & Unsynchronized) == 0 ? TimeSpan.FromMicroseconds(timex[MaxError]) : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "adjtimex")]
    private static partial int AdjTimeX(ref long timex);
}
