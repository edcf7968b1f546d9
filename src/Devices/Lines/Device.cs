using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>State of a device for people, logs and metrics.</summary>
/// <param name="Name">Name of the device.</param>
/// <param name="IsConnected">Whether the socket is up.</param>
/// <param name="IsAnswering">Whether the device answers.</param>
/// <param name="Text">One sentence.</param>
internal sealed record DeviceState(string Name, bool IsConnected, bool IsAnswering, string Text);

/// <summary>One device of a line: what it has, what is read of it and when, what is being written to it, and what its silence means. Touched by its line only.</summary>
internal sealed class Device(string name, DeviceProfile profile, IDeviceDriver driver, IReadOnlySet<string> wanted, TimeProvider time)
{
    private const int MissesUntilOld = 3;
    private static readonly TimeSpan BackOffStep = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MaxBackOff = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestProbe = TimeSpan.FromMilliseconds(100);
    private static readonly Quality Old = new(Validity.Invalid, QualityDetail.OldData | QualityDetail.Failure);
    private readonly Dictionary<string, (Reading Reading, TimeSpan At)> _last = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> _written = new(StringComparer.Ordinal);
    private IAsyncEnumerator<string>? _discovery;
    private TimeSpan _backOff;
    private TimeSpan _slowest;
    private int _unanswered;
    private bool _isToldSilent;

    public string Name => name;

    public IDeviceDriver Driver => driver;

    /// <summary>Called with the readings of each exchange, as one snapshot.</summary>
    public Action<Device, IReadOnlyList<Reading>> OnReadings { get; init; } = static (_, _) => { };

    /// <summary>Called when the device begins or ceases to answer, and with what was learned about it.</summary>
    public Action<DeviceState> OnState { get; init; } = static _ => { };

    /// <summary>Whether it is known what the device has, so that it is polled.</summary>
    public bool IsDiscovered { get; private set; }

    public bool IsSilent => _isToldSilent;

    /// <summary>When it is asked next what it has.</summary>
    public TimeSpan NextAttempt { get; private set; }

    public List<PlannedBlock> Blocks { get; private set; } = [];

    public List<WriteJob> Jobs { get; } = [];

    /// <summary>How long an answer may take: a device that is silent costs its neighbours no more than a short time.</summary>
    private TimeSpan Limit => !_isToldSilent ? driver.Timeout
        : _slowest == TimeSpan.Zero ? Shorter(driver.Timeout, LongestProbe)
        : Shorter(driver.Timeout, Shorter(LongestProbe, Longer(ShortestProbe, _slowest * 2)));

    /// <summary>One step of finding out what the device has.</summary>
    public async Task DiscoverAsync(TimeSpan now, CancellationToken cancel)
    {
        _discovery ??= driver.DiscoverAsync(Limit, cancel).GetAsyncEnumerator(cancel);
        if (await _discovery.MoveNextAsync())
        {
            _unanswered = 0;
            return;
        }

        await ForgetDiscoveryAsync();
        IsDiscovered = true;
        Replan(now);
        var missing = wanted.Where(w => !w.StartsWith('@') && !driver.Points.Contains(w)).ToList();
        if (missing.Count > 0)
        {
            Tell($"the device does not have {string.Join(", ", missing)}");
            PublishInvalid(missing);
        }
    }

    /// <summary>Reads a block, and publishes what it holds.</summary>
    public async Task ReadAsync(ReadBlock block, Func<TimeSpan> clock, CancellationToken cancel)
    {
        var before = clock();
        var readings = await driver.ReadAsync(block, Limit, cancel);
        var after = clock();
        _slowest = Longer(_slowest, after - before);
        foreach (var reading in readings)
        {
            _last[reading.Point] = (reading, before);
        }

        OnReadings(this, readings);
        Answered(readings.Count);
        Evaluate(after);
    }

    /// <summary>Writes the next step of a job.</summary>
    public async Task WriteAsync(WriteJob job, Func<TimeSpan> clock, CancellationToken cancel)
    {
        job.Move(WriteTransitions.Begin(job.State, clock()));
        _written[job.Order.Point.Name] = clock();
        var step = job.Order.Steps[job.State.Step];
        var outcome = await driver.WriteAsync(step.Point, step.Value ?? job.Order.Value, cancel);
        job.Move(WriteTransitions.Written(job.State, job.Order, outcome, clock()));
    }

    /// <summary>An exchange that only looks whether a set point has taken hold failed.</summary>
    public void VerificationFailed(WriteJob job, DeviceException failure, TimeSpan now)
    {
        Unanswered(failure, now);
        job.Move(WriteTransitions.Unseen(job.State, job.Order, failure, now));
    }

    /// <summary>A poll failed.</summary>
    public void PollFailed(PlannedBlock planned, DeviceException failure, TimeSpan now)
    {
        if (failure.Failure == DeviceFailure.Absent)
        {
            LearnHole(planned.Block, now);
            return;
        }

        // Who does not answer is soon asked again, so that it is soon known; who is busy or refuses keeps his period.
        var isGone = failure.Failure is DeviceFailure.Silent or DeviceFailure.NoLine;
        planned.Failed(now, isGone ? Retry : planned.Period ?? TimeSpan.FromSeconds(5));
        if (planned.Missed == MissesUntilOld)
        {
            PublishOld(planned.Block.Names);
        }

        Unanswered(failure, now);
    }

    /// <summary>Finding out what it has failed.</summary>
    public async Task DiscoveryFailedAsync(string why, TimeSpan now, bool isDefect)
    {
        await ForgetDiscoveryAsync();
        _unanswered = isDefect ? MissesUntilOld : _unanswered + 1;
        BackOff(why, now);
    }

    /// <summary>A defect of ours with this device: it fails alone, and is tried again.</summary>
    public void Broken(string why, TimeSpan now)
    {
        _unanswered = MissesUntilOld;
        BackOff(why, now);
    }

    /// <summary>The job to make an exchange for, and what for; null where none can. The most urgent one, of these the oldest: what one still looks for holds up no other.</summary>
    public (WriteJob Job, ExchangeClass Class)? ReadyJob(TimeSpan now)
    {
        (WriteJob Job, ExchangeClass Class)? best = null;
        foreach (var job in Jobs)
        {
            if (ReadyFor(job, now) is { } ready && (best is null || ready < best.Value.Class))
            {
                best = (job, ready);
            }
        }

        return best;
    }

    private ExchangeClass? ReadyFor(WriteJob job, TimeSpan now) => job.State.Phase switch
    {
        WritePhase.Waiting when IsDiscovered && now >= NotBefore(job) && !Jobs.Exists(j => j != job && j.HoldsPoint && j.Order.Point.Name == job.Order.Point.Name) => ExchangeClass.FirstOfCommand,
        WritePhase.Writing => ExchangeClass.Command,
        WritePhase.ReadingBack or WritePhase.Watching when now >= job.State.NotBefore && ToRead(job, now).Count > 0 => ExchangeClass.Verification,
        _ => null,
    };

    /// <summary>The block of what a job must still read.</summary>
    public ReadBlock? BlockFor(WriteJob job, TimeSpan now) => driver.Plan(ToRead(job, now)) is [var block, ..] ? block : null;

    /// <summary>When something is due next that is not due now.</summary>
    public TimeSpan NextDue(TimeSpan now)
    {
        var next = IsDiscovered ? TimeSpan.MaxValue : NextAttempt;
        foreach (var block in Blocks)
        {
            next = block.Due < next ? block.Due : next;
        }

        foreach (var job in Jobs)
        {
            var due = job.State.Phase switch { WritePhase.Waiting when IsDiscovered => NotBefore(job), WritePhase.ReadingBack or WritePhase.Watching => job.State.NotBefore, _ => TimeSpan.MaxValue };
            next = due > now && due < next ? due : next;
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

    /// <summary>Jobs that have ended are forgotten; those of a silent device end now.</summary>
    public void Sweep()
    {
        if (_isToldSilent)
        {
            foreach (var job in Jobs.Where(j => j.State.Phase is WritePhase.Waiting or WritePhase.Writing))
            {
                job.Move(WriteTransitions.End(job.State, CommandOutcome.NoAnswer($"{name} does not answer")));
            }
        }

        Jobs.RemoveAll(j => j.State.Phase == WritePhase.Ended);
    }

    /// <summary>Takes a set point on its way; it ends at once where it cannot be written.</summary>
    public void Take(WriteJob job)
    {
        var point = job.Order.Point;
        var refusal = !point.IsWritable ? CommandOutcome.Refused($"the profile {profile.Name} does not let {point.Name} be written")
            : job.Order.Refuse() is { } outOfRange ? outOfRange
            : IsDiscovered && !driver.Points.Contains(point.Name) ? CommandOutcome.Refused($"the device has no point {point.Name}")
            : (CommandOutcome?)null;
        if (refusal is { } refused)
        {
            job.Move(WriteTransitions.End(job.State, refused));
            return;
        }

        Jobs.Add(job);
        Sweep();
    }

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private TimeSpan NotBefore(WriteJob job) =>
        _written.TryGetValue(job.Order.Point.Name, out var last) ? Longer(job.State.NotBefore, last + job.Order.Point.MinInterval) : job.State.NotBefore;

    /// <summary>What a job waits for and was not read since it looks; a rating it relates to need not be read again.</summary>
    private List<string> Unread(WriteJob job) =>
        [.. job.Awaited.Distinct(StringComparer.Ordinal).Where(p => !_last.TryGetValue(p, out var last) || (last.At < job.State.NotBefore && p != job.Order.Point.Effect?.Of))];

    /// <summary>What must be read for a job: not what a poll that is due anyway brings before it would be asked again.</summary>
    private List<string> ToRead(WriteJob job, TimeSpan now)
    {
        var pause = job.State.Phase == WritePhase.ReadingBack ? WriteTransitions.ReadBackPause : WriteTransitions.EffectPause;
        return Unread(job).FindAll(p => !Blocks.Exists(b => b.Due - now < pause && b.Block.Names.Contains(p, StringComparer.Ordinal)));
    }

    private void Evaluate(TimeSpan now)
    {
        foreach (var job in Jobs.Where(j => j.State.Phase is WritePhase.ReadingBack or WritePhase.Watching && Unread(j).Count == 0).ToList())
        {
            var effect = job.State.Phase == WritePhase.Watching ? job.Order.Point.Effect : null;
            var view = new WriteView(NumberOf(job.Order.ReadBack), effect is null ? double.NaN : NumberOf(effect.Point), effect?.Of is null ? double.NaN : NumberOf(effect.Of));
            job.Move(WriteTransitions.Seen(job.State, job.Order, view, now));
        }
    }

    private double NumberOf(string point) => _last.TryGetValue(point, out var last) && !last.Reading.Value.IsNone ? last.Reading.Value.Number : double.NaN;

    private void Replan(TimeSpan now)
    {
        var before = Blocks.ToDictionary(b => b.Block);
        Blocks = [.. driver.Plan([.. wanted]).Select(b => before.GetValueOrDefault(b) ?? new PlannedBlock(b, now))];
    }

    /// <summary>The device does not have some address of the block: split it, and say so once.</summary>
    private void LearnHole(ReadBlock block, TimeSpan now)
    {
        if (driver.Split(block))
        {
            Tell($"the device refuses {block}; it is read in two parts from now on");
        }
        else
        {
            Tell($"the device refuses {block}; the value is invalid");
            PublishInvalid(block.Names);
        }

        _unanswered = 0;
        Replan(now);
    }

    private void Answered(int count)
    {
        (_unanswered, _backOff, _isToldSilent) = (0, TimeSpan.Zero, false);
        if (IsAnswering)
        {
            return;
        }

        IsAnswering = true;
        Tell($"the device answers; {count} points in the first exchange");
        PublishHealth(1);
    }

    private bool IsAnswering { get; set; }

    private void Unanswered(DeviceException failure, TimeSpan now)
    {
        if (failure.Failure is not (DeviceFailure.Silent or DeviceFailure.NoLine))
        {
            _unanswered = 0;
        }
        else if (++_unanswered >= MissesUntilOld)
        {
            BackOff(failure.Message, now);
        }
    }

    /// <summary>Asks again later, ever more rarely once it is silent: it must not slow its neighbours on the line.</summary>
    private void BackOff(string why, TimeSpan now)
    {
        (IsDiscovered, Blocks) = (false, []);
        if (_unanswered < MissesUntilOld)
        {
            NextAttempt = now + Retry;
            return;
        }

        _backOff = Shorter(_backOff + BackOffStep, MaxBackOff);
        NextAttempt = now + _backOff;
        if (!_isToldSilent)
        {
            (_isToldSilent, IsAnswering) = (true, false);
            OnState(new(name, driver.IsConnected, false, why));
            PublishOld(wanted);
            PublishHealth(3);
        }
    }

    private void Tell(string text) => OnState(new(name, true, true, text));

    private void PublishInvalid(IEnumerable<string> points) => OnReadings(this, [.. points.Where(wanted.Contains).Select(p => new Reading(p, PointValue.None, Quality.Invalid, time.GetUtcNow()))]);

    /// <summary>The last values, as what they are now; where there never was one, none.</summary>
    private void PublishOld(IEnumerable<string> points) =>
        OnReadings(this, [.. points.Where(p => !p.StartsWith('@') && wanted.Contains(p)).Select(p => _last.TryGetValue(p, out var last) ? last.Reading with { Quality = Old } : new Reading(p, PointValue.None, Old, DateTimeOffset.UnixEpoch))]);

    /// <summary>The device's health as points of their own: <c>@health</c> (1 ok, 3 alarm) and <c>@online</c>.</summary>
    private void PublishHealth(int health)
    {
        var now = time.GetUtcNow();
        OnReadings(this,
        [
            new Reading("@health", new(health, null, false), Quality.Good, now),
            new Reading("@online", new(health == 1 ? 1 : 0, null, false), Quality.Good, now),
        ]);
    }
}
