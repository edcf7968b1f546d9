using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>State of a device for people, logs and metrics.</summary>
/// <param name="Name">Name of the device.</param>
/// <param name="IsConnected">Whether the socket is up.</param>
/// <param name="IsAnswering">Whether the device answers.</param>
/// <param name="Text">One sentence; empty where only its health changed.</param>
internal sealed record DeviceState(string Name, bool IsConnected, bool IsAnswering, string Text)
{
    /// <summary>How much that is to people.</summary>
    public DeviceSeverity Severity { get; init; }

    /// <summary>Its health (1 Ok, 2 Warning, 3 Alarm).</summary>
    public int Health { get; init; } = DeviceHealth.Ok;
}

/// <summary>One device of a line: what it has, what is read of it and when, and what its silence means. Touched by its line only.</summary>
internal sealed class Device
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BusyRetry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan FreshPeriod = TimeSpan.FromSeconds(1);
    private readonly DeviceSetup _setup;
    private readonly IDeviceDriver _driver;
    private readonly DeviceReadings _readings = new();
    private readonly DeviceSilence _silence;
    private readonly DeviceReport _report;
    private readonly LearnedLess _learned = new();
    private readonly DeviceLedger _ledger;
    private readonly ForceKeeper _keeper;
    private IAsyncEnumerator<DiscoveryStep>? _discovery;
    private long _connections;

    /// <summary>A device of a line.</summary>
    /// <param name="setup">What it is.</param>
    /// <param name="driver">How it is asked.</param>
    /// <param name="time">Clock.</param>
    /// <param name="onReadings">Called with the readings of each exchange, as one snapshot.</param>
    /// <param name="onState">Called when the device begins or ceases to answer, and with what was learned about it.</param>
    /// <param name="secret">The number in a secret file of the site; null where there is none.</param>
    /// <param name="memory">Where what is in force on it is kept; null: not over a restart.</param>
    public Device(DeviceSetup setup, IDeviceDriver driver, TimeProvider time, Action<string, IReadOnlyList<Reading>> onReadings, Action<DeviceState> onState, Func<string, double?>? secret = null, IDeviceMemory? memory = null)
    {
        (_setup, _driver) = (setup, driver);
        _ledger = new(setup, _readings, memory ?? new VolatileDeviceMemory(), time);
        _report = new(setup, driver, _readings, _ledger, time, onReadings, onState);
        _silence = new(setup.Profile.IsSilentByNight, driver, _readings, _report);
        var orders = new WriteOrders(driver, setup.Profile.Needs, _readings, _ledger);
        _keeper = new(driver, orders, _readings, _ledger, _report);
        Writes = new(driver, _readings, orders, _keeper, secret ?? (static _ => null));
    }

    public string Name => _setup.Name;

    /// <summary>What was odd on its line since the start.</summary>
    public LineOddities Oddities => _driver.Oddities;

    /// <summary>Whether it is known what the device has, so that it is polled.</summary>
    public bool IsDiscovered { get; private set; }

    /// <summary>When it is asked next what it has.</summary>
    public TimeSpan NextAttempt { get; private set; }

    public List<PlannedBlock> Blocks { get; private set; } = [];

    /// <summary>The set points on their way to it.</summary>
    public DeviceWrites Writes { get; }

    /// <summary>One step of finding out what the device has.</summary>
    public async Task DiscoverAsync(Func<TimeSpan> clock, CancellationToken cancel)
    {
        _discovery ??= _driver.DiscoverAsync(_silence.Limit, cancel).GetAsyncEnumerator(cancel);
        if (await _discovery.MoveNextAsync())
        {
            _silence.Answered(clock(), isRead: false);
            NextAttempt = clock() + _discovery.Current.Pause;
            return;
        }

        await ForgetDiscoveryAsync();
        var now = clock();
        IsDiscovered = true;
        _connections = _driver.Connections;
        _driver.Forget();
        _keeper.Discovered(_setup.Wanted.Contains, now);
        Replan(now);
        _report.Missing([.. _setup.Wanted.Where(w => !w.StartsWith('@') && !_driver.Points.ContainsKey(w))]);
    }

    /// <summary>Reads a block that is due.</summary>
    public async Task PollAsync(PlannedBlock planned, Func<TimeSpan> clock, CancellationToken cancel)
    {
        var before = clock();
        try
        {
            await ReadAsync(planned.Block, clock, cancel);
            planned.Lasted(clock() - before);
            if (planned.Answered(clock()) is { } since)
            {
                _report.BlockIsWell(planned.Block, clock() - since, clock());
            }
        }
        catch (DeviceException e)
        {
            PollFailed(planned, e, clock());
        }
    }

    /// <summary>Reads what a job waits for.</summary>
    public async Task LookAsync(WriteJob job, Func<TimeSpan> clock, CancellationToken cancel)
    {
        if (Writes.BlockFor(job) is not { } block)
        {
            job.Move(WriteTransitions.End(job.State, CommandOutcome.Refused($"the device does not have what {job.Order.Point.Name} is verified by")));
            return;
        }

        job.HasAsked = true;
        try
        {
            await ReadAsync(block, clock, cancel);
        }
        catch (DeviceException e)
        {
            Unanswered(e, clock());
            Writes.Move(job, WriteTransitions.Unseen(job.State, job.Order, e, clock()), clock());
        }
    }

    /// <summary>Finding out what it has failed.</summary>
    public async Task DiscoveryFailedAsync(string why, TimeSpan now)
    {
        await ForgetDiscoveryAsync();
        BackOff(_silence.DiscoveryFailed(why, now), now);
    }

    /// <summary>A defect of ours with this device: it fails alone, and is tried again.</summary>
    public async Task BrokenAsync(string why, TimeSpan now)
    {
        await ForgetDiscoveryAsync();
        BackOff(_silence.Broken(why, now), now);
    }

    /// <summary>The job to make an exchange for, and what for; null where none can.</summary>
    public (WriteJob Job, ExchangeClass Class)? ReadyJob(TimeSpan now) => Writes.Ready(now, IsDiscovered, Blocks);

    /// <summary>When something is due next that is not due now.</summary>
    public TimeSpan NextDue(TimeSpan now)
    {
        var next = IsDiscovered ? Writes.NextDue(now, IsDiscovered) : NextAttempt;
        foreach (var block in Blocks)
        {
            next = block.Due < next ? block.Due : next;
        }

        return next;
    }

    public async Task ForgetDiscoveryAsync()
    {
        if (_discovery is { } running)
        {
            _discovery = null;
            await running.DisposeAsync();
        }
    }

    /// <summary>Jobs that have ended are forgotten, those of a silent device end now; what must not be forgotten of it is kept.</summary>
    public void Sweep(TimeSpan now)
    {
        Writes.Sweep(_silence.IsSilent, Name, now);
        _ = _ledger.KeepAsync(now);
        foreach (var block in Blocks)
        {
            // Who takes something back does it soon. What is refused, or gives nothing, is asked as rarely as ever.
            if (block is { IsRefused: false, Missed: 0 } && block.Due > now + FreshPeriod && _keeper.IsFresh(block.Block, now))
            {
                block.Hurry(now + FreshPeriod);
            }
        }
    }

    /// <summary>Its line cannot keep the periods of its polls, or can again.</summary>
    public void Overloaded(bool isOverloaded) => _report.Overloaded(isOverloaded);

    /// <summary>Time has passed.</summary>
    public void Pass(TimeSpan now)
    {
        Writes.Pass(now, IsDiscovered);
        if (IsDiscovered && _learned.IsOver(now))
        {
            // It may have what it refused: asking tells, and costs a few exchanges.
            _driver.Forget();
            Replan(now);
        }
    }

    /// <summary>Takes a set point on its way; it ends at once where it cannot be written.</summary>
    /// <param name="point">The point.</param>
    /// <param name="source">Who wants it.</param>
    /// <param name="value">The value, in the point's unit.</param>
    /// <param name="accepted">Called when the device took it.</param>
    /// <param name="came">When it came.</param>
    public WriteJob Take(string point, string source, Func<ValueMap, double> value, Action accepted, TimeSpan came)
    {
        var definition = (IsDiscovered ? _driver.Points.GetValueOrDefault(point) : null) ?? _setup.Profile.Points.GetValueOrDefault(point) ?? new PointDefinition { Name = point };
        var refusal = !definition.IsWritable || definition.Writing is null ? CommandOutcome.Refused($"the profile {_setup.Profile.Name} does not let {point} be written")
            : IsDiscovered && !_driver.Points.ContainsKey(point) ? CommandOutcome.Refused($"the device has no point {point}")
            : (CommandOutcome?)null;
        var job = Writes.Take(definition, source, value(definition.Map), accepted, came, refusal);
        Sweep(came);
        return job;
    }

    /// <summary>Somebody wants nothing of a point any more that may be in force: where nobody else does, it is let go of, now or when the device is there again, or left as it is.</summary>
    public void LetGo(string point, string source, bool isTold, TimeSpan now) => _keeper.LetGo(point, source, isTold, now);

    private async Task ReadAsync(ReadBlock block, Func<TimeSpan> clock, CancellationToken cancel)
    {
        var before = clock();
        var readings = await _driver.ReadAsync(block, _silence.Limit, cancel);
        var now = clock();
        _silence.Took(now - before);
        _readings.Take(readings, before);
        _report.Readings(readings, now);
        _silence.Answered(now, isRead: true, readings.Count);
        Reconnected(now);
        Writes.Evaluate(now);
        _keeper.Watch(Writes.Jobs, now);
    }

    /// <summary>A poll failed: that block's alone, unless nothing answers.</summary>
    private void PollFailed(PlannedBlock planned, DeviceException failure, TimeSpan now)
    {
        switch (failure.Failure)
        {
            case DeviceFailure.Absent when planned.Refused(now):
                _silence.Answered(now, isRead: false);
                LearnLess(planned, failure, now);
                return;
            case DeviceFailure.Absent:
                _silence.Answered(now, isRead: false);
                return;
            case DeviceFailure.Refused:
                if (planned.Refused(now) && planned.GiveUp(now))
                {
                    _report.BlockIsRefused(planned.Block, failure.Message, now, Blocks);
                }

                _silence.Answered(now, isRead: false);
                return;
        }

        // Who does not answer is soon asked again, so that it is soon known; who is busy, too; nonsense keeps its period.
        var again = failure.Failure switch { DeviceFailure.Busy => BusyRetry, DeviceFailure.Nonsense => planned.Period ?? Retry, _ => Retry };
        var isOld = planned.Failed(now, again);
        Unanswered(failure, now);

        // Of a device that is silent altogether that is said, and nothing of its blocks.
        if (isOld && IsDiscovered)
        {
            _report.BlockIsOld(planned.Block, failure.Message, now);
        }
    }

    /// <summary>The device refuses some address of the block: it is asked for less at once, and where there is nothing less, rarely.</summary>
    private void LearnLess(PlannedBlock planned, DeviceException failure, TimeSpan now)
    {
        var split = planned.IsRefused ? SplitResult.Nothing : _driver.Split(planned.Block);
        if (split == SplitResult.Nothing)
        {
            if (planned.GiveUp(now))
            {
                _report.BlockIsRefused(planned.Block, failure.Message, now, Blocks);
            }

            return;
        }

        _learned.Learn(now);
        _report.Tell($"the device refuses {planned.Block}; it is read {(split == SplitResult.WithoutGaps ? "without what nobody needs" : "in two parts")} from now on");
        Replan(now);
    }

    private void Replan(TimeSpan now)
    {
        var before = Blocks.ToDictionary(b => b.Block);
        Blocks = [.. _driver.Plan([.. _setup.Wanted]).Select(b => before.GetValueOrDefault(b) ?? new PlannedBlock(b, now, _driver.Polls.Of(b.Poll)))];
        _report.Planned(Blocks, now);
    }

    /// <summary>After a new connection it may be another device: what was refused and what is read once is asked again.</summary>
    private void Reconnected(TimeSpan now)
    {
        if (_connections == _driver.Connections || !IsDiscovered)
        {
            return;
        }

        _connections = _driver.Connections;
        _driver.Forget();
        _keeper.Discovered(_setup.Wanted.Contains, now);
        Replan(now);
        foreach (var block in Blocks.Where(b => b.IsRefused || b.Period is null))
        {
            block.Hurry(now);
        }
    }

    private void Unanswered(DeviceException failure, TimeSpan now)
    {
        if (failure.Failure is not (DeviceFailure.Silent or DeviceFailure.NoLine))
        {
            _silence.Answered(now, isRead: false);
        }
        else if (_silence.Unanswered(failure.Message, Blocks, now) is { } wait)
        {
            BackOff(wait, now);
        }
    }

    /// <summary>Asks again later, ever more rarely once it is silent: it must not slow its neighbours on the line.</summary>
    private void BackOff(TimeSpan wait, TimeSpan now)
    {
        (IsDiscovered, Blocks) = (false, []);
        NextAttempt = now + wait;
    }
}
