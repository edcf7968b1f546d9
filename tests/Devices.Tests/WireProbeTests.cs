using DerAgent.Tests;

namespace DerAgent.Devices.Tests;

/// <summary>What a probe finds out of how a device wants to be asked.</summary>
public sealed class WireProbeTests
{
    private static readonly PointDefinition[] Numbers =
    [
        new() { Name = "W", Type = PointType.Int32, Length = 2, Unit = "W" },
        new() { Name = "TotWh", Type = PointType.UInt32, Length = 2, Unit = "Wh" },
        new() { Name = "Hz", Type = PointType.Float32, Length = 2, Unit = "Hz" },
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact] // complaint 26: low word first on some inverters
    public void Words_that_come_the_other_way_round_are_told()
    {
        (PointDefinition, ushort[])[] turned = [(Numbers[0], [5000, 0]), (Numbers[1], [0x86A0, 1]), (Numbers[2], [0x0000, 0x4248])];
        Assert.Contains("W 5000 instead of 327680000 W", Assert.Single(WordOrderCheck.Of(turned, WordOrder.HighFirst)), StringComparison.Ordinal);
        Assert.Empty(WordOrderCheck.Of(turned, WordOrder.LowFirst));
        (PointDefinition, ushort[])[] right = [(Numbers[0], [0xFFFF, 0xEC78]), (Numbers[1], [1, 0x86A0]), (Numbers[2], [0x4248, 0x0000])];
        Assert.Empty(WordOrderCheck.Of(right, WordOrder.HighFirst));

        // Nothing tells: at night, all is 0.
        Assert.Empty(WordOrderCheck.Of([(Numbers[0], [0, 0]), (Numbers[1], [0, 0])], WordOrder.HighFirst));
    }

    [Theory] // complaint 33: 1 ms after an answer is too fast, 25 ms cure everything
    [InlineData(0, 0)]
    [InlineData(1, 10)]
    [InlineData(20, 25)]
    [InlineData(400, 500)]
    [InlineData(900, null)]
    public async Task The_pause_it_needs_is_found(int needs, int? found)
    {
        var time = new VirtualTime(DateTimeOffset.UnixEpoch);
        var before = -1.0;
        var finding = WireProbe.GapAsync(
            level =>
            {
                // What comes first was preceded by a long pause.
                var isFirst = level.TotalMilliseconds != before;
                before = level.TotalMilliseconds;
                return !isFirst && level.TotalMilliseconds < needs ? throw new DeviceException(DeviceFailure.Silent, "too fast") : Task.CompletedTask;
            },
            time,
            static _ => { },
            Cancel);
        time.RunUntil(TimeSpan.FromMinutes(1));
        var gap = await finding;
        Assert.Equal(found, gap is null ? null : (int)gap.Value.TotalMilliseconds);
        Assert.Equal(found is not (null or > 25) ? 0 : 1, WireProbe.OfGap(gap, TimeSpan.FromMilliseconds(25)).Count());
    }

    [Fact] // else each level would take its time-out
    public async Task A_device_that_has_gone_is_not_asked_for_ever()
    {
        var asked = 0;
        var time = new VirtualTime(DateTimeOffset.UnixEpoch);
        var finding = WireProbe.GapAsync(_ => ++asked > 3 ? throw new DeviceException(DeviceFailure.Silent, "gone") : Task.CompletedTask, time, static _ => { }, Cancel);
        time.RunUntil(TimeSpan.FromMinutes(1));
        Assert.Null(await finding);
        Assert.Equal(5, asked);
    }

    [Fact]
    public void Holes_are_told_as_the_profile_wants_them()
    {
        var learned = new LearnedHoles(new HashSet<(RegisterKind, int)> { (RegisterKind.Holding, 105), (RegisterKind.Holding, 106), (RegisterKind.Holding, 110), (RegisterKind.Input, 7) }, new HashSet<(RegisterKind, int)>());
        var told = WireProbe.Holes(learned).ToList();
        Assert.Equal(2, told.Count);
        Assert.Contains("forbidden: [[105, 106], [110, 110]]", told[0], StringComparison.Ordinal);
        Assert.Contains("input registers", told[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192.168.1.0/24", "192.168.1.1", 254)]
    [InlineData("192.168.1.20/24", "192.168.1.1", 254)]
    [InlineData("192.168.1.77/32", "192.168.1.77", 1)]
    [InlineData("192.168.1.77/31", "192.168.1.76", 2)]
    [InlineData("192.168.1.0/33", null, 0)]
    [InlineData("10.0.0.0/22", "10.0.0.1", 1022)]
    [InlineData("10.0.0.0/21", null, 0)]
    [InlineData("10.0.0.0", null, 0)]
    [InlineData("fd00::/120", null, 0)]
    public void A_network_is_bounded(string text, string? first, int count)
    {
        var network = ScannedNetwork.Parse(text);
        Assert.Equal(first, network?.Addresses.First().ToString());
        Assert.Equal(count, network?.Count ?? 0);
    }

    [Fact] // no switch and no watchman takes it for an attack
    public async Task A_network_is_looked_at_slowly()
    {
        var time = new VirtualTime(DateTimeOffset.UnixEpoch);
        var knocked = new List<TimeSpan>();
        var found = new List<string>();
        async Task ScanAsync()
        {
            await foreach (var address in NetworkScan.FindAsync(ScannedNetwork.Parse("127.0.0.0/28")!.Value, (a, _) =>
            {
                knocked.Add(time.Now);
                return Task.FromResult(a.ToString() is "127.0.0.3" or "127.0.0.14");
            }, time, static (_, _) => { }, Cancel))
            {
                found.Add(address.ToString());
            }
        }

        var scanning = ScanAsync();
        time.RunUntil(TimeSpan.FromSeconds(10));
        await scanning;
        Assert.Equal(["127.0.0.3", "127.0.0.14"], found);
        Assert.Equal(14, knocked.Count);
        Assert.All(knocked.Zip(knocked.Skip(1)), p => Assert.True(p.Second - p.First >= NetworkScan.Pace));
    }
}
