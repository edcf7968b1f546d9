namespace DerAgent.Devices;

/// <summary>Whether a line has time for what is asked of it, and what it keeps instead where it has not; said once where that changes. Touched by its line only.</summary>
internal sealed class LineLoad(Action<string> tell)
{
    /// <summary>Below this it is no longer too much: the line does not say one and the other all the time.</summary>
    private const double Enough = 0.9;

    /// <summary>It is said again where it has become this much more.</summary>
    private const double Worse = 1.5;
    private double _told;

    /// <summary>Whether there is time for the fast polls.</summary>
    public bool KeepsFast { get; private set; } = true;

    /// <summary>What the shares of line time that fast and other polls ask for mean; null: there is time for all.</summary>
    public static string? Say(double fast, double others) =>
        fast + others <= 1 ? null
        : fast > 1 || others == 0 ? FormattableString.Invariant($"its polls take {(fast + others) * 100:0} % of the line's time: every one comes {fast + others:0.#} times as late as asked for")
        : fast >= 0.99 ? FormattableString.Invariant($"its polls take {(fast + others) * 100:0} % of the line's time: the fast ones keep their period, nothing is left for the others")
        : FormattableString.Invariant($"its polls take {(fast + others) * 100:0} % of the line's time: the fast ones keep their period, the others come {others / (1 - fast):0.#} times as late as asked for");

    /// <summary>Looks at the devices of the line.</summary>
    public void Watch(IReadOnlyList<Device> devices)
    {
        var (fast, others) = (0.0, 0.0);
        foreach (var device in devices)
        {
            foreach (var block in device.Blocks)
            {
                (fast, others) = block.Class == ExchangeClass.Fast ? (fast + block.Load, others) : (fast, others + block.Load);
            }
        }

        KeepsFast = fast <= 1;
        if (fast + others > _told * Worse && Say(fast, others) is { } sentence)
        {
            _told = fast + others;
            tell($"{sentence}. Give slower poll classes or periods, or spread the devices over more lines");
        }
        else if (_told > 0 && fast + others < Enough)
        {
            _told = 0;
            tell("there is time for all polls again");
        }

        foreach (var device in devices)
        {
            device.Overloaded(_told > 0);
        }
    }
}
