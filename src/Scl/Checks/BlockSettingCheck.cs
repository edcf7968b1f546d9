namespace DerAgent.Scl;

/// <summary>Settings of report and log control blocks that contradict each other (IEC 61850-6 §9.3.8, IEC 61850-7-2 §17.2).</summary>
/// <param name="findings">Where findings go.</param>
internal sealed class BlockSettingCheck(SclFindings findings)
{
    private readonly Dictionary<string, (SclElement Block, string Reference)> _reportIds = new(StringComparer.Ordinal);

    /// <summary>Checks the blocks of a logical node.</summary>
    public void Check(SclElement ln, string reference)
    {
        foreach (var block in ln.Children.Where(c => c.Name is "ReportControl" or "LogControl"))
        {
            var at = $"{reference}.{block["name"]}";
            CheckPeriod(block, at);
            if (block.Name == "ReportControl")
            {
                CheckRevision(block, at);
                CheckReportId(block, at);
            }
        }
    }

    private void CheckPeriod(SclElement block, string at)
    {
        if (SclAttributes.IntegrityPeriod.IsUnreadable(block) || SclAttributes.Integrity.IsUnreadable(block.First("TrgOps")))
        {
            return;
        }

        var period = SclAttributes.IntegrityPeriod.Of(block);
        var triggers = SclAttributes.Integrity.Of(block.First("TrgOps"));
        if (period > 0 && !triggers)
        {
            findings.Warning(SclCodes.BlockSettings, block, at, $"intgPd=\"{period}\" and no integrity trigger: nothing is sent by time.", "Write period=\"true\" in TrgOps, or take intgPd out.");
        }
        else if (period == 0 && triggers)
        {
            findings.Warning(SclCodes.BlockSettings, block, at, "An integrity trigger and no intgPd: nothing is sent by time.", "Write intgPd in milliseconds, or period=\"false\" in TrgOps.");
        }
    }

    private void CheckRevision(SclElement block, string at)
    {
        if (!string.IsNullOrEmpty(block["datSet"]) && !SclAttributes.ConfigurationRevision.IsUnreadable(block) && SclAttributes.ConfigurationRevision.Of(block) == 0)
        {
            findings.Warning(SclCodes.BlockSettings, block, at, $"confRev is {(block["confRev"] is null ? "missing" : "0")}, and there is a data set: 0 says that there is none.", "Write confRev=\"1\", and raise it with each change of the data set.");
        }
    }

    private void CheckReportId(SclElement block, string at)
    {
        if (block["rptID"] is { Length: > 0 } id && !_reportIds.TryAdd(id, (block, at)))
        {
            findings.Warning(SclCodes.BlockSettings, block, at, $"rptID=\"{id}\" is that of {_reportIds[id].Reference} (line {_reportIds[id].Block.Line}) as well; a client cannot tell their reports apart.", "Give each block an rptID of its own, or none.");
        }
    }
}
