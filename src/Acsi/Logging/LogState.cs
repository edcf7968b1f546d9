using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>State of a log control block: a value (IEC 61850-7-2 §17.3.2). Its attributes show it, and are never read back.</summary>
/// <param name="IsEnabled">LogEna.</param>
/// <param name="LogReference">LogRef: <c>LD/LN$name</c>, or empty.</param>
/// <param name="DataSetReference">DatSet: <c>LD/LN$name</c>, or empty.</param>
/// <param name="DataSet">The data set of that name; null where there is none.</param>
/// <param name="TriggerOptions">TrgOps.</param>
/// <param name="IntegrityPeriod">IntgPd.</param>
/// <param name="IntegrityDue">When all members are logged next.</param>
internal readonly record struct LogState(
    bool IsEnabled, string LogReference, string DataSetReference, DataSet? DataSet, TriggerConditions TriggerOptions, TimeSpan IntegrityPeriod, DateTimeOffset? IntegrityDue)
{
    /// <summary>The integrity period counts from now.</summary>
    public LogState StartIntegrity(DateTimeOffset now) => this with { IntegrityDue = HasIntegrity ? now + IntegrityPeriod : null };

    /// <summary>All members were logged: the next time comes a period later. Those that an outage left out are not made up for.</summary>
    public LogState NextIntegrity(DateTimeOffset now) =>
        this with { IntegrityDue = !HasIntegrity ? null : IntegrityDue + IntegrityPeriod is { } next && next > now ? next : now + IntegrityPeriod };

    /// <summary>Whether something that must outlive a power cut differs.</summary>
    public bool DiffersDurably(in LogState other) => this with { DataSet = null, IntegrityDue = null } != other with { DataSet = null, IntegrityDue = null };

    private bool HasIntegrity => IsEnabled && DataSet is not null && (TriggerOptions & TriggerConditions.Integrity) != TriggerConditions.None && IntegrityPeriod > TimeSpan.Zero;
}
