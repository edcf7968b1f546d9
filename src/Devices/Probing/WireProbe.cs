namespace DerAgent.Devices;

/// <summary>Finds out how a Modbus device wants to be asked: how much at once, how soon after the last answer, and what it does not have.</summary>
internal static class WireProbe
{
    /// <summary>Questions that may be spent on the largest block.</summary>
    private const int MostBlockQuestions = 8;
    private const int MostRegisters = 125;

    /// <summary>Questions one after the other that must be answered before a pause is believed to be enough.</summary>
    private const int Confidence = 12;

    /// <summary>Pauses that are tried, in milliseconds.</summary>
    private static readonly int[] Gaps = [0, 10, 25, 50, 100, 250, 500];

    /// <summary>After a failure the device may need some time.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    /// <summary>The most registers in one answer: by halves, within the addresses it is known to have. Null: it gives none.</summary>
    /// <param name="start">First address it has.</param>
    /// <param name="end">Address behind the last.</param>
    /// <param name="read">Reads registers.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<int?> LargestBlockAsync(int start, int end, SunSpecDiscovery.RegisterReader read, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(read);
        var (works, fails) = (0, Math.Min(MostRegisters, end - start) + 1);
        for (var (i, next) = (0, fails - 1); i < MostBlockQuestions && fails - works > 1; i++, next = (works + fails) / 2)
        {
            try
            {
                await read(start, next, cancel);
                works = next;
            }
            catch (DeviceException)
            {
                fails = next;
            }
        }

        return works > 0 ? works : null;
    }

    /// <summary>The least pause between an answer and the next question with which it always answers; null: none that was tried.</summary>
    /// <param name="read">Reads what it has answered before, after this pause.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="progress">Called with what is done next.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<TimeSpan?> GapAsync(Func<TimeSpan, Task> read, TimeProvider time, Action<string> progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(progress);
        foreach (var level in Gaps.Select(g => TimeSpan.FromMilliseconds(g)))
        {
            progress($"whether {level.TotalMilliseconds:0} ms between answer and question are enough");
            var answered = 0;
            try
            {
                for (; answered < Confidence; answered++)
                {
                    await read(level);
                }

                return level;
            }
            catch (DeviceException)
            {
                // The first question of a level came long after the last answer: it is no pause that is missing.
                if (answered == 0)
                {
                    return null;
                }

                await Task.Delay(Rest, time, cancel);
            }
        }

        return null;
    }

    /// <summary>What the pause it needs means for its profile.</summary>
    /// <param name="gap">What was found.</param>
    /// <param name="profiled">What the profile says.</param>
    public static IEnumerable<string> OfGap(TimeSpan? gap, TimeSpan profiled)
    {
        if (gap is null)
        {
            yield return "it does not answer each question, whatever the pause before it: look at the wires, the gateway, and who else is on the line";
        }
        else if (gap > profiled)
        {
            yield return $"it needs {gap.Value.TotalMilliseconds:0} ms between an answer and the next question: write gap-ms: {gap.Value.TotalMilliseconds:0} into the profile (modbus)";
        }
    }

    /// <summary>What was found that it does not have, where it was asked for only to save exchanges.</summary>
    public static IEnumerable<string> Holes(LearnedHoles learned)
    {
        ArgumentNullException.ThrowIfNull(learned);
        foreach (var kind in learned.Holes.GroupBy(h => h.Kind).OrderBy(k => k.Key))
        {
            var ranges = new List<(int First, int Last)>();
            foreach (var address in kind.Select(h => h.Address).Order())
            {
                if (ranges is [.., var (first, last)] && last + 1 == address)
                {
                    ranges[^1] = (first, address);
                }
                else
                {
                    ranges.Add((address, address));
                }
            }

            yield return $"it refuses {kind.Key.ToString().ToLowerInvariant()} registers between those that are wanted, somewhere in {string.Join(", ", ranges.Select(r => r.First == r.Last ? $"{r.First}" : $"{r.First} to {r.Last}"))}: write forbidden: [{string.Join(", ", ranges.Select(r => $"[{r.First}, {r.Last}]"))}] into the profile (modbus), and each start finds it at once";
        }
    }
}
