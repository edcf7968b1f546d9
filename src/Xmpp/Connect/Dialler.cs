using System.Net;
using System.Net.Sockets;

namespace DerAgent.Xmpp;

/// <summary>
/// Opens TCP connections. Addresses of a server are tried with a short head start each; a server that does not take the connection gets company from the next one
/// after a longer one. The first that answers wins.
/// </summary>
internal sealed class Dialler(TimeProvider time, IKnownServers? known = null)
{
    private static readonly TimeSpan AddressHeadStart = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ServerHeadStart = TimeSpan.FromSeconds(5);

    /// <summary>A name that is not found out by then is dialled where its server was before.</summary>
    private static readonly TimeSpan LookUpTime = TimeSpan.FromSeconds(3);

    /// <summary>At most so much lies in the kernel: what was given to it can neither be taken back nor be overtaken. Linux counts twice.</summary>
    private const int KernelOctets = 32 * 1024;

    /// <summary>Connects to one of some servers.</summary>
    /// <param name="servers">The servers in the order of preference. Those that failed are taken out, and so is the one that answered.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="XmppException">None of them can be reached; the message is of the last one.</exception>
    public async Task<(Socket Socket, XmppEndpoint Server)> ConnectAsync(List<XmppEndpoint> servers, CancellationToken cancel)
    {
        XmppEndpoint[] tried = [.. servers];
        var race = await new StaggeredRace(ServerHeadStart, time).RunAsync([.. tried.Select(s => (Func<CancellationToken, Task<Socket>>)(token => ConnectAsync(s, token)))], cancel);
        servers.RemoveAll(s => race.Failures[Array.IndexOf(tried, s)] is not null);
        if (race.Winner < 0)
        {
            throw race.Failures.OfType<XmppException>().LastOrDefault() ?? new XmppException(new(XmppFailureKind.Connection, "there is no server to dial"));
        }

        servers.Remove(tried[race.Winner]);
        return (race.Value!, tried[race.Winner]);
    }

    private async Task<Socket> ConnectAsync(XmppEndpoint server, CancellationToken cancel)
    {
        var addresses = await AddressesAsync(server, cancel);
        var race = await new StaggeredRace(AddressHeadStart, time).RunAsync([.. addresses.Select(a => (Func<CancellationToken, Task<Socket>>)(token => ConnectAsync(new IPEndPoint(a, server.Port), token)))], cancel);
        return race.Value ?? throw Failed(server, race.Failures.LastOrDefault(f => f is not null));
    }

    private async Task<IReadOnlyList<IPAddress>> AddressesAsync(XmppEndpoint server, CancellationToken cancel)
    {
        IPAddress[] before = [.. known?.Servers.Where(s => s.Server == server).Select(s => s.Address).Distinct() ?? []];
        try
        {
            var asking = ServerResolver.AddressesAsync(server.Host, cancel);
            return before.Length == 0 ? await asking : await asking.WaitAsync(LookUpTime, time, cancel);
        }
        catch (Exception e) when (e is SocketException or ArgumentException or TimeoutException)
        {
            return before.Length > 0 ? before : throw Failed(server, e);
        }
    }

    private static XmppException Failed(XmppEndpoint server, Exception? inner) =>
        new(new(XmppFailureKind.Connection, $"{server} cannot be reached: {inner?.Message ?? "no address"}"), inner);

    private static async Task<Socket> ConnectAsync(IPEndPoint address, CancellationToken cancel)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendBufferSize = KernelOctets };
        try
        {
            DeadLine.Watch(socket);
            await socket.ConnectAsync(address, cancel);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>Has the system itself notice a line that is dead, should nobody else: later than <see cref="LineWatch"/>, which knows more.</summary>
internal static class DeadLine
{
    private const int Tcp = 6;
    private const int UserTimeout = 18;
    private const int Seconds = 60;

    public static void Watch(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, Seconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, Seconds / 4);
        if (OperatingSystem.IsLinux())
        {
            socket.SetRawSocketOption(Tcp, UserTimeout, BitConverter.GetBytes(Seconds * 1000));
        }
    }
}
