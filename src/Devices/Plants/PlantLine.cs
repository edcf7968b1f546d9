using System.Threading.Channels;
using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>The loop of a plant: readings of its members, commands and time come as messages; writes go to the members' own lines.</summary>
internal sealed class PlantLine : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>How soon what a member said is looked at: of a thousand members several say something at once.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(250);

    /// <summary>How long what must not be forgotten may take to be kept, before it is written all the same.</summary>
    private static readonly TimeSpan Keeping = TimeSpan.FromSeconds(10);
    private readonly Channel<Action> _messages = Channel.CreateUnbounded<Action>(new() { SingleReader = true, AllowSynchronousContinuations = true });
    private readonly Dictionary<string, int> _index;
    private readonly Dictionary<long, (Action Accepted, TaskCompletionSource<CommandOutcome> Ended)> _waiting = [];
    private readonly PlantControl _control;
    private readonly PlantValues _values;
    private readonly PlantMemory _memory;
    private readonly IPointWriter _writer;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly long _start;
    private readonly TimeSpan[] _silentSince;
    private readonly HashSet<int> _touched = [];
    private readonly Action<string, IReadOnlyList<Reading>> _onReadings;
    private readonly Action<DeviceState> _onState;
    private CancellationToken _stop;
    private TimeSpan? _published;
    private TimeSpan _looked = -Soon;
    private bool _isDirty;
    private long _nextCommand = 1;

    /// <summary>A plant.</summary>
    /// <param name="setup">What it is.</param>
    /// <param name="writer">Takes set points of its members.</param>
    /// <param name="memory">Where what must not be forgotten of it is kept.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="onReadings">Called with its points, as one snapshot.</param>
    /// <param name="onState">Called with what people should know of it.</param>
    public PlantLine(PlantSetup setup, IPointWriter writer, IDeviceMemory memory, TimeProvider time, Action<string, IReadOnlyList<Reading>> onReadings, Action<DeviceState> onState)
    {
        ArgumentNullException.ThrowIfNull(setup);
        ArgumentNullException.ThrowIfNull(time);
        (Setup, _writer, _time, _start, _onReadings, _onState) = (setup, writer, time, time.GetTimestamp(), onReadings, onState);
        _index = setup.Members.Select((m, i) => (m.Name, i)).ToDictionary(m => m.Name, m => m.i, StringComparer.Ordinal);
        (_control, _values, _silentSince) = (new(setup.Members, setup.Share), new(setup), new TimeSpan[setup.Members.Count]);
        _memory = new(setup, memory, time);
        _memory.Load(_control);
        _timer = time.CreateTimer(_ => Post(static () => { }), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What it is.</summary>
    public PlantSetup Setup { get; }

    /// <summary>Set points that somebody waits for.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Takes readings of a device, be it a part of it or not.</summary>
    public void Take(string device, IReadOnlyList<Reading> readings)
    {
        if (_index.TryGetValue(device, out var member))
        {
            Post(() => Take(member, readings));
        }
        else if (device == Setup.Meter)
        {
            Post(() =>
            {
                _values.TakeMeter(readings);
                _isDirty = true;
            });
        }
    }

    /// <summary>The same of what was read before it was there: what came since counts.</summary>
    public void Recall(string device, IReadOnlyList<Reading> readings)
    {
        if (_index.TryGetValue(device, out var member))
        {
            Post(() =>
            {
                if (_values.Recall(member, readings))
                {
                    _touched.Add(member);
                    _isDirty = true;
                }
            });
        }
        else if (device == Setup.Meter)
        {
            Post(() => _isDirty |= _values.RecallMeter(readings));
        }
    }

    /// <summary>Commands a point of the plant; see <see cref="IPointWriter.WriteAsync"/>.</summary>
    public Task<CommandOutcome> WriteAsync(string point, Func<ValueMap, double> value, Action accepted, CancellationToken cancel)
    {
        var ended = new TaskCompletionSource<CommandOutcome>();
        if (!_messages.Writer.TryWrite(() => Begin(point, value, accepted, ended, cancel)))
        {
            ended.TrySetResult(Closed);
        }

        return ended.Task;
    }

    /// <summary>Nobody wants a point of the plant any more.</summary>
    public void LetGo(string point, bool isTold) => Post(PlantPoints.IsLimit(point) ? () => _control.LetGo(point, isTold, Now()) : () => Broadcast().LetGo(point, isTold));

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        _stop = cancel;
        try
        {
            while (true)
            {
                while (_messages.Reader.TryRead(out var message))
                {
                    message();
                }

                var now = Now();
                if ((_touched.Count > 0 && now - _looked >= Soon) || (_control.IsActive && now - _looked >= Period))
                {
                    Look(now);
                }

                await CarryOutAsync();
                Publish(now);
                _timer.Change(_touched.Count > 0 ? Soon : _isDirty || _control.IsActive ? Period : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                if (!await _messages.Reader.WaitToReadAsync(cancel))
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Stopped.
        }
        finally
        {
            _messages.Writer.TryComplete();
            while (_messages.Reader.TryRead(out var message))
            {
                // A command that came just now is answered like the others.
                message();
            }

            foreach (var (_, ended) in _waiting.Values)
            {
                ended.TrySetResult(Closed);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _messages.Writer.TryComplete();
        await _timer.DisposeAsync();
    }

    private static CommandOutcome Closed => new(AddCause.Unknown, "the configuration was changed meanwhile");

    private TimeSpan Now() => _time.GetElapsedTime(_start);

    private void Post(Action message) => _messages.Writer.TryWrite(message);

    private void Take(int member, IReadOnlyList<Reading> readings)
    {
        _values.Take(member, readings);
        _touched.Add(member);
        _isDirty = true;
    }

    /// <summary>What members said since is told to the control; of those that are silent, that time passes.</summary>
    private void Look(TimeSpan now)
    {
        _looked = now;
        for (var i = 0; i < Setup.Members.Count; i++)
        {
            if (_touched.Contains(i) || (!_control.States[i].IsOnline && Setup.Members[i].Refresh is not null))
            {
                Learn(i, now);
            }
        }

        _touched.Clear();
        _control.Pass(now);
    }

    private void Learn(int member, TimeSpan now)
    {
        var (state, part) = (_control.States[member], Setup.Members[member]);
        var isOnline = _values.Of(member, "@online") is { Number: 1 };
        _silentSince[member] = isOnline ? TimeSpan.Zero : state.IsOnline || _silentSince[member] == TimeSpan.Zero ? now : _silentSince[member];
        PointValue? Look(string point) => _values.Of(member, point);
        var said = part.Base is { } name && Look(name) is { IsNone: false, Number: > 0 } value ? value.Number * part.UnitOf(name) : part.Rating ?? state.Whole;
        var next = state with
        {
            IsOnline = isOnline,
            IsAsleep = !isOnline && Look("@health") is { Number: DeviceHealth.Ok },
            IsLost = !isOnline && Stands(part, Look) is { } stands && now - _silentSince[member] >= stands,
            Whole = said,
            Power = isOnline && Look(PlantPoints.Power) is { IsNone: false } power ? power.Number * part.UnitOf(PlantPoints.Power) : null,
            Read = said is { } whole && isOnline ? part.InForce(Look, whole) : state.Read,
        };
        if (next != state)
        {
            _control.Learn(member, next);
        }
    }

    /// <summary>How long a limit stands that nobody refreshes; null: for ever.</summary>
    private static TimeSpan? Stands(PlantMember part, PointLookup look) => part.Refresh is not { } refresh ? null
        : refresh.From is { } from && look(from) is { IsNone: false, Number: > 0 and < 1e6 } seconds ? TimeSpan.FromSeconds(seconds.Number) : 2 * (refresh.Every ?? TimeSpan.FromSeconds(30));

    private PlantBroadcast Broadcast() => new(Setup, _writer, [.. _control.States.Select(s => s.Whole)]);

    private void Begin(string point, Func<ValueMap, double> wanted, Action accepted, TaskCompletionSource<CommandOutcome> ended, CancellationToken cancel)
    {
        var isPercent = point == PlantPoints.LimitPercent;
        if (cancel.IsCancellationRequested)
        {
            ended.TrySetCanceled(cancel);
            return;
        }

        if (!PlantPoints.IsLimit(point))
        {
            Look(Now());
            _ = BroadcastAsync(point, wanted, accepted, ended, cancel);
            return;
        }

        var value = wanted(ValueMap.Empty);
        if (double.IsNaN(value) || value < 0 || (isPercent && value > 100))
        {
            ended.TrySetResult(CommandOutcome.OutOfRange($"{value} is not within 0 to {(isPercent ? "100 %" : "the rating in W")}"));
            return;
        }

        var id = _nextCommand++;
        _waiting[id] = (accepted, ended);
        var withdrawal = cancel.Register(() => Post(() => Withdraw(id, cancel)));
        _ = ended.Task.ContinueWith(_ => withdrawal.Unregister(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        Look(Now());
        var isNone = isPercent ? value >= 100 : PlantVerdict.Whole(_control.States) is > 0 and var whole && value >= whole * (1 - 1e-6);
        _control.Command(id, point, isNone ? null : value, Now());
    }

    private async Task BroadcastAsync(string point, Func<ValueMap, double> wanted, Action accepted, TaskCompletionSource<CommandOutcome> ended, CancellationToken cancel)
    {
        try
        {
            ended.TrySetResult(await Broadcast().WriteAsync(point, wanted, accepted, cancel));
        }
        catch (OperationCanceledException)
        {
            ended.TrySetCanceled(cancel);
        }
    }

    private void Withdraw(long id, CancellationToken cancel)
    {
        if (_waiting.Remove(id, out var waiting))
        {
            _control.Withdraw(id, Now());
            waiting.Ended.TrySetCanceled(cancel);
        }
    }

    private async Task CarryOutAsync()
    {
        while (_control.Take() is { Count: > 0 } effects)
        {
            if (effects.Any(e => e is PlantEffect.Keep))
            {
                var kept = _memory.KeepAsync(_control);
                if (!kept.IsCompleted && effects.Any(e => e is PlantEffect.Write))
                {
                    await Task.WhenAny(kept, Task.Delay(Keeping, _time, _stop));
                }
            }

            foreach (var effect in effects)
            {
                CarryOut(effect);
            }
        }
    }

    private void CarryOut(PlantEffect effect)
    {
        switch (effect)
        {
            case PlantEffect.Write write:
                _ = WriteAsync(write);
                break;
            case PlantEffect.Leave { Member: var left } when Setup.Members[left] is { Limit: { } limit } member:
                _writer.LetGo(member.Name, limit.Name, Setup.Name, isTold: false);
                break;
            case PlantEffect.Accepted { Id: var id } when _waiting.TryGetValue(id, out var waiting):
                waiting.Accepted();
                break;
            case PlantEffect.Ended ended when _waiting.Remove(ended.Id, out var waiting):
                waiting.Ended.TrySetResult(ended.Outcome);
                break;
            case PlantEffect.Tell tell:
                _onState(new(Setup.Name, true, true, tell.Text) { Severity = tell.IsWarning ? DeviceSeverity.Warning : DeviceSeverity.Note });
                break;
        }
    }

    private async Task WriteAsync(PlantEffect.Write write)
    {
        var part = Setup.Members[write.Member];
        var number = write.Watts is { } watts ? part.Number(watts, _control.States[write.Member].Whole!.Value) : part.Limit!.Range!.Value.High;
        CommandOutcome outcome;
        try
        {
            outcome = await _writer.WriteAsync(part.Name, part.Limit!.Name, Setup.Name, _ => number, () => Post(() => _control.Took(write.Member, write.Id, Now())), _stop);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        Post(() => _control.Ended(write.Member, write.Id, outcome, Now()));
    }

    private void Publish(TimeSpan now)
    {
        if (!_isDirty || (_published is { } last && now - last < Period))
        {
            return;
        }

        (_isDirty, _published) = (false, now);
        if (_values.Now(_control.States) is { Count: > 0 } readings)
        {
            _onReadings(Setup.Name, readings);
        }
    }
}
