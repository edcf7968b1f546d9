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
    /// <summary>The notifier of this process.</summary>
    public static ServiceNotifier OfProcess() => new(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"));

    /// <summary>The service serves.</summary>
    public void Ready(string status) => Notify($"READY=1\nSTATUS={status.ReplaceLineEndings(" ")}");

    /// <summary>The service ends.</summary>
    public void Stopping() => Notify("STOPPING=1");

    private void Notify(string state)
    {
        if (string.IsNullOrEmpty(socket) || OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            using var line = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            line.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(socket[0] == '@' ? '\0' + socket[1..] : socket));
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            // A manager that is not there is not told.
        }
    }
}
