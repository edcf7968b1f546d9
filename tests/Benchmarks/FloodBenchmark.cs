using System.Diagnostics;
using DerAgent.Client;
using DerAgent.Integration.Tests.Soak;
using DerAgent.Mms;
using DerAgent.Xmpp;

namespace DerAgent.Benchmarks;

/// <summary>What floods cost the agent, and an honest partner who reads meanwhile.</summary>
internal static class FloodBenchmark
{
    private const int Stanzas = 20_000;
    private const int Burst = 500;
    private static readonly Jid Agent = Jid.Parse("pv1@localhost/IEC");
    private static readonly ObjectName Name = ObjectName.In("PV1LD0", "LLN0$ST$Beh$stVal");

    public static async Task RunAsync(RatioTable table, string? native)
    {
        await using var lab = await BenchmarkLab.StartAsync(native);
        await using var honest = await lab.ConnectAsync();
        await using var memory = new MemorySampler(lab.Agent.Id);
        for (var i = 0; i < 500; i++)
        {
            await honest.ReadAsync(Name, CancellationToken.None);
        }

        var idle = MemorySampler.Median(memory.Samples.TakeLast(5));
        var ping = "<ping xmlns=\"urn:xmpp:ping\"/>"u8.ToArray();
        await MeasureAsync(table, lab, honest, memory, idle, native is not null, "20 000 requests of a stranger", "stranger", i => Stanza.Iq("get", $"f{i}", Agent, ping), isReading: true);
        var chat = "<body>hello</body>"u8.ToArray();
        await MeasureAsync(table, lab, honest, memory, idle, native is not null, "20 000 messages of a stranger", "stranger", i => Stanza.Message("chat", Agent, chat), isReading: true);

        // Rejections and errors that a viewer asks for and does not read.
        await MeasureAsync(table, lab, honest, memory, idle, native is not null, "20 000 requests of a viewer who reads nothing", "view", i => Stanza.Iq("get", $"v{i}", Agent, ping), isReading: false);
    }

    private static async Task MeasureAsync(RatioTable table, BenchmarkLab lab, AcsiClient honest, MemorySampler memory, double idle, bool isNative, string what, string account, Func<int, Stanza> stanza, bool isReading)
    {
        await using var flood = new Flooder(lab.Options(account), isReading);
        await flood.ConnectedAsync();
        var (processor, samples) = (Processor(lab.Agent), memory.Samples.Count);
        var flooding = flood.RunAsync(stanza);
        var reads = new List<double>();
        do
        {
            var start = Stopwatch.GetTimestamp();
            await honest.ReadAsync(Name, CancellationToken.None);
            reads.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        while (!flooding.IsCompleted || reads.Count < 20);
        await flooding;
        table.Add($"{what}: an honest read, median", RatioTable.Median(reads), " ms", null, null);
        table.Add($"{what}: the longest of {reads.Count} honest reads", reads.Max(), " ms", 1_000, null);
        table.Add($"{what}: processor time of the agent", (Processor(lab.Agent) - processor).TotalSeconds, " s", null, null);
        table.Add($"{what}: memory above idle ({idle:0} MB)", memory.Samples.Skip(samples).Max() - idle, " MB", isNative ? 64 : null, null);
    }

    private static TimeSpan Processor(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }

    /// <summary>Sends as fast as its server takes it.</summary>
    private sealed class Flooder : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly SemaphoreSlim _room = new(0);
        private readonly XmppConnection _connection;
        private readonly Task _running;
        private readonly Task _reading;
        private readonly bool _isReading;

        public Flooder(XmppOptions options, bool isReading)
        {
            _isReading = isReading;
            _connection = new(options, new(options.Jid, new("client", "bot", "flood", []), static _ => true), TimeProvider.System);
            _running = _connection.RunAsync(_stop.Token);
            _reading = ReadAsync();
        }

        public Task ConnectedAsync() => _connected.Task.WaitAsync(TimeSpan.FromSeconds(20));

        public async Task RunAsync(Func<int, Stanza> stanza)
        {
            var lane = _connection.OpenLane("flood");
            var server = Jid.Parse("localhost");
            for (var sent = 0; sent < Stanzas;)
            {
                if (!_connection.TrySend(stanza(sent), lane))
                {
                    await (lane.HasRoom ? Task.CompletedTask : _room.WaitAsync(TimeSpan.FromSeconds(1)));
                    continue;
                }

                if (++sent % Burst == 0 && _isReading)
                {
                    await _connection.RequestAsync(Stanza.Iq("get", _connection.NewId(), server, "<ping xmlns=\"urn:xmpp:ping\"/>"u8.ToArray()), TimeSpan.FromSeconds(30), CancellationToken.None);
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running;
            await _reading;
            _room.Dispose();
            _stop.Dispose();
        }

        private async Task ReadAsync()
        {
            await foreach (var notice in _connection.Notices.ReadAllAsync(CancellationToken.None))
            {
                switch (notice)
                {
                    case XmppNotice.Connected:
                        _connected.TrySetResult();
                        break;
                    case XmppNotice.Room:
                        _room.Release();
                        break;
                    case XmppNotice.Received when !_isReading:
                        // Whoever does not read stops the line: until the end nothing more is taken.
                        await Task.Delay(Timeout.InfiniteTimeSpan, _stop.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
                        break;
                }
            }
        }
    }
}
