using System.Net;
using System.Net.Sockets;

namespace DerAgent.Devices;

/// <summary>Whether somebody can be at a host name or address; that one answers is another matter.</summary>
internal static class HostAddress
{
    /// <summary>Why nobody can be there; null: somebody can.</summary>
    /// <param name="host">A name, an IPv4 address, or an IPv6 address without brackets.</param>
    public static string? Fault(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (!IPAddress.TryParse(host, out var address))
        {
            // A name of four numbers is an address with a slip in it.
            return host.Split('.') is { Length: 4 } parts && parts.All(p => p.Length > 0 && p.All(char.IsAsciiDigit)) ? $"{host} is no address: each of its numbers is 0 to 255" : null;
        }

        var octets = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetwork && !string.Equals(address.ToString(), host, StringComparison.Ordinal) ? $"{host} is read as {address}; write four numbers without leading zeros"
            : address.AddressFamily == AddressFamily.InterNetwork && octets[0] == 0 || address.Equals(IPAddress.IPv6Any) ? $"{host} is nobody's address"
            : address.Equals(IPAddress.Broadcast) || address.IsIPv6Multicast || (address.AddressFamily == AddressFamily.InterNetwork && octets[0] is >= 224 and <= 239) ? $"{host} is the address of many, and a connection goes to one"
            : null;
    }
}
