using CsCheck;
using DerAgent.Model;

namespace DerAgent.Devices.Tests;

/// <summary>Counters of energy never fall, and count nothing that was not: resets, exchanges, strange readings, restarts of the agent.</summary>
public sealed class CounterTests
{
    private const string Points = "  WRtg: {holding: 1, unit: W, poll: once}\n  TotWh: {holding: 2, type: uint32, unit: Wh, poll: fast}\n  SN: {holding: 20, type: string, length: 2, poll: fast}\n";
    private static readonly (string, string, string)[] Bound = [("Wh", "inv1/TotWh", "MX")];
    private static readonly DateTimeOffset Start = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    [Fact] // 10 kW: at most 10 kWh an hour
    public void A_reset_needs_two_lower_readings_and_counts_what_came_since()
    {
        var counter = CounterState.First(500_000, Start).Next(501_000, Start.AddHours(1), 10_000, 1);
        Assert.Equal(501_000, counter.Shown);
        counter = counter.Next(20, Start.AddHours(1.01), 10_000, 1);
        Assert.Equal((501_000, true), (counter.Shown, counter.Doubt is not null));
        counter = counter.Next(30, Start.AddHours(1.02), 10_000, 1);
        Assert.Equal(501_030, counter.Shown);
        Assert.Equal(501_130, counter.Next(130, Start.AddHours(1.1), 10_000, 1).Shown);
    }

    [Fact]
    public void One_strange_reading_is_nothing()
    {
        var counter = CounterState.First(500_000, Start);
        counter = counter.Next(3, Start.AddMinutes(1), 10_000, 1).Next(500_010, Start.AddMinutes(2), 10_000, 1);
        Assert.Equal(500_010, counter.Shown);
        counter = counter.Next(90_000_000, Start.AddMinutes(3), 10_000, 1).Next(500_020, Start.AddMinutes(4), 10_000, 1);
        Assert.Equal((500_020, 0), (counter.Shown, counter.Offset));
    }

    [Fact] // a jump above rating × time is not added
    public void A_jump_that_stays_is_not_counted()
    {
        var counter = CounterState.First(500_000, Start).Next(90_000_000, Start.AddMinutes(1), 10_000, 1).Next(90_000_010, Start.AddMinutes(2), 10_000, 1);
        Assert.Equal(500_000, counter.Shown);
        Assert.Equal(500_090, counter.Next(90_000_100, Start.AddMinutes(3), 10_000, 1).Shown);
    }

    [Fact]
    public void A_clock_that_is_set_back_loses_nothing()
    {
        var counter = CounterState.First(500_000, Start).Next(500_100, Start.AddHours(-2), 10_000, 1);
        Assert.Equal(500_200, counter.Next(500_200, Start.AddHours(-1.9), 10_000, 1).Shown);
    }

    [Fact] // whatever is read: it never falls, and never counts more than the rating allows
    public void It_never_falls_and_never_counts_too_much() => Gen.Select(Gen.OneOf(Gen.Double[0, 1e6], Gen.Double[499_000, 502_000], Gen.Const(0.0)), Gen.Int[1, 600]).Array[1, 60].Sample(readings =>
    {
        var (counter, now) = (CounterState.First(500_000, Start), Start);
        var begun = counter.Shown;
        foreach (var (reading, seconds) in readings)
        {
            now = now.AddSeconds(seconds);
            var next = counter.Next(reading, now, 10_000, 1);
            Assert.True(next.Shown >= counter.Shown - 1e-6);
            counter = next;
        }

        Assert.True(counter.Shown - begun <= ((now - Start).TotalHours * 10_000 * 1.25) + (readings.Length * 4));
    });

    [Fact]
    public async Task A_device_that_begins_anew_goes_on_counting_over_restarts_of_the_agent_too()
    {
        var memory = new VolatileDeviceMemory();
        await using var first = Site(memory, null, 500_000, "AB12");
        Set(first, 3);
        for (var i = 0; i < 12 && first.Last("Wh")!.Value.Quality.IsGood; i++)
        {
            first.Advance(0.1);
        }

        Assert.Equal((500_000, Validity.Questionable), (first.Last("Wh")!.Value.Value.AsDouble(), first.Last("Wh")!.Value.Quality.Validity));
        first.Advance(5);
        Assert.Equal(500_003, first.Last("Wh")!.Value.Value.AsDouble());
        Assert.Equal(Quality.Good, first.Last("Wh")!.Value.Quality);
        Assert.Contains(first.States, s => s.Text.Contains("TotWh reads 3 and read 500000 before: it has begun anew", StringComparison.Ordinal));
        await first.DisposeAsync();

        await using var second = Site(memory, first, 5, "AB12");
        Assert.Equal(500_005, second.Last("Wh")!.Value.Value.AsDouble());

        // What is old stands where it was shown.
        second.Device.IsSilent = true;
        second.Advance(20);
        Assert.Equal((500_005, Validity.Invalid), (second.Last("Wh")!.Value.Value.AsDouble(), second.Last("Wh")!.Value.Quality.Validity));
    }

    [Fact]
    public async Task Another_device_goes_on_from_what_is_shown()
    {
        await using var site = Site(new VolatileDeviceMemory(), null, 500_000, "AB12");
        site.Device.IsSilent = true;
        site.Advance(20);
        Set(site, 70_000);
        Name(site, "XY99");
        site.Device.IsSilent = false;
        site.Advance(90);
        Assert.Equal(500_000, site.Last("Wh")!.Value.Value.AsDouble());
        Set(site, 70_005);
        site.Advance(5);
        Assert.Equal(500_005, site.Last("Wh")!.Value.Value.AsDouble());
    }

    private static TestSite Site(IDeviceMemory memory, TestSite? before, uint energy, string serialNumber)
    {
        var site = new TestSite(Points, Bound, memory: memory, before: before);
        site.Device[1] = 10_000;
        Set(site, energy);
        Name(site, serialNumber);
        site.Advance(5);
        return site;
    }

    private static void Set(TestSite site, uint energy) => (site.Device[2], site.Device[3]) = ((ushort)(energy >> 16), (ushort)energy);

    private static void Name(TestSite site, string text) => (site.Device[20], site.Device[21]) = ((ushort)((text[0] << 8) | text[1]), (ushort)((text[2] << 8) | text[3]));
}
