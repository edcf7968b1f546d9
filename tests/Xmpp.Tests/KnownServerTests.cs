using System.Net;
using System.Net.Sockets;

namespace DerAgent.Xmpp.Tests;

/// <summary>On the day on which DNS does not answer, the servers that served are dialled where they were.</summary>
public sealed class KnownServerTests
{
    private sealed class Book(params KnownServer[] servers) : IKnownServers
    {
        public IReadOnlyList<KnownServer> Servers => servers;

        public void Served(KnownServer server)
        {
        }
    }

    [Fact] // RFC 6761 §6.4: the name does not exist anywhere
    public async Task A_name_that_cannot_be_found_out_is_dialled_where_its_server_was()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var server = new XmppEndpoint("xmpp.invalid", ((IPEndPoint)listener.LocalEndpoint).Port);
        var (socket, found) = await new Dialler(TimeProvider.System, new Book(new(server with { Port = 1 }, IPAddress.Parse("127.0.0.9")), new KnownServer(server, IPAddress.Loopback))).ConnectAsync([server], TestContext.Current.CancellationToken);
        using (socket)
        {
            Assert.Equal(server, found);
            Assert.Equal(listener.LocalEndpoint, socket.RemoteEndPoint);
        }

        var failure = await Assert.ThrowsAsync<XmppException>(() => new Dialler(TimeProvider.System, new Book()).ConnectAsync([server], TestContext.Current.CancellationToken));
        Assert.Contains("xmpp.invalid", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_tells_the_servers_of_a_domain_those_that_served_are_dialled_first()
    {
        // Nobody listens there.
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var nobody = (IPEndPoint)closed.LocalEndPoint!;
        closed.Close();
        var known = new XmppEndpoint("node2.dso.example", 5222);
        Assert.Equal([known, new("dso.example", 5222)], await new ServerResolver(new(1), [nobody]).ResolveAsync("dso.example", [known], TestContext.Current.CancellationToken));
    }
}
