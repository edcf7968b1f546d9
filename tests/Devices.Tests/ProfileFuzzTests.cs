using System.Text;
using DerAgent.Tests;

namespace DerAgent.Devices.Tests;

/// <summary>Whatever a profile holds is a finding with its place; nothing is thrown, and what is called good can be planned and asked.</summary>
public sealed class ProfileFuzzTests
{
    [Fact]
    public void Twenty_thousand_damaged_profiles_end_in_findings_or_can_be_planned()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Corpus.Root, "device-profiles"), "*.yaml").Order(StringComparer.Ordinal).Select(File.ReadAllText).ToList();
        var (good, bad) = (0, 0);
        for (var seed = 0; seed < 20_000; seed++)
        {
            var text = TextMutation.Apply(sources[seed % sources.Count], seed);
            var load = ProfileReader.Load(new StringReader(text), "p.yaml");
            Assert.Equal(load.Profile is null, load.Findings.Any(f => f.IsError));
            Assert.All(load.Findings, f => Assert.True(f.File == "p.yaml" && f.Line > 0 && f.Text.Length > 0, $"seed {seed}: {f}"));
            if (load.Profile is not { } profile)
            {
                bad++;
                continue;
            }

            good++;
            if (profile.Serial is { } serial)
            {
                var messages = new LineMessages(serial, 7);
                Assert.All(SerialPlan.Of(profile.Points.Values, serial, default), b => Assert.NotEmpty(b.Names));
                Assert.All(serial.Exchanges.Values, e => Assert.NotNull(messages.Wrap(e, e.Send.Points.ToDictionary(p => p.Key, static _ => "1", StringComparer.Ordinal))));
                continue;
            }

            foreach (var block in PollPlanner.Plan(profile.Points.Values.Where(p => p.Model == 0), profile.Modbus, profile.Polls, LineCost.Tcp(profile.Modbus), LearnedHoles.None))
            {
                Assert.InRange(block.Address + block.Count, 1, 65_536);
                Assert.InRange(block.Count, 1, profile.Modbus.MaxRead);
            }
        }

        // The damage is neither harmless nor fatal every time.
        Assert.True(good > 500 && bad > 500, $"{good} good, {bad} bad");
    }

    [Theory]
    [InlineData("[", 200_000, "deeper than 32")]
    [InlineData("{a: ", 200_000, "deeper than 32")]
    [InlineData("- ", 200_000, "deeper than 32")]
    public void Deep_nesting_is_refused_before_a_tree_is_built(string open, int count, string about)
    {
        var load = ProfileReader.Load(new StringReader("profile: p\npoints:\n " + new StringBuilder().Insert(0, open, count)), "p.yaml");
        Assert.Null(load.Profile);
        Assert.Contains(about, Assert.Single(load.Findings).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: &x [1]\nb: *x\n", "Aliases")]
    [InlineData("profile: {\n", "no YAML")]
    [InlineData("profile: p\npoints: {P: {holding: 65535, type: int32}}", "65535 to 65536")]
    [InlineData("profile: p\npoints: {P: {holding: 65533, type: int64}}", "65533 to 65536")]
    [InlineData("profile: p\npoints: {P: {holding: 65500, type: string, length: 50}}", "65500 to 65549")]
    [InlineData("profile: p\nmodbus: {max-write: 1}\npoints: {P: {holding: 1, type: int32, access: write}}", "max-write")]
    [InlineData("profile: p\nmodbus: {max-read: 2}\npoints: {P: {holding: 1, type: int64}}", "max-read")]
    [InlineData("profile: p\npoints: {P: {holding: 1, access: write, min-interval: 999999999h}}", "longer than 30 days")]
    [InlineData("profile: p\npoints: {P: {holding: 1, access: write, min-interval: NaNs}}", "is a time")]
    [InlineData("profile: p\npoints: {P: {holding: 1, scale: 0}}", "scale is not 0")]
    [InlineData("profile: p\npoints: {P: {holding: 1, range: [5]}}", "lower one first")]
    [InlineData("profile: p\npoints: {P: {holding: 1, range: [5, 1]}}", "lower one first")]
    [InlineData("profile: p\npoints: {P: {holding: 1, none: {a: 1}}}", "list of texts")]
    [InlineData("profile: p\npoints: {P: {holding: 1, access: write, steps: 5}}", "list of mappings")]
    [InlineData("profile: p\nsunspec: {bases: [70000], models: [1]}", "0 to 65533")]
    public void What_cannot_be_served_is_refused_with_its_place(string yaml, string about)
    {
        var load = ProfileReader.Load(new StringReader(yaml), "p.yaml");
        Assert.Null(load.Profile);
        Assert.Contains(load.Findings, f => f.Text.Contains(about, StringComparison.Ordinal) && f.Line > 0);
    }

    [Fact]
    public void The_last_register_can_be_read()
    {
        var load = ProfileReader.Load(new StringReader("profile: p\npoints: {P: {holding: 65534, type: int32}, Q: {holding: 65535}}"), "p.yaml");
        Assert.Empty(load.Findings);
    }

    [Fact]
    public void A_profile_has_at_most_1_MiB()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "profile: p\n" + new string('#', BoundedFile.MaxOctets));
            Assert.Contains("octets", Assert.Single(ProfileReader.Load(file).Findings).Text, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Not_even_a_device_file_is_read_to_its_end()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "there is no /dev/zero here");
        Assert.Contains("octets", Assert.Single(ProfileReader.Load("/dev/zero").Findings).Text, StringComparison.Ordinal);
    }
}
