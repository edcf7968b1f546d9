using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>Data sets and control blocks of a logical device against each other and against what <c>Services</c> allows (IEC 61850-6 §9.3.2, §9.3.7 to §9.3.12).</summary>
internal sealed class ControlBlockCheck(ServerChoice choice, SclFindings findings)
{
    private const int MaxName = 32;

    private readonly int _dataSets = SclNames.AllLogicalNodes(choice.Server).Sum(n => n.Ln.All("DataSet").Count());
    private readonly SclElement? _services = choice.AccessPoint.First("Services") ?? choice.Ied.First("Services");

    public void Check(SclElement ld, string name)
    {
        foreach (var ln in SclNames.LogicalNodes(ld))
        {
            var reference = $"{name}/{SclNames.LogicalNode(ln)}";
            CheckDataSets(ln, reference);
            CheckReports(ln, reference);
            CheckLogs(ld, ln, reference);
            CheckSettings(ld, ln, reference);
        }

        if (ld.First("LN0")?.First("SettingControl") is null && Grouped(ld) is { } val)
        {
            findings.Warning(SclCodes.BadSettingControl, val, name, "Values are given by setting group (sGroup), and the LN0 has no SettingControl; the first value of each counts.", "Add <SettingControl numOfSGs=…/> to the LN0, or leave sGroup out.");
        }
    }

    /// <summary>The first value for a setting group, or null.</summary>
    private static SclElement? Grouped(SclElement element)
    {
        foreach (var child in element.Children)
        {
            if ((child.Name == "Val" && child["sGroup"] is not null ? child : Grouped(child)) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private void CheckDataSets(SclElement ln, string reference)
    {
        var sets = ln.All("DataSet").ToList();
        var limits = _services?.First("ConfDataSet");
        foreach (var set in sets)
        {
            var members = set.All("FCDA").Count();
            if (SclAttributes.MostMembers.Find(limits) is { } max && members > max)
            {
                findings.Warning(SclCodes.OverLimit, set, $"{reference}${set["name"]}", $"The data set has {members} members; Services allows {max}.", "Split the data set, or raise maxAttributes of ConfDataSet.");
            }

            if (members == 0)
            {
                findings.Warning(SclCodes.UnresolvedMember, set, $"{reference}${set["name"]}", "The data set has no members.", "Add FCDAs, or remove it.");
            }

            Name(set, $"{reference}${set["name"]}", set.Get("name"));
        }

        if (sets.Count > 0 && SclAttributes.Most.Find(limits) is { } most && _dataSets > most)
        {
            findings.Warning(SclCodes.OverLimit, limits!, choice.Ied.Get("name"), $"The server has {_dataSets} data sets; Services allows {most}.", "Remove some, or raise max of ConfDataSet.");
        }
    }

    /// <summary>Whether the server has more report control blocks, instances counted, than it says it can have.</summary>
    public void CheckNumberOfReports()
    {
        var blocks = SclNames.AllLogicalNodes(choice.Server).SelectMany(n => n.Ln.All("ReportControl")).ToLookup(r => SclAttributes.Buffered.Of(r), r => (long)Instances(r));
        var (buffered, reports) = (blocks[true].Sum(), blocks[true].Sum() + blocks[false].Sum());
        var limits = _services?.First("ConfReportControl");
        if (SclAttributes.Most.Find(limits) is { } most && reports > most)
        {
            findings.Warning(SclCodes.OverLimit, limits!, choice.Ied.Get("name"), $"The server has {reports} report control blocks; Services allows {most}.", "Remove some, or raise max of ConfReportControl.");
        }

        // Without maxBuf there may be as many buffered ones as there may be at all (IEC 61850 tissue 1480).
        if (SclAttributes.MostBuffered.Find(limits) is { } mostBuffered && buffered > mostBuffered)
        {
            findings.Warning(SclCodes.OverLimit, limits!, choice.Ied.Get("name"), $"The server has {buffered} buffered report control blocks; Services allows {mostBuffered}.", "Remove some, or raise maxBuf of ConfReportControl.");
        }
    }

    /// <summary>Instances that the file wants; what cannot be read is one, and told by who reads it.</summary>
    private static uint Instances(SclElement block) => SclAttributes.Instances.Of(block.First("RptEnabled"));

    private void CheckLogs(SclElement ld, SclElement ln, string reference)
    {
        foreach (var block in ln.All("LogControl"))
        {
            var inst = block["ldInst"] is { Length: > 0 } given ? given : ld.Get("inst");
            var name = SclNames.LogicalNodeOfLog(block);
            var logs = choice.Server.All("LDevice").Where(d => d.Get("inst") == inst).SelectMany(SclNames.LogicalNodes).Where(n => SclNames.LogicalNode(n) == name).SelectMany(n => n.All("Log"));
            var log = SclNames.Log(block["logName"]);
            if (!logs.Any(l => string.IsNullOrEmpty(l["name"]) || l["name"] == log))
            {
                findings.Warning(SclCodes.UnknownLog, block, $"{reference}.{block["name"]}", $"The log \"{log}\"{(log == block["logName"] ? "" : " (logName is empty)")} does not exist in {inst}/{name}.", "Add a Log of that name there, or correct ldInst, lnClass, lnInst and logName.");
            }
        }
    }

    private void CheckReports(SclElement ln, string reference)
    {
        foreach (var block in ln.All("ReportControl"))
        {
            var at = $"{reference}.{block["name"]}";
            var isDynamic = _services is null || ServicesReader.Access(_services.First("ReportSettings"), SclAttributes.ReportDataSet) == SettingAccess.Dynamic;
            if (string.IsNullOrEmpty(block["datSet"]) && !isDynamic)
            {
                findings.Warning(SclCodes.NoDataSet, block, at, "The report control block has no data set, and clients may not give it one; it can never report.", "Add datSet, or allow it with ReportSettings datSet=\"Dyn\".");
            }

            if (!SclAttributes.Indexed.Of(block) && Instances(block) > 1)
            {
                findings.Warning(SclCodes.OverLimit, block.First("RptEnabled")!, at, $"indexed=\"false\" and max=\"{Instances(block)}\": without an index there is one instance, and one is served.", "Leave indexed out, or write max=\"1\".");
            }

            if (string.IsNullOrEmpty(block["name"]))
            {
                findings.Warning(SclCodes.MissingAttribute, block, at, "The report control block has no name.", "Give it one.");
            }

            // The instance number takes two characters of the name.
            Name(block, at, block.Get("name") + (SclAttributes.Indexed.Of(block) ? "01" : ""));
        }
    }

    private void CheckSettings(SclElement ld, SclElement ln, string reference)
    {
        foreach (var (block, index) in ln.All("SettingControl").Select((b, i) => (b, i)))
        {
            if (ln.Name != "LN0" || index > 0)
            {
                findings.Warning(SclCodes.BadSettingControl, block, reference, "A logical device has one SettingControl, in its LN0; this one is not served.", "Move or remove it.");
                continue;
            }

            if (_services is not null && _services.First("SettingGroups")?.First("SGEdit") is null)
            {
                findings.Info(SclCodes.BadSettingControl, block, reference, "There are setting groups, and Services has no SGEdit: clients may switch them, and are not told that they can edit them.", "Add <SettingGroups><SGEdit/></SettingGroups> to Services, if they shall.");
            }

            if (SclAttributes.NumberOfGroups.IsUnreadable(block))
            {
                continue;
            }

            var groups = SclAttributes.NumberOfGroups.Of(block);
            var active = SclAttributes.ActiveGroup.Of(block);
            if (active == 0 || active > groups)
            {
                findings.Warning(SclCodes.BadSettingControl, block, reference, $"actSG=\"{block["actSG"]}\" is not one of the {groups} setting groups; group 1 is active.", "Correct actSG or numOfSGs.");
            }

            CheckGroupNumbers(ld, groups, reference);
        }
    }

    private void CheckGroupNumbers(SclElement element, uint groups, string reference)
    {
        foreach (var child in element.Children)
        {
            if (child.Name == "Val" && child["sGroup"] is { } text && (SclAttributes.Group.Find(child) is not { } group || group > groups))
            {
                findings.Warning(SclCodes.BadSettingControl, child, reference, $"sGroup=\"{text}\" is not one of the {groups} setting groups.", "Correct sGroup, or numOfSGs of the SettingControl.");
            }

            CheckGroupNumbers(child, groups, reference);
        }
    }

    private void Name(SclElement at, string reference, string name)
    {
        if (name.Length > MaxName)
        {
            findings.Warning(SclCodes.NameTooLong, at, reference, $"The name \"{name}\" has {name.Length} characters; {MaxName} are allowed.", "Shorten it.");
        }
    }
}
