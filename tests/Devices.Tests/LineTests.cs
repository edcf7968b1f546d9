using CsCheck;
using DerAgent.Modbus;
using DerAgent.Model;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Devices.Tests;

/// <summary>One line, many devices and commands: who goes next, and what nobody may cost his neighbours.</summary>
public sealed class LineTests
{
    private const string Points = """
          A: {holding: 10, type: uint16, poll: fast}
          N: {holding: 100, type: uint16, poll: normal}
          S: {holding: 200, type: uint16, poll: slow}
          Lim: {holding: 20, type: uint16, access: write, range: [0, 1000], poll: slow, verify: {tolerance: 0, within: 5s}, effect: {point: A, tolerance: 1, within: 30s}}
          Two: {holding: 22, type: uint16, access: write, poll: slow, verify: {tolerance: 0, within: 5s}, steps: [{write: {Ena: 0}}, {write: {Two: value}}, {write: {Ena: 1}}]}
          Ena: {holding: 24, type: uint16, access: write, poll: slow}
        """;

    private static readonly Gen<DueExchange> AnyExchange = Gen.Select(Gen.Enum<ExchangeClass>(), Gen.Int[0, 100], Gen.Double[0, 8], (c, d, l) => new DueExchange(c, TimeSpan.FromMilliseconds(d), l));

    [Fact]
    public void The_most_urgent_goes_next_fast_before_slow_and_what_is_later_by_its_period_before_what_is_less() => Gen.Select(AnyExchange.Array[0, 12], Gen.Bool).Sample((due, keepsFast) =>
    {
        var picked = LineSchedule.Pick(due, keepsFast);
        if (due.Length == 0)
        {
            Assert.Equal(-1, picked);
            return;
        }

        static bool IsPoll(DueExchange e) => e.Class is ExchangeClass.Fast or ExchangeClass.Slow;
        bool IsStarving(DueExchange e) => keepsFast && e.Class == ExchangeClass.Fast && e.Late >= LineSchedule.MostLate;
        var next = due[picked];
        var first = due.Where(e => e.Class is ExchangeClass.FirstOfCommand or ExchangeClass.Command).ToList();
        if (first.Count > 0)
        {
            Assert.Equal(first.Min(e => e.Class), next.Class);
            return;
        }

        Assert.True(!due.Any(IsStarving) || IsStarving(next));
        Assert.True(due.Any(IsStarving) || due.All(e => e.Class != ExchangeClass.Verification) || next.Class == ExchangeClass.Verification);
        Assert.True(!keepsFast || !IsPoll(next) || next.Class == ExchangeClass.Fast || due.All(e => e.Class != ExchangeClass.Fast));
        Assert.DoesNotContain(due, e => IsPoll(e) && IsPoll(next) && (!keepsFast || e.Class == next.Class) && IsStarving(e) == IsStarving(next) && e.Late > next.Late);
    }, iter: 20_000);

    [Fact] // random devices, latencies, silence and commands, the whole line in virtual time
    public Task Bounds_hold_on_a_line_whatever_comes() => Gen.Int.SampleAsync(
        async seed =>
        {
            var random = new Random(seed);
            var count = random.Next(1, 5);
            var bindings = Enumerable.Range(1, count).SelectMany(i => new[] { ($"A{i}", $"inv{i}/A", "MX"), ($"N{i}", $"inv{i}/N", "MX"), ($"Lim{i}", $"inv{i}/Lim", "CO"), ($"Two{i}", $"inv{i}/Two", "CO") }).ToArray();
            await using var site = new TestSite(Points, bindings, devices: count);
            site.Line.Latency = TimeSpan.FromMilliseconds(random.Next(1, 60));
            site.Advance(4, 0.01);
            var commands = new List<(int Device, string Name, TestCommand Command, TimeSpan At, bool IsAlone)>();
            for (var i = 0; i < 15; i++)
            {
                var device = random.Next(1, count + 1);
                var name = (random.Next(2) == 0 ? "Lim" : "Two") + device;
                site.Line.Device((byte)device)[10] = 0;
                var isAlone = commands.TrueForAll(c => c.Name != name || c.Command.Status is not null);
                commands.Add((device, name, site.Command(name, (6 * i) + random.Next(6)), site.Time.GetUtcNow() - site.Time.Start, isAlone));
                site.Advance(random.NextDouble() * 3, 0.01);
            }

            site.Advance(40, 0.05);
            Assert.Equal(1, site.Line.MostAtOnce);
            Assert.All(commands, c => Assert.NotNull(c.Command.Status));
            var asked = site.Line.Asked;
            
            // What stands there is read before the first write ever.
            var first = commands.ConvertAll(c => asked.FindIndex(a => a.At >= c.At && a.Unit == c.Device && a.Address is >= 20 and <= 24));
            for (var i = 0; i < commands.Count; i++)
            {
                // Its first exchange starts after at most the one under way, and the first ones of those that came before it.
                var (at, earlier) = (commands[i].At, first[..i]);
                var before = asked.Take(first[i]).Where((a, index) => a.At > at && !earlier.Contains(index)).Count();
                Assert.True(!commands[i].IsAlone || before <= 1, $"seed {seed}: {before} exchanges before the command at {at}");
            }

            // Fast polls keep their period but for what may go before them.
            foreach (var unit in Enumerable.Range(1, count))
            {
                var polls = asked.Where(a => a.Unit == unit && a.Address == 10 && a.Function == ModbusFunction.ReadHoldingRegisters).Select(a => a.At).ToList();
                var longest = polls.Zip(polls.Skip(1), (a, b) => b - a).Max();
                Assert.True(longest <= TimeSpan.FromSeconds(1.25) + (((4 + 1) * count) + 4) * (site.Line.Latency + TimeSpan.FromMilliseconds(10)), $"seed {seed}: {longest} between two polls");
            }
        },
        iter: 100);

    [Fact] // a defect outside of an exchange: the line begins anew with the devices of now
    public async Task A_line_whose_loop_fails_begins_anew()
    {
        var time = new FakeTimeProvider();
        var line = new TestLine(time);
        var profile = ProfileReader.Load(new StringReader("profile: p\npoints:\n  A: {holding: 1, poll: fast}\n"), "p.yaml").Profile!;
        var (told, read) = (new List<string>(), 0);
        await using var lines = new SiteLines(time);
        await lines.UseAsync(
            [new(new("d", profile, new HashSet<string> { "A" }), DeviceUrl.Parse("modbus-tcp://h?unit=1", out _)!)],
            [],
            (_, _) => new ModbusBus(line, time),
            null,
            new((_, _) => read++, state =>
            {
                if (state.Text.Length == 0)
                {
                    return;
                }

                told.Add(state.Text);

                // Once in an exchange, which is caught, and once where that is told.
                if (told.Count <= 2)
                {
                    throw new InvalidOperationException("nobody listens");
                }
            }));
        void Advance(double seconds)
        {
            for (var passed = 0.0; passed < seconds; passed += 0.1)
            {
                time.Advance(TimeSpan.FromSeconds(0.1));
            }
        }

        Advance(3);
        Assert.Contains("the line failed, which is a defect of the agent", told[^1], StringComparison.Ordinal);
        read = 0;
        Advance(10);
        Assert.True(read > 3);
        Assert.Contains("the device answers", told[^1], StringComparison.Ordinal);
    }

    [Fact] // a driver that never comes back costs its line half a minute, and nobody else anything
    public async Task A_line_that_hangs_is_left_behind_and_opened_anew()
    {
        var time = new FakeTimeProvider();
        var line = new TestLine(time);
        var profile = ProfileReader.Load(new StringReader("profile: p\npoints:\n  A: {holding: 1, poll: fast}\n"), "p.yaml").Profile!;
        var (told, hung, opened) = (new List<DeviceState>(), new List<string>(), new List<TestLine>());
        var read = new Dictionary<string, int>(StringComparer.Ordinal);
        await using var lines = new SiteLines(time);
        await lines.UseAsync(
            [
                new(new("d", profile, new HashSet<string> { "A" }), DeviceUrl.Parse("modbus-tcp://h?unit=1", out _)!),
                new(new("e", profile, new HashSet<string> { "A" }), DeviceUrl.Parse("modbus-tcp://other?unit=2", out _)!),
            ],
            [],
            (url, _) =>
            {
                opened.Add(line.Again());
                return new ModbusBus(opened[^1], time);
            },
            null,
            new((device, _) => read[device] = read.GetValueOrDefault(device) + 1, told.Add) { Hung = hung.Add });
        void Advance(double seconds)
        {
            for (var passed = 0.0; passed < seconds; passed += 0.1)
            {
                time.Advance(TimeSpan.FromSeconds(0.1));
            }
        }

        Advance(5);
        opened[0].Hangs = true;
        Advance(2);
        var (before, others) = (read["d"], read["e"]);
        Advance(30);
        Assert.Equal(before, read["d"]);
        Assert.True(read["e"] - others >= 29);

        // Beyond all tries of a question it hangs: what hung is closed, and another line is there.
        Advance(25);
        Assert.Equal(["h:"], hung);
        Assert.Equal(3, opened.Count);
        Assert.True(opened[0].IsDisposed);
        Assert.True(read["d"] - before > 3);
        Assert.Contains(told, static s => s.Severity == DeviceSeverity.Alarm && s.Text.Contains("has not turned for", StringComparison.Ordinal));
        Assert.True(read["e"] - others >= 53);
    }

    [Fact] // however many blocks it has
    public async Task A_silent_device_is_asked_one_question_a_step()
    {
        var points = string.Concat(Enumerable.Range(0, 12).Select(i => $"  P{i}: {{holding: {100 * i}, poll: fast}}\n"));
        await using var site = new TestSite(points, [.. Enumerable.Range(0, 12).Select(i => ($"P{i}", $"inv1/P{i}", "MX")), ("Q", "inv2/P0", "MX")], devices: 2);
        site.Advance(5, 0.01);
        site.Line.Device(1).IsSilent = true;
        site.Advance(30, 0.01);
        var from = site.Line.Asked.Count;
        site.Advance(240, 0.05);
        Assert.InRange(site.Line.Asked.Skip(from).Count(a => a.Unit == 1), 3, 20);
        Assert.InRange(site.Line.Asked.Skip(from).Count(a => a.Unit == 2), 235, 245);
        site.Line.Device(1).IsSilent = false;
        site.Advance(61, 0.05);
        Assert.All(Enumerable.Range(0, 12), i => Assert.Equal(Validity.Good, site.Last($"P{i}")!.Value.Quality.Validity));
    }

    [Fact] // 2 x its slowest answer so far, at most 1 s, per back-off step
    public async Task A_silent_device_costs_its_neighbours_at_most_one_short_time_out_a_step()
    {
        await using var site = new TestSite(Points, [("A1", "inv1/A", "MX"), ("A2", "inv2/A", "MX")], modbus: "{timeout-ms: 3000}", devices: 2);
        site.Line.Latency = TimeSpan.FromMilliseconds(50);
        site.Advance(5, 0.01);
        site.Line.Device(1).IsSilent = true;
        site.Advance(20, 0.01);
        var from = site.Line.Asked.Count;
        site.Advance(120, 0.01);
        var later = site.Line.Asked.Skip(from).ToList();
        var silent = later.Where(a => a.Unit == 1).ToList();
        Assert.InRange(silent.Count, 3, 20);
        foreach (var (asked, index) in later.Select((a, i) => (a, i)).Where(x => x.a.Unit == 1 && x.i + 1 < later.Count))
        {
            // Slowest answer 50 ms: twice that, but no less than a tenth of a second.
            Assert.True(index + 1 == later.Count || later[index + 1].At - asked.At <= TimeSpan.FromSeconds(1.05));
        }

        var neighbour = later.Where(a => a.Unit == 2).Select(a => a.At).ToList();
        Assert.True(neighbour.Zip(neighbour.Skip(1), (a, b) => b - a).Max() <= TimeSpan.FromSeconds(1.3));
    }

    [Fact] // a discovery of many exchanges lets a command through between two of them
    public async Task Commands_interleave_on_one_line()
    {
        await using var site = new TestSite(Points, [("Lim1", "inv1/Lim", "CO"), ("Two1", "inv1/Two", "CO"), ("Two2", "inv2/Two", "CO")], devices: 2);
        site.Line.Latency = TimeSpan.FromMilliseconds(100);
        site.Advance(4, 0.01);
        site.Device[10] = 500;
        var watching = site.Command("Lim1", 40);
        site.Advance(2, 0.01);
        Assert.True(watching.Accepted);
        var (one, other) = (site.Command("Two1", 5), site.Command("Two2", 6));
        site.Advance(3, 0.01);
        Assert.Equal((AddCause.None, AddCause.None), (one.Status, other.Status));
        Assert.Null(watching.Status);
        site.Device[10] = 30;
        site.Advance(2, 0.01);
        Assert.Equal(AddCause.None, watching.Status);
    }

    [Fact] // a poll that is due anyway is not asked twice
    public async Task An_effect_is_taken_from_the_poll_that_is_due()
    {
        await using var site = new TestSite(Points, [("A1", "inv1/A", "MX"), ("Lim1", "inv1/Lim", "CO")]);
        site.Advance(3, 0.01);
        site.Device[10] = 500;
        var command = site.Command("Lim1", 40);
        site.Advance(1, 0.01);
        Assert.True(command.Accepted);
        var from = site.Line.Asked.Count;
        site.Advance(10, 0.01);
        var reads = site.Line.Asked.Skip(from).Count(a => a.Address == 10);
        Assert.InRange(reads, 10, 21);
        Assert.Null(command.Status);
    }

    [Fact] // ten units of 200 ms behind one gateway: points of 1 s came every 6 s
    public async Task Where_not_even_the_fast_polls_have_time_all_come_late_by_the_same_share()
    {
        await using var site = new TestSite(Points, [.. Enumerable.Range(1, 10).SelectMany(i => new[] { ($"A{i}", $"inv{i}/A", "MX"), ($"N{i}", $"inv{i}/N", "MX") })], devices: 10);
        site.Line.Latency = TimeSpan.FromMilliseconds(200);
        site.Advance(60);
        var from = site.Line.Asked.Count;
        var (begin, end) = (site.Time.GetUtcNow() - site.Time.Start, TimeSpan.Zero);
        site.Advance(240);
        end = site.Time.GetUtcNow() - site.Time.Start;
        var asked = site.Line.Asked.Skip(from).ToList();
        foreach (var unit in Enumerable.Range(1, 10))
        {
            // 10 x 0.2 s a second and 10 x 0.2 s in 5 s: 2.4 times what there is.
            Assert.InRange(Longest(asked, unit, 10), 2.2, 2.9);
            Assert.InRange(Longest(asked, unit, 100), 11, 14);
        }

        Assert.True(asked.Count * 0.2 >= 0.9 * (end - begin).TotalSeconds, $"{asked.Count} exchanges in {end - begin}");
        Assert.Contains("times as late", site.States.Last(s => s.Text.Contains("line's time", StringComparison.Ordinal)).Text, StringComparison.Ordinal);
        Assert.InRange(site.States.Count(s => s.Text.Contains("line's time", StringComparison.Ordinal)), 1, 3);
    }

    [Fact]
    public async Task While_the_fast_polls_have_time_they_keep_it_and_the_others_share_the_rest()
    {
        await using var site = new TestSite(Points, [.. Enumerable.Range(1, 4).SelectMany(i => new[] { ($"A{i}", $"inv{i}/A", "MX"), ($"N{i}", $"inv{i}/N", "MX"), ($"S{i}", $"inv{i}/S", "MX") })], devices: 4, head: "polls: {fast: 1s, normal: 1s, slow: 2s}");
        site.Line.Latency = TimeSpan.FromMilliseconds(200);
        site.Advance(60);
        var from = site.Line.Asked.Count;
        site.Advance(240);
        var asked = site.Line.Asked.Skip(from).ToList();

        // 0.8 for the fast ones; 0.8 + 0.4 of the others in 0.2: six times as late.
        Assert.All(Enumerable.Range(1, 4), u => Assert.InRange(Longest(asked, u, 10), 1, 1.25));
        Assert.All(Enumerable.Range(1, 4), u => Assert.InRange(Longest(asked, u, 100), 5, 7.5));
        Assert.All(Enumerable.Range(1, 4), u => Assert.InRange(Longest(asked, u, 200), 10, 15));
        Assert.Contains("the fast ones keep their period", site.States.Last(s => s.Text.Contains("line's time", StringComparison.Ordinal)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dropped_answers_are_counted_where_people_see_them()
    {
        await using var site = new TestSite(Points, [("A1", "inv1/A", "MX")]);
        site.Advance(3);
        for (var i = 0; i < 60; i++)
        {
            site.Line.DroppedAnswers++;
            site.Advance(1.5);
        }

        var told = site.States.Where(s => s.Text.Contains("dropped", StringComparison.Ordinal)).Select(s => s.Text).ToList();
        Assert.Equal(2, told.Count);
        Assert.Contains("1 answers", told[0], StringComparison.Ordinal);
        Assert.Contains("since the start", told[1], StringComparison.Ordinal);
    }

    [Fact] // told before anything runs
    public void A_plan_that_has_no_time_is_told()
    {
        Assert.Null(LineLoad.Say(0.5, 0.5));
        Assert.Contains("200 %", LineLoad.Say(1.5, 0.5), StringComparison.Ordinal);
        Assert.Contains("4 times as late", LineLoad.Say(0.5, 2), StringComparison.Ordinal);
    }

    private static double Longest(IReadOnlyList<(TimeSpan At, byte Unit, ModbusFunction Function, int Address, int Count)> asked, int unit, int address)
    {
        var polls = asked.Where(a => a.Unit == unit && a.Address <= address && address < a.Address + a.Count).Select(a => a.At).ToList();
        return polls.Zip(polls.Skip(1), (a, b) => b - a).Max().TotalSeconds;
    }
}
