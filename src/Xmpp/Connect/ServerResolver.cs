using System.Net;
using System.Net.Sockets;
using DnsClient;

namespace DerAgent.Xmpp;

/// <summary>The servers of a domain in the order to try them (RFC 6120 §3.2, RFC 2782).</summary>
internal sealed class ServerResolver(Random random, params IReadOnlyList<IPEndPoint> nameServers)
{
    private const int DefaultPort = 5222;
    private static readonly (string Service, bool IsDirectTls)[] Kinds = [("_xmpps-client", true), ("_xmpp-client", false)];

    /// <summary>A name server that does not answer by then is asked once more, then the next one.</summary>
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(2);

    /// <summary>Servers of a domain.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="known">Servers that let us in before: dialled as well where nobody tells which ones there are.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<IReadOnlyList<XmppEndpoint>> ResolveAsync(string domain, IEnumerable<XmppEndpoint> known, CancellationToken cancel)
    {
        var targets = new List<SrvTarget>();
        try
        {
            // Both kinds together, by their priorities and weights (XEP-0368 §3).
            var client = Client();
            var answers = await Task.WhenAll(Kinds.Select(k => client.QueryAsync($"{k.Service}._tcp.{domain}", QueryType.SRV, cancellationToken: cancel)));
            foreach (var (kind, answer) in Kinds.Zip(answers))
            {
                targets.AddRange(answer.Answers.SrvRecords().Select(r => new SrvTarget(r.Priority, r.Weight, new(r.Target.Value.TrimEnd('.'), r.Port) { IsDirectTls = kind.IsDirectTls })));
            }
        }
        catch (Exception e) when (e is DnsResponseException or SocketException or InvalidOperationException or ArgumentException)
        {
            // Without an answer: those that served, then the domain itself.
            return [.. known.Append(new(domain, DefaultPort)).Distinct()];
        }

        // A record with target "." says that the service is not offered (RFC 2782).
        var isRefused = targets.Exists(t => t.Endpoint is { Host.Length: 0, IsDirectTls: false });
        XmppEndpoint[] offered = [.. Order(targets.Where(t => t.Endpoint.Host.Length > 0)).Select(t => t.Endpoint)];
        return offered.Length == 0 && !isRefused ? [new(domain, DefaultPort)] : offered;
    }

    private LookupClient Client() => new(nameServers.Count == 0
        ? new LookupClientOptions { Timeout = AnswerTime, Retries = 1 }
        : new LookupClientOptions([.. nameServers]) { Timeout = AnswerTime, Retries = 1 });

    /// <summary>Orders targets: by priority, and at random by weight within one (RFC 2782).</summary>
    public IEnumerable<SrvTarget> Order(IEnumerable<SrvTarget> targets)
    {
        foreach (var group in targets.GroupBy(t => t.Priority).OrderBy(g => g.Key))
        {
            var left = group.OrderBy(t => t.Weight).ToList();
            while (left.Count > 0)
            {
                var pick = random.Next(left.Sum(t => t.Weight) + 1);
                var index = left.FindIndex(t => (pick -= t.Weight) <= 0);
                yield return left[index];
                left.RemoveAt(index);
            }
        }
    }

    /// <summary>Addresses of a host, IPv6 and IPv4 in turn (RFC 8305 §4).</summary>
    public static async Task<IReadOnlyList<IPAddress>> AddressesAsync(string host, CancellationToken cancel)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return [literal];
        }

        var all = await Dns.GetHostAddressesAsync(host, cancel);
        var six = all.Where(a => a.AddressFamily == AddressFamily.InterNetworkV6).ToList();
        var four = all.Where(a => a.AddressFamily == AddressFamily.InterNetwork).ToList();
        var mixed = new List<IPAddress>();
        for (var i = 0; i < Math.Max(six.Count, four.Count); i++)
        {
            mixed.AddRange(six.Skip(i).Take(1));
            mixed.AddRange(four.Skip(i).Take(1));
        }

        return mixed;
    }
}

/// <summary>A target of SRV records.</summary>
internal sealed record SrvTarget(int Priority, int Weight, XmppEndpoint Endpoint);
