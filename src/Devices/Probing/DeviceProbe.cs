using DerAgent.Modbus;

namespace DerAgent.Devices;

/// <summary>Asks a device what it says, and writes nothing. It needs no SCL file and no connection to anybody else.</summary>
/// <param name="master">The line; it is not disposed here.</param>
/// <param name="time">Clock and timers.</param>
/// <param name="progress">Called with what is done next.</param>
internal sealed class DeviceProbe(IModbusMaster master, TimeProvider time, Action<string> progress)
{
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
        var basis = profile ?? Bare;
        var unit = new ModbusUnit(master, report.Unit, basis, time);
        var limit = basis.Modbus.Timeout;
        Task<ushort[]> HoldingAsync(int address, int count, CancellationToken c) => unit.ReadAsync(RegisterKind.Holding, address, count, limit, c);
        progress("who it is");
        report = await IdentifyAsync(report, unit, limit, cancel);
        progress("SunSpec");
        report = await FindModelsAsync(report, HoldingAsync, profile?.SunSpecBases is { Count: > 0 } own ? own : Bases, cancel);
        if (report.Models is [var first, ..])
        {
            progress("the largest block");
            report = report with { LargestBlock = await WireProbe.LargestBlockAsync(first.Address, report.Models[^1].Address + report.Models[^1].Length, HoldingAsync, cancel) };
        }

        RegisterBlock? sample = report.Models.Count > 0 ? Sample(report.Models[0].Address) : null;
        if (profile is not null)
        {
            var raw = new Dictionary<string, (PointDefinition Point, ushort[] Registers)>(StringComparer.Ordinal);
            var driver = new ModbusDriver(new(new(report.Url, profile, new HashSet<string>(StringComparer.Ordinal)), url), master, time)
            {
                Seen = (block, registers) =>
                {
                    sample ??= block;
                    foreach (var point in block.Points)
                    {
                        raw[point.Name] = (point, registers[(point.Address - block.Address)..(point.End - block.Address)]);
                    }
                },
            };
            report = await new PointProbe(driver, profile, time, progress).ReadAsync(report, repeat, cancel);
            report = report with { Findings = [.. WireProbe.Holes(driver.Learned), .. WordOrderCheck.Of([.. raw.Values], profile.Modbus.Order)] };
        }

        if (sample is not null)
        {
            var gap = await WireProbe.GapAsync(
                level => new ModbusUnit(master, report.Unit, basis with { Modbus = basis.Modbus with { Gap = level } }, time).ReadAsync(sample.Kind, sample.Address, sample.Count, limit, cancel),
                time,
                progress,
                cancel);
            report = report with { Findings = [.. report.Findings, .. WireProbe.OfGap(gap, basis.Modbus.Gap)] };
        }

        return report with { Proposed = ProfileProposal.Of(report, known) };
    }

    private static RegisterBlock Sample(int address) => new(RegisterKind.Holding, address, 1, PollClass.Once, [], TimeSpan.Zero);

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
            await foreach (var step in SunSpecDiscovery.FindAsync(bases, read, found, static _ => false, cancel))
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
}
