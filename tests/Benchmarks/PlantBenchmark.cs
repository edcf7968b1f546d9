using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DerAgent.Benchmarks;

/// <summary>
/// A plant of 1000 simulated inverters behind 50 TCP ports, of each 40 points polled each five seconds: what it takes of a core, how much memory, and how old the oldest value gets. Once with the logical device
/// of the plant alone, once with one for each inverter.
/// </summary>
internal static partial class PlantBenchmark
{
    private const int Inverters = 1000;
    private const int Endpoints = 50;
    private const int Port = 15_600;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(RatioTable table, string? native)
    {
        using var slaves = await PlantSlaves.StartAsync(Port, Inverters, Endpoints);
        try
        {
            var kind = native is null ? "managed" : "native";
            var alone = await MeasureAsync(table, native, slaves, $"plant of {Inverters}, its LD only, {kind}", isWhole: false);
            var whole = await MeasureAsync(table, native, slaves, $"plant of {Inverters}, LDs of all inverters, {kind}", isWhole: true);
            table.Add($"memory of an inverter's LD, {kind}", (whole - alone) / Inverters, " MB", native is null ? null : 0.22, 0.22);
        }
        finally
        {
            slaves.Kill();
        }
    }

    /// <returns>Resident memory in MB.</returns>
    private static async Task<double> MeasureAsync(RatioTable table, string? native, Process slaves, string name, bool isWhole)
    {
        var answering = 0;
        await using var lab = await BenchmarkLab.StartAsync(native, prepare: folder =>
        {
            Prepare(folder, native, isWhole);
            return line => Interlocked.Add(ref answering, line.Contains("the device answers", StringComparison.Ordinal) ? 1 : 0);
        });
        using (var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(200)))
        {
            var since = Stopwatch.GetTimestamp();
            while (Volatile.Read(ref answering) < Inverters && Stopwatch.GetElapsedTime(since) < TimeSpan.FromMinutes(3))
            {
                await looks.WaitForNextTickAsync();
            }

            table.Add($"{name}: until all answer", Stopwatch.GetElapsedTime(since).TotalSeconds, " s", null, null);
        }

        // Real time: another process is measured while it does what it does.
        await Task.Delay(Settle);
        await AskAsync(slaves);
        var (cpu, (exchanges, _, _), start) = (CpuOf(lab.Agent), await AskAsync(slaves), Stopwatch.GetTimestamp());
        await Task.Delay(Measured);
        var ((exchangesNow, oldest, units), seconds, used) = (await AskAsync(slaves), Stopwatch.GetElapsedTime(start).TotalSeconds, CpuOf(lab.Agent) - cpu);
        lab.Agent.Refresh();
        var memory = lab.Agent.WorkingSet64 / 1048576.0;
        var isBound = native is not null && !isWhole;
        table.Add($"{name}: inverters that are read", units, "", null, null);
        table.Add($"{name}: share of a core", used / seconds * 100, " %", isBound ? 25 : null, 25);
        table.Add($"{name}: exchanges a second", (exchangesNow - exchanges) / seconds, "", null, null);
        table.Add($"{name}: CPU of 1000 exchanges", used * 1000 / ((exchangesNow - exchanges) / 1000.0), " ms", null, null);
        table.Add($"{name}: age of the oldest value, p99", oldest, " s", null, null);
        table.Add($"{name}: resident memory", memory, " MB", isBound ? 120 : null, 120);
        return memory;
    }

    private static double CpuOf(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime.TotalSeconds;
    }

    private static async Task<(long Exchanges, double Oldest, int Units)> AskAsync(Process slaves)
    {
        await slaves.StandardInput.WriteLineAsync("?");
        await slaves.StandardInput.FlushAsync();
        var parts = (await slaves.StandardOutput.ReadLineAsync())!.Split(' ');
        return (long.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture), int.Parse(parts[2], CultureInfo.InvariantCulture));
    }

    /// <summary>The SCL file of the plant in the place of the lab's, and every period five seconds.</summary>
    private static void Prepare(string folder, string? native, bool isWhole)
    {
        // The simulator writes the file; who answers are our own slaves.
        var file = Path.Combine(folder, "plant.cid");
        string[] program = native is null ? ["dotnet", Path.Combine(AppContext.BaseDirectory, "der-agent.dll")] : [native];
        using (var simulator = PlantSlaves.Start(program[0], [.. program.Skip(1), "sim", "plant", "--inverters", $"{Inverters}", "--endpoints", $"{Endpoints}", "--seed", "3", "--listen", $"127.0.0.1:{Port + 1000}", "-o", file]))
        {
            while (simulator.StandardOutput.ReadLine() is { } line && !line.Contains("serves them", StringComparison.Ordinal))
            {
                // Its inverters.
            }

            simulator.Kill();
            simulator.WaitForExit();
        }

        var scl = OtherPort().Replace(File.ReadAllText(file), static m => $":{int.Parse(m.Groups["port"].Value, CultureInfo.InvariantCulture) - 1000}?").Replace("plant1@example.net/IEC", "pv1@localhost/IEC", StringComparison.Ordinal);
        if (!isWhole)
        {
            var (first, last) = (scl.IndexOf("<LDevice", scl.IndexOf("</LDevice>", StringComparison.Ordinal), StringComparison.Ordinal), scl.LastIndexOf("</LDevice>", StringComparison.Ordinal) + "</LDevice>".Length);
            scl = scl.Remove(first, last - first);
        }

        File.WriteAllText(Path.Combine(folder, "bench.cid"), FortyPoints.Add(scl, folder));
        var configuration = Path.Combine(folder, "agent.json");
        var options = JsonNode.Parse(File.ReadAllText(configuration))!;
        var devices = new JsonObject();
        for (var i = 1; i <= Inverters; i++)
        {
            devices[$"inv{i}"] = new JsonObject { ["polls"] = new JsonObject { ["fast"] = "5s", ["normal"] = "5s", ["slow"] = "5s" } };
        }

        options["devices"] = devices;
        options["profiles"] = new JsonArray(".");
        File.WriteAllText(configuration, options.ToJsonString());
    }

    [GeneratedRegex(@":(?<port>166\d\d)\?", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex OtherPort();
}
