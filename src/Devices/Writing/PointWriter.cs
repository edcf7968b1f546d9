using DerAgent.Modbus;

namespace DerAgent.Devices;

/// <summary>How a command ended.</summary>
public enum CommandStatus
{
    /// <summary>The value is in force, and its effect was seen where one is measured.</summary>
    Succeeded,
    /// <summary>The device refused it.</summary>
    Refused,
    /// <summary>The device does not answer.</summary>
    NoAnswer,
    /// <summary>The value is out of range.</summary>
    OutOfRange,
    /// <summary>The device reads back another value: clamped or reverted.</summary>
    Deviation,
    /// <summary>The effect did not come in time.</summary>
    EffectNotSeen,
}

/// <summary>How a command ended, with a sentence for people.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Description">One sentence.</param>
public readonly record struct CommandResult(CommandStatus Status, string Description);

/// <summary>Writes a set point the way its profile says: guards, steps, read-back, effect.</summary>
public sealed class PointWriter(DeviceUnit unit, DeviceProfile profile, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan ReadBackPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan EffectPause = TimeSpan.FromMilliseconds(500);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<string, long> _written = new(StringComparer.Ordinal);

    /// <summary>Writes a point.</summary>
    /// <param name="name">The point.</param>
    /// <param name="value">The value in the point's unit.</param>
    /// <param name="accepted">Called when the device took the value and reads it back.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<CommandResult> WriteAsync(string name, double value, Action accepted, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(accepted);
        if (!profile.Points.TryGetValue(name, out var point) || !point.IsWritable)
        {
            return new(CommandStatus.Refused, $"the profile {profile.Name} does not let {name} be written");
        }

        if (double.IsNaN(value) || (point.Range is { } range && (value < range.Low || value > range.High)))
        {
            return new(CommandStatus.OutOfRange, $"{value} is not within {point.Range?.Low} to {point.Range?.High} {point.Unit}");
        }

        if (unit.Point(name) is null)
        {
            return unit.IsAnswering
                ? new(CommandStatus.Refused, $"the device has no point {name}")
                : new(CommandStatus.NoAnswer, $"{unit.Name} does not answer");
        }

        await _turn.WaitAsync(cancel);
        try
        {
            await KeepIntervalAsync(point, cancel);
            if (await WriteStepsAsync(point, value, cancel) is { } refused)
            {
                return refused;
            }

            if (await ReadBackAsync(point, value, cancel) is { } deviation)
            {
                return deviation;
            }
        }
        catch (ModbusException e)
        {
            return new(e.Failure == ModbusFailure.Exception ? CommandStatus.Refused : CommandStatus.NoAnswer, e.Message);
        }
        finally
        {
            _turn.Release();
        }

        accepted();
        return point.Effect is null ? new(CommandStatus.Succeeded, "") : await WatchEffectAsync(point, point.Effect, value, cancel);
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task KeepIntervalAsync(PointDefinition point, CancellationToken cancel)
    {
        if (_written.TryGetValue(point.Name, out var last) && point.MinInterval - time.GetElapsedTime(last) is { Ticks: > 0 } rest)
        {
            await Task.Delay(rest, time, cancel);
        }

        _written[point.Name] = time.GetTimestamp();
    }

    private async Task<CommandResult?> WriteStepsAsync(PointDefinition point, double value, CancellationToken cancel)
    {
        IReadOnlyList<WriteStep> steps = point.Steps.Count > 0 ? point.Steps : [new WriteStep(point.Name, null)];
        foreach (var step in steps)
        {
            var outcome = await unit.Driver.WriteAsync(step.Point, step.Value ?? value, cancel);
            if (outcome.Status != WriteResult.Accepted)
            {
                return new(
                    outcome.Status switch { WriteResult.NoAnswer => CommandStatus.NoAnswer, WriteResult.OutOfRange => CommandStatus.OutOfRange, _ => CommandStatus.Refused },
                    outcome.Description);
            }
        }

        return null;
    }

    private static double ToleranceOf(PointDefinition point) => Math.Max(point.Verify?.Tolerance ?? 0, Math.Abs(point.Scale) / 2);

    private async Task<CommandResult?> ReadBackAsync(PointDefinition point, double value, CancellationToken cancel)
    {
        var within = point.Verify?.Within ?? TimeSpan.FromSeconds(10);
        var tolerance = ToleranceOf(point);
        var start = time.GetTimestamp();
        while (true)
        {
            var reading = await unit.ReadNowAsync(point.Verify?.Read ?? point.Name, cancel);
            if (reading is { Value: { IsNone: false, Number: var number } } && Math.Abs(number - value) <= tolerance)
            {
                return null;
            }

            if (time.GetElapsedTime(start) >= within)
            {
                return new(CommandStatus.Deviation, $"{point.Name} was set to {value} and reads back {reading?.Value.Number}");
            }

            await Task.Delay(ReadBackPause, time, cancel);
        }
    }

    private async Task<CommandResult> WatchEffectAsync(PointDefinition point, WriteEffect effect, double value, CancellationToken cancel)
    {
        var start = time.GetTimestamp();
        double measured = double.NaN, wanted = double.NaN;
        while (true)
        {
            try
            {
                var of = effect.Of is null ? 1 : ((unit.Last(effect.Of) ?? await unit.ReadNowAsync(effect.Of, cancel))?.Value.Number ?? double.NaN) / 100;
                wanted = value * of;
                measured = (await unit.ReadNowAsync(effect.Point, cancel))?.Value.Number ?? double.NaN;
                var tolerance = effect.Tolerance * Math.Abs(of);
                if (measured - wanted <= tolerance && (effect.IsLimit || wanted - measured <= tolerance))
                {
                    return new(CommandStatus.Succeeded, "");
                }

                // Some devices take a value and fall back to the old one a moment later.
                if (await unit.ReadNowAsync(point.Verify?.Read ?? point.Name, cancel) is { Value: { IsNone: false, Number: var present } } && Math.Abs(present - value) > ToleranceOf(point))
                {
                    return new(CommandStatus.Deviation, $"{point.Name} was set to {value} and has reverted to {present}");
                }
            }
            catch (ModbusException e) when (time.GetElapsedTime(start) >= effect.Within)
            {
                return new(CommandStatus.NoAnswer, e.Message);
            }
            catch (ModbusException)
            {
                // The device may answer again before the time is over.
            }

            if (time.GetElapsedTime(start) >= effect.Within)
            {
                return new(CommandStatus.EffectNotSeen, $"{effect.Point} measures {measured} after {effect.Within.TotalSeconds:0} s; {(effect.IsLimit ? "at most" : "about")} {wanted} was commanded");
            }

            await Task.Delay(EffectPause, time, cancel);
        }
    }
}
