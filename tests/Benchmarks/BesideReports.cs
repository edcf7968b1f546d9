using DerAgent.Model;

namespace DerAgent.Benchmarks;

/// <summary>What something costs the reports: 1 000 changes a second are reported, in turns alone and beside it.</summary>
/// <param name="server">The server.</param>
/// <param name="leaf">What changes.</param>
internal sealed class BesideReports(StoredServer server, DataNode leaf)
{
    private const int PerSecond = 1_000;
    private const int Seconds = 5;
    private const int Turns = 6;
    private int _first = 1;

    /// <summary>Measurements that are made at most.</summary>
    public const int Measurements = (PerSecond * Seconds * ((2 * Turns) + 1)) + 1;

    /// <summary>Measures, and adds rows to a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="name">What the rows begin with.</param>
    /// <param name="what">What is done.</param>
    /// <param name="once">Does it once; it begins each second.</param>
    /// <param name="goal">The ratio that is wanted.</param>
    public async Task RunAsync(RatioTable table, string name, string what, Func<Task> once, double goal)
    {
        await server.AssociateAsync("reporter");
        await server.WriteAsync("reporter", "LLN0$BR$brcbMeas01$BufTm", DataValue.Unsigned(0));
        await server.WriteAsync("reporter", "LLN0$BR$brcbMeas01$RptEna", DataValue.Boolean(true));

        // What is new is compiled and cached.
        await LoadAsync(once, () => { });
        var (alone, beside, done) = (new List<double>(), new List<double>(), 0);
        for (var i = 0; i < Turns; i++)
        {
            alone.AddRange(await LoadAsync(null, () => { }));
            beside.AddRange(await LoadAsync(once, () => done++));
        }

        table.Add($"{name}: reports' delay p99 beside {what} / alone, {PerSecond} changes a second", StoreBenchmark.Percentile(beside) / StoreBenchmark.Percentile(alone), "", null, goal);
        table.Add($"{name}: delay p99 alone", StoreBenchmark.Percentile(alone), " ms", null, null);
        table.Add($"{name}: the same, p50", RatioTable.Median(beside) / RatioTable.Median(alone), "", null, null);
        table.Add($"{name}: whole ones", done, "", null, null);
    }

    private async Task<List<double>> LoadAsync(Func<Task>? once, Action done)
    {
        using var isOver = new CancellationTokenSource();
        var working = once is null ? Task.CompletedTask : AgainAsync(once, done, isOver.Token);
        server.Measure([leaf], _first, PerSecond * Seconds, PerSecond);
        _first += PerSecond * Seconds;
        await isOver.CancelAsync();
        await working;
        return await server.TakeDelaysAsync();
    }

    private static async Task AgainAsync(Func<Task> once, Action done, CancellationToken isOver)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        do
        {
            await once();
            done();
        }
        while (!isOver.IsCancellationRequested && await timer.WaitForNextTickAsync(CancellationToken.None));
    }
}
