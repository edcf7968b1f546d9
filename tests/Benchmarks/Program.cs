using DerAgent.Benchmarks;

// Machines differ and are noisy: what counts is the ratio of two things measured side by side in one run.
var table = new RatioTable();
XerBenchmark.Run(table);
ServerBenchmark.Run(table);
ReportBenchmark.Run(table);
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

return table.Print() ? 0 : 1;
