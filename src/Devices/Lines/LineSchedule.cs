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
/// <param name="PassedOver">Exchanges that went before it since it was due.</param>
internal readonly record struct DueExchange(ExchangeClass Class, TimeSpan Due, int PassedOver);

/// <summary>
/// Which exchange a line makes next. Pure: a command's first exchange goes next of all; else by class, and by time within a class. A poll that is due
/// is passed over by at most <see cref="MaxPassedOver"/> exchanges other than first ones of commands.
/// </summary>
internal static class LineSchedule
{
    /// <summary>Exchanges that may go before a poll that is due.</summary>
    public const int MaxPassedOver = 4;

    /// <summary>Index of the exchange to make next; -1 where none is due.</summary>
    public static int Pick(IReadOnlyList<DueExchange> due)
    {
        var best = -1;
        for (var i = 0; i < due.Count; i++)
        {
            if (best < 0 || Rank(due[i]).CompareTo(Rank(due[best])) < 0)
            {
                best = i;
            }
        }

        return best;
    }

    private static (int Class, TimeSpan Due) Rank(DueExchange exchange) => (exchange.Class switch
    {
        ExchangeClass.FirstOfCommand => 0,
        ExchangeClass.Fast or ExchangeClass.Slow when exchange.PassedOver >= MaxPassedOver => 1,
        _ => 1 + (int)exchange.Class,
    }, exchange.Due);
}
