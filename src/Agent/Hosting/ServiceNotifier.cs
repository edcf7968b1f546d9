using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace DerAgent.Agent.Hosting;

/// <summary>
/// Tells systemd how the service is, by datagrams to <c>NOTIFY_SOCKET</c> (sd_notify(3)). Nothing of the process that started us is looked at:
/// under <c>ProtectProc=invisible</c> it cannot be seen.
/// </summary>
/// <param name="socket">Path of the socket, an <c>@</c> in front for an abstract one; null or empty: nobody wants to know.</param>
internal sealed class ServiceNotifier(string? socket)
{
    /// <summary>Milliseconds.</summary>
    private const int LongestWait = 5_000;

    /// <summary>The notifier of this process.</summary>
    public static ServiceNotifier OfProcess() => new(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"));

    /// <summary>How often the manager wants to be told that all is well (sd_watchdog_enabled(3)); null: it does not.</summary>
    /// <param name="microseconds">WATCHDOG_USEC.</param>
    /// <param name="process">WATCHDOG_PID: whom it means; null: us.</param>
    public static TimeSpan? WatchdogOf(string? microseconds, string? process) =>
        long.TryParse(microseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var patience) && patience is > 0 and < long.MaxValue / 10
        && (process is null || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture)) ? TimeSpan.FromMicroseconds(patience) : null;

    /// <summary>The service serves.</summary>
    public void Ready(string status) => Notify($"READY=1\nSTATUS={status.ReplaceLineEndings(" ")}");

    /// <summary>All is well: the manager's watchdog has another period of patience (sd_watchdog_enabled(3)).</summary>
    public void Alive() => Notify("WATCHDOG=1", waits: false);

    /// <summary>The service ends.</summary>
    public void Stopping() => Notify("STOPPING=1");

    /// <param name="state">What is told.</param>
    /// <param name="waits">Whether a manager that is busy is waited for, for a while: what is told again and again may as well be lost.</param>
    private void Notify(string state, bool waits = true)
    {
        if (string.IsNullOrEmpty(socket) || OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            using var line = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { SendTimeout = LongestWait, Blocking = waits };
            line.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(socket[0] == '@' ? '\0' + socket[1..] : socket));
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            // A manager that is not there is not told.
        }
    }
}
