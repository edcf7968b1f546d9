using System.Globalization;

namespace DerAgent.Devices;

/// <summary>What whoever puts a device into service has to set and to look at, as its profile says. Pure.</summary>
internal static class CommissioningSheet
{
    /// <summary>What must be set before control works, and how it is.</summary>
    public static IEnumerable<ProbedNeed> Needs(DeviceProfile profile, IReadOnlyDictionary<string, PointDefinition> points, PointLookup look)
    {
        ArgumentNullException.ThrowIfNull(profile);
        foreach (var need in profile.Needs)
        {
            var point = points.GetValueOrDefault(need.Point) ?? profile.Points[need.Point];
            var value = look(need.Point);
            yield return new(need.Point, value is { } seen ? PointProbe.Shown(seen) : null, point.Map.TextOf((long)need.Is) ?? need.Is.ToString(CultureInfo.InvariantCulture), value?.Is(need.Is, point) == true, need.Hint);
        }
    }

    /// <summary>What points held before the agent wrote them for the first time, which is what they go back to.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="serialNumber">Which device it is; null: nobody knows.</param>
    /// <param name="records">What the agent has kept, by device.</param>
    public static IEnumerable<SheetLine> Before(DeviceProfile profile, string? serialNumber, IEnumerable<(string Device, DeviceRecord Record)> records)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(records);
        foreach (var (device, record) in records.Where(r => serialNumber is null || r.Record.SerialNumber == serialNumber))
        {
            foreach (var (name, value) in record.Before.Where(b => profile.Points.ContainsKey(b.Key)).OrderBy(b => b.Key, StringComparer.Ordinal))
            {
                yield return new(name, $"before the agent's first write ever (as {device}{(record.SerialNumber.Length > 0 ? $", serial number {record.SerialNumber}" : "")}) it read {(double.IsNaN(value) ? "nothing" : $"{value.ToString("0.###", CultureInfo.InvariantCulture)} {profile.Points[name].Unit}".TrimEnd())}: that is put back when nobody commands it any more, unless release= in the SCL file says otherwise");
            }
        }
    }

    /// <summary>What to look at.</summary>
    public static IEnumerable<SheetLine> Lines(DeviceProfile profile, PointLookup look)
    {
        ArgumentNullException.ThrowIfNull(profile);
        string Of(string point) => look(point) is { } value ? $"{PointProbe.Shown(value)} {profile.Points[point].Unit}".Trim() : "not read";
        foreach (var point in profile.Own.Select(n => profile.Points[n]).Where(p => p.Writing is not null && WriteChecks.IsLimit(p)))
        {
            var rules = point.Writing!;
            if ((rules.Effect?.Of ?? rules.Verify?.Of) is { } basis)
            {
                yield return new(point.Name, $"100 % is {basis}, which reads {Of(basis)}: is that the rating the grid operator means?");
            }

            yield return new(point.Name, rules.Refresh?.From is { } from ? $"without a word from the agent the device lets go by itself after {from}, which reads {Of(from)}; what it then does is set in the device"
                : rules.Refresh is { } refresh ? $"it is repeated every {refresh.Every?.TotalSeconds:0} s; without that the device lets go by itself"
                : "the device keeps it until somebody writes otherwise, also when the agent has gone");
            if (!rules.IsVolatile)
            {
                yield return new(point.Name, $"its memory wears: {rules.Budget ?? WriteLedger.DefaultBudget} writes a day{(point.IsReadable ? $". It reads {Of(point.Name)} now; what it reads before the agent's first write ever is put back when nobody commands it any more" : "")}");
            }
        }

        foreach (var (name, text) in new[] { ("W", "with sun, or while it runs, it must be positive"), ("WExp", "while the plant feeds in it must be positive, while it takes from the grid negative"), ("TotWhImp", "it must count while power is taken from the grid") })
        {
            if (profile.Points.TryGetValue(name, out var point) && point.IsReadable)
            {
                yield return new(name, $"reads {Of(name)}: {text}");
            }
        }
    }
}
