using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>The set points on their way to a device: who goes next, what must be read for them. Touched by the device's line only.</summary>
/// <param name="driver">The device's driver.</param>
/// <param name="readings">What was read of the device.</param>
/// <param name="orders">Makes orders.</param>
/// <param name="keeper">Keeps what they put in force.</param>
/// <param name="secret">The number in a secret file of the site; null where there is none.</param>
internal sealed class DeviceWrites(IDeviceDriver driver, DeviceReadings readings, WriteOrders orders, ForceKeeper keeper, Func<string, double?> secret)
{
    public List<WriteJob> Jobs { get; } = [];

    /// <summary>Wakes the line's loop; called on any thread.</summary>
    public Action Wake { get; set; } = static () => { };

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
        var next = isDiscovered ? keeper.NextDue : TimeSpan.MaxValue;
        next = isDiscovered && keeper.Wishes.NextDue(now) is var adjust && adjust < next ? adjust : next;
        foreach (var job in Jobs)
        {
            var due = job.State.Phase == WritePhase.Waiting ? isDiscovered ? NotBefore(job) : TimeSpan.MaxValue : job.State.NotBefore;
            next = due > now && due < next ? due : next;
        }

        return next;
    }

    /// <summary>Takes a set point on its way; it ends at once where it cannot be written. The newest wins: what still waited for the point is written no more.</summary>
    /// <param name="point">The point, as it is known now.</param>
    /// <param name="source">Who wants it.</param>
    /// <param name="value">The value, in its unit.</param>
    /// <param name="accepted">Called when the device took it.</param>
    /// <param name="came">When it came.</param>
    /// <param name="refusal">Why it is not even tried; null where it is.</param>
    public WriteJob Take(PointDefinition point, string source, double value, Action accepted, TimeSpan came, CommandOutcome? refusal)
    {
        var asked = orders.New(point, value, WriteOrder.KindOf(point, value));
        if ((refusal ?? asked.Refuse()) is { } refused)
        {
            var never = new WriteJob(asked, accepted, came);
            never.Move(WriteTransitions.End(never.State, refused));
            return never;
        }

        var wanted = keeper.Wishes.Place(point, source, value);
        foreach (var older in Jobs.Where(j => j.Order.Point.Name == point.Name && j.State.Phase == WritePhase.Waiting && j.Claim is not null))
        {
            // Who shares a limit with somebody else is answered with what counts of both.
            if (older.Claim!.Value.Source == source || !WriteChecks.IsLimit(point))
            {
                older.Move(WriteTransitions.End(older.State, new(AddCause.BlockedByCommand, $"a newer command of {point.Name} came before it was written")));
            }
            else
            {
                older.Renew(orders.Wanted(point, value));
            }
        }

        var job = new WriteJob(orders.Wanted(point, value), accepted, came) { Claim = wanted };
        Jobs.Add(job);
        return job;
    }

    /// <summary>Pauses that are over end, what is kept goes on, refreshes and releases that are due begin.</summary>
    public void Pass(TimeSpan now, bool isDiscovered)
    {
        if (isDiscovered)
        {
            keeper.AddDue(Jobs, now);
        }

        keeper.TellLosses(now);
        for (var i = 0; i < Jobs.Count; i++)
        {
            switch (Jobs[i])
            {
                case { State.Phase: WritePhase.Keeping } job when job.Keeping.IsCompleted || now >= job.State.NotBefore:
                    Move(job, WriteTransitions.Kept(job.State, job.Order, now), now);
                    Evaluate(now);
                    break;
                case { State.Phase: WritePhase.Pausing } job when now >= job.State.NotBefore:
                    Move(job, WriteTransitions.Passed(job.State, job.Order, now), now);
                    Evaluate(now);
                    break;
            }
        }
    }

    /// <summary>Begins a job, or writes its next step.</summary>
    public async Task WriteAsync(WriteJob job, Func<TimeSpan> clock, CancellationToken cancel)
    {
        if (job.State.Phase == WritePhase.Waiting)
        {
            Begin(job, clock());
        }

        if (job.State.Phase == WritePhase.Writing)
        {
            var values = Values(job.Order, (WriteStep.Write)job.Order.Steps[job.State.Step], out var fault);
            if (fault is not null)
            {
                job.Move(WriteTransitions.End(job.State, CommandOutcome.Refused(fault)));
                return;
            }

            job.HasAsked = true;
            var result = await driver.WriteAsync(values, cancel);
            Move(job, WriteTransitions.Written(job.State, job.Order, result, clock()), clock());
            Evaluate(clock());
        }
    }

    /// <summary>The block of what a job must still read; null where the device has nothing of it. A poll that has become due meanwhile changes nothing.</summary>
    public ReadBlock? BlockFor(WriteJob job)
    {
        // What says whether there is a reading at all is planned with it, and may come first: that alone would be asked for ever.
        var unread = Unread(job);
        return driver.Plan(unread).FirstOrDefault(b => b.Names.Any(unread.Contains));
    }

    /// <summary>Something was read: jobs that waited for it go on.</summary>
    public void Evaluate(TimeSpan now)
    {
        for (var i = 0; i < Jobs.Count; i++)
        {
            // What needs nothing read goes on at once, step by step.
            var job = Jobs[i];
            for (var before = default(WriteState); job.Looks && job.State != before && Unread(job).Count == 0;)
            {
                before = job.State;
                if (before.Phase == WritePhase.Preparing && job.Order.Steps[before.Step] is WriteStep.Note note)
                {
                    keeper.NoteBefore(note.Points);
                }

                Move(job, WriteTransitions.Seen(job.State, job.Order, readings.Of, now), now);
                if (job.State.Phase == before.Phase && job.State.Step == before.Step)
                {
                    break;
                }
            }
        }
    }

    /// <summary>Jobs that have ended are forgotten; those of a silent device end now.</summary>
    public void Sweep(bool isSilent, string name, TimeSpan now)
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
            keeper.Ended(ended, now);
        }

        Jobs.RemoveAll(j => j.State.Phase == WritePhase.Ended);
    }

    /// <summary>Takes over a transition; what the device has taken is in force.</summary>
    public void Move(WriteJob job, in WriteState state, TimeSpan now)
    {
        job.Move(state);
        if (!job.IsAccepted || job.IsNoted)
        {
            return;
        }

        job.IsNoted = true;
        keeper.Taken(job, now);
    }

    /// <summary>A job's turn has come: it is read back where that may do, else what it puts in force is kept before its first step.</summary>
    private void Begin(WriteJob job, TimeSpan now)
    {
        // What the device has may be known only now, or otherwise than when it was asked for.
        if (job.Claim is not null)
        {
            job.Renew(orders.Wanted(job.Order.Point, job.Order.Commanded));
        }

        if (orders.Renewed(job.Order) is not { } order)
        {
            job.Move(WriteTransitions.End(job.State, CommandOutcome.Success));
            return;
        }

        job.Renew(order);
        if (keeper.CanConfirm(job))
        {
            Move(job, WriteTransitions.Confirm(job.State, now), now);
            Evaluate(now);
            return;
        }

        if (keeper.Begin(job.Order, now, out var keeping) is { } refused)
        {
            job.Move(WriteTransitions.End(job.State, refused));
            return;
        }

        job.Keeping = keeping;
        Move(job, WriteTransitions.Begin(job.State, now), now);
        if (keeping.IsCompleted)
        {
            Move(job, WriteTransitions.Kept(job.State, job.Order, now), now);
            Evaluate(now);
            return;
        }

        _ = keeping.ContinueWith(_ => Wake(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private ExchangeClass? ClassOf(WriteJob job, TimeSpan now, bool isDiscovered, IReadOnlyList<PlannedBlock> blocks) => job.State.Phase switch
    {
        WritePhase.Waiting when job.Order.Kind is WriteKind.Refresh or WriteKind.Restore => isDiscovered && !Jobs.Exists(j => j != job && j.Order.Point.Name == job.Order.Point.Name && j.KeepsBack(job.Order.Rules)) ? ExchangeClass.Command : null,
        WritePhase.Waiting when isDiscovered && now >= NotBefore(job) && !Jobs.Exists(j => j != job && j.HoldsPoint && j.Order.Point.Name == job.Order.Point.Name) => ExchangeClass.FirstOfCommand,
        WritePhase.Confirming or WritePhase.Preparing or WritePhase.Writing when now >= job.State.NotBefore && !job.HasAsked && job.Order.Kind is WriteKind.Command or WriteKind.Release => ExchangeClass.FirstOfCommand,
        WritePhase.Writing when now >= job.State.NotBefore => ExchangeClass.Command,
        WritePhase.Confirming or WritePhase.Preparing or WritePhase.Doubting when now >= job.State.NotBefore => ExchangeClass.Command,
        WritePhase.Awaiting or WritePhase.ReadingBack or WritePhase.Watching when now >= job.State.NotBefore && ToRead(job, now, blocks).Count > 0 => ExchangeClass.Verification,
        _ => null,
    };

    private TimeSpan NotBefore(WriteJob job)
    {
        var least = keeper.NotBefore(job);
        return least > job.State.NotBefore ? least : job.State.NotBefore;
    }

    /// <summary>What a job waits for and was not read since it looks; a rating it relates to need not be read again.</summary>
    private List<string> Unread(WriteJob job) =>
        [.. job.Awaited.Distinct(StringComparer.Ordinal).Where(p => !(IsRating(job, p) && readings.Of(p) is not null) && !readings.IsReadSince(p, job.State.NotBefore))];

    private static bool IsRating(WriteJob job, string point) => point == job.Order.Effect?.Of || point == job.Order.Rules.Verify?.Of;

    /// <summary>What must be read for a job: where that is not urgent, not what a poll brings before it would be asked again.</summary>
    private List<string> ToRead(WriteJob job, TimeSpan now, IReadOnlyList<PlannedBlock> blocks)
    {
        var unread = Unread(job);
        if (job.State.Phase is WritePhase.Confirming or WritePhase.Preparing or WritePhase.Doubting)
        {
            return unread;
        }

        var pause = job.State.Phase == WritePhase.Watching ? WriteTransitions.EffectPause : WriteTransitions.ReadBackPause;
        return unread.FindAll(p => !blocks.Any(b => b.Due - now < pause && !b.IsRefused && b.Block.Names.Contains(p, StringComparer.Ordinal)));
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
                StepValue.From from => readings.Number(from.Point),
                _ => keeper.Of(point)?.Value ?? readings.Number(point),
            };
            fault ??= number is not null ? null : value is StepValue.Secret missing ? $"the secret {missing.File} is no file with a number that only the agent can read" : $"{(value is StepValue.From origin ? origin.Point : point)} says no number, and its steps need it";
            values.Add(new(point, number ?? double.NaN, value is StepValue.Commanded ? order.Rounding : WriteRounding.Nearest, value is StepValue.Secret));
        }

        return values;
    }
}
