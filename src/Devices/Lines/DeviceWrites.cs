using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>The set points on their way to a device: who goes next, what must be read for them. Touched by the device's line only.</summary>
/// <param name="driver">The device's driver.</param>
/// <param name="readings">What was read of the device.</param>
internal sealed class DeviceWrites(IDeviceDriver driver, DeviceReadings readings)
{
    private readonly Dictionary<string, TimeSpan> _written = new(StringComparer.Ordinal);

    public List<WriteJob> Jobs { get; } = [];

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
        var next = TimeSpan.MaxValue;
        foreach (var job in Jobs)
        {
            var due = job.State.Phase == WritePhase.Waiting ? isDiscovered ? NotBefore(job) : TimeSpan.MaxValue : job.State.NotBefore;
            next = due > now && due < next ? due : next;
        }

        return next;
    }

    /// <summary>Pauses that are over end.</summary>
    public void Pass(TimeSpan now)
    {
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
            job.Move(WriteTransitions.Begin(job.State, job.Order, clock()));
            _written[job.Order.Point.Name] = clock();
            Evaluate(clock());
        }

        if (job.State.Phase == WritePhase.Writing)
        {
            var result = await driver.WriteAsync(Values(job.Order, (WriteStep.Write)job.Order.Steps[job.State.Step]), cancel);
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

        Jobs.RemoveAll(j => j.State.Phase == WritePhase.Ended);
    }

    private ExchangeClass? ClassOf(WriteJob job, TimeSpan now, bool isDiscovered, IReadOnlyList<PlannedBlock> blocks) => job.State.Phase switch
    {
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

    private static bool IsRating(WriteJob job, string point) => point == job.Order.Rules.Effect?.Of || point == job.Order.Rules.Verify?.Of;

    /// <summary>What must be read for a job: not what a poll that is due anyway brings before it would be asked again.</summary>
    private List<string> ToRead(WriteJob job, TimeSpan now, IReadOnlyList<PlannedBlock> blocks)
    {
        var pause = job.State.Phase switch { WritePhase.Watching => WriteTransitions.EffectPause, WritePhase.Preparing or WritePhase.Doubting => TimeSpan.Zero, _ => WriteTransitions.ReadBackPause };
        return Unread(job).FindAll(p => !blocks.Any(b => b.Due - now < pause && !b.IsRefused && b.Block.Names.Contains(p, StringComparer.Ordinal)));
    }

    private List<PointWrite> Values(WriteOrder order, WriteStep.Write step) => [.. step.Values.Select(v => v.Value switch
    {
        StepValue.Constant constant => new PointWrite(v.Point, constant.Number),
        StepValue.Current => new PointWrite(v.Point, readings.Of(v.Point)?.Number ?? double.NaN),
        StepValue.From from => new PointWrite(v.Point, readings.Of(from.Point)?.Number ?? double.NaN),
        StepValue.Commanded => new PointWrite(v.Point, order.Value, order.Rounding),
        _ => new PointWrite(v.Point, double.NaN),
    })];
}
