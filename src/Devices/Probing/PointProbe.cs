using System.Globalization;

namespace DerAgent.Devices;

/// <summary>Reads each point of a profile from a device, whatever its line speaks, and writes nothing.</summary>
/// <param name="driver">The device.</param>
/// <param name="profile">Its profile.</param>
/// <param name="time">Clock and timers.</param>
/// <param name="progress">Called with what is done next.</param>
internal sealed class PointProbe(IDeviceDriver driver, DeviceProfile profile, TimeProvider time, Action<string> progress)
{
    /// <summary>Reads them; what the device refuses is told.</summary>
    /// <param name="report">What is known of it.</param>
    /// <param name="repeat">How often.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="DeviceException">There is no line to it.</exception>
    public async Task<ProbeReport> ReadAsync(ProbeReport report, int repeat, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(report);
        progress("what it has");
        try
        {
            await foreach (var step in driver.DiscoverAsync(driver.Timeout, cancel))
            {
                await Task.Delay(step.Pause, time, cancel);
            }
        }
        catch (DeviceException e)
        {
            return report with { Refused = [e.Message] };
        }

        // What scales others is read with them, and is of no use to people.
        var factors = profile.Points.Values.Select(p => p.ScaleFactor).OfType<string>().ToHashSet(StringComparer.Ordinal);
        string[] names = [.. profile.Own.Concat(profile.Own.SelectMany(n => PointReferences.Of(profile.Points[n]))).Concat(profile.Needs.Select(n => n.Point)).Concat(["Mn", "Md", "Vr", "SN", "WRtg"]).Distinct(StringComparer.Ordinal).Where(n => !factors.Contains(n)).Where(n => driver.Points.TryGetValue(n, out var point) && point.IsReadable)];
        var (readings, values, refused) = (new Dictionary<string, Reading>(StringComparer.Ordinal), new Dictionary<string, List<string>>(StringComparer.Ordinal), new List<string>());

        // What a power may be is known once the rating is.
        await RoundAsync([.. names.Where(n => n is "WRtg" or "WMax")], static _ => { }, refused, static _ => { }, cancel);
        for (var round = 1; round <= repeat; round++)
        {
            var told = repeat > 1 ? $"{round} of {repeat}: " : "";
            await RoundAsync(names, block => progress(told + block), refused, reading =>
            {
                readings[reading.Point] = reading;
                (values.TryGetValue(reading.Point, out var list) ? list : values[reading.Point] = []).Add(Shown(reading.Value));
            }, cancel);
        }

        var points = names.Where(values.ContainsKey).Select(n => new ProbedPoint(n, values[n], driver.Points[n].Unit, readings[n].Quality.IsGood || readings[n].Value is { IsNone: true, IsUnknown: false } ? null : driver.Explain(driver.Points[n], readings[n].Value))).ToList();
        return report with
        {
            Answers = report.Answers || points.Count > 0,
            Points = points,
            Refused = [.. refused.Distinct(StringComparer.Ordinal)],
            Needs = [.. CommissioningSheet.Needs(profile, driver.Points, n => readings.TryGetValue(n, out var r) ? r.Value : null)],
            Sheet = [.. CommissioningSheet.Lines(profile, n => readings.TryGetValue(n, out var r) ? r.Value : null)],
        };
    }

    /// <summary>A value for people.</summary>
    public static string Shown(in PointValue value) => value.IsUnknown ? "unknown" : value.IsNone ? "not implemented" : value.Text ?? value.Number.ToString("0.#####", CultureInfo.InvariantCulture);

    /// <summary>Reads every point once. Of a block that is refused less is asked for, until what the device does not have is known.</summary>
    private async Task RoundAsync(IReadOnlyCollection<string> names, Action<ReadBlock> next, List<string> refused, Action<Reading> take, CancellationToken cancel)
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        while (driver.Plan(names).FirstOrDefault(b => !b.Names.All(done.Contains)) is { } block)
        {
            next(block);
            try
            {
                foreach (var reading in await driver.ReadAsync(block, driver.Timeout, cancel))
                {
                    if (done.Add(reading.Point))
                    {
                        take(reading);
                    }
                }
            }
            catch (DeviceException e) when (e.Failure == DeviceFailure.Absent && driver.Split(block) != SplitResult.Nothing)
            {
                // It is asked for less now.
            }
            catch (DeviceException e)
            {
                refused.Add($"{string.Join(" ", block.Names.Where(n => !done.Contains(n)))}: {e.Message}");
                done.UnionWith(block.Names);
            }
        }
    }
}
