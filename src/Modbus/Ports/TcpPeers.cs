using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace DerAgent.Modbus;

/// <summary>Which program of this machine is connected to a device that serves one client at a time.</summary>
internal static class TcpPeers
{
    private const string Established = "01";
    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>The program with its process id; null: none that we can see.</summary>
    /// <param name="addresses">Addresses of the device.</param>
    /// <param name="port">Its port.</param>
    public static string? HolderOf(IReadOnlyCollection<IPAddress> addresses, int port)
    {
        var sockets = Tables.SelectMany(Lines).SelectMany(l => Of(l, addresses, port)).ToHashSet(StringComparer.Ordinal);
        return sockets.Count > 0 && OpenFiles.HolderOf(files => files.Any(f => f.Link is { } link && sockets.Contains(link))) is var (id, name) && id != Environment.ProcessId ? $"{name} (process {id})" : null;
    }

    /// <summary>The socket of a line of the kernel's table, as its programs have it open, where it is connected to a device; else nothing. Pure.</summary>
    public static IEnumerable<string> Of(string line, IReadOnlyCollection<IPAddress> addresses, int port)
    {
        ArgumentNullException.ThrowIfNull(line);
        ArgumentNullException.ThrowIfNull(addresses);
        if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, var remote, Established, _, _, _, _, _, var inode, ..] && EndpointOf(remote) is var (address, at) && at == port && addresses.Contains(address))
        {
            yield return $"socket:[{inode}]";
        }
    }

    /// <summary>Reads <c>0100007F:01F6</c>: words of the machine's own order, and the port.</summary>
    private static (IPAddress Address, int Port)? EndpointOf(string text)
    {
        if (text.Split(':') is not [{ Length: 8 or 32 } words, var port] || !int.TryParse(port, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        var octets = new byte[words.Length / 2];
        for (var i = 0; i < octets.Length; i += 4)
        {
            if (!uint.TryParse(words.AsSpan(2 * i, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var word))
            {
                return null;
            }

            BinaryPrimitives.WriteUInt32LittleEndian(octets.AsSpan(i), word);
        }

        var address = new IPAddress(octets);
        return (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, number);
    }

    private static IEnumerable<string> Lines(string table)
    {
        try
        {
            return File.ReadAllLines(table);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is no such table here.
            return [];
        }
    }
}
