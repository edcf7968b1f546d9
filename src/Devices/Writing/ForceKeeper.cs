using System.Globalization;
using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>Keeps in force on a device what was put in force, and lets go of what nobody wants any more. Touched by the device's line only.</summary>
/// <param name="driver">The device's driver.</param>
/// <param name="orders">Makes orders.</param>
/// <param name="readings">What was read of the device.</param>
/// <param name="ledger">What is in force on it, and what was written.</param>
/// <param name="report">Tells people.</param>
internal sealed class ForceKeeper(IDeviceDriver driver, WriteOrders orders, DeviceReadings readings, DeviceLedger ledger, DeviceReport report)
{
    /// <summary>How long a device is looked at closely after it took something.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    /// <summary>How long it may take to learn which device it is.</summary>
    private static readonly TimeSpan Identification = TimeSpan.FromSeconds(10);

    private readonly Dictionary<(string Point, string Source), bool> _unwanted = [];
    private readonly Dictionary<string, WriteOrder> _worn = new(StringComparer.Ordinal);
    private readonly HashSet<string> _fresh = new(StringComparer.Ordinal);
    private TimeSpan _asked;
    private TimeSpan _freshUntil = TimeSpan.MinValue;
    private IReadOnlyDictionary<string, PointDefinition>? _points;
    private List<PointDefinition> _held = [];

    /// <summary>Brings what is in force to what is wanted.</summary>
    public DemandKeeper Wishes { get; } = new(ledger);

    /// <summary>When something is due next by itself.</summary>
    public TimeSpan NextDue => ledger.InForce.NextDue;

    /// <summary>What is in force of a point; null: nothing is.</summary>
    public PointInForce? Of(string point) => ledger.InForce.Of(point);

    /// <summary>Somebody wants nothing of a point in force any more: where nobody else does, it is let go of, now or when the device is there again, until the device has done so; or the device is left as it is.</summary>
    public void LetGo(string point, string source, bool isTold, TimeSpan now)
    {
        // What was in force before a restart is known once the device is there.
        if (!ledger.IsLoaded)
        {
            _unwanted[(point, source)] = isTold;
        }

        ledger.Demands.Withdraw(point, source);
        if (ledger.Demands.Of(point) is null && isTold)
        {
            ledger.InForce.LetGo(point, now);
        }
        else if (ledger.Demands.Of(point) is null)
        {
            End(point, now);
        }

        ledger.Touch();
    }

    /// <summary>It is known what the device has: what was in force is in force, of what it has.</summary>
    /// <param name="isCommanded">Whether anybody can command a point.</param>
    /// <param name="now">The line's clock.</param>
    public void Discovered(Func<string, bool> isCommanded, TimeSpan now)
    {
        WriteOrder? Order(string name, double value) => driver.Points.TryGetValue(name, out var point) && point is { IsWritable: true, Writing: not null } && isCommanded(name) ? orders.New(point, value, WriteKind.Command) : null;
        if (!ledger.IsLoaded)
        {
            // Who has asked for something since wants that.
            var unwanted = _unwanted.Where(u => !ledger.Demands.Has(u.Key.Point, u.Key.Source)).ToList();
            foreach (var orphan in ledger.Load(Order, now))
            {
                report.Tell($"{orphan.Point} = {orphan.Value:0.###} was commanded, and nothing commands it any more: it is left as it is", DeviceSeverity.Warning);
            }

            unwanted.ForEach(u => LetGo(u.Key.Point, u.Key.Source, u.Value, now));
        }

        if (!ReferenceEquals(_points, driver.Points))
        {
            _points = driver.Points;
            _held = [.. driver.Points.Values.Where(p => p.Writing?.Hold is not null && p.IsReadable)];
            foreach (var gone in ledger.InForce.Renew(p => Order(p.Point.Name, p.Order.Commanded)))
            {
                ledger.Touch();
                report.Tell($"{gone.Point.Name} = {gone.Value:0.###} is in force no longer: the device does not have it", DeviceSeverity.Alarm);
            }
        }

        ledger.InForce.WasAway(now);
        _asked = now;
    }

    /// <summary>Refreshes and releases that are due now become jobs.</summary>
    public void AddDue(List<WriteJob> jobs, TimeSpan now)
    {
        foreach (var held in ledger.InForce.Points)
        {
            if (InForce.IsDue(held, now) && !IsLeftOff(held))
            {
                ledger.InForce.Sent(held.Point.Name, now);
                if (!jobs.Exists(j => j.Order.Point.Name == held.Point.Name && (j.Order.Kind == WriteKind.Refresh || j.KeepsBack(held.Point.Writing!))))
                {
                    jobs.Add(Job(held, held.Order.Commanded, WriteKind.Refresh, now));
                }
            }

            if (Wishes.Of(held, now) is { } wanted && !jobs.Exists(j => j.Order.Point.Name == held.Point.Name) && !IsLeftOff(held))
            {
                jobs.Add(Job(held, wanted, WriteKind.Command, now));
            }

            if (held.ReleaseAt <= now && !jobs.Exists(j => j.Order.Point.Name == held.Point.Name) && Release(held, now) is { } release)
            {
                jobs.Add(release);
            }
        }
    }

    /// <summary>What is about to be lost is told.</summary>
    public void TellLosses(TimeSpan now)
    {
        foreach (var held in ledger.InForce.Points)
        {
            // Most of the time nothing is being lost, and nothing was.
            if (ledger.InForce.IsLosing(held, now) is var isLosing && (isLosing || report.Health.HasFaults))
            {
                report.Losing(held, isLosing, now);
            }
        }
    }

    /// <summary>Something was read: what is in force is looked at, and written again where it must be.</summary>
    public void Watch(List<WriteJob> jobs, TimeSpan now)
    {
        foreach (var point in _held)
        {
            if (readings.Of(point.Name) is { IsNone: false } value && WriteGuard.IsOn(point, value.Number) is { } isOn && ledger.Writes.Seen(point.Name, isOn, now))
            {
                ledger.Touch();
            }
        }

        foreach (var (name, order) in _worn)
        {
            if (WriteGuard.OverBudget(order, ledger.Writes, now) is null)
            {
                _worn.Remove(name);
                report.Worn(name, null, now);
            }
        }

        foreach (var held in ledger.InForce.Points)
        {
            if (held.ReleaseAt is not null || (held.WasAway && !KnowsWho && now - _asked < Identification) || jobs.Exists(j => j.Order.Point.Name == held.Point.Name) || !held.Order.ReadBacks.All(b => readings.IsReadSince(b.Point, held.Written)))
            {
                continue;
            }

            var isWrong = WriteTransitions.Wrong(held.Order, readings.Of) is not null;
            if (!held.IsTaken)
            {
                ledger.InForce.Settle(held, !isWrong, now);
                ledger.Demands.Settle(held.Point.Name, !isWrong);
                ledger.Touch();
                continue;
            }

            if (held.Order.ReadBacks.Count == 0 || WriteChecks.IsSwitch(held.Point) || (isWrong && WriteTransitions.IsDark(held.Order, readings.Of)))
            {
                continue;
            }

            if (isWrong && IsLeftOff(held))
            {
                continue;
            }

            var (found, action) = ForceWatch.Check(held, isWrong, now);
            ledger.InForce.Found(found);
            switch (action)
            {
                case ForceAction.Restore:
                    jobs.Add(Job(held, held.Order.Commanded, WriteKind.Restore, now));
                    break;
                case ForceAction.GiveUp or ForceAction.Regain:
                    report.Foreign(found, action == ForceAction.GiveUp, now);
                    break;
            }
        }
    }

    /// <summary>Whether a block shows something that was commanded a moment ago.</summary>
    public bool IsFresh(ReadBlock block, TimeSpan now) => now < _freshUntil && block.Names.Any(_fresh.Contains);

    /// <summary>The moment before which a job does not begin.</summary>
    public TimeSpan NotBefore(WriteJob job)
    {
        var least = CanConfirm(job) ? TimeSpan.MinValue : WriteGuard.NotBefore(job.Order, Of(job.Order.Point.Name), ledger.Writes);
        return job.Order.Kind == WriteKind.Refresh || KnowsWho ? least : _asked + Identification is var known && known > least ? known : least;
    }

    /// <summary>Whether it was read which device it is since it is there again: what it held before our first write is that one's.</summary>
    private bool KnowsWho => !driver.Points.TryGetValue("SN", out var serial) || !serial.IsReadable || readings.IsReadSince("SN", _asked);

    /// <summary>Whether what a job asks for may be so already, so that it is read back instead of written.</summary>
    public bool CanConfirm(WriteJob job) =>
        job is { State: { Phase: WritePhase.Waiting, Attempts: 0 }, Order: { ReadBacks.Count: > 0 } order } && (order.Kind, Of(order.Point.Name)) switch
        {
            (WriteKind.Command, { IsTaken: true, ForeignUntil: null, ReleaseAt: null } held) => held.Order.Taken == order.Taken,
            (WriteKind.Release, null) => true,
            _ => false,
        };

    /// <summary>A job begins: what it puts in force is in force before its first step, or no longer.</summary>
    /// <param name="order">What it does.</param>
    /// <param name="now">The line's clock.</param>
    /// <param name="keeping">Ends when that would survive a power cut.</param>
    /// <returns>Why it does not begin; null where it does.</returns>
    public CommandOutcome? Begin(WriteOrder order, TimeSpan now, out Task keeping)
    {
        ArgumentNullException.ThrowIfNull(order);
        var (name, held) = (order.Point.Name, Of(order.Point.Name));
        keeping = Task.CompletedTask;
        if (WriteGuard.Refuse(order, held, ledger.Writes, now) is { } refused)
        {
            return refused;
        }

        var worn = WriteGuard.OverBudget(order, ledger.Writes, now);
        report.Worn(name, worn, now);
        if (worn is not null)
        {
            _worn[name] = order;
        }

        foreach (var (point, _) in WriteGuard.Wearing(order))
        {
            ledger.Writes.Count(point, now);
            ledger.Touch();
        }

        if (order.Kind is WriteKind.Command or WriteKind.Release)
        {
            ledger.Writes.Commanded(name, now);
            ledger.Touch();
        }

        switch (order.Kind)
        {
            case WriteKind.Command:
                var begun = ledger.InForce.Begin(order, now);
                report.Foreign(begun, false, now);
                if (begun.Ended is { } ended)
                {
                    report.Tell($"{ended.Point.Name} = {ended.Value:0.###} is in force no longer: the device keeps {name} in its place");
                }

                break;
            case WriteKind.Release when order.Rules.Release is WriteRelease.After && held is not { ReleaseAt: not null }:
                // Who lets go by silence is silent from now on. Anything else is in force until the device has let go of it.
                End(name, now);
                break;
        }

        keeping = ledger.KeepAsync(now);
        return null;
    }

    /// <summary>The device took it, and it is looked at closely for a while.</summary>
    public void Taken(WriteJob job, TimeSpan now)
    {
        var order = job.Order;
        if (job.Claim is { } claim)
        {
            ledger.Demands.Take(order.Point.Name, claim.Source, claim.Value);
        }

        if (order.Kind == WriteKind.Refresh)
        {
            return;
        }

        _fresh.UnionWith(order.ReadBacks.Select(b => b.Point));
        _freshUntil = now + Fresh;
        ledger.Touch();
        if (order.Kind == WriteKind.Command)
        {
            ledger.InForce.Take(order, now);
        }
        else if (order.Kind == WriteKind.Release)
        {
            End(order.Point.Name, now);
        }

        foreach (var left in order.Left)
        {
            if (driver.Points.TryGetValue(left.Point, out var point) && point is { Writing.Hold: not null, IsReadable: false } && WriteGuard.IsOn(point, order.NumberOf(left.Value)) is { } isOn)
            {
                ledger.Writes.Switched(point.Name, isOn, now);
            }
        }
    }

    /// <summary>What stands in points that are about to be written for the first time; NaN where it is nothing.</summary>
    public void NoteBefore(IReadOnlyList<string> points)
    {
        foreach (var point in points)
        {
            ledger.Writes.NoteBefore(point, readings.Number(point) ?? double.NaN);
        }

        ledger.Touch();
        report.Tell($"before the agent's first write ever {string.Join(", ", points.Select(p => $"{p} reads {readings.Number(p)?.ToString("0.###", CultureInfo.InvariantCulture) ?? "nothing"}"))}: that is put back where nobody commands it any more");
    }

    /// <summary>What did not take hold is not kept; a refresh that did not get through is tried again.</summary>
    public void Ended(WriteJob job, TimeSpan now)
    {
        var (name, outcome) = (job.Order.Point.Name, job.State.Outcome);
        if (!job.IsAccepted && job.Claim is { } claim)
        {
            ledger.Demands.GoBack(name, claim.Source, claim.Value);
            ledger.Touch();
        }

        switch (job.Order.Kind)
        {
            case WriteKind.Refresh when !outcome.Succeeded:
                ledger.InForce.Missed(name, job.State.Since);
                break;
            case WriteKind.Refresh or WriteKind.Restore:
                ledger.InForce.Refreshed(name, job.State.Since);
                break;
            case WriteKind.Command when !job.IsAccepted && ledger.InForce.Of(name)?.Order == job.Order:
                ledger.InForce.Fail(name, now);
                ledger.Touch();
                Wishes.Failed(name, now);
                break;
            case WriteKind.Command when !job.IsAccepted:
                Wishes.Failed(name, now);
                break;
            case WriteKind.Release when !job.IsAccepted && ledger.InForce.Of(name) is { } held:
                // Half a release is none: what was in force still is, or it is tried again.
                ledger.InForce.Found(held.ReleaseAt is null ? held with { WasAway = true, Written = now } : held with { ReleaseAt = now + DemandKeeper.Pause(held.Releases), Releases = held.Releases + 1 });
                if (held.ReleaseAt is not null)
                {
                    report.Unreleased(held, outcome.Description, now);
                }

                break;
        }
    }

    /// <summary>Whether a switch that a set point has closed was opened on site: whoever did that relies on it, and nothing is written any more.</summary>
    private bool IsLeftOff(PointInForce held)
    {
        if (held is { IsTaken: false } or { ForeignUntil: not null } || SiteSwitch.Opened(held, driver.Points, readings) is not { } opened)
        {
            return false;
        }

        ledger.InForce.Found(held with { ForeignUntil = TimeSpan.MaxValue });
        report.Tell($"{opened} was switched off on site while {held.Point.Name} = {held.Value:0.###} was in force: nothing is written until the next command", DeviceSeverity.Warning);
        return true;
    }

    private WriteJob Job(PointInForce held, double value, WriteKind kind, TimeSpan now) => new(orders.New(orders.Present(held.Point), value, kind), static () => { }, now);

    /// <summary>The job that lets go of a point; null where its profile knows no way.</summary>
    private WriteJob? Release(PointInForce held, TimeSpan now)
    {
        var job = Job(held, held.Point.Range?.High ?? double.NaN, WriteKind.Release, now);
        if (job.Order.LetsGo)
        {
            return job;
        }

        report.Tell($"{held.Point.Name} = {held.Value:0.###} stays in the device: its profile knows no way to let go of it", DeviceSeverity.Warning);
        End(held.Point.Name, now);
        return null;
    }

    private void End(string point, TimeSpan now)
    {
        if (ledger.InForce.End(point) is { } ended)
        {
            report.Foreign(ended, false, now);
            report.Losing(ended, false, now);
            report.Unreleased(ended, null, now);
        }
    }
}
