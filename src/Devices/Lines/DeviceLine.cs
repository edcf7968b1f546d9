using System.Threading.Channels;
using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>
/// One line: a TCP endpoint or a serial port, with the devices on it. Its loop is the only one that touches them: commands, polls and time come as messages,
/// and one exchange is made after the other, the most urgent first.
/// </summary>
internal sealed class DeviceLine : IAsyncDisposable
{
    private readonly Channel<Message> _messages = Channel.CreateUnbounded<Message>(new() { SingleReader = true, AllowSynchronousContinuations = true });
    private readonly IReadOnlyList<Device> _devices;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly long _start;

    public DeviceLine(IReadOnlyList<Device> devices, TimeProvider time)
    {
        (_devices, _time, _start) = (devices, time, time.GetTimestamp());
        _timer = time.CreateTimer(_ => _messages.Writer.TryWrite(new Message.Wake()), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private abstract record Message
    {
        public sealed record Wake : Message;

        public sealed record Write(Device Device, WriteOrder Order, TimeSpan Came, Action Accepted, TaskCompletionSource<CommandOutcome> Ended, CancellationToken Cancel) : Message;

        public sealed record Withdraw(WriteJob Job, CancellationToken Cancel) : Message;
    }

    private sealed record Exchange(Device Device, ExchangeClass Class, TimeSpan Due, PlannedBlock? Block, WriteJob? Job);

    /// <summary>Writes a set point; the task ends when it has taken hold and its effect shows, or it failed.</summary>
    /// <param name="device">A device of this line.</param>
    /// <param name="order">What to write.</param>
    /// <param name="accepted">Called on the line's loop when the device took the value and reads it back.</param>
    /// <param name="cancel">Withdraws it: from then on nothing of it is written.</param>
    public Task<CommandOutcome> WriteAsync(Device device, WriteOrder order, Action accepted, CancellationToken cancel)
    {
        var ended = new TaskCompletionSource<CommandOutcome>();
        if (!_messages.Writer.TryWrite(new Message.Write(device, order, Now(), accepted, ended, cancel)))
        {
            ended.TrySetResult(Closed);
        }

        return ended.Task;
    }

    private static CommandOutcome Closed => new(AddCause.Unknown, "the configuration was changed meanwhile");

    /// <summary>Polls and writes until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                while (_messages.Reader.TryRead(out var message))
                {
                    Take(message);
                }

                var now = Now();
                if (Next(now) is { } exchange)
                {
                    await MakeAsync(exchange, cancel);
                    exchange.Device.Sweep();
                    continue;
                }

                Arm(now);
                await _messages.Reader.WaitToReadAsync(cancel);
            }
        }
        finally
        {
            await StopAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _messages.Writer.TryComplete();
        await _timer.DisposeAsync();
    }

    private TimeSpan Now() => _time.GetElapsedTime(_start);

    private void Take(Message message)
    {
        switch (message)
        {
            case Message.Write { Cancel.IsCancellationRequested: true } write:
                write.Ended.TrySetCanceled(write.Cancel);
                break;
            case Message.Write write:
                var job = new WriteJob(write.Order, write.Accepted, write.Came);
                var withdrawal = write.Cancel.Register(() => _messages.Writer.TryWrite(new Message.Withdraw(job, write.Cancel)));
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
                write.Device.Take(job);
                break;
            case Message.Withdraw withdraw:
                withdraw.Job.Withdraw(withdraw.Cancel);
                foreach (var device in _devices)
                {
                    device.Sweep();
                }

                break;
        }
    }

    /// <summary>The exchange to make now; null where none is due.</summary>
    private Exchange? Next(TimeSpan now)
    {
        var due = new List<Exchange>();
        foreach (var device in _devices)
        {
            if (!device.IsDiscovered && now >= device.NextAttempt)
            {
                due.Add(new(device, ExchangeClass.Fast, device.NextAttempt, null, null));
            }

            foreach (var block in device.Blocks.Where(b => b.Due <= now))
            {
                due.Add(new(device, block.Class, block.Due, block, null));
            }

            if (device.ReadyJob(now) is { } ready)
            {
                due.Add(new(device, ready.Class, ready.Job.State.Since, null, ready.Job));
            }
        }

        var picked = LineSchedule.Pick([.. due.Select(e => new DueExchange(e.Class, e.Due, e.Block?.PassedOver ?? 0))]);
        if (picked < 0)
        {
            return null;
        }

        foreach (var passed in due.Where((e, i) => i != picked && e.Block is not null && due[picked].Class != ExchangeClass.FirstOfCommand))
        {
            passed.Block!.PassedOver++;
        }

        return due[picked];
    }

    private async Task MakeAsync(Exchange exchange, CancellationToken cancel)
    {
        var device = exchange.Device;
#pragma warning disable CA1031 // a device fails alone, and is tried again
        try
        {
            switch (exchange)
            {
                case { Job: { } job, Class: ExchangeClass.Verification }:
                    await VerifyAsync(device, job, cancel);
                    break;
                case { Job: { } job }:
                    await device.WriteAsync(job, Now, cancel);
                    break;
                case { Block: { } block }:
                    await PollAsync(device, block, cancel);
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

            await device.ForgetDiscoveryAsync();
            device.Broken(why, Now());
        }
#pragma warning restore CA1031
    }

    private async Task PollAsync(Device device, PlannedBlock block, CancellationToken cancel)
    {
        try
        {
            await device.ReadAsync(block.Block, Now, cancel);
            block.Answered(Now());
        }
        catch (DeviceException e)
        {
            device.PollFailed(block, e, Now());
        }
    }

    private async Task VerifyAsync(Device device, WriteJob job, CancellationToken cancel)
    {
        if (device.BlockFor(job, Now()) is not { } block)
        {
            job.Move(WriteTransitions.End(job.State, CommandOutcome.Refused($"the device does not have what {job.Order.Point.Name} is read back from")));
            return;
        }

        try
        {
            await device.ReadAsync(block, Now, cancel);
        }
        catch (DeviceException e)
        {
            device.VerificationFailed(job, e, Now());
        }
    }

    private async Task DiscoverAsync(Device device, CancellationToken cancel)
    {
        try
        {
            await device.DiscoverAsync(Now(), cancel);
        }
        catch (DeviceException e)
        {
            await device.DiscoveryFailedAsync(e.Message, Now(), isDefect: false);
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
            if (message is Message.Write write)
            {
                write.Ended.TrySetResult(Closed);
            }
        }

        foreach (var device in _devices)
        {
            await device.ForgetDiscoveryAsync();
            foreach (var job in device.Jobs.ToList())
            {
                job.Move(WriteTransitions.End(job.State, Closed));
            }
        }
    }
}
