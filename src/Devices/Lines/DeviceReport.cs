using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>What a device gives the model and people: its readings, what is old or missing of them, its health, and one line for each thing that begins or ends. Touched by its line only.</summary>
internal sealed class DeviceReport(DeviceSetup setup, IDeviceDriver driver, DeviceReadings readings, DeviceLedger ledger, TimeProvider time, Action<string, IReadOnlyList<Reading>> onReadings, Action<DeviceState> onState)
{
    private const string Block = "block ";
    private const string Value = "value ";
    private const string Refresh = "refresh ";
    private const string Taken = "foreign ";
    private const string Wear = "wear ";
    private const string Release = "release ";
    private int _published;
    private bool _isOverloaded;

    private CounterKeeper Counters => field ??= new(ledger, readings, text => Tell(text));

    /// <summary>What is wrong with it.</summary>
    public DeviceHealth Health { get; } = new();

    /// <summary>A line for people; an empty one where only the health changed.</summary>
    public void Tell(string text, DeviceSeverity severity = DeviceSeverity.Note) => onState(new(setup.Name, driver.IsConnected, Health.SilentSince is null, text) { Severity = severity, Health = Health.Value });

    /// <summary>Values came.</summary>
    public void Readings(IReadOnlyList<Reading> values, TimeSpan now)
    {
        // Most readings are shown as they are: there is no copy without need.
        Reading[]? shown = null;
        for (var i = 0; i < values.Count; i++)
        {
            var reading = values[i];
            Judge(reading, now);
            if (CounterKeeper.Counts(reading.Point) && ledger.IsLoaded && driver.Points.TryGetValue(reading.Point, out var counter))
            {
                var (counted, quality) = Counters.Show(counter, reading.Value, reading.Time);
                if (counted != reading.Value || !quality.IsGood)
                {
                    (shown ??= [.. values])[i] = reading with { Value = counted, Quality = reading.Quality.Worse(quality) };
                }

                continue;
            }

            if (driver.Points.TryGetValue(reading.Point, out var point) && point.Writing is not null && InForce.Shown(point, reading.Value, readings.Of, driver.Points) is var value && value != reading.Value)
            {
                (shown ??= [.. values])[i] = reading with { Value = value };
            }
        }

        onReadings(setup.Name, shown ?? values);
    }

    /// <summary>It answers with values.</summary>
    public void Answers(int count, TimeSpan now)
    {
        if (Health.Answer(out var since))
        {
            Tell($"the device answers{(since is { } silent ? $" again, silent for {DurationText.Of(now - silent)}" : "")}; {count} points in the first exchange");
        }

        Publish();
    }

    /// <summary>It does not answer.</summary>
    public void FallsSilent(string why, bool isNight, TimeSpan now)
    {
        if (!Health.FallSilent(now, isNight))
        {
            return;
        }

        Health.ClearAll(Block);
        Tell(isNight ? $"{why}; it is taken for the night, and asked once a minute" : why, isNight ? DeviceSeverity.Note : DeviceSeverity.Warning);
        onReadings(setup.Name, [.. setup.Wanted.Where(p => !p.StartsWith('@')).Select(Old)]);
        Publish();
    }

    /// <summary>Its silence is too long for a night.</summary>
    public void NightIsOver(TimeSpan now)
    {
        if (Health.EndNight())
        {
            Tell($"it has not answered for {DurationText.Of(now - Health.SilentSince!.Value)}, which is longer than a night", DeviceSeverity.Warning);
            Publish();
        }
    }

    /// <summary>A set point in force was not refreshed for too long, or is again.</summary>
    public void Losing(PointInForce point, bool isLosing, TimeSpan now) => Note(
        Refresh + point.Point.Name,
        DeviceSeverity.Alarm,
        isLosing,
        now,
        () => $"{point.Point.Name} = {point.Value:0.###} could not be refreshed since {DurationText.Of(now - point.Refreshed)}: the device will let go of it",
        lasted => $"{point.Point.Name} is refreshed again after {DurationText.Of(lasted)}");

    /// <summary>Another controller writes what is in force by us, or no longer does.</summary>
    public void Foreign(PointInForce point, bool isForeign, TimeSpan now)
    {
        var last = readings.Number(point.Point.Name) is { } number ? $", and reads {number:0.###}" : "";
        Note(
            Taken + point.Point.Name,
            DeviceSeverity.Alarm,
            isForeign,
            now,
            () => $"another controller writes this register: {point.Point.Name} was set to {point.Value:0.###}{last}; nothing is written to it for an hour, or until the next command",
            lasted => $"{point.Point.Name} = {point.Value:0.###} stands again after {DurationText.Of(lasted)}");
    }

    /// <summary>The device does not let go of what nobody wants any more, or has.</summary>
    public void Unreleased(PointInForce point, string? why, TimeSpan now) => Note(
        Release + point.Point.Name,
        DeviceSeverity.Alarm,
        why is not null,
        now,
        () => $"{point.Point.Name} = {point.Value:0.###} is not wanted any more, and the device does not let go of it: {why}; it is tried again after 10 s, then ever more rarely",
        lasted => $"{point.Point.Name} is let go of after {DurationText.Of(lasted)}");

    /// <summary>Memory is written more often than it bears, which only what is stricter or lets go may do; or no longer.</summary>
    public void Worn(string point, string? what, TimeSpan now) => Note(
        Wear + point,
        DeviceSeverity.Warning,
        what is not null,
        now,
        () => $"{what}: only stricter limits and releases are written now",
        lasted => $"{point} is written as seldom as its memory bears again, after {DurationText.Of(lasted)}");

    /// <summary>It does not have these points at all.</summary>
    public void Missing(IReadOnlyList<string> points)
    {
        if (points.Count > 0)
        {
            Tell($"the device does not have {string.Join(", ", points)}");
            onReadings(setup.Name, [.. points.Select(p => new Reading(p, PointValue.None, Quality.Invalid, time.GetUtcNow()))]);
        }
    }

    /// <summary>A block gave nothing three times: its values are old, the others go on.</summary>
    public void BlockIsOld(ReadBlock block, string why, TimeSpan now)
    {
        onReadings(setup.Name, [.. block.Names.Where(setup.Wanted.Contains).Select(Old)]);
        if (Health.Raise(Block + block, now))
        {
            Tell($"{Names(block)} cannot be read: {why}", DeviceSeverity.Warning);
        }

        Publish();
    }

    /// <summary>The device refuses a block for good: its values are invalid, and it is asked rarely.</summary>
    public void BlockIsRefused(ReadBlock block, string why, TimeSpan now, IReadOnlyList<PlannedBlock> blocks)
    {
        onReadings(setup.Name, [.. block.Names.Where(setup.Wanted.Contains).Select(p => new Reading(p, PointValue.None, Quality.Invalid, time.GetUtcNow()))]);
        Health.HasBlocks = blocks.Any(b => !b.IsRefused);
        if (Health.Raise(Block + block, now))
        {
            Tell($"{Names(block)} cannot be read: {why}; it is asked again after a minute, then ever more rarely{(Health.HasBlocks ? "" : "; nothing of the device can be read")}", Health.HasBlocks ? DeviceSeverity.Warning : DeviceSeverity.Alarm);
        }

        Publish();
    }

    /// <summary>A block is read again.</summary>
    public void BlockIsWell(ReadBlock block, TimeSpan after, TimeSpan now)
    {
        Health.HasBlocks = true;
        if (Health.Clear(Block + block, now) is not null)
        {
            Tell($"{Names(block)} is read again after {DurationText.Of(after)}");
        }

        Publish();
    }

    /// <summary>What is read has changed: what was wrong with blocks that are no more is no matter.</summary>
    public void Planned(IReadOnlyList<PlannedBlock> blocks, TimeSpan now)
    {
        Health.ClearAll(Block);
        foreach (var block in blocks.Where(b => b.IsRefused || b.Missed >= PlannedBlock.MissesUntilOld))
        {
            Health.Raise(Block + block.Block, now);
        }

        Health.HasBlocks = blocks.Count == 0 || blocks.Any(b => !b.IsRefused);
    }

    /// <summary>Its line cannot keep the periods of its polls, or can again.</summary>
    public void Overloaded(bool isOverloaded)
    {
        if (_isOverloaded != isOverloaded)
        {
            _isOverloaded = isOverloaded;
            Publish();
        }
    }

    /// <summary>The last value of a point as what it is now; a counter stands where it is shown.</summary>
    private Reading Old(string point)
    {
        var old = readings.OldOf(point);
        return ledger.Counters.TryGetValue(point, out var counter) && !old.Value.IsNone ? old with { Value = old.Value with { Number = counter.Shown } } : old;
    }

    /// <summary>One line where something begins to be wrong, one where it is well again, and the health of both.</summary>
    private void Note(string what, DeviceSeverity severity, bool isWrong, TimeSpan now, Func<string> begins, Func<TimeSpan, string> ends)
    {
        if (isWrong && Health.Raise(what, now))
        {
            Tell(begins(), severity);
            Publish();
        }
        else if (!isWrong && Health.Clear(what, now) is { } lasted)
        {
            Tell(ends(lasted));
            Publish();
        }
    }

    /// <summary>A text, or with some makers a number.</summary>
    private static string? SerialNumber(in PointValue value) => value.Text ?? (value.IsNone ? null : value.Number.ToString("0", System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>One line where a value becomes one that nobody could mean, one where it is well again; and where the device is another one.</summary>
    private void Judge(in Reading reading, TimeSpan now)
    {
        if (reading.Point == "SN" && SerialNumber(reading.Value) is { Length: > 0 } serialNumber && ledger.Identify(serialNumber) is { } before)
        {
            Tell($"it is another device: its serial number is {serialNumber} and was {before}", DeviceSeverity.Warning);
            Counters.Exchanged();
        }

        var isWrong = reading.Value.IsUnknown || reading.Quality.Validity == Validity.Questionable;
        if (!isWrong && !Health.HasFaults)
        {
            return;
        }

        var what = Value + reading.Point;
        if (isWrong && driver.Points.TryGetValue(reading.Point, out var point))
        {
            if (Health.Raise(what, now))
            {
                Tell(driver.Explain(point, reading.Value), DeviceSeverity.Warning);
            }
        }
        else if (Health.Clear(what, now) is { } lasted)
        {
            Tell($"{reading.Point} makes sense again after {DurationText.Of(lasted)}");
        }
    }

    /// <summary>The device's health as points of their own: <c>@health</c> (1 Ok, 2 Warning, 3 Alarm) and <c>@online</c>.</summary>
    private void Publish()
    {
        var isForeign = Health.Has(Taken);
        var state = (Health.Value * 8) + (Health.IsAnswering ? 1 : 0) + (isForeign ? 2 : 0) + (_isOverloaded ? 4 : 0);
        if (_published == state)
        {
            return;
        }

        _published = state;
        Tell("");
        var now = time.GetUtcNow();
        onReadings(setup.Name,
        [
            new Reading("@health", new(Health.Value, null, false), Quality.Good, now),
            new Reading("@online", new(Health.IsAnswering ? 1 : 0, null, false), Quality.Good, now),
            new Reading("@foreign", new(isForeign ? 1 : 0, null, false), Quality.Good, now),
            new Reading("@overload", new(_isOverloaded ? 1 : 0, null, false), Quality.Good, now),
        ]);
    }

    private string Names(ReadBlock block)
    {
        var names = block.Names.Where(setup.Wanted.Contains).ToList();
        return names.Count <= 6 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(5))} and {names.Count - 5} more";
    }
}
