using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Xml;
using DerAgent.Model;
using DerAgent.Scl;
using DerAgent.Tests;

namespace DerAgent.Benchmarks;

/// <summary>Loading SCL files, against XmlReader merely walking the same octets; memory for a station file; damaged files.</summary>
internal static class SclBenchmark
{
    private const int Mutations = 100_000;

    public static void Run(RatioTable table, string? native)
    {
        RunLoading(table, native);
        Memory(table, native);
        Fuzz(table);
    }

    /// <summary>Time and memory of loading alone.</summary>
    public static void RunLoading(RatioTable table, string? native)
    {
        var corpus = Path.Combine(BenchmarkLab.Root, "..", "shared", "corpus", "scl", "public", "abb-rex640.cid");
        var relay = File.Exists(corpus) ? corpus : Path.Combine(BenchmarkLab.Root, "scl", "grid-operator.cid");
        Load(table, "a relay's file", File.ReadAllBytes(relay), null);
        Elements(table, File.ReadAllBytes(relay));
        Load(table, "one IED of a station file", Station(300), "X7");
        Retained(table, relay);
        if (native is not null)
        {
            Start(table, native, relay);
        }
    }

    /// <summary>What stays of a file: its model and the values.</summary>
    private static void Retained(RatioTable table, string file)
    {
        static IedModel Model(string file) => SclLoader.Load(file).Model!;
        Model(file);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var model = Model(file);
        var values = new ValueStore(model);
        var after = GC.GetTotalMemory(forceFullCollection: true);
        static int Nodes(DataNode node) => 1 + node.Children.Sum(Nodes);
        var nodes = model.LogicalDevices.SelectMany(d => d.LogicalNodes).SelectMany(n => n.Constraints.Values).Sum(Nodes);
        GC.KeepAlive(values);
        table.Add(string.Create(CultureInfo.InvariantCulture, $"SCL: retained by model and values, {nodes} nodes, of them {model.Slots.Count} attributes"), (after - before) / 1e6, " MB", null, 8);
    }

    /// <summary>From the start of the program until it serves, with a relay's model and with one of a few logical nodes.</summary>
    private static void Start(RatioTable table, string native, string file)
    {
        var folder = Directory.CreateTempSubdirectory("der-agent-bench.").FullName;
        File.Copy(file, Path.Combine(folder, "large.cid"));
        File.WriteAllText(Path.Combine(folder, "small.cid"), Minimal(File.ReadAllText(Path.Combine(BenchmarkLab.Root, "scl", "meter.cid"))));
        File.WriteAllText(Path.Combine(folder, "secret"), "x");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(folder, "secret"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var times = new[] { "large", "small" }.ToDictionary(n => n, _ => new List<double>(), StringComparer.Ordinal);
        for (var i = 0; i < 10; i++)
        {
            foreach (var (name, list) in times)
            {
                list.Add(UntilServing(native, folder, name));
            }
        }

        Directory.Delete(folder, recursive: true);
        table.Add("SCL: native start to serving a relay's model, beyond that of an empty one", RatioTable.Median(times["large"]) - RatioTable.Median(times["small"]), " ms", null, 60);
    }

    private static double UntilServing(string native, string folder, string name)
    {
        var data = Directory.CreateDirectory(Path.Combine(folder, $"data-{name}-{Guid.NewGuid():N}")).FullName;
        File.WriteAllText(Path.Combine(folder, name + ".json"), $$"""
            { "scl": "{{name}}.cid", "data": "{{data}}", "profiles": ["{{Path.Combine(BenchmarkLab.Root, "device-profiles")}}"],
              "connections": [ { "name": "dso", "jid": "pv1@bench.invalid", "servers": ["127.0.0.1:1"], "passwordFile": "secret", "access": [ { "jid": "a@bench.invalid", "roles": ["MONITOR"] } ] } ] }
            """);
        var since = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(native, ["run", "--config", Path.Combine(folder, name + ".json")]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        while (process.StandardOutput.ReadLine() is { } line && !line.Contains(" Serving ", StringComparison.Ordinal))
        {
        }

        var time = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
        process.Kill();
        process.WaitForExit();
        return time;
    }

    /// <summary>A file without data: two logical nodes that every server has.</summary>
    private static string Minimal(string text) => System.Text.RegularExpressions.Regex.Replace(text, "<LN desc=\"[^\"]*\" lnClass=\"MM.*?</LN>|<(?<tag>DataSet|ReportControl) .*?</\\k<tag>>", "", System.Text.RegularExpressions.RegexOptions.Singleline | System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));

    private static void Load(RatioTable table, string what, byte[] file, string? ied)
    {
        var (load, walk) = RatioTable.Pair(
            () =>
            {
                using var stream = new MemoryStream(file);
                if (SclLoader.Load(stream, "bench.scd", new() { Ied = ied }).Model is null)
                {
                    throw new InvalidOperationException("The file was not loaded.");
                }
            },
            () => Walk(file),
            rounds: 15,
            inner: 1);
        table.Add(string.Create(CultureInfo.InvariantCulture, $"SCL: load and expand {what} ({file.Length / 1e6:0.0} MB, {file.Length / load / 1e3:0} MB/s) / walking it"), load / walk, "", null, 2);
    }

    /// <summary>How much of it is reading alone: what nodes and checks cannot take less than.</summary>
    private static void Elements(RatioTable table, byte[] file)
    {
        var (read, walk) = RatioTable.Pair(
            () =>
            {
                using var stream = new MemoryStream(file);
                _ = SclDocument.Read(stream, null, new("bench.scd")) ?? throw new InvalidOperationException("The file was not read.");
            },
            () => Walk(file),
            rounds: 15,
            inner: 1);
        table.Add("SCL: of that, reading its elements, without nodes and checks", read / walk, "", null, null);
    }

    private static void Walk(byte[] file)
    {
        using var reader = XmlReader.Create(new MemoryStream(file), new() { DtdProcessing = DtdProcessing.Prohibit });
        while (reader.Read())
        {
        }
    }

    /// <summary>Peak memory of the program while it checks a station file of 100 MB, every IED of it.</summary>
    private static void Memory(RatioTable table, string? native)
    {
        var folder = Directory.CreateTempSubdirectory("der-agent-bench.").FullName;
        var (small, large) = (Path.Combine(folder, "small.scd"), Path.Combine(folder, "large.scd"));
        File.WriteAllBytes(small, Station(1));
        File.WriteAllBytes(large, Station(6_100));
        var (before, after) = (Peak(native, small), Peak(native, large));
        var size = new FileInfo(large).Length / 1e6;
        Directory.Delete(folder, recursive: true);
        table.Add(string.Create(CultureInfo.InvariantCulture, $"SCL: peak memory to check {size:0} MB with 6101 IEDs ({after:0} MB), for each MB of it"), (after - before) / size, " MB", null, null);
    }

    private static double Peak(string? native, string file)
    {
        string[] program = native is null ? ["dotnet", Path.Combine(AppContext.BaseDirectory, "der-agent.dll")] : [native];
        var start = new ProcessStartInfo("/bin/sh", ["-c", "\"$@\" >/dev/null; exit 0", "sh", .. program, "check", "--json", file, "--profiles", Path.Combine(BenchmarkLab.Root, "device-profiles")]) { UseShellExecute = false };
        using var process = Process.Start(start)!;
        double peak = 0;
        while (!process.WaitForExit(20))
        {
            foreach (var child in Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(n => int.TryParse(n, out _)))
            {
                peak = Math.Max(peak, PeakOfChild(child!, process.Id));
            }
        }

        return peak;
    }

    /// <summary>High-water mark of a process in MB, if it is a child of <paramref name="parent"/>.</summary>
    private static double PeakOfChild(string id, int parent)
    {
        try
        {
            var status = File.ReadAllLines($"/proc/{id}/status");
            return status.Any(l => l == $"PPid:\t{parent}") && Array.Find(status, l => l.StartsWith("VmHWM:", StringComparison.Ordinal)) is { } line
                ? double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Split('\t')[^1], CultureInfo.InvariantCulture) / 1024
                : 0;
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return 0;
        }
    }

    private static void Fuzz(RatioTable table)
    {
        var sources = Directory.EnumerateFiles(Path.Combine(BenchmarkLab.Root, "scl")).Where(f => new FileInfo(f).Length < 40_000).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToList();
        var failures = 0;
        var start = Stopwatch.GetTimestamp();
        Parallel.For(0, Mutations, seed =>
        {
#pragma warning disable CA1031 // any exception is what is looked for
            try
            {
                using var stream = new MemoryStream(SclMutation.Apply(sources[seed % sources.Count], seed));
                SclInspector.Inspect(stream, "t.scd");
            }
            catch (Exception e)
            {
                Console.Error.WriteLine($"seed {seed}: {e}");
                Interlocked.Increment(ref failures);
            }
#pragma warning restore CA1031
        });
        table.Add(string.Create(CultureInfo.InvariantCulture, $"SCL: exceptions out of {Mutations} damaged files ({Stopwatch.GetElapsedTime(start).TotalSeconds:0} s)"), failures, "", 0, 0);
    }

    /// <summary>A station file with our PV inverter many times under other names.</summary>
    private static byte[] Station(int ieds)
    {
        var text = File.ReadAllText(Path.Combine(BenchmarkLab.Root, "scl", "pv-inverter.cid"));
        var end = text.IndexOf("</IED>", StringComparison.Ordinal) + "</IED>".Length;
        var ied = text[text.IndexOf("<IED ", StringComparison.Ordinal)..end];
        var station = new StringBuilder(text, 0, end, text.Length);
        for (var i = 0; i < ieds; i++)
        {
            station.Append('\n').Append(ied.Replace("\"PV1\"", $"\"X{i}\"", StringComparison.Ordinal));
        }

        return Encoding.UTF8.GetBytes(station.Append(text, end, text.Length - end).ToString());
    }
}
