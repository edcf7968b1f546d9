using System.Net;
using System.Net.Sockets;

namespace DerAgent.Xmpp;

/// <summary>Opens TCP connections: addresses of a host are tried with a short head start each, the first that answers wins (RFC 8305).</summary>
internal sealed class Dialler(TimeProvider time)
{
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250);

    public async Task<Socket> ConnectAsync(XmppEndpoint endpoint, CancellationToken cancel)
    {
        IReadOnlyList<IPAddress> addresses;
        try
        {
            addresses = await ServerResolver.AddressesAsync(endpoint.Host, cancel);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw Failed(endpoint, e);
        }

        if (addresses.Count == 0)
        {
            throw Failed(endpoint, null);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var running = new List<Task<Socket>>();
        Exception? last = null;
        for (var i = 0; i < addresses.Count || running.Count > 0;)
        {
            if (i < addresses.Count)
            {
                running.Add(ConnectAsync(new IPEndPoint(addresses[i++], endpoint.Port), stop.Token));
            }

            var pause = i < addresses.Count ? Task.Delay(HeadStart, time, stop.Token) : null;
            var done = await Task.WhenAny(pause is null ? running : [.. running, pause]);
            if (done == pause)
            {
                continue;
            }

            var attempt = (Task<Socket>)done;
            running.Remove(attempt);
            if (attempt.IsCompletedSuccessfully)
            {
                await stop.CancelAsync();
                running.ForEach(static loser => _ = AbandonAsync(loser));
                return await attempt;
            }

            cancel.ThrowIfCancellationRequested();
            last = attempt.Exception?.InnerException;
        }

        throw Failed(endpoint, last);
    }

    private static XmppException Failed(XmppEndpoint endpoint, Exception? inner) =>
        new(new(XmppFailureKind.Connection, $"{endpoint} cannot be reached: {inner?.Message ?? "no address"}"), inner);

    private static async Task<Socket> ConnectAsync(IPEndPoint address, CancellationToken cancel)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancel);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>An attempt that lost is closed when it ends.</summary>
    private static async Task AbandonAsync(Task<Socket> attempt)
    {
        try
        {
            (await attempt).Dispose();
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // It lost anyway.
        }
    }
}
