using System.Globalization;

namespace DerAgent.Integration.Tests.Soak;

/// <summary>Looks at the memory of a process ten times a second.</summary>
internal sealed class MemorySampler : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<double> _samples = [];
    private readonly Task _running;

    public MemorySampler(int process) => _running = RunAsync($"/proc/{process}/status");

    /// <summary>MB in memory, sample by sample.</summary>
    public IReadOnlyList<double> Samples
    {
        get
        {
            lock (_samples)
            {
                return [.. _samples];
            }
        }
    }

    /// <summary>The middle one of some samples.</summary>
    public static double Median(IEnumerable<double> samples) => samples.Order().ToList() is { Count: > 0 } sorted ? sorted[sorted.Count / 2] : 0;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync(string file)
    {
        using var timer = new PeriodicTimer(Pace);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                var line = (await File.ReadAllLinesAsync(file, _stop.Token)).First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
                lock (_samples)
                {
                    _samples.Add(double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            // Stopped, or the process is gone.
        }
    }
}
