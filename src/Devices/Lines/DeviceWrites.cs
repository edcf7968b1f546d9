using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>The set points on their way to a device: who goes next, what must be read for them. Touched by the device's line only.</summary>
/// <param name="driver">The device's driver.</param>
/// <param name="readings">What was read of the device.</param>
/// <param name="secret">The number in a secret file of the site; null where there is none.</param>
internal sealed class DeviceWrites(IDeviceDriver driver, DeviceReadings readings, Func<string, double?> secret)
{
    private readonly Dictionary<string, TimeSpan> _written = new(StringComparer.Ordinal);

    public List<WriteJob> Jobs { get; } = [];

    /// <summary>The set points in force.</summary>
    public InForce InForce { get; } = new(readings);

    /// <summary>Called with a set point in force whose register another controller writes, or no longer does.</summary>
    public Action<PointInForce, bool, TimeSpan> OnForeign { get; init; } = static (_, _, _) => { };

    /// <summary>Called with a set point in force that is about to be lost, or no longer is.</summary>
    public Action<PointInForce, bool, TimeSpan> OnLosing { get; init; } = static (_, _, _) => { };

    /// <summary>The job to make an exchange for, and what for; null where none can. The most urgent one, of these the oldest: what one still looks for holds up no other.</summary>
    public (WriteJob Job, ExchangeClass Class)? Ready(TimeSpan now, bool isDiscovered, IReadOnlyList<PlannedBlock> blocks)
    {
        (WriteJob Job, ExchangeClass Class)? best = null;
        foreach (var job in Jobs)
        {
            if (ClassOf(job, now, isDiscovered, blocks) is { } ready && (best is null || ready < best.Value.Class))
            {
                best = (job, ready);
            }
        }

        return best;
    }

    /// <summary>When a job can be gone on with that cannot be now.</summary>
    public TimeSpan NextDue(TimeSpan now, bool isDiscovered)
    {
        var next = isDiscovered ? InForce.NextDue : TimeSpan.MaxValue;
        foreach (var job in Jobs)
        {
            var due = job.State.Phase == WritePhase.Waiting ? isDiscovered ? NotBefore(job) : TimeSpan.MaxValue : job.State.NotBefore;
            next = due > now && due < next ? due : next;
        }

        return next;
    }

    /// <summary>Pauses that are over end, refreshes that are due begin.</summary>
    public void Pass(TimeSpan now, bool isDiscovered)
    {
        foreach (var due in isDiscovered ? InForce.Due(now) : [])
        {
            InForce.Sent(due.Point.Name, now);
            if (!Jobs.Exists(j => j.Order.Point.Name == due.Point.Name && (j.HoldsPoint || j.Order.Kind == WriteKind.Refresh)))
            {
                Jobs.Add(new(new WriteOrder(Present(due), due.Value, driver.Points, WriteKind.Refresh), static () => { }, now));
            }
        }

        foreach (var held in InForce.Points)
        {
            OnLosing(held, InForce.IsLosing(held, now), now);
        }

        foreach (var job in Jobs.Where(j => j.State.Phase == WritePhase.Pausing && now >= j.State.NotBefore).ToList())
        {
            job.Move(WriteTransitions.Passed(job.State, job.Order, now));
            Evaluate(now);
        }
    }

    /// <summary>Writes the next step of a job.</summary>
    public async Task WriteAsync(WriteJob job, Func<TimeSpan> clock, CancellationToken cancel)
    {
        if (job.State.Phase == WritePhase.Waiting)
        {
            // What the device has may be known only now, or otherwise than when it was asked for.
            if (!ReferenceEquals(job.Order.Points, driver.Points) && driver.Points.TryGetValue(job.Order.Point.Name, out var point))
            {
                job.Renew(job.Order.For(point, driver.Points));
            }

            Begin(job.Order, clock());
            job.Move(WriteTransitions.Begin(job.State, job.Order, clock()));
            Evaluate(clock());
        }

        if (job.State.Phase == WritePhase.Writing)
        {
            var values = Values(job.Order, (WriteStep.Write)job.Order.Steps[job.State.Step], out var fault);
            if (fault is not null)
            {
                job.Move(WriteTransitions.End(job.State, CommandOutcome.Refused(fault)));
                return;
            }

            var result = await driver.WriteAsync(values, cancel);
            job.Move(WriteTransitions.Written(job.State, job.Order, result, clock()));
            Evaluate(clock());
        }
    }

    /// <summary>The block of what a job must still read; null where the device has nothing of it.</summary>
    public ReadBlock? BlockFor(WriteJob job, TimeSpan now, IReadOnlyList<PlannedBlock> blocks) => driver.Plan(ToRead(job, now, blocks)) is [var block, ..] ? block : null;

    /// <summary>Something was read: jobs that waited for it go on.</summary>
    public void Evaluate(TimeSpan now)
    {
        foreach (var job in Jobs.ToList())
        {
            // What needs nothing read goes on at once, step by step.
            for (var before = default(WriteState); job.Looks && job.State != before && Unread(job).Count == 0;)
            {
                before = job.State;
                job.Move(WriteTransitions.Seen(job.State, job.Order, readings.Of, now));
                if (job.State.Phase == before.Phase && job.State.Step == before.Step)
                {
                    break;
                }
            }
        }
    }

    /// <summary>Something was read: what is in force is looked at.</summary>
    public void Watch(TimeSpan now)
    {
        foreach (var held in InForce.Points.ToList())
        {
            if (held.Order.ReadBacks.Count == 0 || WriteChecks.IsSwitch(held.Point) || Jobs.Exists(j => j.Order.Point.Name == held.Point.Name) || !held.Order.ReadBacks.All(b => readings.IsReadSince(b.Point, held.Written)) || WriteTransitions.IsDark(held.Order, readings.Of))
            {
                continue;
            }

            var (found, action) = ForceWatch.Check(held, WriteTransitions.Wrong(held.Order, readings.Of) is not null, now);
            InForce.Found(found);
            switch (action)
            {
                case ForceAction.Restore:
                    Jobs.Add(new(new WriteOrder(Present(held), held.Value, driver.Points, WriteKind.Restore), static () => { }, now));
                    break;
                case ForceAction.GiveUp or ForceAction.Regain:
                    OnForeign(found, action == ForceAction.GiveUp, now);
                    break;
            }
        }
    }

    /// <summary>Jobs that have ended are forgotten; those of a silent device end now.</summary>
    public void Sweep(bool isSilent, string name)
    {
        if (isSilent)
        {
            foreach (var job in Jobs.Where(j => j.State.Phase is not (WritePhase.ReadingBack or WritePhase.Watching or WritePhase.Ended)))
            {
                job.Move(WriteTransitions.End(job.State, CommandOutcome.NoAnswer($"{name} does not answer")));
            }
        }

        foreach (var ended in Jobs.Where(j => j.State.Phase == WritePhase.Ended))
        {
            Ended(ended);
        }

        Jobs.RemoveAll(j => j.State.Phase == WritePhase.Ended);
    }

    /// <summary>The point as the device has it now.</summary>
    private PointDefinition Present(PointInForce held) => driver.Points.GetValueOrDefault(held.Point.Name) ?? held.Point;

    private void Begin(WriteOrder order, TimeSpan now)
    {
        switch (order.Kind)
        {
            case WriteKind.Command:
                _written[order.Point.Name] = now;
                OnForeign(InForce.Begin(order, now), false, now);
                break;
            case WriteKind.Release:
                // Who lets go by silence is silent from now on.
                _written[order.Point.Name] = now;
                End(order.Point.Name, now);
                break;
        }
    }

    /// <summary>What did not take hold is not kept; a refresh that did not get through is tried again.</summary>
    private void Ended(WriteJob job)
    {
        var (order, outcome) = (job.Order, job.State.Outcome);
        if (order.Kind == WriteKind.Refresh)
        {
            if (outcome.Succeeded)
            {
                InForce.Refreshed(order.Point.Name, job.State.Since);
            }
            else
            {
                InForce.Missed(order.Point.Name, job.State.Since);
            }
        }
        else if (order.Kind == WriteKind.Restore)
        {
            InForce.Refreshed(order.Point.Name, job.State.Since);
        }
        else if (order.Kind == WriteKind.Command && !outcome.Succeeded && !job.IsAccepted)
        {
            InForce.Fail(order.Point.Name);
        }
    }

    private void End(string point, TimeSpan now)
    {
        if (InForce.End(point) is { } ended)
        {
            OnForeign(ended, false, now);
            OnLosing(ended, false, now);
        }
    }

    private ExchangeClass? ClassOf(WriteJob job, TimeSpan now, bool isDiscovered, IReadOnlyList<PlannedBlock> blocks) => job.State.Phase switch
    {
        WritePhase.Waiting when job.Order.Kind is WriteKind.Refresh or WriteKind.Restore => isDiscovered ? ExchangeClass.Command : null,
        WritePhase.Waiting when isDiscovered && now >= NotBefore(job) && !Jobs.Exists(j => j != job && j.HoldsPoint && j.Order.Point.Name == job.Order.Point.Name) => ExchangeClass.FirstOfCommand,
        WritePhase.Writing when now >= job.State.NotBefore => ExchangeClass.Command,
        WritePhase.Preparing or WritePhase.Doubting when now >= job.State.NotBefore => ExchangeClass.Command,
        WritePhase.Awaiting or WritePhase.ReadingBack or WritePhase.Watching when now >= job.State.NotBefore && ToRead(job, now, blocks).Count > 0 => ExchangeClass.Verification,
        _ => null,
    };

    private TimeSpan NotBefore(WriteJob job)
    {
        var least = _written.TryGetValue(job.Order.Point.Name, out var last) ? last + job.Order.Rules.MinInterval : job.State.NotBefore;
        return least > job.State.NotBefore ? least : job.State.NotBefore;
    }

    /// <summary>What a job waits for and was not read since it looks; a rating it relates to need not be read again.</summary>
    private List<string> Unread(WriteJob job) =>
        [.. job.Awaited.Distinct(StringComparer.Ordinal).Where(p => !(IsRating(job, p) && readings.Of(p) is not null) && !readings.IsReadSince(p, job.State.NotBefore))];

    private static bool IsRating(WriteJob job, string point) => point == job.Order.Effect?.Of || point == job.Order.Rules.Verify?.Of;

    /// <summary>What must be read for a job: not what a poll that is due anyway brings before it would be asked again.</summary>
    private List<string> ToRead(WriteJob job, TimeSpan now, IReadOnlyList<PlannedBlock> blocks)
    {
        var pause = job.State.Phase switch { WritePhase.Watching => WriteTransitions.EffectPause, WritePhase.Preparing or WritePhase.Doubting => TimeSpan.Zero, _ => WriteTransitions.ReadBackPause };
        return Unread(job).FindAll(p => !blocks.Any(b => b.Due - now < pause && !b.IsRefused && b.Block.Names.Contains(p, StringComparer.Ordinal)));
    }

    /// <summary>What a step writes; with a sentence where something of it is not known.</summary>
    private List<PointWrite> Values(WriteOrder order, WriteStep.Write step, out string? fault)
    {
        var values = new List<PointWrite>();
        fault = null;
        foreach (var (point, value) in step.Values)
        {
            var number = value switch
            {
                StepValue.Constant constant => constant.Number,
                StepValue.Commanded => order.Value,
                StepValue.Secret file => secret(file.File),
                StepValue.From from => Known(from.Point),
                _ => InForce.Of(point)?.Value ?? Known(point),
            };
            fault ??= number is not null ? null : value is StepValue.Secret missing ? $"the secret {missing.File} is no file with a number that only the agent can read" : $"{(value is StepValue.From origin ? origin.Point : point)} says no number, and its steps need it";
            values.Add(new(point, number ?? double.NaN, value is StepValue.Commanded ? order.Rounding : WriteRounding.Nearest, value is StepValue.Secret));
        }

        return values;
    }

    private double? Known(string point) => readings.Of(point) is { IsNone: false } value ? value.Number : null;
}
