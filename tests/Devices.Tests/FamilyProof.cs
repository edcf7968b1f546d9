using System.Globalization;

namespace DerAgent.Devices.Tests;

/// <summary>Holds a profile against the facts of its family, over the real line, driver and writer, in virtual time.</summary>
internal static class FamilyProof
{
    /// <summary>What of the facts is not so with this profile; empty: all is.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="facts">The facts.</param>
    /// <param name="all">Whether to go on after the first.</param>
    /// <param name="first">The point whose facts come first; the others follow.</param>
    public static async Task<IReadOnlyList<string>> FailuresAsync(DeviceProfile profile, FamilyFacts facts, bool all, string first = "")
    {
        var failures = new List<string>();
        if (first.Length > 0)
        {
            await ProveAsync(facts.Of(p => p == first));
            await ProveAsync(facts.Of(p => p != first) with { Reads = [] });
            facts = facts.Of(p => p != first).OnlyReads();
        }

        await ProveAsync(facts);
        return failures;

        async Task ProveAsync(FamilyFacts facts)
        {
            await EachAsync(facts.Reads, ReadAsync);
            await EachAsync(facts.Commands, CommandAsync);
            await EachAsync(facts.Refusals, RefuseAsync);
            await EachAsync(facts.Needs, NeedAsync);
            await EachAsync(facts.Stuck, StuckAsync);
            await EachAsync(facts.Refreshes, RefreshAsync);
            await EachAsync(facts.Releases, ReleaseAsync);
            await EachAsync(facts.Holds, HoldAsync);
        }

        async Task EachAsync<T>(IReadOnlyList<T> rows, Func<FamilyBench, T, Task<string?>> prove)
        {
            foreach (var row in rows)
            {
                if (failures.Count > 0 && !all)
                {
                    return;
                }

                await using var bench = new FamilyBench(profile, facts);
                if (await prove(bench, row) is { } failure)
                {
                    failures.Add($"{row}: {failure}");
                }
            }
        }
    }

    private static Task<string?> ReadAsync(FamilyBench bench, FactRead read)
    {
        bench.Slave.Set(read.Registers);
        bench.Advance(7);
        var says = bench.Says(read.Point);
        var isSo = says == read.Says || (double.TryParse(says, CultureInfo.InvariantCulture, out var number) && double.TryParse(read.Says, CultureInfo.InvariantCulture, out var due) && Math.Abs(number - due) <= Math.Abs(due) * 1e-9);
        return Task.FromResult(isSo ? null : $"{string.Join(' ', read.Registers.Values.Select(r => $"{r.Key.Kind}{r.Key.Address}={r.Value:X4}"))}: {read.Point} is {says} and not {read.Says}");
    }

    private static async Task<string?> CommandAsync(FamilyBench bench, FactCommand command)
    {
        bench.Begin(command.Given);
        var outcome = bench.Write(command.Point, command.Value);
        bench.Advance(90, () => outcome.IsCompleted);
        return await FailureAsync(outcome) ?? bench.Compare(command.Frames);
    }

    private static Task<string?> RefuseAsync(FamilyBench bench, FactRefusal refusal)
    {
        bench.Begin(FactRegisters.Parse(null));
        bench.Slave.Refusal = (Modbus.ModbusExceptionCode)refusal.Exception;
        return EndsAsync(bench, refusal.Point, refusal.Value, refusal.AddCause, refusal.Words);
    }

    private static async Task<string?> NeedAsync(FamilyBench bench, FactNeed need)
    {
        bench.Begin(need.Registers);
        var outcome = bench.Write(need.Point, need.Value);
        bench.Advance(30, () => outcome.IsCompleted);
        return !outcome.IsCompletedSuccessfully || (await outcome).Failure != Model.AddCause.BlockedByProcess ? "it is not refused" : bench.Compare("");
    }

    private static Task<string?> StuckAsync(FamilyBench bench, FactStuck stuck)
    {
        bench.Slave.Stuck.UnionWith(stuck.Registers.Values.Keys);
        bench.Begin(stuck.Registers);
        return EndsAsync(bench, stuck.Point, stuck.Value, stuck.AddCause);
    }

    private static async Task<string?> EndsAsync(FamilyBench bench, string point, double value, string due, string words = "")
    {
        var outcome = bench.Write(point, value);
        bench.Advance(700, () => outcome.IsCompleted);
        return !outcome.IsCompletedSuccessfully ? "not ended"
            : (await outcome).Failure.ToString() is var cause && cause != due ? $"{cause} and not {due}"
            : !(await outcome).Description.Contains(words, StringComparison.Ordinal) ? $"{(await outcome).Description} and not {words}"
            : null;
    }

    /// <summary>What is repeated comes again and again, never later than it must, and is that and nothing else.</summary>
    private static async Task<string?> RefreshAsync(FamilyBench bench, FactRefresh refresh)
    {
        bench.Begin(refresh.Given);
        var outcome = bench.Write(refresh.Point, refresh.Value);
        bench.Advance(90, () => outcome.IsCompleted);
        if (await FailureAsync(outcome) is { } failure)
        {
            return failure;
        }

        var from = bench.Slave.Frames[^1].At;
        bench.Slave.Frames.Clear();
        bench.Advance(refresh.Seconds * 5);
        var frames = bench.Slave.Frames;
        foreach (var (frame, before) in frames.Zip(frames.Select(f => f.At).Prepend(from)))
        {
            if (!FamilyBench.Matches(frame.Text, refresh.Frames))
            {
                return $"{frame.Text} and not {refresh.Frames}";
            }

            if (frame.At - before > TimeSpan.FromSeconds((refresh.Seconds * 1.02) + 0.2))
            {
                return $"{(frame.At - before).TotalSeconds:0.0} s between two";
            }
        }

        return frames.Count is >= 4 and <= 8 ? null : $"{frames.Count} in {refresh.Seconds * 5:0} s";
    }

    private static async Task<string?> ReleaseAsync(FamilyBench bench, FactCommand release)
    {
        bench.Begin(FactRegisters.Parse(null));
        var outcome = bench.Write(release.Point, release.Value);
        bench.Advance(90, () => outcome.IsCompleted);
        if (await FailureAsync(outcome) is { } failure)
        {
            return failure;
        }

        // An engine runs on for its time.
        bench.Slave.Frames.Clear();
        bench.LetGo(release.Point);
        bench.Advance(3 * 3600, () => bench.Compare(release.Frames) is null, step: 1);
        bench.Advance(15);
        if (bench.Compare(release.Frames) is { } wrong)
        {
            return wrong;
        }

        bench.Slave.Frames.Clear();
        bench.Advance(200, step: 0.5);
        return bench.Slave.Frames.Count == 0 ? null : $"{bench.Slave.Frames[0].Text} afterwards";
    }

    private static async Task<string?> HoldAsync(FamilyBench bench, FactHold hold)
    {
        bench.Begin(FactRegisters.Parse(null));
        foreach (var (isOn, seconds) in new[] { (true, 0.0), (false, hold.On), (true, hold.Off) })
        {
            if (seconds > 0)
            {
                bench.Advance(seconds - 30, step: 1);
                var early = bench.Write(hold.Point, isOn ? 1 : 0);
                bench.Advance(20, () => early.IsCompleted);
                if (!early.IsCompletedSuccessfully || (await early).Failure != Model.AddCause.BlockedByProcess)
                {
                    return $"{(isOn ? "on" : "off")} is not refused after {seconds - 30:0} s";
                }

                bench.Advance(60, step: 1);
            }

            var due = bench.Write(hold.Point, isOn ? 1 : 0);
            bench.Advance(30, () => due.IsCompleted);
            if (await FailureAsync(due) is { } failure)
            {
                return $"{(isOn ? "on" : "off")} after {seconds:0} s: {failure}";
            }
        }

        return null;
    }

    private static async Task<string?> FailureAsync(Task<Model.CommandOutcome> outcome) =>
        !outcome.IsCompletedSuccessfully ? "not ended" : await outcome is { Succeeded: false } failed ? $"{failed.Failure}: {failed.Description}" : null;
}
