using System.Threading.Channels;
using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>
/// One line: a TCP endpoint or a serial port, with the devices on it. Its loop is the only one that touches them: commands, polls and time come as messages,
/// and one exchange is made after the other, the most urgent first.
/// </summary>
internal sealed class DeviceLine : IAsyncDisposable
{
    private readonly Channel<LineMessage> _messages = Channel.CreateUnbounded<LineMessage>(new() { SingleReader = true, AllowSynchronousContinuations = true });
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly long _start;
    private readonly LineLoad _load;
    private readonly LineNoise _noise;
    private List<Device> _devices = [];
    private long _turned;

    /// <summary>A line.</summary>
    /// <param name="devices">The devices on it.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="onOverload">Called with a sentence where the line cannot keep the periods of its polls, and where it can again.</param>
    public DeviceLine(IReadOnlyList<Device> devices, TimeProvider time, Action<string>? onOverload = null)
    {
        var tell = onOverload ?? (static _ => { });
        (_time, _start, _load, _noise) = (time, time.GetTimestamp(), new(tell), new(tell));
        Use([.. devices]);
        _timer = time.CreateTimer(_ => _messages.Writer.TryWrite(new LineMessage.Wake()), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private abstract record LineMessage
    {
        public sealed record Wake : LineMessage;

        public sealed record Write(string Device, string Point, string Source, Func<ValueMap, double> Value, TimeSpan Came, Action Accepted, TaskCompletionSource<CommandOutcome> Ended, CancellationToken Cancel) : LineMessage;

        public sealed record Withdraw(WriteJob Job, CancellationToken Cancel) : LineMessage;

        public sealed record LetGo(string Device, string Point, string Source, bool IsTold) : LineMessage;

        public sealed record Replace(IReadOnlyList<string> Gone, IReadOnlyList<Device> Come) : LineMessage;
    }

    private sealed record Exchange(Device Device, ExchangeClass Class, TimeSpan Due, double Late, PlannedBlock? Block, WriteJob? Job);

    /// <summary>Writes a set point; the task ends when it has taken hold and its effect shows, or it failed.</summary>
    /// <param name="device">A device of this line.</param>
    /// <param name="point">A point of the device.</param>
    /// <param name="source">Who wants it.</param>
    /// <param name="value">What to write, in the point's unit, as the literals say that the device has.</param>
    /// <param name="accepted">Called on the line's loop when the device took the value and reads it back.</param>
    /// <param name="cancel">Withdraws it: from then on nothing of it is written.</param>
    public Task<CommandOutcome> WriteAsync(string device, string point, string source, Func<ValueMap, double> value, Action accepted, CancellationToken cancel)
    {
        var ended = new TaskCompletionSource<CommandOutcome>();
        if (!_messages.Writer.TryWrite(new LineMessage.Write(device, point, source, value, Now(), accepted, ended, cancel)))
        {
            ended.TrySetResult(Closed);
        }

        return ended.Task;
    }

    /// <summary>Somebody wants nothing of a point any more: where nobody else does, what of it is in force is let go of, now or when the device is there again.</summary>
    public void LetGo(string device, string point, string source, bool isTold) => _messages.Writer.TryWrite(new LineMessage.LetGo(device, point, source, isTold));

    /// <summary>Set points that wait or are under way; messages do not wait, they are taken before every exchange. Approximate while the line runs.</summary>
    public int Waiting => _devices.Sum(d => d.Writes.Jobs.Count);

    /// <summary>Takes devices off the line and puts others on it; what the rest is doing goes on.</summary>
    public void Replace(IReadOnlyList<string> gone, IReadOnlyList<Device> come) => _messages.Writer.TryWrite(new LineMessage.Replace(gone, come));

    /// <summary>How long its loop has been at one thing; zero while it waits for something to do. For those who look from outside.</summary>
    public TimeSpan NotTurned => Volatile.Read(ref _turned) is not 0 and var turned ? _time.GetElapsedTime(turned) : TimeSpan.Zero;

    private static CommandOutcome Closed => new(AddCause.Unknown, "the configuration was changed meanwhile");

    /// <summary>Polls and writes until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                Volatile.Write(ref _turned, Math.Max(1, _time.GetTimestamp()));
                while (_messages.Reader.TryRead(out var message))
                {
                    await TakeAsync(message);
                }

                var now = Now();
                _devices.ForEach(d => d.Pass(now));
                if (Next(now) is { } exchange)
                {
                    await MakeAsync(exchange, cancel);
                    exchange.Device.Sweep(Now());
                    _noise.Look(exchange.Device.Oddities, Now());
                    continue;
                }

                Arm(now);
                Volatile.Write(ref _turned, 0);
                if (!await _messages.Reader.WaitToReadAsync(cancel))
                {
                    return;
                }
            }
        }
        finally
        {
            await StopAsync();
            Volatile.Write(ref _turned, 0);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _messages.Writer.TryComplete();
        await _timer.DisposeAsync();
    }

    private TimeSpan Now() => _time.GetElapsedTime(_start);

    private async Task TakeAsync(LineMessage message)
    {
        switch (message)
        {
            case LineMessage.Write { Cancel.IsCancellationRequested: true } write:
                write.Ended.TrySetCanceled(write.Cancel);
                break;
            case LineMessage.Write write when _devices.Find(d => d.Name == write.Device) is { } device:
                Follow(device.Take(write.Point, write.Source, write.Value, write.Accepted, write.Came), write);
                break;
            case LineMessage.Write write:
                write.Ended.TrySetResult(Closed);
                break;
            case LineMessage.Withdraw withdraw:
                withdraw.Job.Withdraw(withdraw.Cancel);
                _devices.ForEach(d => d.Sweep(Now()));
                break;
            case LineMessage.Replace replace:
                foreach (var gone in _devices.Where(d => replace.Gone.Contains(d.Name, StringComparer.Ordinal)))
                {
                    await StopAsync(gone);
                }

                Use([.. _devices.Where(d => !replace.Gone.Contains(d.Name, StringComparer.Ordinal)), .. replace.Come]);
                break;
            case LineMessage.LetGo letGo:
                _devices.Find(d => d.Name == letGo.Device)?.LetGo(letGo.Point, letGo.Source, letGo.IsTold, Now());
                break;
        }
    }

    private void Use(List<Device> devices)
    {
        _devices = devices;
        devices.ForEach(d => d.Writes.Wake = () => _messages.Writer.TryWrite(new LineMessage.Wake()));
    }

    private void Follow(WriteJob job, LineMessage.Write write)
    {
        var withdrawal = write.Cancel.Register(() => _messages.Writer.TryWrite(new LineMessage.Withdraw(job, write.Cancel)));
        _ = job.Ended.ContinueWith(
            t =>
            {
                withdrawal.Unregister();
                // It has ended: Result does not wait.
                _ = t.IsCanceled ? write.Ended.TrySetCanceled(write.Cancel) : write.Ended.TrySetResult(t.Result);
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>The exchange to make now; null where none is due.</summary>
    private Exchange? Next(TimeSpan now)
    {
        var due = new List<Exchange>();
        foreach (var device in _devices)
        {
            if (!device.IsDiscovered && now >= device.NextAttempt)
            {
                due.Add(new(device, ExchangeClass.Fast, device.NextAttempt, (now - device.NextAttempt).TotalSeconds, null, null));
            }

            foreach (var block in device.Blocks.Where(b => b.Due <= now))
            {
                due.Add(new(device, block.Class, block.Due, block.LateAt(now), block, null));
            }

            if (device.ReadyJob(now) is { } ready)
            {
                due.Add(new(device, ready.Class, ready.Job.State.Since, 0, null, ready.Job));
            }
        }

        _load.Watch(_devices);
        return LineSchedule.Pick([.. due.Select(e => new DueExchange(e.Class, e.Due, e.Late))], _load.KeepsFast) is >= 0 and var picked ? due[picked] : null;
    }

    private async Task MakeAsync(Exchange exchange, CancellationToken cancel)
    {
        var device = exchange.Device;
#pragma warning disable CA1031 // a device fails alone, and is tried again
        try
        {
            switch (exchange)
            {
                case { Job: { Looks: true } job }:
                    await device.LookAsync(job, Now, cancel);
                    break;
                case { Job: { } job }:
                    await device.Writes.WriteAsync(job, Now, cancel);
                    break;
                case { Block: { } block }:
                    await device.PollAsync(block, Now, cancel);
                    break;
                default:
                    await DiscoverAsync(device, cancel);
                    break;
            }
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            var why = $"a defect of the agent: {e.GetType().Name}: {e.Message}";
            if (exchange.Job is { } job)
            {
                // A command fails alone, too.
                job.Move(WriteTransitions.End(job.State, CommandOutcome.Refused(why)));
                return;
            }

            await device.BrokenAsync(why, Now());
        }
#pragma warning restore CA1031
    }

    private async Task DiscoverAsync(Device device, CancellationToken cancel)
    {
        try
        {
            await device.DiscoverAsync(Now, cancel);
        }
        catch (DeviceException e)
        {
            await device.DiscoveryFailedAsync(e.Message, Now());
        }
    }

    private void Arm(TimeSpan now)
    {
        var next = _devices.Count == 0 ? TimeSpan.MaxValue : _devices.Min(d => d.NextDue(now));
        var rest = next == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling((next - now).TotalMilliseconds), 1, uint.MaxValue - 2));
        _timer.Change(rest, Timeout.InfiniteTimeSpan);
    }

    private async Task StopAsync()
    {
        _messages.Writer.TryComplete();
        while (_messages.Reader.TryRead(out var message))
        {
            if (message is LineMessage.Write write)
            {
                write.Ended.TrySetResult(Closed);
            }
        }

        foreach (var device in _devices)
        {
            await StopAsync(device);
        }
    }

    private static async Task StopAsync(Device device)
    {
        await device.ForgetDiscoveryAsync();
        foreach (var job in device.Writes.Jobs.ToList())
        {
            job.Move(WriteTransitions.End(job.State, Closed));
        }
    }
}
