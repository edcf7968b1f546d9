namespace DerAgent.Acsi;

/// <summary>The intervals of a statistical logical node (ClcIntvTyp and ClcIntvPer of IEC 61850-7-4 §6.2): they lie where UTC says, not where the agent started. Pure.</summary>
/// <param name="Kind">Literal of ClcIntvTyp: MS, DAY, WEEK, MONTH or YEAR.</param>
/// <param name="Count">So many of them.</param>
internal readonly record struct CalculationInterval(string Kind, long Count)
{
    /// <summary>Shorter ones would be noise: a device is polled once a second.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    private static readonly DateTimeOffset Monday = new(1970, 1, 5, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Why there are no such intervals; null: there are.</summary>
    public string? Fault => Kind switch
    {
        "MS" => Count >= (long)Least.TotalMilliseconds && Count <= TimeSpan.FromDays(3660).TotalMilliseconds ? null : $"ClcIntvPer = {Count} ms is not within {Least.TotalMilliseconds:0} ms and ten years",
        "DAY" or "WEEK" or "MONTH" or "YEAR" => Count is >= 1 and <= 3660 && (Kind != "YEAR" || Count <= 10) ? null : $"ClcIntvPer = {Count} is not within 1 and ten years",
        _ => $"ClcIntvTyp = {Kind} is not calculated (MS, DAY, WEEK, MONTH and YEAR are)",
    };

    /// <summary>The interval around a moment: from its first to before its last.</summary>
    public (DateTimeOffset From, DateTimeOffset Until) Around(DateTimeOffset moment) => Kind switch
    {
        "MONTH" => Months(moment, (int)Count),
        "YEAR" => Months(moment, 12 * (int)Count),
        "WEEK" => Ticks(moment, Monday, TimeSpan.FromDays(7 * Count)),
        "DAY" => Ticks(moment, DateTimeOffset.UnixEpoch, TimeSpan.FromDays(Count)),
        _ => Ticks(moment, DateTimeOffset.UnixEpoch, TimeSpan.FromMilliseconds(Count)),
    };

    private static (DateTimeOffset From, DateTimeOffset Until) Ticks(DateTimeOffset moment, DateTimeOffset origin, TimeSpan length)
    {
        var from = origin + (Math.Floor((moment - origin) / length) * length);
        return (from, from + length);
    }

    private static (DateTimeOffset From, DateTimeOffset Until) Months(DateTimeOffset moment, int count)
    {
        var month = ((moment.UtcDateTime.Year - 1) * 12) + moment.UtcDateTime.Month - 1;
        var first = month / count * count;
        return (First(first), First(first + count));
    }

    private static DateTimeOffset First(int month) => new((month / 12) + 1, (month % 12) + 1, 1, 0, 0, 0, TimeSpan.Zero);
}
