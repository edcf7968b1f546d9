using DerAgent.Acsi;
using DerAgent.Model;
using DerAgent.Scl;
using DerAgent.Tests;

namespace DerAgent.Agent.Tests;

/// <summary><c>disturbance</c> of agent.json.</summary>
public sealed class DisturbanceSetupTests
{
    private static readonly IedModel Model = SclLoader.Load(Path.Combine(Corpus.Root, "scl", "pv-inverter.cid")).Model!;

    [Fact]
    public void Without_it_nothing_is_recorded() => Assert.Empty(DisturbanceSetup.Read(null, [Model], _ => { }));

    [Fact]
    public void What_it_does_not_say_is_found_in_the_model()
    {
        var options = Read(new(), out var wrong);
        Assert.Empty(wrong);
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20), 20), (options.Before, options.After, options.Keep));
        Assert.Equal(DisturbanceChannels.Of(Model), options.Channels);
        Assert.NotEmpty(options.Channels);
        Assert.NotEmpty(options.Triggers);
    }

    [Fact]
    public void References_are_read_as_people_write_them()
    {
        var options = Read(
            new()
            {
                Before = "500ms",
                After = "1m",
                Keep = 3,
                Channels = ["PV1LD0/MMXU1.TotW.mag.f", "PV1LD0/MMXU1$MX$Hz$mag$f", "PV1LD0/CSWI1.Pos.stVal", "PV1LD0/MMXU1.TotW.mag.f"],
                Triggers = ["PV1LD0/MMXU1.Hz.mag.f > 51.5", "PV1LD0/MMXU1.Hz.mag.f<4.75e1", "PV1LD0/CSWI1.Pos.stVal = 3", "PV1LD0/LPHD1.Proxy.stVal"],
            },
            out var wrong);
        Assert.Empty(wrong);
        Assert.Equal((TimeSpan.FromMilliseconds(500), TimeSpan.FromMinutes(1), 3), (options.Before, options.After, options.Keep));
        Assert.Equal(["PV1LD0/MMXU1$MX$TotW$mag$f", "PV1LD0/MMXU1$MX$Hz$mag$f", "PV1LD0/CSWI1$ST$Pos$stVal"], options.Channels.Select(c => c.Reference));
        Assert.Equal(["PV1LD0/MMXU1.Hz.mag.f > 51.5", "PV1LD0/MMXU1.Hz.mag.f < 47.5", "PV1LD0/CSWI1.Pos.stVal = 3", "PV1LD0/LPHD1.Proxy.stVal = 1"], options.Triggers.Select(t => t.ToString()));
    }

    [Theory]
    [InlineData("before")]
    [InlineData("after")]
    [InlineData("keep")]
    [InlineData("PV1LD0/MMXU1.TotW")]
    [InlineData("PV1LD0/MMXU1.TotW.q")]
    [InlineData("PV1LD0/NONE1.TotW.mag.f")]
    [InlineData("PV1LD0/DGEN1.WMax.setMag.f")]
    [InlineData("trigger PV1LD0/MMXU1.Hz.mag.f > much")]
    [InlineData("trigger PV1LD0/MMXU1.Hz.mag.f >")]
    [InlineData("trigger PV1LD0/MMXU1.Hz")]
    [InlineData("trigger ")]
    [InlineData("trigger > 5")]
    public void What_is_wrong_is_told_with_what_to_write(string what)
    {
        Read(
            what switch
            {
                "before" => new() { Before = "11m" },
                "after" => new() { After = "10" },
                "keep" => new() { Keep = 0 },
                _ when what.StartsWith("trigger ", StringComparison.Ordinal) => new() { Triggers = [what["trigger ".Length..]] },
                _ => new() { Channels = [what] },
            },
            out var wrong);
        Assert.Contains("write", Assert.Single(wrong), StringComparison.Ordinal);
    }

    private static DisturbanceOptions Read(DisturbanceSettings settings, out List<string> wrong)
    {
        var told = wrong = [];
        return DisturbanceSetup.Read(settings, [Model], told.Add)[Model];
    }
}
