using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace DerAgent.Xmpp;

/// <summary>Says so where a certificate is not yet valid because our own clock has not been set: a data logger without a battery starts in 1970.</summary>
internal static class ClockFault
{
    private static readonly DateTime Built = BuildTime();

    /// <summary>A sentence, or nothing where the clock is no older than the program.</summary>
    public static string Of(X509Chain chain, DateTime now) =>
        chain.ChainStatus.Any(s => s.Status == X509ChainStatusFlags.NotTimeValid) && chain.ChainElements.Any(e => e.Certificate.NotBefore.ToUniversalTime() > now)
            ? Of(now, Built)
            : "";

    /// <summary>A sentence, or nothing where the clock is no older than the program.</summary>
    internal static string Of(DateTime now, DateTime built) => now >= built ? "" : string.Create(
        CultureInfo.InvariantCulture,
        $". The clock of this machine says {now:yyyy-MM-dd}, which is before this program was built ({built:yyyy-MM-dd}): set the clock, or wait until it is synchronised");

    /// <summary>What the build wrote into the program; the beginning of time where it wrote nothing.</summary>
    private static DateTime BuildTime() =>
        typeof(ClockFault).Assembly.GetCustomAttributes(typeof(System.Reflection.AssemblyMetadataAttribute), false).Cast<System.Reflection.AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "BuildDate")?.Value is { } text
        && DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var built)
            ? built
            : DateTime.MinValue;
}
