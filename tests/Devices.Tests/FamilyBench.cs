using System.Globalization;
using DerAgent.Model;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Devices.Tests;

/// <summary>A device of a family on a line.</summary>
internal sealed class FamilyBench : IAsyncDisposable
{
    private const string Client = "client";
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero));
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, Reading> _last = new(StringComparer.Ordinal);
    private readonly DeviceLine _line;
    private readonly DeviceProfile _profile;
    private readonly Task _running;

    public FamilyBench(DeviceProfile profile, FamilyFacts facts)
    {
        _profile = profile;
        Slave = new(facts, _time);
        var setup = new DeviceSetup("d", profile, profile.Own.Concat(profile.Own.SelectMany(n => PointReferences.Of(profile.Points[n]))).Concat(profile.Needs.Select(n => n.Point)).Concat(facts.Reads.Select(r => r.Point)).ToHashSet(StringComparer.Ordinal));
        var device = new Device(
            setup,
            TestDriver.Of(profile, Slave, _time, setup),
            _time,
            (_, readings) =>
            {
                foreach (var reading in readings)
                {
                    _last[reading.Point] = reading;
                }
            },
            static _ => { },
            file => facts.Secrets.TryGetValue(file, out var secret) ? secret : null);
        _line = new([device], _time);
        _running = _line.RunAsync(_stop.Token);
    }

    public FamilySlave Slave { get; }

    /// <summary>What stands in the registers before a command; then the plant moves.</summary>
    public void Begin(FactRegisters given)
    {
        Slave.Set(given);
        Slave.Follows = true;
        Advance(7);
        Slave.Frames.Clear();
    }

    public Task<CommandOutcome> Write(string point, double value) =>
        _line.WriteAsync("d", point, Client, _ => _profile.Points.GetValueOrDefault(point)?.Map is { IsEmpty: false, IsNumeric: false } map ? map.RawOf(value == 0 ? "off" : "on") ?? value : value, static () => { }, CancellationToken.None);

    public void LetGo(string point) => _line.LetGo("d", point, Client, isTold: true);

    /// <summary>Lets time pass.</summary>
    /// <param name="seconds">How long at most.</param>
    /// <param name="until">Ends it.</param>
    /// <param name="step">In steps of.</param>
    public void Advance(double seconds, Func<bool>? until = null, double step = 0.1)
    {
        for (var passed = 0.0; passed < seconds && until?.Invoke() != true; passed += step)
        {
            _time.Advance(TimeSpan.FromSeconds(step));
        }
    }

    /// <summary>Whether the frames that wrote are these; what answers a counter is not among them. Null: they are.</summary>
    public string? Compare(string frames) =>
        string.Join("; ", Slave.Frames.Select(f => f.Text).Where(f => !Slave.IsEcho(f))) is var written && Matches(written, frames) ? null : $"{written} and not {frames}";

    /// <summary>Whether a frame is as the facts say; * stands for any word.</summary>
    public static bool Matches(string frame, string fact)
    {
        var (words, due) = (frame.Split(' ', '='), fact.Split(' ', '='));
        return words.Length == due.Length && words.Zip(due).All(w => w.Second == "*" || w.First == w.Second);
    }

    public string Says(string point) =>
        !_last.TryGetValue(point, out var reading) ? "nothing"
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
