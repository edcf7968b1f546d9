using System.Xml;

namespace DerAgent.Scl;

/// <summary>Writes the IED of a scaffold: services, logical nodes with bindings and values, data sets, report control blocks.</summary>
internal sealed class ScaffoldServerWriter(XmlWriter xml, TypeCatalog types)
{
    /// <summary>Data sets of a logical device, and instances of its report control blocks, as written below.</summary>
    private const int DataSetsOfEach = 3;
    private const int BlocksOfEach = 17;

    public void Write(ScaffoldRequest request, IReadOnlyList<ScaffoldLogicalDevice> devices)
    {
        Start("IED", ("name", request.Ied), ("manufacturer", "der-agent"), ("type", request.Template), ("configVersion", "1.0"), ("originalSclVersion", request.Edition[..4]), ("originalSclRevision", request.Edition[4..5]), ("originalSclRelease", request.Edition[5..]));
        xml.WriteComment(" Where the devices are, and what kind of hardware each is (docs/devices.md). ");
        Start("Private", ("type", "DerAgent:Devices"));
        foreach (var device in request.Devices)
        {
            xml.WriteStartElement("da", "Device", DeviceReader.Namespace);
            xml.WriteAttributeString("name", device.Name);
            xml.WriteAttributeString("profile", device.Profile);
            foreach (var (key, value) in new[] { ("url", device.Members is null ? device.Url : null), ("of", device.Members), ("meter", device.Meter) })
            {
                if (value is not null)
                {
                    xml.WriteAttributeString(key, value);
                }
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        WriteServices(devices.Count);
        Start("AccessPoint", ("name", "AP1"));
        Start("Server");
        Empty("Authentication");
        foreach (var device in devices)
        {
            Write(device);
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private void WriteServices(int devices)
    {
        xml.WriteComment(" What the agent offers; clients may not do more than this says. ");
        Start("Services", ("nameLength", "64"));
        Empty("DynAssociation", ("max", "16"));
        Empty("GetDirectory");
        Empty("GetDataObjectDefinition");
        Empty("DataObjectDirectory");
        Empty("GetDataSetValue");
        Empty("DataSetDirectory");
        Empty("ConfDataSet", ("max", AtLeast(100, devices * DataSetsOfEach)), ("maxAttributes", "200"));
        Empty("DynDataSet", ("max", "16"), ("maxAttributes", "200"));
        Empty("ReadWrite");
        Empty("ConfReportControl", ("max", AtLeast(200, devices * BlocksOfEach)));
        Empty("GetCBValues");
        Empty("ConfLogControl", ("max", AtLeast(16, devices)));
        Empty("LogSettings", ("logEna", "Dyn"), ("datSet", "Dyn"), ("trgOps", "Dyn"), ("intgPd", "Dyn"));
        Empty("ReportSettings", ("cbName", "Conf"), ("datSet", "Dyn"), ("rptID", "Dyn"), ("optFields", "Dyn"), ("bufTime", "Dyn"), ("trgOps", "Dyn"), ("intgPd", "Dyn"), ("resvTms", "true"), ("owner", "true"));
        xml.WriteEndElement();
    }

    /// <summary>What the file has, rounded up, and room for an engineer's own.</summary>
    private static string AtLeast(int usual, int needed) => XmlConvert.ToString(needed <= usual ? usual : (needed + 199) / 100 * 100);

    private void Write(ScaffoldLogicalDevice device)
    {
        Start("LDevice", ("inst", device.Inst), ("desc", device.Description));
        if (device.Device is { } name)
        {
            Start("Private", ("type", "DerAgent:Device"));
            xml.WriteString(name);
            xml.WriteEndElement();
        }

        var hasStatus = false;
        foreach (var node in device.Nodes)
        {
            Start(node.Class == "LLN0" ? "LN0" : "LN", ("desc", node.Description), ("lnClass", node.Class), ("inst", node.Inst), ("lnType", types.Node(node)));
            if (node.Class == "LLN0")
            {
                hasStatus = WriteReports(device);
            }

            foreach (var dataObject in node.Objects)
            {
                Write(node, dataObject, device.Description);
            }

            if (node.Class == "LLN0" && hasStatus)
            {
                Empty("Log", ("name", LogName));
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private void Write(ScaffoldNode node, ScaffoldObject dataObject, string description)
    {
        var values = new List<ScaffoldValue>(dataObject.Values.Where(v => v.Binding is not null || v.Constant is not null || v.ToDo is not null));
        var cdc = ScaffoldClasses.Find(node.Class, dataObject.Name)!.Cdc;
        if (dataObject.Name == "NamPlt")
        {
            values.AddRange([new("vendor", null, "der-agent"), new("swRev", null, "0.1"), new("d", null, node.Description.Length > 0 ? node.Description : description)]);
        }

        if (dataObject.Unit is { } unit)
        {
            var phases = values.Select(v => v.Path.Split('.')[0]).Distinct(StringComparer.Ordinal).ToList();
            values.AddRange(cdc is "WYE" or "DEL" ? phases.Select(p => new ScaffoldValue($"{p}.units.SIUnit", null, unit)) : [new("units.SIUnit", null, unit)]);
        }

        if (values.Count == 0)
        {
            return;
        }

        Start("DOI", ("name", dataObject.Name));
        if (dataObject.ToDo is { } toDo)
        {
            Start("Private", ("type", ToDoCheck.Type));
            xml.WriteString(toDo);
            xml.WriteEndElement();
        }

        WriteLevel(values, 0);
        xml.WriteEndElement();
    }

    private void WriteLevel(IEnumerable<ScaffoldValue> values, int depth)
    {
        foreach (var group in values.GroupBy(v => v.Path.Split('.')[depth], StringComparer.Ordinal))
        {
            var leaf = group.FirstOrDefault(v => v.Path.Split('.').Length == depth + 1);
            if (leaf is null)
            {
                Start("SDI", ("name", group.Key));
                WriteLevel(group, depth + 1);
                xml.WriteEndElement();
                continue;
            }

            Start("DAI", leaf.Binding is { } binding ? [("name", group.Key), ("sAddr", binding)] : [("name", group.Key)]);
            if (leaf.Constant is { } constant)
            {
                xml.WriteElementString("Val", constant);
            }

            xml.WriteEndElement();
        }
    }

    /// <summary>Whether there are states to log.</summary>
    private bool WriteReports(ScaffoldLogicalDevice device)
    {
        var members = device.Nodes.SelectMany(n => n.Objects.Select(o => (Node: n, Object: o, ScaffoldClasses.Find(n.Class, o.Name)!.Cdc))).ToList();
        var measurements = members.Where(m => m.Object.IsBound && m.Cdc is "MV" or "CMV" or "WYE" or "DEL").Select(m => (m.Node, m.Object.Name, "MX")).ToList();
        var energy = members.Where(m => m.Object.IsBound && m.Cdc == "BCR").Select(m => (m.Node, m.Object.Name, "ST")).ToList();
        var status = members.Where(m => m.Object.Name is "Beh" && m.Node.Class == "LLN0").Select(m => (m.Node, m.Object.Name, "ST"))
            .Concat(members.Where(m => m.Object.IsBound && m.Cdc is "SPS" or "ENS" or "INS" or "DPC" or "SPC" or "ENC" or "APC").Select(m => (m.Node, m.Object.Name, m.Cdc == "APC" ? "MX" : "ST"))).ToList();
        WriteDataSet(device, "Measurements", "Measured values", measurements);
        WriteDataSet(device, "Status", "States, alarms, set points in force", status);
        WriteDataSet(device, "Energy", "Energy counters", energy);
        WriteReport(device.Inst, "brcbStatus", "States, buffered: nothing is lost while the partner is away", "Status", true, status.Count, "0", "900000", 4);
        WriteReport(device.Inst, "brcbEnergy", "Energy each quarter of an hour, buffered", "Energy", true, energy.Count, "0", "900000", 4);
        WriteReport(device.Inst, "brcbMeas", "Measured values, buffered", "Measurements", true, measurements.Count, "500", "60000", 4);
        WriteReport(device.Inst, "urcbMeas", "Measured values for live displays", "Measurements", false, measurements.Count, "0", "5000", 5);
        if (status.Count > 0)
        {
            Start("LogControl", ("name", "EventLog"), ("desc", "State changes, for who asks later"), ("datSet", "Status"), ("logName", LogName), ("logEna", "true"));
            Empty("TrgOps", ("dchg", "true"), ("qchg", "true"), ("gi", "false"));
            xml.WriteEndElement();
        }

        return status.Count > 0;
    }

    private void WriteDataSet(ScaffoldLogicalDevice device, string name, string description, List<(ScaffoldNode Node, string Name, string Fc)> members)
    {
        if (members.Count == 0)
        {
            return;
        }

        Start("DataSet", ("name", name), ("desc", description));
        foreach (var (node, dataObject, fc) in members)
        {
            Empty("FCDA", node.Class == "LLN0"
                ? [("ldInst", device.Inst), ("lnClass", node.Class), ("doName", dataObject), ("fc", fc)]
                : [("ldInst", device.Inst), ("lnClass", node.Class), ("lnInst", node.Inst), ("doName", dataObject), ("fc", fc)]);
        }

        xml.WriteEndElement();
    }

    private void WriteReport(string inst, string name, string description, string dataSet, bool buffered, int members, string bufferTime, string integrity, int instances)
    {
        if (members == 0)
        {
            return;
        }

        Start("ReportControl", ("name", name), ("desc", description), ("datSet", dataSet), ("rptID", inst == "LD0" ? name : $"{inst}_{name}"), ("confRev", "1"), ("buffered", buffered ? "true" : "false"), ("bufTime", bufferTime), ("intgPd", integrity));
        Empty("TrgOps", ("dchg", dataSet == "Energy" ? "false" : "true"), ("qchg", dataSet == "Energy" ? "false" : "true"), ("period", "true"), ("gi", "true"));
        Empty("OptFields", buffered
            ? [("seqNum", "true"), ("timeStamp", "true"), ("dataSet", "true"), ("reasonCode", "true"), ("entryID", "true"), ("configRef", "true")]
            : [("seqNum", "true"), ("timeStamp", "true"), ("dataSet", "true"), ("reasonCode", "true"), ("configRef", "true"), ("bufOvfl", "false")]);
        Empty("RptEnabled", ("max", XmlConvert.ToString(instances)));
        xml.WriteEndElement();
    }

    private const string LogName = "GeneralLog";

    private void Start(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        xml.WriteStartElement(name);
        foreach (var (attribute, value) in attributes)
        {
            if (value.Length > 0 || attribute == "inst")
            {
                xml.WriteAttributeString(attribute, value);
            }
        }
    }

    private void Empty(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Start(name, attributes);
        xml.WriteEndElement();
    }
}
