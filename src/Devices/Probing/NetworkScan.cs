using System.Net;
using System.Net.Sockets;

namespace DerAgent.Devices;

/// <summary>An IPv4 network to look for devices in.</summary>
/// <param name="First">First address.</param>
/// <param name="Count">Number of addresses.</param>
internal readonly record struct ScannedNetwork(uint First, int Count)
{
    /// <summary>Most addresses that are looked at: those of a /22.</summary>
    public const int Most = 1024;

    /// <summary>Its addresses, one after the other.</summary>
    public IEnumerable<IPAddress> Addresses
    {
        get
        {
            for (var i = 0; i < Count; i++)
            {
                var number = First + (uint)i;
                yield return new IPAddress([(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number]);
            }
        }
    }

    /// <summary>Reads <c>192.168.1.0/24</c>; null where it is none, or larger than a /22. Of a network of some size the first and the last address are nobody's.</summary>
    public static ScannedNetwork? Parse(string text)
    {
        if (text?.Split('/') is not [var base4, var prefix] || !IPAddress.TryParse(base4, out var address) || address.AddressFamily != AddressFamily.InterNetwork || !int.TryParse(prefix, out var length) || length is < 22 or > 32)
        {
            return null;
        }

        // An address of a device with the length of its network means the network.
        var count = 1 << (32 - length);
        var octets = address.GetAddressBytes();
        var first = (((uint)octets[0] << 24) | ((uint)octets[1] << 16) | ((uint)octets[2] << 8) | octets[3]) & ~((uint)count - 1);
        return count > 2 ? new(first + 1, count - 2) : new(first, count);
    }
}

/// <summary>Looks who in a network takes connections on a port: slowly, one address after the other begun at a fixed pace, so that no switch and no watchman takes it for an attack.</summary>
internal static class NetworkScan
{
    /// <summary>Pause between the beginnings of two looks.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a device may take to let somebody in.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>Asks each address.</summary>
    /// <param name="network">Where.</param>
    /// <param name="knock">Whether somebody is there; it has <see cref="Patience"/>.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="progress">Called with each address and how many are left.</param>
    /// <param name="cancel">Ends it.</param>
    public static async IAsyncEnumerable<IPAddress> FindAsync(ScannedNetwork network, Func<IPAddress, CancellationToken, Task<bool>> knock, TimeProvider time, Action<IPAddress, int> progress, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(knock);
        ArgumentNullException.ThrowIfNull(progress);
        var open = new Queue<(IPAddress Address, Task<bool> Answer)>();
        var left = network.Count;
        foreach (var address in network.Addresses)
        {
            progress(address, left--);
            open.Enqueue((address, knock(address, cancel)));
            await Task.Delay(Pace, time, cancel);
            while (open.TryPeek(out var next) && next.Answer.IsCompleted)
            {
                open.Dequeue();
                if (await next.Answer)
                {
                    yield return next.Address;
                }
            }
        }

        foreach (var (address, answer) in open)
        {
            if (await answer)
            {
                yield return address;
            }
        }
    }

    /// <summary>Whether an address takes a connection on a port.</summary>
    public static async Task<bool> KnockAsync(IPAddress address, int port, TimeProvider time, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(address);
        using var timer = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, timer.Token);
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), either.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            return false;
        }
    }
}
