using System.Collections.Concurrent;
using DerAgent.Acsi;
using DerAgent.Devices;
using DerAgent.Model;

namespace DerAgent.Agent;

/// <summary>What is wrong with the agent itself.</summary>
[Flags]
internal enum AgentAlarm
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>A new configuration was refused.</summary>
    Configuration = 1,
    /// <summary>The store takes nothing.</summary>
    Store = 2,
    /// <summary>The store was damaged; what could be read of it is there.</summary>
    Damage = 4,
    /// <summary>Nobody knows which settings a device has.</summary>
    Settings = 8,
    /// <summary>The clock was off by more than is borne.</summary>
    Clock = 16,
    /// <summary>By so much that nothing can be built on it.</summary>
    ClockFar = 32,
}

/// <summary>Carries commands of a server to the hardware, and values of the hardware to the server. The site behind it may change while the server lives on.</summary>
internal sealed class SiteOutput(IedModel model, TimeProvider time, CancellationToken stop) : IProcessOutput
{
    private readonly DataNode? _health = model.LogicalDevices.Count == 0 ? null : model.LogicalDevices[0].LogicalNode("LLN0")?.DataObject("Health")?.Attribute("stVal");
    private readonly ConcurrentDictionary<long, CancellationTokenSource> _open = new();
    private volatile Hardware? _hardware;
    private volatile IedLoop? _loop;
    private AgentAlarm _alarms;

    // What is to be let go of before there are lines is let go of when there are.
    private readonly Lock _gate = new();
    private readonly List<(DataNode Leaf, bool IsTold)> _unwanted = [];
    private TaskCompletionSource _lines = new();
    private readonly Dictionary<int, (bool IsActive, bool IsExpired, bool IsBlocked)> _failSafes = [];
    private bool _runs;
    private ProcessValue? _reported;

    private sealed record Hardware(Site Site, IedModel Model);

    /// <summary>Where outcomes and values go.</summary>
    public void Attach(IedLoop loop) => _loop = loop;

    /// <summary>Uses a site from now on.</summary>
    /// <param name="site">The site.</param>
    /// <param name="bound">The model its bindings belong to: of the same shape as the served one, slot by slot.</param>
    public void Use(Site site, IedModel bound)
    {
        lock (_gate)
        {
            if (_runs)
            {
                _lines = new();
            }

            (_hardware, _runs) = (new(site, bound), false);
        }
    }

    /// <summary>The site has its lines: what is to be let go of is.</summary>
    public void Ready()
    {
        TaskCompletionSource lines;
        lock (_gate)
        {
            (_runs, lines) = (true, _lines);
            foreach (var (leaf, isTold) in _unwanted)
            {
                _hardware?.Site.LetGo(_hardware.Model.Slots[leaf.FirstSlot], isTold);
            }

            _unwanted.Clear();
            foreach (var slot in _failSafes.Keys)
            {
                ShowFailSafe(slot);
            }

            _hardware?.Site.Show("@clock", IsClockOff(_alarms));
        }

        // What waited goes on here, without the lock.
        lines.TrySetResult();
    }

    /// <inheritdoc/>
    public bool IsBound(DataNode leaf)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        return leaf.IsLeaf && _hardware is { } hardware && hardware.Site.IsBound(hardware.Model.Slots[leaf.FirstSlot]);
    }

    /// <inheritdoc/>
    public void Start(ProcessCommand command)
    {
        var withdrawal = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _open[command.Id] = withdrawal;
        _ = RunAsync(command, withdrawal.Token);
    }

    /// <summary>What was commanded through these leaves before the start is in force no longer as soon as there are lines, and the hardware is left as it is.</summary>
    public void LeaveAtStart(IEnumerable<DataNode> leaves)
    {
        lock (_gate)
        {
            _unwanted.AddRange(leaves.Select(l => (l, false)));
        }
    }

    /// <inheritdoc/>
    public void LetGo(DataNode leaf)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        lock (_gate)
        {
            if (_hardware is { } hardware && _runs)
            {
                hardware.Site.LetGo(hardware.Model.Slots[leaf.FirstSlot], isTold: true);
                return;
            }

            _unwanted.Add((leaf, true));
        }
    }

    /// <inheritdoc/>
    public void ShowFailSafe(DataNode leaf, bool isActive, bool isExpired, bool isBlocked)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        lock (_gate)
        {
            _failSafes[leaf.FirstSlot] = (isActive, isExpired, isBlocked);
            ShowFailSafe(leaf.FirstSlot);
        }
    }

    /// <inheritdoc/>
    public void Withdraw(long id)
    {
        // Whoever takes it off the list disposes of it.
        if (_open.TryRemove(id, out var withdrawal))
        {
            withdrawal.Cancel();
            withdrawal.Dispose();
        }
    }

    /// <summary>Takes a snapshot of values from the site; their slots are those of the model given to <see cref="Use"/>, which has the shape of the served one.</summary>
    public void Take(IReadOnlyList<ProcessValue> values) => _loop?.Post(server => server.Update([.. values.Select(v => Served(v))]));

    /// <summary>Raises or clears the alarm of the agent itself: <c>LLN0.Health</c> of the first logical device is at least Warning meanwhile, Alarm where nothing can be built on the clock.</summary>
    public void Alarm(AgentAlarm alarm, bool isRaised)
    {
        _loop?.Post(server =>
        {
            var alarms = isRaised ? _alarms | alarm : _alarms & ~alarm;
            if (IsClockOff(_alarms) != IsClockOff(alarms))
            {
                _hardware?.Site.Show("@clock", IsClockOff(alarms));
            }

            if (_alarms == alarms || _health is not { IsLeaf: true })
            {
                return;
            }

            _alarms = alarms;
            var last = _reported ?? new(_health.FirstSlot, DataValue.Integer(1), Quality.Good, time.GetUtcNow());
            server.Update([Served(last with { Time = time.GetUtcNow() })]);
        });
    }

    private void ShowFailSafe(int slot)
    {
        if (_hardware is { } hardware && _failSafes.TryGetValue(slot, out var state))
        {
            hardware.Site.Show(hardware.Model.Slots[slot], [("@failsafe", state.IsActive || state.IsExpired), ("@expired", state.IsExpired), ("@blocked", state.IsBlocked)]);
        }
    }

    private async Task RunAsync(ProcessCommand command, CancellationToken cancel)
    {
        var outcome = await ExecuteAsync(command, cancel);
        if (_open.TryRemove(command.Id, out var withdrawal))
        {
            withdrawal.Dispose();
        }

        _loop?.Post(s => s.CommandCompleted(command.Id, outcome));
    }

    /// <summary>Every target at once; whatever is thrown is an outcome.</summary>
    private async Task<CommandOutcome> ExecuteAsync(ProcessCommand command, CancellationToken cancel)
    {
#pragma warning disable CA1031 // whatever it is, the command must end, and the client must be answered
        try
        {
            // What a server takes back at start is ordered before there are lines; who ordered it says how long it may take.
            await Lines().WaitAsync(cancel);
            if (_hardware is not { } hardware)
            {
                return CommandOutcome.Refused("there is no hardware");
            }

            return await Site.TogetherAsync(
                command.Targets,
                (t, taken) => hardware.Site.ExecuteAsync(hardware.Model.Slots[t.Leaf.FirstSlot], t.Value, taken, cancel),
                () => _loop?.Post(s => s.CommandAccepted(command.Id)));
        }
        catch (OperationCanceledException)
        {
            return new(AddCause.Unknown, "it was withdrawn");
        }
        catch (Exception e)
        {
            return CommandOutcome.Refused($"a defect of the agent: {e.GetType().Name}: {e.Message}");
        }
#pragma warning restore CA1031
    }

    private static bool IsClockOff(AgentAlarm alarms) => (alarms & (AgentAlarm.Clock | AgentAlarm.ClockFar)) != AgentAlarm.None;

    private Task Lines()
    {
        lock (_gate)
        {
            return _lines.Task;
        }
    }

    /// <summary>The value for the served model; touched on the loop only.</summary>
    private ProcessValue Served(ProcessValue value)
    {
        if (_health is null || value.Slot != _health.FirstSlot)
        {
            return value;
        }

        _reported = value;
        var least = _alarms.HasFlag(AgentAlarm.ClockFar) ? 3 : _alarms != AgentAlarm.None ? 2 : 1;
        return least > 1 && (value.Value.Kind == DataKind.None || value.Value.AsInteger() < least) ? value with { Value = DataValue.Integer(least), Quality = Quality.Good } : value;
    }
}
