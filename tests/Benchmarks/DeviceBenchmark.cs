using System.Diagnostics;
using System.Text.Json.Nodes;
using DerAgent.Agent;
using DerAgent.Client;
using DerAgent.Devices;
using DerAgent.Integration.Tests;
using DerAgent.Mms;
using DerAgent.Modbus;
using DerAgent.Model;
using DerAgent.Scl;

namespace DerAgent.Benchmarks;

/// <summary>What decoding costs, how long a change on the wire takes to a client's report, and how long a plant's limit takes to fifty inverters.</summary>
internal static class DeviceBenchmark
{
    private const int Port = 15_500;
    private const int Inverters = 50;
    private const int Endpoints = 10;

    public static async Task RunAsync(RatioTable table, string? native)
    {
        Decode(table);
        await LimitAsync(table);
        await DelayAsync(table, native);
    }

    /// <summary>The measured values of a SunSpec inverter, each point with its scale factor.</summary>
    private static void Decode(RatioTable table)
    {
        var profile = ProfileLibrary.Load(ProfileLibrary.Shipped, "the folder beside the program").Profiles["sunspec-inverter"];
        var points = profile.Placed.Of(profile.Points, new Dictionary<int, SunSpecPlace> { [103] = new(40_070, 50) }).Values.Where(p => p.IsReadable && p.Length <= 4).ToList();
        var registers = new ushort[8];
        var (count, start) = (0L, Stopwatch.GetTimestamp());
        for (; Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(3); count += points.Count)
        {
            foreach (var point in points)
            {
                RegisterCodec.Decode(point, registers.AsSpan(0, point.Length), -2, WordOrder.HighFirst);
            }
        }

        table.Add("points decoded a second", count / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e6, " M", null, null);
    }

    /// <summary>From the command until the last inverter has read back its share.</summary>
    private static async Task LimitAsync(RatioTable table)
    {
        using var slaves = await PlantSlaves.StartAsync(Port, Inverters, Endpoints);
        try
        {
            var profiles = ProfileLibrary.Load(ProfileLibrary.Shipped, "the folder beside the program").Profiles;
            var text = SclScaffold.Write(new()
            {
                Template = "plant",
                Ied = "PLANT1",
                Jid = "plant1@example.net/IEC",
                Devices = [.. Enumerable.Range(0, Inverters).Select(i => DerAgent.Agent.Cli.ScaffoldDevices.Of(profiles["sunspec-inverter"], $"inv{i + 1}", $"modbus-tcp://127.0.0.1:{Port + (i % Endpoints)}?unit={(i / Endpoints) + 1}"))],
                Edition = SclScaffold.Editions[0],
                Values = new Dictionary<string, string>(StringComparer.Ordinal),
            });
            var model = SclLoader.Load(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), "plant.cid").Model!;
            await using var site = new Site([model], profiles, new Dictionary<string, DeviceOverride>(), TimeProvider.System);
            var answering = new TaskCompletionSource();
            var known = new HashSet<string>(StringComparer.Ordinal);
            site.OnState = state =>
            {
                lock (known)
                {
                    if (state.Text.Contains("the device answers", StringComparison.Ordinal) && known.Add(state.Name) && known.Count == Inverters)
                    {
                        answering.TrySetResult();
                    }
                }
            };
            using var stop = new CancellationTokenSource();
            var running = site.RunAsync(stop.Token);
            await answering.Task.WaitAsync(TimeSpan.FromMinutes(1));
            var leaf = model.Node("PLANT1LD0", "DWMX1$CO$WMaxSptPct$Oper$ctlVal$f")!;
            var times = new List<double>();
            for (var i = 0; i < 8; i++)
            {
                var (start, taken) = (Stopwatch.GetTimestamp(), new TaskCompletionSource<double>(TaskCreationOptions.RunContinuationsAsynchronously));

                // Down each time: what falls is written at once. That the power follows is not waited for.
                var ended = site.ExecuteAsync(leaf, DataValue.Float32(95 - (7 * i)), () => taken.TrySetResult(Stopwatch.GetElapsedTime(start).TotalMilliseconds), CancellationToken.None);
                await Task.WhenAny(taken.Task, ended);
                times.Add(taken.Task.IsCompletedSuccessfully ? await taken.Task : double.PositiveInfinity);
                // Real hardware's time: the power is about to follow, and the next command is to find the plant as an operator would.
                await Task.Delay(TimeSpan.FromSeconds(2));
            }

            table.Add($"a plant's limit to {Inverters} inverters, to the last read-back, p50", RatioTable.Median(times), " ms", null, null);
            table.Add($"a plant's limit to {Inverters} inverters, to the last read-back, longest of {times.Count}", times.Max(), " ms", null, null);
            await stop.CancelAsync();
            await running.ContinueWith(static _ => { }, TaskScheduler.Default);
        }
        finally
        {
            slaves.Kill();
        }
    }

    /// <summary>From a value that has changed on the wire until a client has its report; the device is asked once a second.</summary>
    private static async Task DelayAsync(RatioTable table, string? native)
    {
        const int Samples = 60;
        const double Period = 1000;
        using var slaves = await PlantSlaves.StartAsync(Port, 1, 1);
        try
        {
            await using var lab = await BenchmarkLab.StartAsync(native, prepare: static folder =>
            {
                var file = Path.Combine(folder, "agent.json");
                var options = JsonNode.Parse(File.ReadAllText(file))!;
                options["devices"]!["inv1"] = new JsonObject { ["url"] = $"modbus-tcp://127.0.0.1:{Port}?unit=1", ["polls"] = new JsonObject { ["fast"] = "1s", ["normal"] = "1s", ["slow"] = "1s" } };
                File.WriteAllText(file, options.ToJsonString());
                return static _ => { };
            });
            await using var client = await lab.ConnectAsync();
            await using var other = new ModbusTcpMaster(new() { Host = "127.0.0.1", Port = Port }, TimeProvider.System);
            var (limit, scale) = await SunSpecLimit.FindAsync(other, CancellationToken.None);
            await other.WriteRegistersAsync(1, (ushort)(limit + 4), new ushort[] { 1 }, CancellationToken.None);
            await client.WriteAsync(ObjectName.In("PV1LD0", "LLN0$BR$brcbStatus01$RptEna"), DataValue.Boolean(true), CancellationToken.None);
            // Real time, real processes: the limit that was enabled is read and reported before anything is measured.
            await Task.Delay(TimeSpan.FromSeconds(5));
            var (random, times) = (new Random(1), new List<double>());
            for (var i = 0; i < Samples; i++)
            {
                while (client.InformationReports.TryRead(out _))
                {
                    // What came before.
                }

                // At any moment of the poll's period, which passes in the agent's process.
                await Task.Delay(random.Next(0, 1000));
                await other.WriteRegistersAsync(1, limit, new[] { (ushort)((20 + (i % 2 * 30)) * scale) }, CancellationToken.None);
                var start = Stopwatch.GetTimestamp();
                await client.InformationReports.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            var sorted = times.Order().ToList();
            table.Add($"wire to report, p50 of {Samples}, polled once a second", sorted[Samples / 2], " ms", null, null);
            table.Add("wire to report, p99, less the poll's period", sorted[(int)(Samples * 0.99) - 1] - Period, " ms", null, 10);
        }
        finally
        {
            slaves.Kill();
        }
    }
}
