using System.Globalization;
using DerAgent.Acsi;

namespace DerAgent.Agent.Cli;

/// <summary>Which records are asked for.</summary>
/// <param name="Object">A reference, or part of one: <c>DWMX1</c>, <c>PV1LD0/DWMX1.WMaxSptPct</c>; null: all.</param>
/// <param name="Client">Bare JID, or part of one; null: all.</param>
/// <param name="Since">The oldest.</param>
/// <param name="Until">The newest.</param>
/// <param name="Failed">Only what was refused or went wrong.</param>
internal sealed record AuditQuery(string? Object, string? Client, DateTimeOffset? Since, DateTimeOffset? Until, bool Failed)
{
    /// <summary>The query with a time around which it asks.</summary>
    /// <param name="around">A time of day, <c>11:36</c>, by the clock on the wall, the last one that has been; or a time with its date.</param>
    /// <param name="within">Minutes before and after.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="FormatException">It is no time.</exception>
    public AuditQuery Around(string around, double within, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        var now = time.GetLocalNow();
        DateTimeOffset middle;
        if (TimeOnly.TryParseExact(around, ["H:mm", "H:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var clock))
        {
            var local = now.Date + clock.ToTimeSpan();
            local = local > now.DateTime ? local.AddDays(-1) : local;
            middle = new(local, time.LocalTimeZone.GetUtcOffset(local));
        }
        else
        {
            middle = TimeText.Parse(around, ", or 11:36 for the last time it was that late here");
        }

        return this with { Since = middle.AddMinutes(-within), Until = middle.AddMinutes(within) };
    }

    /// <summary>Whether a record is about what is asked for, whenever it was.</summary>
    public bool Concerns(ServiceRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return (Object is null || IsPart(record.Reference, Object)) && (Client is null || record.Client.Contains(Client, StringComparison.OrdinalIgnoreCase))
            && (!Failed || record.Status != ServiceStatus.NoError || record.Cause != Model.AddCause.None);
    }

    /// <summary>Whether names stand in a reference one after the other.</summary>
    private static bool IsPart(string reference, string part)
    {
        var (all, some) = (reference.Split('/', '.', '$'), part.Split('/', '.', '$'));
        return Enumerable.Range(0, Math.Max(0, all.Length - some.Length + 1)).Any(i => some.Select((s, k) => string.Equals(s, all[i + k], StringComparison.OrdinalIgnoreCase)).All(static e => e));
    }
}
