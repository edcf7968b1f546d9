namespace DerAgent.Devices;

/// <summary>What an exchange on a line is for, the most urgent first.</summary>
internal enum ExchangeClass
{
    /// <summary>The first exchange of a command.</summary>
    FirstOfCommand,
    /// <summary>A further write of a command.</summary>
    Command,
    /// <summary>Reading back, or looking for an effect.</summary>
    Verification,
    /// <summary>A fast poll, or finding out what a device has.</summary>
    Fast,
    /// <summary>Any other poll.</summary>
    Slow,
}

/// <summary>An exchange that is due.</summary>
/// <param name="Class">What for.</param>
/// <param name="Due">Since when.</param>
/// <param name="Late">By how much of its period it is late; 0 for what has none.</param>
internal readonly record struct DueExchange(ExchangeClass Class, TimeSpan Due, double Late);

/// <summary>
/// Which exchange a line makes next. Pure. A command's first exchange goes next of all, then its others. Polls: while the line can keep the fast ones, they go first and the others, which are then
/// late by the same share of their periods, take what is left; where it cannot even keep those, all are late by the same share. Verifications do not hold up fast polls: one that is late by
/// <see cref="MostLate"/> of its period goes before them.
/// </summary>
internal static class LineSchedule
{
    /// <summary>Share of its period by which a fast poll may be late while verifications go before it.</summary>
    public const double MostLate = 0.25;

    /// <summary>Index of the exchange to make next; -1 where none is due.</summary>
    /// <param name="due">What is due.</param>
    /// <param name="keepsFast">Whether the line has time for its fast polls.</param>
    public static int Pick(IReadOnlyList<DueExchange> due, bool keepsFast)
    {
        ArgumentNullException.ThrowIfNull(due);
        var best = -1;
        for (var i = 0; i < due.Count; i++)
        {
            if (best < 0 || Rank(due[i], keepsFast).CompareTo(Rank(due[best], keepsFast)) < 0)
            {
                best = i;
            }
        }

        return best;
    }

    private static (int Class, double Late, TimeSpan Due) Rank(DueExchange exchange, bool keepsFast) => exchange.Class switch
    {
        ExchangeClass.FirstOfCommand => (0, 0, exchange.Due),
        ExchangeClass.Command => (1, 0, exchange.Due),
        ExchangeClass.Verification => (3, 0, exchange.Due),
        ExchangeClass.Fast when keepsFast && exchange.Late >= MostLate => (2, -exchange.Late, exchange.Due),
        _ => (keepsFast && exchange.Class == ExchangeClass.Fast ? 4 : 5, -exchange.Late, exchange.Due),
    };
}
