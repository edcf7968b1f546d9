using System.Text;
using DerAgent.Xmpp;

namespace DerAgent.Integration.Tests.Soak;

/// <summary>What befalls a site, one after the other, as a seed says. Each ends, and service must come back before the next one.</summary>
/// <param name="site">The site.</param>
/// <param name="partners">Its partners with cables of their own.</param>
/// <param name="prober">Tells when the agent serves.</param>
/// <param name="random">The seed's numbers.</param>
/// <param name="longest">How long a fault lasts at most.</param>
internal sealed class SoakFaults(SoakSite site, IReadOnlyList<SoakPartner> partners, Prober prober, Random random, TimeSpan longest)
{
    /// <summary>What befalls a partner while others are served.</summary>
    public const string Crash = "a partner crashes";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private readonly Dictionary<string, List<double>> _recovered = new(StringComparer.Ordinal);

    /// <summary>By kind of fault: seconds from its end until a partner was served again.</summary>
    public IReadOnlyDictionary<string, List<double>> Recovered => _recovered;

    /// <summary>The longest read while strangers flooded, in seconds.</summary>
    public double LongestInFlood { get; private set; }

    /// <summary>One fault, and the way back.</summary>
    public async Task NextAsync(CancellationToken cancel)
    {
        var (name, strike) = Draw();
        if (random.Next(4) == 0)
        {
            var partner = partners[random.Next(partners.Count)];
            Count(Crash, 0);
            partner.Crash();
        }

        await strike(TimeSpan.FromSeconds(1 + (random.NextDouble() * (longest.TotalSeconds - 1))), cancel);
        var end = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Look);
        while (prober.Served <= end)
        {
            await timer.WaitForNextTickAsync(cancel);
            if (TimeProvider.System.GetElapsedTime(end) > Patience)
            {
                throw new TimeoutException($"after \"{name}\" nobody was served for {Patience.TotalSeconds} s; the agent said:\n{string.Join('\n', site.Agent.Output.Split('\n').TakeLast(20))}");
            }
        }

        Count(name, TimeProvider.System.GetElapsedTime(end).TotalSeconds);
        await Task.Delay(TimeSpan.FromSeconds(0.5 + (random.NextDouble() * 3)), cancel);
    }

    private (string Name, Func<TimeSpan, CancellationToken, Task> Strike) Draw() => random.Next(11) switch
    {
        0 => ("line cut", (_, _) =>
        {
            site.Cable.Cut();
            return Task.CompletedTask;
        }),
        1 => ("line swallows all", (time, cancel) => MoodAsync(site.Cable, CableMood.Hole, time, cancel)),
        2 => ("line swallows what the agent sends", (time, cancel) => MoodAsync(site.Cable, CableMood.HoleUp, time, cancel)),
        3 => ("line swallows what the server sends", (time, cancel) => MoodAsync(site.Cable, CableMood.HoleDown, time, cancel)),
        4 => ("line of 4 kB/s", (time, cancel) => MoodAsync(site.Cable, CableMood.Slow, time, cancel)),
        5 => ("server refuses connections", (time, cancel) => MoodAsync(site.Cable, CableMood.Refuse, time, cancel)),
        6 => ("server killed and started", RestartAsync),
        7 => ("a partner's line swallows all", (time, cancel) => MoodAsync(partners[random.Next(partners.Count)].Cable!, CableMood.Hole, time, cancel)),
        8 => ("a partner's line cut", (_, _) =>
        {
            partners[random.Next(partners.Count)].Cable!.Cut();
            return Task.CompletedTask;
        }),
        9 => ("trust anchors exchanged", (_, _) => site.RenewAsync()),
        _ => ("strangers flood", FloodAsync),
    };

    private static async Task MoodAsync(FaultyCable cable, CableMood mood, TimeSpan time, CancellationToken cancel)
    {
        cable.Mood = mood;
        try
        {
            await Task.Delay(time, cancel);
        }
        finally
        {
            cable.Mood = CableMood.Whole;
        }
    }

    private async Task RestartAsync(TimeSpan time, CancellationToken cancel)
    {
        await site.Xmpp.StopServerAsync();
        await Task.Delay(time, cancel);
        await site.Xmpp.StartServerAsync();
    }

    private async Task FloodAsync(TimeSpan time, CancellationToken cancel)
    {
        prober.TakeLongest();
        await using (var stranger = new XmppPeer(site.Xmpp.Options("stranger", "flood")))
        {
            var lane = stranger.Connection.OpenLane("flood");
            await stranger.ConnectedAsync(resumed: false);
            var agent = Jid.Parse("pv1@localhost/IEC");
            var deep = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("<x>", 70)) + string.Concat(Enumerable.Repeat("</x>", 70)));
            var began = TimeProvider.System.GetTimestamp();
            for (var i = 0; i < 5_000 && TimeProvider.System.GetElapsedTime(began) < time; i++)
            {
                var stanza = (i % 4) switch
                {
                    0 => Stanza.Iq("get", $"f{i}", agent, "<ping xmlns=\"urn:xmpp:ping\"/>"u8.ToArray()),
                    1 => Stanza.Message("chat", agent, deep),
                    2 => Stanza.Message("groupchat", agent, "<body>hello</body>"u8.ToArray(), $"g{i}"),
                    _ => Stanza.Presence("subscribe", agent.Bare),
                };
                if (!stranger.Connection.TrySend(stanza, lane) || i % 500 == 499)
                {
                    await stranger.PingAsync();
                }
            }
        }

        LongestInFlood = Math.Max(LongestInFlood, prober.TakeLongest().TotalSeconds);
    }

    private void Count(string name, double seconds)
    {
        if (!_recovered.TryGetValue(name, out var times))
        {
            _recovered[name] = times = [];
        }

        times.Add(seconds);
    }
}
