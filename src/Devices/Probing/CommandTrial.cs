using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>
/// Commands a set point for a while as the agent would, shows what it does, and lets go of it again, whatever ends the while. Nothing is kept over the end of it.
/// </summary>
/// <param name="device">The device.</param>
/// <param name="point">The set point.</param>
/// <param name="time">Clock and timers.</param>
/// <param name="say">Takes what happens, line by line.</param>
internal sealed class CommandTrial(DevicePlacement device, PointDefinition point, TimeProvider time, Action<string> say)
{
    /// <summary>How long the device may take until it is read for the first time.</summary>
    private static readonly TimeSpan FirstReading = TimeSpan.FromSeconds(30);

    /// <summary>How long what shows the effect may take after that.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(3);

    /// <summary>How long letting go may take beyond what the profile says.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private const string Source = "probe";
    private readonly VolatileDeviceMemory _memory = new();

    // The line's loop puts a new one in its place.
    private volatile IReadOnlyDictionary<string, Reading> _readings = new Dictionary<string, Reading>(StringComparer.Ordinal);

    /// <summary>The points whose values tell what a command of a point does.</summary>
    public static IReadOnlySet<string> Watched(PointDefinition point) => new HashSet<string>([point.Name, .. PointReferences.Of(point)], StringComparer.Ordinal);

    /// <summary>Does it; true where the device took the value and let go of it again.</summary>
    /// <param name="value">The value, in the point's unit.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="open">Opens the line.</param>
    /// <param name="secret">The number in a secret file; null where there is none.</param>
    /// <param name="cancel">Ends the while sooner; what was written is let go of all the same.</param>
    public async Task<bool> RunAsync(double value, TimeSpan duration, Func<DeviceUrl, ModbusTraits, IDeviceBus> open, Func<string, double?>? secret, CancellationToken cancel)
    {
        await using var lines = new SiteLines(time, _memory);
        await lines.UseAsync([device], [], open, secret, new(
            (_, readings) => _readings = _readings.Values.Concat(readings).GroupBy(r => r.Point, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal),
            state => say(state.Text)));
        if (!await UntilAsync(() => point.IsReadable ? _readings.ContainsKey(point.Name) : _readings.Count > 0, FirstReading, cancel))
        {
            say($"nothing was written: {point.Name} could not be read within {FirstReading.TotalSeconds:0} s");
            return false;
        }

        // The rest comes with the next exchanges; what the device does not have never does.
        await UntilAsync(() => Watches.All(_readings.ContainsKey), Rest, cancel);

        say($"before: {Shown()}");
        var before = _readings;
        var isTaken = false;
        try
        {
            var outcome = await lines.WriteAsync(device.Name, point.Name, Source, _ => value, () => say($"the device has taken {point.Name} = {value:0.###}"), cancel);
            isTaken = outcome.Succeeded;
            say(outcome.Succeeded ? $"{point.Name} = {value:0.###} {point.Unit} works: {Shown()}" : $"{point.Name} = {value:0.###} failed (AddCause {(int)outcome.Failure}): {outcome.Description}");
            if (isTaken)
            {
                await Task.Delay(duration, time, cancel);
                say($"after {duration.TotalSeconds:0} s: {Shown()}");
            }
        }
        catch (OperationCanceledException)
        {
            say("ended by hand");
        }

        // Whoever ended it waits for this: what was written must not stay.
        await LetGoAsync(lines);
        await PutBackAsync(lines, before);
        var isBack = IsAsBefore(point.Name, before);
        var unlike = Written.Where(w => !IsAsBefore(w, before)).Select(w => $"{w} was {PointProbe.Shown(before[w].Value)} and reads {PointProbe.Shown(_readings[w].Value)}").ToList();
        say($"after: {Shown()}");
        if (unlike.Count > 0)
        {
            say($"{(isBack ? "not as before" : "NOT RESTORED")}: {string.Join(", ", unlike)}. Set it at the device, or start this once more");
        }

        return isBack && isTaken;
    }

    private IEnumerable<string> Watches => device.Setup.Wanted.Where(w => device.Profile.Points[w].IsReadable);

    /// <summary>The points that a command writes and that can be read.</summary>
    private IEnumerable<string> Written => point.Writing!.Left.Select(l => l.Point).Append(point.Name).Distinct(StringComparer.Ordinal).Where(w => device.Profile.Points[w].IsReadable);

    /// <summary>As long as a device may take to let go.</summary>
    private TimeSpan Patience => (point.Writing?.ReadBackWithin ?? TimeSpan.Zero) + ((point.Writing?.Release as WriteRelease.After)?.Time ?? TimeSpan.Zero) + Grace;

    private async Task LetGoAsync(SiteLines lines)
    {
        bool IsInForce() => _memory.Of(device.Name)?.InForce.Any(p => p.Point == point.Name) == true;
        if (IsInForce())
        {
            lines.LetGo(device.Name, point.Name, Source, isTold: true);
            say(await UntilAsync(() => !IsInForce(), Patience, CancellationToken.None) ? "let go of it" : $"the device has not let go of it within {Patience.TotalSeconds:0} s");
        }

        // What follows the device shows with its next readings.
        await Task.Delay(Rest, time, CancellationToken.None);
    }

    /// <summary>What stood there before is written once more, where letting go has not brought it back: half a command, or somebody else's value.</summary>
    private async Task PutBackAsync(SiteLines lines, IReadOnlyDictionary<string, Reading> before)
    {
        if (IsAsBefore(point.Name, before) || before[point.Name].Value is not { IsNone: false, Number: var number } || double.IsNaN(number))
        {
            return;
        }

        using var limit = new CancellationTokenSource(Patience, time);
        try
        {
            var outcome = await lines.WriteAsync(device.Name, point.Name, Source, _ => number, static () => { }, limit.Token);
            say(outcome.Succeeded ? $"{point.Name} = {number:0.###} is put back" : $"{point.Name} = {number:0.###} could not be put back: {outcome.Description}");
        }
        catch (OperationCanceledException)
        {
            say($"{point.Name} = {number:0.###} could not be put back within {Patience.TotalSeconds:0} s");
        }

        await Task.Delay(Rest, time, CancellationToken.None);
    }

    /// <summary>Whether a point reads as it did; what nobody could read is taken to.</summary>
    private bool IsAsBefore(string name, IReadOnlyDictionary<string, Reading> before) =>
        !before.TryGetValue(name, out var then) || !_readings.TryGetValue(name, out var now) || then.Value.IsNone || then.Value.Text is { } text && text == now.Value.Text || now.Value.Is(then.Value.Number, device.Profile.Points[name]);

    /// <summary>Waits for something, at most for a time; false where that is over.</summary>
    private async Task<bool> UntilAsync(Func<bool> isSo, TimeSpan within, CancellationToken cancel)
    {
        var from = time.GetTimestamp();
        while (!isSo())
        {
            var left = within - time.GetElapsedTime(from);
            if (left <= TimeSpan.Zero)
            {
                return false;
            }

            await Task.Delay(left < Look ? left : Look, time, cancel);
        }

        return true;
    }

    private string Shown() => string.Join(", ", Watches.Order(StringComparer.Ordinal).Where(w => _readings.ContainsKey(w) && w != point.ScaleFactor).Select(w => $"{w} {(_readings[w].Quality.Validity == Validity.Invalid ? "unknown" : $"{PointProbe.Shown(_readings[w].Value)} {device.Profile.Points[w].Unit}".TrimEnd())}"));
}
