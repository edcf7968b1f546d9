using System.Globalization;
using DerAgent.Model;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Devices.Tests;

/// <summary>Holds a profile against the facts of its family, over the real line, driver and writer, in virtual time.</summary>
internal static class FamilyProof
{
    /// <summary>What of the facts is not so with this profile; empty: all is.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="facts">The facts.</param>
    /// <param name="all">Whether to go on after the first.</param>
    public static async Task<IReadOnlyList<string>> FailuresAsync(DeviceProfile profile, FamilyFacts facts, bool all)
    {
        var failures = new List<string>();
        await ReadAsync(profile, facts, failures, all);
        foreach (var command in facts.Commands)
        {
            if (failures.Count > 0 && !all)
            {
                break;
            }

            await CommandAsync(profile, facts, command, failures);
        }

        foreach (var refusal in facts.Refusals)
        {
            if (failures.Count > 0 && !all)
            {
                break;
            }

            await RefuseAsync(profile, facts, refusal, failures);
        }

        return failures;
    }

    private static async Task ReadAsync(DeviceProfile profile, FamilyFacts facts, List<string> failures, bool all)
    {
        foreach (var read in facts.Reads)
        {
            await using var bench = new Bench(profile, facts);
            bench.Slave.Set(read.Registers);
            bench.Advance(7);
            var reading = bench.Last.GetValueOrDefault(read.Point);
            var says = bench.Says(read.Point, reading);
            if (says != read.Says && !(double.TryParse(says, CultureInfo.InvariantCulture, out var is_) && double.TryParse(read.Says, CultureInfo.InvariantCulture, out var due) && Math.Abs(is_ - due) <= Math.Abs(due) * 1e-9))
            {
                failures.Add($"{string.Join(' ', read.Registers.Values.Select(r => $"{r.Key.Kind}{r.Key.Address}={r.Value:X4}"))}: {read.Point} is {says} and not {read.Says}");
                if (!all)
                {
                    return;
                }
            }
        }
    }

    private static async Task CommandAsync(DeviceProfile profile, FamilyFacts facts, FactCommand command, List<string> failures)
    {
        await using var bench = new Bench(profile, facts);
        bench.Slave.Follows = true;
        bench.Advance(7);
        var outcome = bench.Write(command.Point, command.Value);
        bench.Advance(90);
        var frames = string.Join("; ", bench.Slave.Frames);
        if (!outcome.IsCompletedSuccessfully || !(await outcome).Succeeded || frames != command.Frames)
        {
            failures.Add($"{command.Point} = {command.Value}: {frames} and not {command.Frames}, {(outcome.IsCompletedSuccessfully ? (await outcome).Description : "not ended")}");
        }
    }

    private static async Task RefuseAsync(DeviceProfile profile, FamilyFacts facts, FactRefusal refusal, List<string> failures)
    {
        await using var bench = new Bench(profile, facts);
        bench.Advance(7);
        bench.Slave.Refusal = (Modbus.ModbusExceptionCode)refusal.Exception;
        var outcome = bench.Write(refusal.Point, refusal.Value);
        bench.Advance(30);
        if (!outcome.IsCompletedSuccessfully || (await outcome).Failure.ToString() != refusal.AddCause)
        {
            failures.Add($"{refusal.Point} refused with {refusal.Exception}: {(outcome.IsCompletedSuccessfully ? (await outcome).Failure : "not ended")} and not {refusal.AddCause}");
        }
    }

    /// <summary>A device of the family on a line.</summary>
    private sealed class Bench : IAsyncDisposable
    {
        private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero));
        private readonly CancellationTokenSource _stop = new();
        private readonly DeviceLine _line;
        private readonly DeviceProfile _profile;
        private readonly Task _running;

        public Bench(DeviceProfile profile, FamilyFacts facts)
        {
            _profile = profile;
            Slave = new(facts, _time);
            Slave.Set(facts.Rated.Registers);
            var device = new Device(
                new("d", profile, profile.Points.Values.Where(p => p.IsReadable).Select(p => p.Name).ToHashSet(StringComparer.Ordinal)),
                new ModbusDriver(profile, Slave, 1, _time),
                _time,
                (_, readings) =>
                {
                    foreach (var reading in readings)
                    {
                        Last[reading.Point] = reading;
                    }
                },
                static _ => { });
            _line = new([device], _time);
            _running = _line.RunAsync(_stop.Token);
        }

        public FamilySlave Slave { get; }

        public Dictionary<string, Reading> Last { get; } = new(StringComparer.Ordinal);

        public Task<CommandOutcome> Write(string point, double value) =>
            _line.WriteAsync("d", point, _profile.Points.GetValueOrDefault(point)?.Map is { IsEmpty: false, IsNumeric: false } map ? map.RawOf(value == 0 ? "off" : "on") ?? double.NaN : value, static () => { }, CancellationToken.None);

        public void Advance(double seconds)
        {
            for (var passed = 0.0; passed < seconds; passed += 0.1)
            {
                _time.Advance(TimeSpan.FromSeconds(0.1));
            }
        }

        public string Says(string point, in Reading reading) =>
            reading.Point is null ? "nothing"
            : reading.Quality == new Quality(Validity.Questionable, QualityDetail.OutOfRange) ? "out-of-range"
            : !reading.Quality.IsGood ? "invalid"
            : reading.Value.Text ?? reading.Value.Number.ToString("R", CultureInfo.InvariantCulture);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            Advance(1);
            await _running.ContinueWith(static _ => { }, TaskScheduler.Default);
            await _line.DisposeAsync();
            _stop.Dispose();
        }
    }
}
