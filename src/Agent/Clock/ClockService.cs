using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using DerAgent.Acsi;
using Microsoft.Extensions.Logging;

namespace DerAgent.Agent.Clock;

/// <summary>What <c>time</c> of agent.json says.</summary>
/// <param name="Servers">The servers as host or host:port; none: the system keeps the clock.</param>
/// <param name="Interval">Time between two rounds.</param>
/// <param name="Alarms">Offsets from which on somebody is told: a warning, and an alarm.</param>
internal sealed record ClockSetup(IReadOnlyList<string> Servers, TimeSpan Interval, (TimeSpan Warning, TimeSpan Alarm) Alarms)
{
    /// <summary>Without servers.</summary>
    public static ClockSetup System { get; } = new([], TimeSpan.FromSeconds(64), (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)));
}

/// <summary>Asks the time servers, adjusts the clock of the agent, and tells what is known of it.</summary>
/// <param name="setup">Whom to ask.</param>
/// <param name="clock">The clock.</param>
/// <param name="time">Timers and elapsed times.</param>
/// <param name="log">Where it tells people.</param>
internal sealed class ClockService(ClockSetup setup, DisciplinedTime clock, TimeProvider time, ILogger log)
{
    private const int Port = 123;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly long _start = time.GetTimestamp();
    private readonly ClockKeeper _keeper = new(setup.Servers, setup.Interval);

    /// <summary>Called with what is known, after each round; and how far the clock was off: 0 no, 1 from the first alarm on, 2 from the second.</summary>
    public Action<ClockReport, int> OnReport { get; set; } = static (_, _) => { };

    /// <summary>Asks until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                await RoundAsync(cancel);
                await Task.Delay(setup.Servers.Count == 0 ? setup.Interval : _keeper.Interval, time, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    /// <summary>One round.</summary>
    public async Task RoundAsync(CancellationToken cancel)
    {
        if (setup.Servers.Count == 0)
        {
            OnReport(SystemClock.Read(), 0);
            return;
        }

        var asked = _keeper.Due(time.GetElapsedTime(_start));
        var answers = await Task.WhenAll(asked.Select(s => AskAsync(s, cancel)));
        var offset = _keeper.Take(answers, time.GetElapsedTime(_start));
        var alarm = 0;
        if (offset is { } known)
        {
            alarm = known.Duration() >= setup.Alarms.Alarm ? 2 : known.Duration() >= setup.Alarms.Warning ? 1 : 0;
            if (alarm > 0)
            {
                log.Log(alarm == 2 ? LogLevel.Error : LogLevel.Warning, "The clock was off by {Offset:0.000} s", -known.TotalSeconds);
            }

            clock.Adjust(known);
        }

        foreach (var tell in _keeper.TakeTells())
        {
            log.LogInformation("Time: {Text}", tell);
        }

        OnReport(_keeper.State.Report(time.GetElapsedTime(_start)), alarm);
    }

    /// <summary>Host and port of a server; null where the text names none.</summary>
    public static (string Host, int Port)? Endpoint(string text)
    {
        if (IPAddress.TryParse(text.Trim('[', ']'), out var address))
        {
            return (address.ToString(), Port);
        }

        var colon = text.LastIndexOf(':');
        var host = (colon < 0 ? text : text[..colon]).Trim('[', ']');
        var port = Port;
        return (colon < 0 || (int.TryParse(text.AsSpan(colon + 1), System.Globalization.NumberStyles.None, null, out port) && port is > 0 and <= ushort.MaxValue)) && Uri.CheckHostName(host) != UriHostNameType.Unknown
            ? (host, port)
            : null;
    }

    private async Task<SntpAnswer> AskAsync(string server, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var timer = time.CreateTimer(_ => limit.Cancel(), null, Patience, Timeout.InfiniteTimeSpan);
        try
        {
            var (host, port) = Endpoint(server) ?? throw new SocketException((int)SocketError.HostNotFound);
            var addresses = await Dns.GetHostAddressesAsync(host, limit.Token);
            using var socket = new Socket(addresses[0].AddressFamily, SocketType.Dgram, ProtocolType.Udp);

            // Connected: what comes from elsewhere is not seen.
            await socket.ConnectAsync(new IPEndPoint(addresses[0], port), limit.Token);
            return await ExchangeAsync(server, socket, limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new(server, null, $"it does not answer within {Patience.TotalSeconds:0} s");
        }
        catch (SocketException e)
        {
            return new(server, null, e.Message);
        }
    }

    private async Task<SntpAnswer> ExchangeAsync(string server, Socket socket, CancellationToken cancel)
    {
        var nonce = BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(8));
        var (sent, sentAt) = (clock.GetUtcNow(), time.GetTimestamp());
        await socket.SendAsync(SntpPacket.Request(nonce), cancel);
        var answer = new byte[SntpPacket.Length * 4];
        while (true)
        {
            var octets = await socket.ReceiveAsync(answer, cancel);

            // The clock may be adjusted meanwhile: what passed is measured.
            var sample = SntpPacket.Read(answer.AsSpan(0, octets), nonce, sent, sent + time.GetElapsedTime(sentAt), out var fault, out var kiss);
            if (SntpPacket.IsAnswer(answer.AsSpan(0, octets), nonce))
            {
                return new(server, sample, fault, kiss);
            }
        }
    }
}
