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
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
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
        await lines.UseAsync([device], open, secret, new(
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
        var isTaken = false;
        try
        {
            var outcome = await lines.WriteAsync(device.Name, point.Name, value, () => say($"the device has taken {point.Name} = {value:0.###}"), cancel);
            isTaken = outcome.Succeeded;
            say(outcome.Succeeded ? $"{point.Name} = {value:0.###} {point.Unit} works: {Shown()}" : $"{point.Name} = {value:0.###} failed (AddCause {(int)outcome.Failure}): {outcome.Description}");
            if (isTaken && !await UntilAsync(static () => false, duration, cancel))
            {
                say($"after {duration.TotalSeconds:0} s: {Shown()}");
            }
        }
        catch (OperationCanceledException)
        {
            say("ended by hand");
        }

        return await LetGoAsync(lines) && isTaken;
    }

    private IEnumerable<string> Watches => device.Setup.Wanted.Where(w => device.Profile.Points[w].IsReadable);

    private async Task<bool> LetGoAsync(SiteLines lines)
    {
        // Whoever ended it waits for this: what was written must not stay.
        if (_memory.Of(device.Name)?.InForce.Any(p => p.Point == point.Name) != true)
        {
            say($"nothing is in force any more: {Shown()}");
            return true;
        }

        lines.LetGo(device.Name, point.Name);
        var limit = (point.Writing?.ReadBackWithin ?? TimeSpan.Zero) + ((point.Writing?.Release as WriteRelease.After)?.Time ?? TimeSpan.Zero) + Grace;
        var isGone = await UntilAsync(() => _memory.Of(device.Name)?.InForce.All(p => p.Point != point.Name) == true, limit, CancellationToken.None);

        // What follows the device shows with its next readings.
        await UntilAsync(static () => false, isGone ? Rest : TimeSpan.Zero, CancellationToken.None);
        say(isGone ? $"let go of: {Shown()}" : $"NOT RESTORED: {point.Name} could not be let go of within {limit.TotalSeconds:0} s; {Shown()}. Set it at the device, or start this once more");
        return isGone;
    }

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
