namespace DerAgent.Devices.Tests.Soak;

/// <summary>What an agent must say of a device while something is wrong with it.</summary>
internal enum Due
{
    /// <summary>Whatever it says.</summary>
    Anything,
    /// <summary>All is well.</summary>
    Well,
    /// <summary>Something is wrong, and the values are not good.</summary>
    Wrong,
    /// <summary>It is night: no alarm, and the values are not good.</summary>
    Night,
}

/// <summary>Something that happens to a device.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Lasts">How long.</param>
/// <param name="Bound">How long after its end all must be well again, beside two fast polls.</param>
/// <param name="Due">What must be said at its end.</param>
/// <param name="Begin">How it begins.</param>
/// <param name="End">How it ends.</param>
internal sealed record SoakFault(string Name, double Lasts, double Bound, Due Due, Action<SoakDevice> Begin, Action<SoakDevice> End)
{
    /// <summary>Which devices it happens to.</summary>
    public Func<SoakDevice, TimeSpan, bool> Suits { get; init; } = static (_, _) => true;

    /// <summary>Whether it happens to the whole line: its neighbours may feel it.</summary>
    public bool IsOfLine { get; init; }

    /// <summary>All there are, but those that happen to the agent itself.</summary>
    public static IReadOnlyList<SoakFault> All { get; } = [.. Make()];

    /// <summary>What the agent does not say of a device and must; null: it says what it must.</summary>
    public string? Missed(SoakDevice device) => Due switch
    {
        Due.Well when device.Health != 1 || !device.IsGood => $"health {device.Health}, values {(device.IsGood ? "good" : "not good")}",
        // Who may give nothing falls silent as by night.
        Due.Wrong when device.IsMember && device.MayGive < 500 => null,
        Due.Wrong when device.Health < 2 || device.IsGood => $"health {device.Health}, values {(device.IsGood ? "good" : "not good")}",
        Due.Night when device.Health != 1 || device.IsGood => $"by night: health {device.Health}, values {(device.IsGood ? "good" : "not good")}",
        _ => null,
    };

    private static IEnumerable<SoakFault> Make()
    {
        for (byte code = 1; code <= 11; code++)
        {
            var exception = code;
            yield return new(
                $"exception {code}",
                30,
                // What is refused is asked again after a minute; who is busy, or behind a gateway that does not reach it, ever more rarely.
                code is 5 or 6 or 10 or 11 ? 30 : 75,
                Due.Wrong,
                d => (d.Unit.Exception, d.Unit.Ailment) = (exception, Ailment.Exception),
                static d => d.Unit.Ailment = Ailment.None);
        }

        yield return Ill("silence", Ailment.Silent, 75, 30, Due.Wrong);
        yield return Ill("half frames", Ailment.Half, 20, 30, Due.Wrong) with { IsOfLine = true };
        yield return Ill("late", Ailment.Late, 20, 30, Due.Wrong) with { IsOfLine = true };
        yield return Ill("doubled", Ailment.Doubled, 30, 0, Due.Well);
        yield return Ill("noise", Ailment.Noise, 20, 30, Due.Wrong) with { IsOfLine = true };
        yield return new("reboot", 30, 30, Due.Wrong, static d => d.Unit.Ailment = Ailment.Silent, static d =>
        {
            d.Lose(isAnother: false);
            d.Unit.Ailment = Ailment.None;
        });
        yield return new("exchanged", 60, 40, Due.Wrong, static d => d.Unit.Ailment = Ailment.Silent, static d =>
        {
            d.Exchange();
            d.Unit.Ailment = Ailment.None;
        });
        yield return new("foreign writer", 1, 14, Due.Anything, static d => d.WriteForeign(), static _ => { })
        {
            // Twice within an hour, or within seconds of a command, it is his register.
            Suits = static (d, now) => d.Wanted is not null && now - d.ForeignAt > TimeSpan.FromMinutes(61) && now - d.CommandedAt > TimeSpan.FromSeconds(30),
        };
        yield return new("night", 1200, 62, Due.Night, static d => d.IsDay = false, static d =>
        {
            d.Unit.Ailment = Ailment.None;
            d.IsDay = true;
        })
        {
            Suits = static (d, _) => d.Kind == SoakKind.Volatile,
        };
    }

    private static SoakFault Ill(string name, Ailment ailment, double lasts, double bound, Due due) => new(name, lasts, bound, due, d => d.Unit.Ailment = ailment, static d => d.Unit.Ailment = Ailment.None);
}
