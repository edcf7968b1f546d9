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

        var (nobody, many) = ($"{host} is nobody's address", $"{host} is the address of many, and a connection goes to one");
        if (address.AddressFamily != AddressFamily.InterNetwork)
        {
            return address.Equals(IPAddress.IPv6Any) ? nobody : address.IsIPv6Multicast ? many : null;
        }

        return !string.Equals(address.ToString(), host, StringComparison.Ordinal) ? $"{host} is read as {address}; write four numbers without leading zeros"
            : address.GetAddressBytes()[0] switch { 0 => nobody, >= 224 and <= 239 => many, _ => address.Equals(IPAddress.Broadcast) ? many : null };
    }
}
