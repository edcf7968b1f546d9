using DerAgent.Modbus;
using DerAgent.Model;

namespace DerAgent.Devices.Tests;

/// <summary>Devices being read: how often, in which exchanges, and what their silence and their refusals mean.</summary>
public sealed class PollingTests
{
    private const string Points = """
          A: {holding: 10, type: uint16, poll: fast}
          B: {holding: 11, type: uint16, poll: fast}
          C: {holding: 12, type: uint16, poll: fast}
          D: {holding: 13, type: uint16, poll: fast}
          N: {holding: 40, type: uint16, poll: normal}
        """;

    private static readonly (string, string, string)[] All = [("A", "inv1/A", "MX"), ("B", "inv1/B", "MX"), ("C", "inv1/C", "MX"), ("D", "inv1/D", "MX"), ("N", "inv1/N", "MX")];

    [Fact]
    public async Task Points_are_read_at_the_period_of_their_class()
    {
        await using var site = new TestSite(Points, All);
        site.Advance(20);
        Assert.InRange(site.Line.Asked.Count(a => a.Address == 10), 19, 22);
        Assert.InRange(site.Line.Asked.Count(a => a.Address == 40), 4, 5);
    }

    [Fact] // a variant that the device turns out to be does not take it back
    public async Task The_sites_period_wins()
    {
        await using var site = new TestSite(Points, All, head: "polls: {fast: 2s, normal: 4s}\nvariants: {a: {when: {A: [7]}, polls: {fast: 3s}}}", polls: new(null, TimeSpan.FromSeconds(10), null));
        site.Device[10] = 7;
        site.Advance(31);
        Assert.InRange(site.Line.Asked.Count(a => a.Address == 10 && a.Count > 1), 10, 12);
        Assert.InRange(site.Line.Asked.Count(a => a.Address == 40), 3, 4);
    }

    [Fact]
    public async Task One_exchange_is_one_snapshot()
    {
        await using var site = new TestSite(Points, All);
        (site.Device[10], site.Device[13]) = (1, 4);
        site.Advance(2);
        Assert.Contains(site.Batches, b => b.Select(site.NameOf).SequenceEqual(["A", "B", "C", "D"]));
        Assert.Equal((1d, Quality.Good), (site.Last("A")!.Value.Value.AsDouble(), site.Last("A")!.Value.Quality));
    }

    [Fact] // devices.md: on an address the device does not have, the block is split until only what is missing is left out
    public async Task A_hole_is_learned_and_only_the_missing_point_is_invalid()
    {
        await using var site = new TestSite(Points, All);
        site.Device.OnRead = (address, count) => address <= 12 && 12 < address + count ? ModbusExceptionCode.IllegalDataAddress : null;
        site.Advance(20);
        Assert.Equal([true, true, false, true, true], new[] { "A", "B", "C", "D", "N" }.Select(n => site.Last(n)?.Quality.IsGood ?? false));
        Assert.Equal(Validity.Invalid, site.Last("C")!.Value.Quality.Validity);
        Assert.Contains(site.States, s => s.Text.Contains("refuses", StringComparison.Ordinal));
    }

    [Fact] // quality invalid|oldData|failure with the time of the last good value
    public async Task A_device_that_falls_silent_makes_its_data_old_and_is_back_when_it_answers()
    {
        await using var site = new TestSite(Points, All);
        site.Device[10] = 5;
        site.Advance(5);
        var good = site.Last("A")!.Value;
        site.Device.IsSilent = true;
        site.Advance(15);
        var old = site.Last("A")!.Value;
        Assert.Equal(new Quality(Validity.Invalid, QualityDetail.OldData | QualityDetail.Failure), old.Quality);
        Assert.InRange((old.Time - good.Time).TotalSeconds, 0, 1.1);
        Assert.Contains(site.States, s => !s.IsAnswering);
        site.Device.IsSilent = false;
        site.Advance(70, 0.2);
        Assert.True(site.Last("A")!.Value.Quality.IsGood);
        Assert.True(site.States[^1].IsAnswering);
    }

    [Fact]
    public async Task Busy_once_is_nothing_and_the_value_stands()
    {
        await using var site = new TestSite(Points, All);
        site.Device[10] = 5;
        site.Advance(3);
        var busy = true;
        site.Device.OnRead = (_, _) => busy ? ModbusExceptionCode.ServerDeviceBusy : null;
        site.Advance(0.9);
        busy = false;
        site.Advance(3);
        Assert.All(site.Batches.SelectMany(b => b).Where(v => site.NameOf(v) == "A"), v => Assert.True(v.Quality.IsGood));
    }

    [Fact] // a device fails alone
    public async Task What_is_thrown_in_one_device_leaves_the_others_alone()
    {
        await using var site = new TestSite(Points, [("A", "inv1/A", "MX"), ("B", "inv2/A", "MX")], devices: 2);
        site.Line.Device(1).OnRead = (_, _) => throw new InvalidOperationException("nobody foresaw this");
        site.Line.Device(2)[10] = 8;
        site.Advance(10);
        Assert.Equal(8, site.Last("B")!.Value.Value.AsDouble());
        Assert.Equal(Validity.Invalid, site.Last("A")!.Value.Quality.Validity);
        site.Line.Device(1).OnRead = (_, _) => null;
        site.Advance(70, 0.2);
        Assert.True(site.Last("A")!.Value.Quality.IsGood);
    }

    [Fact] // timing belongs to the request
    public async Task One_question_at_a_time_goes_over_a_line()
    {
        await using var site = new TestSite(Points, [("A", "inv1/A", "MX"), ("B", "inv2/A", "MX"), ("C", "inv3/A", "MX")], devices: 3);
        site.Advance(10);
        Assert.All(new byte[] { 1, 2, 3 }, u => Assert.InRange(site.Line.Asked.Count(a => a.Unit == u), 9, 12));
    }
}
