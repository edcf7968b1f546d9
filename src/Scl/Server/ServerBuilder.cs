using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>Builds the model of the chosen server.</summary>
internal sealed class ServerBuilder(SclDocument document, SclFindings findings)
{
    private const int MaxItemId = 64;

    public IedModel Build(ServerChoice choice)
    {
        var (ied, accessPoint, server) = choice;
        var expansion = new TemplateExpansion(new TypeTemplates(document.Templates, findings), findings);
        var builder = new IedModelBuilder(ied.Get("name"), accessPoint.Get("name"), ServicesReader.Read(ied, accessPoint, findings))
        {
            Identity = new(ied.Get("manufacturer"), ied.Get("type"), ied.Get("configVersion")),
        };
        builder.Devices.AddRange(DeviceReader.Declarations(ied, findings));
        foreach (var (type, value) in Address(ied, accessPoint))
        {
            builder.Address[type] = value;
        }

        var around = DeviceReader.Nearest(ied, "");
        var devices = new List<LogicalDevice>();
        var nodes = new List<(SclElement Element, LogicalNode Node, string LogicalDevice)>();
        foreach (var ld in server.All("LDevice"))
        {
            var name = ld["ldName"] is { Length: > 0 } given ? given : ied.Get("name") + ld.Get("inst");
            if (devices.Any(d => d.Name == name))
            {
                findings.Warning(SclCodes.DuplicateName, ld, name, "The logical device is defined twice; the first one is served.", "Rename one of them.");
                continue;
            }

            AddLogicalNodes(ld, name, DeviceReader.Nearest(ld, around), expansion, builder, nodes);
            devices.Add(builder.AddLogicalDevice(name, ld.Get("inst")));
        }

        var sets = new DataSetReader(devices, findings);
        foreach (var (element, node, logicalDevice) in nodes)
        {
            IedModelBuilder.SetDataSets(node, sets.Read(element, $"{logicalDevice}/{node.Name}"), [.. element.All("Log").Select(l => l.Get("name", "GeneralLog"))]);
            CheckDataSets(element, node, logicalDevice);
        }

        var model = builder.Build();
        CheckNameLengths(model, ied);
        return model;
    }

    private void AddLogicalNodes(
        SclElement ld, string name, string device, TemplateExpansion expansion, IedModelBuilder builder, List<(SclElement Element, LogicalNode Node, string LogicalDevice)> nodes)
    {
        var elements = ld.Children.Where(c => c.Name is "LN0" or "LN").ToList();
        var hasSettingGroups = elements.Any(e => e.First("SettingControl") is not null);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var element in elements)
        {
            var lnName = element.Get("prefix") + element.Get("lnClass") + (element.Name == "LN" ? element.Get("inst") : "");
            var reference = $"{name}/{lnName}";
            if (lnName.Length == 0 || !names.Add(lnName))
            {
                findings.Warning(SclCodes.DuplicateName, element, reference, "The logical node is defined twice or has no class; it is left out.", "Correct prefix, lnClass and inst.");
                continue;
            }

            var (objects, constraints) = expansion.Expand(element, reference, DeviceReader.Nearest(element, device));
            if (hasSettingGroups)
            {
                SettingMirror.Complete(constraints);
            }

            var ln = builder.AddLogicalNode(lnName, element.Get("lnClass"), objects, constraints);
            var blocks = new ControlBlockReader(findings, name);
            builder.AddControlBlocks(ln, name, blocks.Reports(element), blocks.Logs(element), blocks.Settings(element), blocks.Streams(element));
            nodes.Add((element, ln, name));
        }
    }

    private void CheckDataSets(SclElement element, LogicalNode node, string logicalDevice)
    {
        foreach (var block in element.Children.Where(c => c.Name is "ReportControl" or "LogControl" or "GSEControl" or "SampledValueControl"))
        {
            if (block["datSet"] is { Length: > 0 } name && node.DataSets.All(d => d.Name != name))
            {
                findings.Warning(SclCodes.UnknownDataSet, block, $"{logicalDevice}/{node.Name}.{block["name"]}", $"Data set \"{name}\" does not exist in this logical node; the block has none.", "Correct datSet, or add the DataSet.");
            }
        }
    }

    private void CheckNameLengths(IedModel model, SclElement ied)
    {
        foreach (var leaf in model.Slots.Where(l => l.ItemId.Length > MaxItemId))
        {
            findings.Warning(SclCodes.NameTooLong, ied, leaf.Reference, $"\"{leaf.ItemId}\" has {leaf.ItemId.Length} characters; clients may refuse more than {MaxItemId}.", "Shorten the prefix or the names.");
        }
    }

    private IEnumerable<(string Type, string Value)> Address(SclElement ied, SclElement accessPoint) =>
        (document.Communication?.All("SubNetwork") ?? [])
            .SelectMany(s => s.All("ConnectedAP"))
            .Where(c => c["iedName"] == ied["name"] && c["apName"] == accessPoint["name"])
            .SelectMany(c => c.All("Address"))
            .SelectMany(a => a.All("P"))
            .Select(p => (p.Get("type"), p.Text.Trim()));
}
