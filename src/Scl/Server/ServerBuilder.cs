using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>Builds the model of the chosen server.</summary>
internal sealed class ServerBuilder(SclDocument document, TypeTemplates types, SclFindings findings)
{
    private readonly Dictionary<string, string> _deviceNames = new(StringComparer.Ordinal);
    private readonly Dictionary<DataNode, SclPlace> _places = [];
    private readonly Dictionary<DataSetDefinition, IReadOnlyList<SclPlace>> _memberPlaces = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, SclPlace> _devicePlaces = new(StringComparer.Ordinal);
    private readonly Dictionary<LogicalNode, SclPlace> _nodePlaces = new(ReferenceEqualityComparer.Instance);
    private StreamBlockReader _streams = new([], findings);

    /// <summary>Where the attributes with an <c>sAddr</c> stand.</summary>
    public IReadOnlyDictionary<DataNode, SclPlace> Places => _places;

    /// <summary>Where the members of data sets stand.</summary>
    public IReadOnlyDictionary<DataSetDefinition, IReadOnlyList<SclPlace>> MemberPlaces => _memberPlaces;

    /// <summary>Where the devices are declared.</summary>
    public IReadOnlyDictionary<string, SclPlace> DevicePlaces => _devicePlaces;

    /// <summary>Where the logical nodes stand.</summary>
    public IReadOnlyDictionary<LogicalNode, SclPlace> NodePlaces => _nodePlaces;

    public IedModel Build(ServerChoice choice)
    {
        var (ied, accessPoint, server) = choice;
        var builder = new IedModelBuilder(ied.Get("name"), accessPoint.Get("name"), ServicesReader.Read(ied, accessPoint))
        {
            Identity = new(ied.Get("manufacturer"), ied.Get("type"), ied.Get("configVersion")),
        };
        foreach (var ld in server.All("LDevice"))
        {
            _deviceNames.TryAdd(ld.Get("inst"), SclNames.LogicalDevice(ied, ld));
        }

        foreach (var (device, place) in DeviceReader.Declarations(ied, findings))
        {
            builder.Devices.Add(device);
            _devicePlaces.TryAdd(device.Name, place);
        }

        foreach (var (type, value) in document.Address(ied.Get("name"), accessPoint.Get("name")))
        {
            builder.Address[type] = value;
        }

        _streams = new([.. document.ConnectedAccessPointsOf(ied.Get("name"), accessPoint.Get("name"))], findings);
        var expansion = new TemplateExpansion(types, findings, new([.. builder.Devices.Select(d => d.Name)], document.ForeignAddresses), _places);
        var around = DeviceReader.Nearest(ied, "");
        var devices = new List<LogicalDevice>();
        var nodes = new List<(SclElement Element, LogicalNode Node, string LogicalDevice)>();
        foreach (var ld in server.All("LDevice"))
        {
            var name = SclNames.LogicalDevice(ied, ld);
            if (devices.Any(d => d.Name == name))
            {
                findings.Warning(SclCodes.DuplicateName, ld, name, "The logical device is defined twice; the first one is served.", "Rename one of them.");
                continue;
            }

            AddLogicalNodes(ld, name, DeviceReader.Nearest(ld, around), expansion, builder, nodes);
            devices.Add(builder.AddLogicalDevice(name, ld.Get("inst")));
        }

        var sets = new DataSetReader(devices, _memberPlaces, findings);
        foreach (var (element, node, logicalDevice) in nodes)
        {
            IedModelBuilder.SetDataSets(node, sets.Read(element, $"{logicalDevice}/{node.Name}"), [.. element.All("Log").Select(l => SclNames.Log(l["name"]))]);
            CheckDataSets(element, node, logicalDevice);
        }

        var model = builder.Build();
        if (model.Slots.All(s => s.DataObject is null))
        {
            // What is left out is a warning while there is something left.
            findings.Promote(server, SclCodes.UnresolvedType, SclCodes.UnknownDataSet, SclCodes.UnresolvedMember);
            findings.Error(SclCodes.NoServer, server, ied.Get("name"), "The server has no data to serve.", "Add the types its logical nodes name.");
        }

        return model;
    }

    private void AddLogicalNodes(
        SclElement ld, string name, string device, TemplateExpansion expansion, IedModelBuilder builder, List<(SclElement Element, LogicalNode Node, string LogicalDevice)> nodes)
    {
        var elements = SclNames.LogicalNodes(ld).ToList();
        var settings = elements.Select(e => e.First("SettingControl")).FirstOrDefault(e => e is not null);
        var activeGroup = SclAttributes.ActiveGroup.Of(settings);
        var rules = ControlRulesReader.Nearest(ld, name, null, findings);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var element in elements)
        {
            var lnName = SclNames.LogicalNode(element);
            var reference = $"{name}/{lnName}";
            if (lnName.Length == 0 || !names.Add(lnName))
            {
                findings.Warning(SclCodes.DuplicateName, element, reference, "The logical node is defined twice or has no class; it is left out.", "Correct prefix, lnClass and inst.");
                continue;
            }

            var (objects, constraints) = expansion.Expand(element, reference, DeviceReader.Nearest(element, device), activeGroup);
            if (settings is not null)
            {
                SettingMirror.Complete(constraints);
            }

            var ln = builder.AddLogicalNode(lnName, element.Get("lnClass"), objects, constraints);
            var blocks = new ControlBlockReader(findings, name, NameOf, new(document));
            builder.AddControlBlocks(ln, name, blocks.Reports(element), blocks.Logs(element), ControlBlockReader.Settings(element), _streams.Read(element, ld.Get("inst")));
            ControlRulesReader.Read(element, ln, reference, rules, builder.ControlRules, findings);
            if (FailSafeReader.Read(element, reference, findings) is { } failSafe)
            {
                builder.FailSafes[ln] = failSafe;
            }

            _nodePlaces[ln] = new(element.Line, element.Column);
            nodes.Add((element, ln, name));
        }
    }

    /// <summary>Name of the logical device of an inst in this server.</summary>
    private string? NameOf(string inst) => _deviceNames.GetValueOrDefault(inst);

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
}
