using System.Globalization;
using DerAgent.Modbus;

namespace DerAgent.Devices;

/// <summary>Asks a device what it says, and writes nothing. It needs no SCL file and no connection to anybody else.</summary>
/// <param name="master">The line; it is not disposed here.</param>
/// <param name="time">Clock and timers.</param>
/// <param name="progress">Called with what is done next.</param>
internal sealed class DeviceProbe(IModbusMaster master, TimeProvider time, Action<string> progress)
{
    /// <summary>Questions that may be spent on the largest block.</summary>
    private const int MostBlockQuestions = 8;
    private const int MostRegisters = 125;
    private static readonly int[] Bases = [40_000, 0, 50_000];

    /// <summary>Of a device of which nothing is known.</summary>
    private static readonly DeviceProfile Bare = new() { Name = "", Points = new Dictionary<string, PointDefinition>(StringComparer.Ordinal) };

    /// <summary>Asks everything.</summary>
    /// <param name="url">The device, with everything its line needs.</param>
    /// <param name="profile">What to read it with; null: nothing.</param>
    /// <param name="known">Profiles to propose.</param>
    /// <param name="repeat">How often its points are read.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="DeviceException">There is no line to it.</exception>
    public async Task<ProbeReport> AskAsync(DeviceUrl url, DeviceProfile? profile, IEnumerable<DeviceProfile> known, int repeat, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(url);
        var report = new ProbeReport { Url = url.Endpoint, Unit = url.Unit!.Value, Profile = profile?.Name };
        var unit = new ModbusUnit(master, report.Unit, profile ?? Bare, time);
        var limit = (profile ?? Bare).Modbus.Timeout;
        Task<ushort[]> HoldingAsync(int address, int count, CancellationToken c) => unit.ReadAsync(RegisterKind.Holding, address, count, limit, c);
        progress("who it is");
        report = await IdentifyAsync(report, unit, limit, cancel);
        progress("SunSpec");
        report = await FindModelsAsync(report, HoldingAsync, profile?.SunSpecBases is { Count: > 0 } own ? own : Bases, cancel);
        if (report.Models.Count > 0)
        {
            progress("the largest block");
            report = report with { LargestBlock = await LargestBlockAsync(report, HoldingAsync, cancel) };
        }

        if (profile is not null)
        {
            report = await ReadAsync(report, new(new(report.Url, profile, new HashSet<string>(StringComparer.Ordinal)), url), repeat, cancel);
        }

        return report with { Proposed = ProfileProposal.Of(report, known) };
    }

    private static async Task<ProbeReport> IdentifyAsync(ProbeReport report, ModbusUnit unit, TimeSpan limit, CancellationToken cancel)
    {
        try
        {
            return report with { Identification = (await unit.IdentifyAsync(limit, cancel)).Objects, Answers = true };
        }
        catch (DeviceException e) when (e.InnerException is not ModbusException { Failure: ModbusFailure.NoConnection, WasSent: false })
        {
            // It was reached, and may have hung up on a question it does not know.
            return report with { Answers = e.Failure is not (DeviceFailure.Silent or DeviceFailure.NoLine) };
        }
    }

    private async Task<ProbeReport> FindModelsAsync(ProbeReport report, SunSpecDiscovery.RegisterReader read, IReadOnlyList<int> bases, CancellationToken cancel)
    {
        var found = new Dictionary<int, SunSpecPlace>();
        try
        {
            await foreach (var step in SunSpecDiscovery.FindAsync(bases, read, found, cancel))
            {
                if (step.Pause > TimeSpan.Zero)
                {
                    await Task.Delay(step.Pause, time, cancel);
                }
            }
        }
        catch (DeviceException e)
        {
            return report with { Answers = report.Answers || e.Failure is DeviceFailure.Refused or DeviceFailure.Absent or DeviceFailure.Busy };
        }

        var models = found.OrderBy(m => m.Value.Address).Select(m => (m.Key, m.Value.Address, m.Value.Length)).ToList();
        var common = new List<string>();
        if (found.TryGetValue(1, out var place) && SunSpecModel.Find(1) is { } model)
        {
            foreach (var name in new[] { "Mn", "Md", "Vr", "SN" })
            {
                var point = model.Point(name)!;
                common.Add(await TryTextAsync(read, place.Address + point.Offset, point.Size, cancel));
            }
        }

        return report with { Models = models, Common = common, Answers = true };
    }

    private static async Task<string> TryTextAsync(SunSpecDiscovery.RegisterReader read, int address, int count, CancellationToken cancel)
    {
        try
        {
            return RegisterCodec.Decode(new() { Name = "", Type = PointType.Text, Length = count }, await read(address, count, cancel), 0, WordOrder.HighFirst).Text ?? "";
        }
        catch (DeviceException)
        {
            return "";
        }
    }

    /// <summary>By halves, within the addresses it is known to have.</summary>
    private static async Task<int?> LargestBlockAsync(ProbeReport report, SunSpecDiscovery.RegisterReader read, CancellationToken cancel)
    {
        var start = report.Models[0].Address;
        var (works, fails) = (0, Math.Min(MostRegisters, report.Models[^1].Address + report.Models[^1].Length - start) + 1);
        for (var (i, next) = (0, fails - 1); i < MostBlockQuestions && fails - works > 1; i++, next = (works + fails) / 2)
        {
            try
            {
                await read(start, next, cancel);
                works = next;
            }
            catch (DeviceException)
            {
                fails = next;
            }
        }

        return works > 0 ? works : null;
    }

    private async Task<ProbeReport> ReadAsync(ProbeReport report, DevicePlacement device, int repeat, CancellationToken cancel)
    {
        var profile = device.Profile;
        var driver = new ModbusDriver(device, master, time);
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
        await RoundAsync(driver, [.. names.Where(n => n is "WRtg" or "WMax")], static _ => { }, refused, static _ => { }, cancel);
        for (var round = 1; round <= repeat; round++)
        {
            var told = repeat > 1 ? $"{round} of {repeat}: " : "";
            await RoundAsync(driver, names, block => progress(told + block), refused, reading =>
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

    /// <summary>Reads every point once. Of a block that is refused less is asked for, until what the device does not have is known.</summary>
    private static async Task RoundAsync(ModbusDriver driver, IReadOnlyCollection<string> names, Action<ReadBlock> next, List<string> refused, Action<Reading> take, CancellationToken cancel)
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

    /// <summary>A value for people.</summary>
    public static string Shown(in PointValue value) => value.IsUnknown ? "unknown" : value.IsNone ? "not implemented" : value.Text ?? value.Number.ToString("0.#####", CultureInfo.InvariantCulture);
}
