using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DerAgent.Xmpp;

namespace DerAgent.Integration.Tests;

/// <summary>The XMPP client against a real Prosody.</summary>
public sealed class XmppTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private XmppLab _lab = null!;

    public async ValueTask InitializeAsync() => _lab = await XmppLab.StartAsync();

    public ValueTask DisposeAsync() => _lab is null ? ValueTask.CompletedTask : _lab.DisposeAsync();

    [Fact]
    public async Task It_connects_and_pings_its_server()
    {
        await using var peer = new XmppPeer(_lab.Options("pv1", "IEC"));
        Assert.Equal("pv1@localhost/IEC", (await peer.ConnectedAsync(resumed: false)).Address.ToString());
        var pong = await peer.PingAsync();
        Assert.Equal("result", pong.Type);
    }

    [Fact] // RFC 6120 §3.2.1, RFC 2782: asked of a real name server; the target with the better priority is dead
    public async Task Without_servers_the_SRV_records_of_the_domain_decide()
    {
        Assert.SkipUnless(File.Exists("/usr/sbin/dnsmasq"), "dnsmasq is not installed (apt-get install dnsmasq-base).");
        var (dns, dead) = (XmppLab.FreePort(), XmppLab.FreePort());
        await using var names = new WatchedProcess(
            "/usr/sbin/dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--pid-file=", $"--user={Environment.UserName}", $"--port={dns}", "--listen-address=127.0.0.1", "--bind-interfaces", "--log-queries",
            $"--srv-host=_xmpp-client._tcp.localhost,localhost,{_lab.Port},20,5", $"--srv-host=_xmpp-client._tcp.localhost,localhost,{dead},10,5");
        await names.LineAsync("started, version");
        await using var peer = new XmppPeer(_lab.Options("pv1", "IEC") with { Servers = [], NameServers = [new(System.Net.IPAddress.Loopback, dns)] });
        Assert.Equal("pv1@localhost/IEC", (await peer.ConnectedAsync(resumed: false)).Address.ToString());
        await names.LineAsync("query[SRV] _xmpp-client._tcp.localhost");
    }

    [Fact] // XEP-0368: both kinds of records by their priorities; TLS begins at once
    public async Task A_server_may_be_found_that_begins_with_TLS()
    {
        Assert.SkipUnless(File.Exists("/usr/sbin/dnsmasq"), "dnsmasq is not installed (apt-get install dnsmasq-base).");
        var (dns, direct, dead) = (XmppLab.FreePort(), XmppLab.FreePort(), XmppLab.FreePort());
        await _lab.StopServerAsync();
        var configuration = Path.Combine(_lab.Folder, "prosody.cfg.lua");
        var text = await File.ReadAllTextAsync(configuration, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(configuration, text.Replace("s2s_ports =", $"c2s_direct_tls_ports = {{ {direct} }}\nc2s_direct_tls_ssl = {{ key = \"{_lab.Folder}/certs/localhost.key\", certificate = \"{_lab.Folder}/certs/localhost.crt\" }}\ns2s_ports =", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await _lab.StartServerAsync();
        await using var names = new WatchedProcess(
            "/usr/sbin/dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--pid-file=", $"--user={Environment.UserName}", $"--port={dns}", "--listen-address=127.0.0.1", "--bind-interfaces", "--log-queries",
            $"--srv-host=_xmpps-client._tcp.localhost,localhost,{direct},5,5", $"--srv-host=_xmpp-client._tcp.localhost,localhost,{dead},10,5");
        await names.LineAsync("started, version");
        await using var peer = new XmppPeer(_lab.Options("pv1", "IEC") with { Servers = [], NameServers = [new(System.Net.IPAddress.Loopback, dns)] });
        Assert.Equal("pv1@localhost/IEC", (await peer.ConnectedAsync(resumed: false)).Address.ToString());
        Assert.Equal("result", (await peer.PingAsync()).Type);
    }

    [Theory] // what a server lets through and we do not take costs nobody else anything
    [InlineData(70, 0, 0)]
    [InlineData(0, 40, 0)]
    [InlineData(0, 0, 20)]
    [InlineData(0, 0, 40)]
    [InlineData(200, 0, 0)]
    public async Task A_stanza_of_a_stranger_beyond_our_limits_ends_nothing(int depth, int attributes, int declarations)
    {
        await using var sender = new XmppPeer(_lab.Options("stranger", "s"));
        await using var receiver = new XmppPeer(_lab.Options("view", "b"));
        await sender.ConnectedAsync(resumed: false);
        var to = (await receiver.ConnectedAsync(resumed: false)).Address;
        var nested = string.Concat(Enumerable.Repeat("<a xmlns='x'>", depth)) + string.Concat(Enumerable.Repeat("</a>", depth));
        var listed = $"<a xmlns='x' {string.Join(' ', Enumerable.Range(0, attributes).Select(i => $"b{i}='1'"))} {string.Join(' ', Enumerable.Range(0, declarations).Select(i => $"xmlns:n{i}='urn:{i}'"))}/>";
        Assert.True(sender.Connection.TrySend(Stanza.Message("normal", to, Encoding.UTF8.GetBytes(nested + listed))));
        Assert.True(sender.Connection.TrySend(Message(to, "after")));
        await receiver.BodyAsync("after");
        Assert.Equal("result", (await receiver.PingAsync()).Type);
    }

    [Fact]
    public async Task A_cut_line_is_resumed_without_losing_or_doubling_a_stanza()
    {
        await using var proxy = new FaultyCable(_lab.Port);
        await using var sender = new XmppPeer(_lab.Options("control", "a", proxy.Port) with { BackOffReset = TimeSpan.Zero });
        await using var receiver = new XmppPeer(_lab.Options("view", "b"));
        await sender.ConnectedAsync(resumed: false);
        var to = (await receiver.ConnectedAsync(resumed: false)).Address;

        // What is under way at a cut stays below the 4096 octets that Prosody reads at a time: see the next test for what it makes of half a stanza.
        const int rounds = 10, perRound = 40;
        for (var i = 0; i < rounds * perRound; i++)
        {
            if (i % perRound == perRound / 2)
            {
                proxy.Cut();
            }

            // Part is under way, part goes out while nobody is connected.
            Assert.True(sender.Connection.TrySend(Message(to, $"{i}")), $"stanza {i} was not taken; last: {sender.Last}");
            if (i % perRound == perRound - 1)
            {
                await sender.ConnectedAsync(resumed: true);
                Assert.Equal(Enumerable.Range(0, i + 1).Select(n => $"{n}"), await receiver.BodiesAsync(i + 1));
            }
        }
    }

    [Fact] // A server may keep half a stanza of the broken line and take the resumed one for the rest of it: Prosody 0.12 does, and hears nothing from then on
    public async Task A_server_that_is_deaf_after_resuming_is_left_for_a_new_session()
    {
        await using var proxy = new FaultyCable(_lab.Port);
        await using var sender = new XmppPeer(_lab.Options("control", "a", proxy.Port) with { PingTimeout = TimeSpan.FromSeconds(1) });
        await using var receiver = new XmppPeer(_lab.Options("view", "b"));
        await sender.ConnectedAsync(resumed: false);
        var to = (await receiver.ConnectedAsync(resumed: false)).Address;
        proxy.CutAfter(40_000);
        Assert.True(sender.Connection.TrySend(Message(to, new string('x', 100_000))));
        await sender.ConnectedAsync(resumed: true);

        // A server without the defect just answers, and the stanza has come.
        var isDeaf = false;
        try
        {
            await sender.PingAsync();
        }
        catch (XmppException)
        {
            isDeaf = true;
            var end = await sender.DisconnectedAsync();
            Assert.True(end is { MayResume: false, Failure.Kind: XmppFailureKind.Deaf or XmppFailureKind.StreamError }, end.ToString());
            await sender.ConnectedAsync(resumed: false);
            Assert.Equal("result", (await sender.PingAsync()).Type);
        }

        Assert.True(sender.Connection.TrySend(Message(to, "end")));
        var bodies = await receiver.BodiesAsync(isDeaf ? 1 : 2);
        Assert.Equal("end", bodies[^1]);
    }

    [Fact] // XEP-0198 §3
    public async Task A_session_is_resumed_where_the_server_wants_it()
    {
        await using var first = new FaultyCable(_lab.Port);
        await using var wanted = new FaultyCable(_lab.Port);
        await _lab.RestartAtAsync(new("127.0.0.1", wanted.Port));
        await using var peer = new XmppPeer(_lab.Options("pv1", "IEC", first.Port));
        await peer.ConnectedAsync(resumed: false);
        await first.DisposeAsync();
        await peer.ConnectedAsync(resumed: true);
        Assert.Equal("result", (await peer.PingAsync()).Type);
    }

    [Fact] // XEP-0198 §4: acknowledgements keep pace with what is sent
    public async Task Many_requests_in_a_row_never_pile_up_unacknowledged()
    {
        await using var peer = new XmppPeer(_lab.Options("pv1", "IEC") with { MaxHeld = 60_000 });
        await peer.ConnectedAsync(resumed: false);
        for (var i = 0; i < 1_000; i++)
        {
            var pong = await peer.PingAsync();
            Assert.Equal("result", pong.Type);
        }
    }

    [Fact]
    public async Task After_a_restart_of_the_server_it_binds_anew()
    {
        await using var peer = new XmppPeer(_lab.Options("pv1", "IEC"));
        await peer.ConnectedAsync(resumed: false);
        await _lab.StopServerAsync();
        await peer.DisconnectedAsync();
        await _lab.StartServerAsync();
        await peer.ConnectedAsync(resumed: false);
    }

    [Fact]
    public async Task A_wrong_password_is_said_so()
    {
        await using var peer = new XmppPeer(_lab.Options("pv1", "IEC") with { Password = "wrong" });
        var failure = (await peer.WaitingAsync()).Failure;
        Assert.Equal(XmppFailureKind.Authentication, failure.Kind);
        Assert.Contains("password", failure.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_not_trusted()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = new CertificateRequest("CN=other", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var peer = new XmppPeer(_lab.Options("pv1", "IEC") with { TrustAnchors = [other] });
        var failure = (await peer.WaitingAsync()).Failure;
        Assert.Equal(XmppFailureKind.Tls, failure.Kind);
        Assert.Contains("not trusted", failure.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_for_another_host_is_refused()
    {
        await using var peer = new XmppPeer(_lab.Options("pv1", "IEC") with { Jid = Jid.Parse("pv1@elsewhere.example/IEC") });
        var failure = (await peer.WaitingAsync()).Failure;
        Assert.Equal(XmppFailureKind.Tls, failure.Kind);
        Assert.Contains("is not for elsewhere.example", failure.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_copy_makes_the_first_one_say_so()
    {
        await using var first = new XmppPeer(_lab.Options("pv1", "IEC"));
        await first.ConnectedAsync(resumed: false);
        await using var second = new XmppPeer(_lab.Options("pv1", "IEC"));
        await second.ConnectedAsync(resumed: false);
        Assert.Equal(XmppFailureKind.Conflict, (await first.DisconnectedAsync()).Failure.Kind);
        Assert.True((await first.WaitingAsync()).Pause >= TimeSpan.FromSeconds(5));
    }

    [Fact] // XEP-0199: a line that is dead without a word
    public async Task A_frozen_line_is_noticed_by_a_ping_and_resumed_elsewhere()
    {
        await using var proxy = new FaultyCable(_lab.Port);
        await using var peer = new XmppPeer(_lab.Options("pv1", "IEC", proxy.Port) with { KeepAlive = TimeSpan.FromMilliseconds(500), PingTimeout = TimeSpan.FromMilliseconds(500) });
        await peer.ConnectedAsync(resumed: false);
        proxy.Mood = CableMood.Hole;
        var end = await peer.DisconnectedAsync();
        Assert.Equal(XmppFailureKind.Silence, end.Failure.Kind);
        Assert.True(end.MayResume);
        proxy.Mood = CableMood.Whole;
        await peer.ConnectedAsync(resumed: true);
    }

    [Fact] // what is sent is told when its octets are with TLS; who found no room is told when there is again
    public async Task It_tells_when_octets_went_out_and_when_there_is_room_again()
    {
        await using var peer = new XmppPeer(_lab.Options("pv1", "IEC") with { MaxHeld = 20_000 });
        var to = (await peer.ConnectedAsync(resumed: false)).Address;
        var lane = peer.Connection.OpenLane("test");
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Assert.True(peer.Connection.TrySend(Message(to, "0"), lane, written: written.SetResult));
        await written.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        var sent = 1;
        while (lane.HasRoom && sent < 1_000)
        {
            Assert.True(peer.Connection.TrySend(Message(to, $"{sent++}"), lane));
        }

        Assert.InRange(sent, 2, 999);
        await peer.RoomAsync();
        Assert.True(lane.HasRoom);
        Assert.Equal(sent, (await peer.BodiesAsync(sent)).Count);
    }

    [Fact] // a line that takes nothing: what waits is bounded in octets
    public async Task What_a_frozen_line_does_not_take_is_bounded_in_octets()
    {
        await using var proxy = new FaultyCable(_lab.Port);
        await using var peer = new XmppPeer(_lab.Options("pv1", "IEC", proxy.Port) with { MaxHeld = 100_000, KeepAlive = TimeSpan.FromMinutes(5) });
        var to = (await peer.ConnectedAsync(resumed: false)).Address;
        proxy.Mood = CableMood.Hole;
        var lane = peer.Connection.OpenLane("test");
        var body = new string('x', 10_000);
        var sent = 0;

        // What the system's own buffers hold goes on for a while; ours are full in the end.
        for (var isFull = false; !isFull && sent < 10_000;)
        {
            var taken = peer.Connection.TrySend(Message(to, body), lane);
            sent += taken ? 1 : 0;
            isFull = !taken && !lane.HasRoom;
        }

        Assert.InRange(sent, 9, 9_999);
    }

    [Fact] // a new password that the server does not know: what worked goes on
    public async Task A_renewal_that_is_refused_leaves_the_line_as_it_was()
    {
        await using var peer = new XmppPeer(_lab.Options("pv1", "IEC"));
        await peer.ConnectedAsync(resumed: false);
        Assert.Equal(XmppFailureKind.Authentication, (await peer.Connection.RenewAsync(_lab.Options("pv1", "IEC") with { Password = "wrong" }, CancellationToken.None))?.Kind);
        Assert.Equal("result", (await peer.PingAsync()).Type);
        Assert.Null(await peer.Connection.RenewAsync(_lab.Options("pv1", "IEC"), CancellationToken.None));
        Assert.Equal("result", (await peer.PingAsync()).Type);
        Assert.DoesNotContain(peer.Seen, n => n is XmppNotice.Disconnected);
    }

    [Fact] // an anchor that was taken away is not trusted for a moment longer
    public async Task A_line_whose_anchor_is_removed_ends()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = new CertificateRequest("CN=other", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var peer = new XmppPeer(_lab.Options("pv1", "IEC"));
        await peer.ConnectedAsync(resumed: false);
        var options = _lab.Options("pv1", "IEC");
        Assert.Null(await peer.Connection.RenewAsync(options with { TrustAnchors = [.. options.TrustAnchors, other] }, CancellationToken.None));
        Assert.Equal(XmppFailureKind.Tls, (await peer.Connection.RenewAsync(options with { TrustAnchors = [other] }, CancellationToken.None))?.Kind);
        Assert.Equal(XmppFailureKind.Tls, (await peer.DisconnectedAsync()).Failure.Kind);
        Assert.Equal(XmppFailureKind.Tls, (await peer.WaitingAsync()).Failure.Kind);
    }

    [Fact] // whatever a renewal waits for, stopping does not wait for it
    public async Task A_connection_that_is_stopped_while_its_line_is_renewed_ends()
    {
        await using var proxy = new FaultyCable(_lab.Port);
        var peer = new XmppPeer(_lab.Options("pv1", "IEC", proxy.Port));
        await peer.ConnectedAsync(resumed: false);
        proxy.Mood = CableMood.Hole;
        using var stop = new CancellationTokenSource();
        var renewing = peer.Connection.RenewAsync(_lab.Options("pv1", "IEC", proxy.Port), stop.Token);
        Assert.Equal(XmppFailureKind.NotResumed, (await peer.Connection.RenewAsync(_lab.Options("pv1", "IEC", proxy.Port), CancellationToken.None))?.Kind);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => renewing);
        await peer.DisposeAsync().AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Theory] // who dials the wrong port is told which
    [InlineData(new byte[] { 0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46 }, "direct TLS")]
    [InlineData(new byte[] { 0x48, 0x54, 0x54, 0x50 }, "not-well-formed")]
    public async Task A_port_of_something_else_is_said_so(byte[] answer, string expected)
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var serving = AnswerAsync();
        await using var peer = new XmppPeer(_lab.Options("pv1", "IEC", ((System.Net.IPEndPoint)listener.LocalEndpoint).Port));
        Assert.Contains(expected, (await peer.WaitingAsync()).Failure.Text, StringComparison.Ordinal);
        await serving;

        async Task AnswerAsync()
        {
            using var socket = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
            await socket.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken);
            await socket.SendAsync(answer, TestContext.Current.CancellationToken);
            socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        }
    }

    [Fact]
    public async Task Nobody_listens()
    {
        await using var peer = new XmppPeer(_lab.Options("pv1", "IEC", XmppLab.FreePort()));
        Assert.Equal(XmppFailureKind.Connection, (await peer.WaitingAsync()).Failure.Kind);
    }

    private static Stanza Message(Jid to, string body) => Stanza.Message("chat", to, Encoding.UTF8.GetBytes($"<body>{body}</body>"));
}
