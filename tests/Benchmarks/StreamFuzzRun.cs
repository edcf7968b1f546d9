using System.Collections.Concurrent;
using DerAgent.Xmpp.Tests;

namespace DerAgent.Benchmarks;

/// <summary>Many damaged streams, on all processors.</summary>
internal static class StreamFuzzRun
{
    private const int Part = 10_000;

    /// <summary>Runs that many streams from a seed that is printed; true where nothing went wrong.</summary>
    public static bool Run(int streams)
    {
        var first = Random.Shared.Next(1_000_000_000);
        var wrong = new ConcurrentQueue<string>();
        var reached = new int[5];
        Parallel.For(0, (streams + Part - 1) / Part, part =>
        {
            var fuzz = new StreamFuzz();
            for (var seed = first + (part * Part); seed < first + Math.Min(streams, (part + 1) * Part); seed++)
            {
#pragma warning disable CA1031 // whatever is thrown is a finding
                try
                {
                    if (fuzz.Run(seed) is { } found)
                    {
                        wrong.Enqueue($"StreamFuzz({seed}): {found}");
                    }
                }
                catch (Exception e)
                {
                    wrong.Enqueue($"StreamFuzz({seed}): {e.GetType().Name}: {e.Message}");
                }
#pragma warning restore CA1031
            }

            for (var i = 0; i < reached.Length; i++)
            {
                Interlocked.Add(ref reached[i], fuzz.Reached[i]);
            }
        });
        Console.WriteLine($"{streams} damaged streams from seed {first}: {wrong.Count} went wrong; in the clear {reached[0]}, encrypted {reached[1]}, logged in {reached[2]}, bound {reached[3]}, served {reached[4]}");
        foreach (var line in wrong.Take(20))
        {
            Console.WriteLine(line);
        }

        return wrong.IsEmpty;
    }
}
