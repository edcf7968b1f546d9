namespace DerAgent.Devices.Tests;

/// <summary>What makes no sense together in a profile is told at its place, before a device has it.</summary>
public sealed class ProfileFindingTests
{
    [Theory]
    [InlineData("P: {holding: 1, range: [100, 0]}", "lower one first", 4, 26)]
    [InlineData("P: {holding: 1, scale: 0}", "scale is not 0", 4, 26)]
    [InlineData("P: {holding: 1, scale-factor: P}", "its own scale factor", 4, 33)]
    [InlineData("P: {holding: 1, scale-factor: Q}\n  Q: {holding: 2, scale-factor: P}", "has a scale factor itself", 4, 33)]
    [InlineData("P: {holding: 1, scale-factor: Qq}\n  Q: {holding: 2}", "There is no point \"Qq\"", 4, 33)]
    [InlineData("P: {holding: 1, type: string}", "needs length", 4, 25)]
    [InlineData("P: {holding: 1, type: int64}", "max-read", 4, 6)]
    [InlineData("P: {input: 1, access: write}", "which nobody can write", 4, 25)]
    [InlineData("P: {holding: 1, access: write, steps: [{write: {Q: value}}]}\n  Q: {input: 2}", "input register, which nobody can write", 4, 54)]
    [InlineData("P: {holding: 1, access: write, steps: [{write: {P: value, Q: 0}}]}\n  Q: {holding: 3}", "do not adjoin", 4, 64)]
    [InlineData("P: {holding: 1, access: write, steps: [{write: {P: value, Q: 0}}]}\n  Q: {coil: 2}", "do not adjoin", 4, 64)]
    [InlineData("P: {holding: 1, access: write, steps: [{write: {P: value}}, {write: {Q: 1}}]}\n  Q: {holding: 2, access: write, steps: [{write: {Q: value}}, {write: {P: 0}}]}", "circular", 4, 41)]
    [InlineData("P: {holding: 1, access: write, steps: [{write: {P: 5}}]}", "the commanded value nowhere", 4, 41)]
    [InlineData("P: {holding: 1, access: write, steps: [{write: P}]}", "{write: {P: value}}", 4, 50)]
    [InlineData("P: {holding: 1, access: write, steps: [{wait: 1s, write: {P: value}}]}", "one of write, wait and until", 4, 42)]
    [InlineData("P: {holding: 1, access: write, unit: \"%\", effect: {point: W}}\n  W: {holding: 2, unit: W}", "give of", 4, 53)]
    [InlineData("P: {holding: 1, access: write, unit: W, effect: {point: W, of: W, kind: set-point}}\n  W: {holding: 2, unit: W}", "of makes \"P\" a percentage", 4, 51)]
    [InlineData("WMaxLimPct: {holding: 1, access: write-only, range: [0, 100]}", "cannot be let go", 4, 15)]
    [InlineData("WMaxLimPct: {holding: 1, access: write}", "needs range", 4, 15)]
    [InlineData("P: {holding: 1, access: write, volatile: true, budget: 24/day}", "never both", 4, 58)]
    [InlineData("P: {holding: 1, access: write, refresh: 30s}", "Only volatile points", 4, 43)]
    [InlineData("P: {holding: 1, access: write, release: {after: 10s}}", "nothing refreshes it", 4, 43)]
    [InlineData("P: {holding: 1, access: write, release: {value: 1, after: 10s}}", "one of value", 4, 43)]
    [InlineData("P: {holding: 1, access: write, budget: many}", "24/day", 4, 42)]
    [InlineData("P: {holding: 1, access: write, ends: P}", "cannot end itself", 4, 40)]
    [InlineData("P: {holding: 1, type: bits, length: 2, access: write, bits: 3}", "bits of one register are written", 4, 63)]
    [InlineData("P: {holding: 1, bits: [9, 3]}", "lowest and the highest", 4, 25)]
    [InlineData("P: {holding: 1, bits: 16}", "from 0 to 15", 4, 25)]
    [InlineData("P: {holding: 1, type: int16, bits: 3}", "are taken from", 4, 38)]
    [InlineData("P: {holding: 1, access: write, map: {1: on, 2: on}}", "what is written must be one", 4, 39)]
    [InlineData("P: {holding: 1, refresh: 30s}", "access: write", 4, 28)]
    [InlineData("P: {holding: 9, type: uint32}", "over the border 10", 4, 6)]
    [InlineData("P: {holding: 20}", "alone: true", 4, 6)]
    [InlineData("P: {holding: 1, group: g}\n  Q: {holding: 5, group: g}", "max-read", 5, 26)]
    [InlineData("P: {holding: 1, group: g}\n  Q: {input: 2, group: g}", "several kinds", 5, 24)]
    [InlineData("P: {holding: 1, group: g, alone: true}\n  Q: {holding: 2, group: g}", "alone and in the group", 4, 36)]
    [InlineData("P: {coil: 1, type: uint16}", "have no type", 4, 22)]
    [InlineData("P: {holding: 1, length: 3}", "has its own length", 4, 27)]
    [InlineData("P: {holding: 1, unit: W}\n  WMaxLimPct: {holding: 2, unit: W}", "docs/points.md", 5, 34)]
    [InlineData("P: {holding: 1, sacle: 2}", "did you mean \"scale\"?", 4, 19)]
    public void A_mistake_is_told_at_its_place(string points, string about, int line, int column)
    {
        var load = Load($"profile: p\nmodbus: {{max-read: 3, borders: [10], forbidden: [[20, 29]]}}\npoints:\n  {points}\n");
        Assert.Null(load.Profile);
        Assert.Contains(load.Findings, f => f.IsError && f.Text.Contains(about, StringComparison.Ordinal) && f.Line == line && f.Column == column);
    }

    [Fact]
    public void A_limit_that_does_not_begin_at_0_is_looked_at()
    {
        var load = Load("profile: p\npoints:\n  WMaxLimPct: {holding: 1, access: write, range: [1, 100]}\n");
        Assert.NotNull(load.Profile);
        Assert.Contains("a client cannot command less", Assert.Single(load.Findings).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_right_together_is_taken()
    {
        var load = Load("""
            profile: p
            modbus: {order: low-first, borders: [125], forbidden: [[41000, 41999]], unit-change-delay-ms: 20, single-client: true, transaction-id: ignore}
            polls: {fast: 2s, normal: 10s, slow: 120s}
            needs: [{point: Mode, is: remote, hint: "switch to remote"}]
            write-exceptions: {4: out-of-range, 0x80: not-permitted}
            refused-hint: allow control in the menu
            wake: true
            night: expected
            none-when: {Mode: [9]}
            variants:
              hv: {when: site, points: {WMaxLim: {scale: 10}}}
              micro: {when: {Type: [0x400]}, modbus: {max-read: 20}}
            points:
              Type: {holding: 0, poll: once}
              Mode: {holding: 0x10, map: {0: local, 1: remote, 9: starting}}
              Tms:  {holding: 3, unit: s, poll: slow}
              Lock: {holding: 4}
              Code: {holding: 5, access: write-only}
              Beat: {holding: 6}
              BeatIn: {holding: 7, access: write-only}
              WMaxLim: {holding: 8, unit: W, range: [0, 10000], access: write, volatile: true, min-interval: 1s, round: down, ends: Spt,
                steps: [{write: {Code: {secret: code.txt}}, unless: {Lock: 2}}, {wait: 2s}, {write: {WMaxLim: value, Ena: 1}}, {until: {Lock: 0}, within: 5s, refused: [0xFFFB]}],
                refresh: {from: Tms, factor: 0.5, write: {BeatIn: {from: Beat}}}, release: {steps: [{write: {WMaxLim: current, Ena: 0}}]}}
              Ena: {holding: 9}
              Spt: {holding: 30, type: int32, access: write, budget: 24/day, hold: {on: 30m, off: 10m}, write-function: 16}
              Bcd: {holding: 40, type: bcd, length: 2}
              Flags: {holding: 42, type: bits, length: 2}
              When: {holding: 44, type: time}
              High: {holding: 42, bits: [8, 15]}
              Steps: {coil: 0, length: 4, map: {1: 100, 2: 60, 4: 30, 8: 0}}
              Far: {holding: 41500, alone: true}
              Abs: {holding: 46, abs: true, offset: -1000, scale: 0.001}
            """);
        Assert.DoesNotContain(load.Findings, f => f.IsError);
        var profile = load.Profile!;
        Assert.Equal((2.0, "remote"), (profile.Polls.Fast.TotalSeconds, profile.Points["Mode"].Map.TextOf((long)Assert.Single(profile.Needs).Is)));
        Assert.Equal(WriteExceptionMeaning.NotPermitted, profile.WriteExceptions[0x80]);
        var rules = profile.Points["WMaxLim"].Writing!;
        Assert.Equal(4, rules.Steps.Count);
        Assert.Equal(new StepValue.From("Beat"), rules.Refresh!.Write!.Values[0].Value);
        Assert.IsType<WriteRelease.Steps>(rules.Release);
        Assert.Equal([9d], Assert.Single(profile.NoneWhen).Values);

        // Variants are laid over it key by key, and each other.
        Assert.Equal(10, ProfileReader.Apply(profile, ["hv"]).Profile!.Points["WMaxLim"].Scale);
        var both = ProfileReader.Apply(profile, ["hv", "micro"]).Profile!;
        Assert.Equal((10d, 20, 8, WordOrder.LowFirst), (both.Points["WMaxLim"].Scale, both.Modbus.MaxRead, both.Points["WMaxLim"].Address, both.Modbus.Order));
    }

    [Theory]
    [InlineData("a: {when: site, points: {P: {scale: 2}}}\n  b: {when: {P: [1]}, points: {P: {scale: 3}}}", "sets points.P.scale, too")]
    [InlineData("a: {when: {P: [1, 2]}, points: {P: {scale: 2}}}\n  b: {when: {P: [2]}, points: {P: {scale: 3}}}", "sets points.P.scale, too")]
    [InlineData("a: {points: {P: {scale: 2}}}", "needs when")]
    [InlineData("a: {when: sometimes}", "is site, or a point")]
    [InlineData("a: {when: {Q: [1]}}", "There is no point \"Q\"")]
    [InlineData("a: {when: site, maker: x}", "not \"maker\"")]
    [InlineData("a: {when: site, points: {P: {scale: 0}}}", "scale is not 0")]
    [InlineData("a: {when: site, points: {P: {sclae: 2}}}", "did you mean \"scale\"?")]
    public void A_variant_that_cannot_be_laid_is_refused(string variants, string about)
    {
        var load = Load($"profile: p\nvariants:\n  {variants}\npoints:\n  P: {{holding: 1}}\n");
        Assert.Null(load.Profile);
        Assert.Contains(load.Findings, f => f.Text.Contains(about, StringComparison.Ordinal) && f.Line is 3 or 4);
    }

    [Fact] // two that never hold at once may say different things of one point
    public void Variants_that_exclude_each_other_may_set_one_key() =>
        Assert.NotNull(Load("profile: p\nvariants:\n  a: {when: {P: [1]}, points: {P: {scale: 2}}}\n  b: {when: {P: [2]}, points: {P: {scale: 3}}}\npoints:\n  P: {holding: 1}\n").Profile);

    private static ProfileLoad Load(string text)
    {
        using var reader = new StringReader(text);
        return ProfileReader.Load(reader, "p.yaml");
    }
}
