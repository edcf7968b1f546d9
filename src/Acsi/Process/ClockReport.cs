using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>What is known of the clock of the agent.</summary>
/// <param name="TimeQuality">As <see cref="Timestamp.TimeQuality"/>.</param>
/// <param name="Source">Who it follows; empty: nobody.</param>
/// <param name="SourceKind">ClockSourceKind: 1 unknown, 2 SNTP.</param>
/// <param name="SyncKind">ClockSyncKind: 0 internal, 1 local area, 2 global area.</param>
/// <param name="Channels">Whether each source answers, in the order of the configuration.</param>
internal sealed record ClockReport(byte TimeQuality, string Source, int SourceKind, int SyncKind, IReadOnlyList<bool> Channels);

/// <summary>Shows the clock in the LTMS and LTIM of the model (IEC 61850-7-4 §5.3), as far as it has them and nothing else feeds them.</summary>
internal sealed class ClockObjects(ValueStore values, ProcessUpdates updates)
{
    private const int UnspecifiedAccuracy = 31;

    /// <summary>Shows what is known.</summary>
    /// <param name="report">What is known.</param>
    /// <param name="isDaylight">Whether daylight saving time is in effect where the agent is.</param>
    /// <param name="now">The time.</param>
    public void Show(ClockReport report, bool isDaylight, DateTimeOffset now)
    {
        foreach (var ln in values.Model.LogicalDevices.SelectMany(d => d.LogicalNodes))
        {
            if (ln.LnClass == "LTMS")
            {
                Set(ln, "TmSrc", DataValue.VisibleString(report.Source), now);
                Set(ln, "TmSrcTyp", DataValue.Integer(report.SourceKind), now);
                Set(ln, "TmSyn", DataValue.Integer(report.SyncKind), now);
                Set(ln, "TmAcc", DataValue.Integer(report.TimeQuality & UnspecifiedAccuracy), now);
                Set(ln, "TmChSt", DataValue.Boolean(report.Channels.Any(c => c)), now);
                for (var i = 0; i < report.Channels.Count; i++)
                {
                    Set(ln, $"TmChSt{i + 1}", DataValue.Boolean(report.Channels[i]), now);
                }
            }
            else if (ln.LnClass == "LTIM")
            {
                Set(ln, "TmDT", DataValue.Boolean(isDaylight), now);
            }
        }
    }

    private void Set(LogicalNode ln, string name, in DataValue value, DateTimeOffset now)
    {
        if (ln.DataObject(name)?.Attribute("stVal") is { IsLeaf: true, ShortAddress: null } leaf)
        {
            updates.Apply(new(leaf.FirstSlot, value, Quality.Good, now));
        }
    }
}
