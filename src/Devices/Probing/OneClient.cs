using System.Net;
using System.Net.Sockets;
using DerAgent.Modbus;

namespace DerAgent.Devices;

/// <summary>Whether another program of this machine is connected to a device that serves one client at a time: who asks it all the same may throw that one out.</summary>
internal static class OneClient
{
    /// <summary>A sentence with the program's name; null: nobody is in the way, as far as we can see.</summary>
    /// <param name="url">The device.</param>
    /// <param name="profile">Its profile.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<string?> InTheWayAsync(DeviceUrl url, DeviceProfile? profile, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (profile?.Modbus.IsSingleClient != true || url.IsSerial)
        {
            return null;
        }

        try
        {
            var addresses = IPAddress.TryParse(url.Place, out var address) ? [address] : await Dns.GetHostAddressesAsync(url.Place, cancel);
            return TcpPeers.HolderOf(addresses, url.Port!.Value) is { } holder ? $"{holder} is connected to {url.Endpoint}, which serves one client at a time: stop it first" : null;
        }
        catch (SocketException)
        {
            // Whoever connects learns it, in more words.
            return null;
        }
    }
}
