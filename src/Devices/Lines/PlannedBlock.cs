namespace DerAgent.Devices;

/// <summary>A block that is read again and again. Touched by its line only.</summary>
internal sealed class PlannedBlock(ReadBlock block, TimeSpan due)
{
    public ReadBlock Block => block;

    /// <summary>When it is read next, by the line's clock.</summary>
    public TimeSpan Due { get; set; } = due;

    /// <summary>Exchanges that went before it since it was due.</summary>
    public int PassedOver { get; set; }

    /// <summary>Polls in a row that gave nothing.</summary>
    public int Missed { get; set; }

    /// <summary>How often it is read; null: once.</summary>
    public TimeSpan? Period => block.Poll switch
    {
        PollClass.Fast => TimeSpan.FromSeconds(1),
        PollClass.Normal => TimeSpan.FromSeconds(5),
        PollClass.Slow => TimeSpan.FromSeconds(60),
        _ => null,
    };

    public ExchangeClass Class => block.Poll == PollClass.Fast ? ExchangeClass.Fast : ExchangeClass.Slow;

    /// <summary>It was read.</summary>
    public void Answered(TimeSpan now) => Next(now, Period ?? TimeSpan.MaxValue, 0);

    /// <summary>It was not read; one that is read once is asked again all the same.</summary>
    public void Failed(TimeSpan now, TimeSpan again) => Next(now, again, Missed + 1);

    private void Next(TimeSpan now, TimeSpan after, int missed)
    {
        // From when it was due, so that it does not drift; a poll that could not keep up is not made up for.
        var from = now - Due < after ? Due : now;
        Due = after == TimeSpan.MaxValue ? after : from + after;
        (PassedOver, Missed) = (0, missed);
    }
}
