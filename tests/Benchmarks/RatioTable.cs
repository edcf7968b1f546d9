using System.Diagnostics;
using System.Globalization;

namespace DerAgent.Benchmarks;

/// <summary>The results of one run.</summary>
internal sealed class RatioTable
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private readonly List<(string Name, string Value, string Bound, bool IsMet)> _rows = [];

    public void Add(string name, double value, string unit, double? bound, double? goal) =>
        _rows.Add((name, value.ToString("0.00", CultureInfo.InvariantCulture) + unit, Wanted(value, unit, bound, goal), bound is null || value <= bound));

    /// <summary>Prints the table; true where every bound is met.</summary>
    public bool Print()
    {
        foreach (var (name, value, bound, isMet) in _rows)
        {
            Console.WriteLine($"{name,-62} {value,12}   {bound,-26} {(isMet ? "ok" : "MISSED")}");
        }

        return _rows.TrueForAll(r => r.IsMet);
    }

    /// <summary>Medians of two actions measured in turns, so that noise hits both alike.</summary>
    public static (double First, double Second) Pair(Action first, Action second, int rounds, int inner)
    {
        // The just-in-time compiler takes its time to make its best of what is hot.
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < WarmUp;)
        {
            Time(first, inner);
            Time(second, inner);
        }

        var (a, b) = (new double[rounds], new double[rounds]);
        for (var i = 0; i < rounds; i++)
        {
            (a[i], b[i]) = (Time(first, inner), Time(second, inner));
        }

        return (Median(a), Median(b));
    }

    public static double Median(IReadOnlyCollection<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static double Time(Action action, int inner)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < inner; i++)
        {
            action();
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static string Wanted(double value, string unit, double? bound, double? goal) => (bound, goal) switch
    {
        (null, null) => "shown",
        (null, _) => $"goal {goal}{unit}{(value > goal ? ", not reached" : "")}",
        (_, null) => $"<= {bound}{unit}",
        _ => $"<= {bound}{unit}, goal {goal}{unit}",
    };
}
