using System.Globalization;
using DerAgent.Benchmarks;

// Machines differ and are noisy: what counts is the ratio of two things measured side by side in one run.
var table = new RatioTable();
switch (args)
{
    case ["fuzz", ..]:
        return StreamFuzzRun.Run(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1_000_000) ? 0 : 1;
    case ["scl", ..]:
        SclBenchmark.RunLoading(table, args.ElementAtOrDefault(1));
        return table.Print() ? 0 : 1;
    case ["store", ..]:
        StoreBenchmark.Run(table);
        await StoredServerBenchmark.RunAsync(table, args.ElementAtOrDefault(1));
        return table.Print() ? 0 : 1;
    case ["log", ..]:
        await LogBenchmark.RunAsync(table);
        return table.Print() ? 0 : 1;
    case ["file", ..]:
        await FileBenchmark.RunAsync(table);
        return table.Print() ? 0 : 1;
    case ["plant-slaves", var port, var inverters, var endpoints]:
        await PlantSlaves.RunAsync(int.Parse(port, CultureInfo.InvariantCulture), int.Parse(inverters, CultureInfo.InvariantCulture), int.Parse(endpoints, CultureInfo.InvariantCulture));
        return 0;
    case ["device", ..]:
        await DeviceBenchmark.RunAsync(table, args.ElementAtOrDefault(1));
        return table.Print() ? 0 : 1;
    case ["plant", ..]:
        await PlantBenchmark.RunAsync(table, args.ElementAtOrDefault(1));
        return table.Print() ? 0 : 1;
    case ["recovery", ..]:
        await RecoveryBenchmark.RunAsync(table, args.ElementAtOrDefault(1));
        return table.Print() ? 0 : 1;
}

XerBenchmark.Run(table);
ServerBenchmark.Run(table);
ReportBenchmark.Run(table);
StoreBenchmark.Run(table);
await LogBenchmark.RunAsync(table);
await FileBenchmark.RunAsync(table);
if (args is ["core"])
{
    return table.Print() ? 0 : 1;
}

SclBenchmark.Run(table, args.FirstOrDefault());
await using (var lab = await BenchmarkLab.StartAsync(args.FirstOrDefault()))
{
    await ReadBenchmark.RunAsync(table, lab);
    lab.Measure(table);
}

await FloodBenchmark.RunAsync(table, args.FirstOrDefault());

return table.Print() ? 0 : 1;
