namespace DerAgent.Model;

/// <summary>Attributes of the control blocks in the order of the wire (IEC 61850-8-1 §17.1, §15, §16).</summary>
/// <remarks>They live in the value store like any data, so one read path serves everything.</remarks>
internal static class ControlBlockNodes
{
    private static readonly AttributeType RptId = new(BasicType.VisibleString, 129);
    private static readonly AttributeType Owner = new(BasicType.OctetString, 64);
    private static readonly AttributeType Mac = new(BasicType.OctetString, 6);
    private static readonly AttributeType SampleFields = new(BasicType.BitString, 5);
    private static readonly AttributeType SampleMode = new(BasicType.Enumerated, 8);

    public static DataNode Report(ReportControlDefinition block, ServerCapabilities capabilities, LogicalNode ln, string logicalDevice)
    {
        var fc = block.Buffered ? FunctionalConstraint.BR : FunctionalConstraint.RP;
        var reference = $"{logicalDevice}/{ln.Name}${fc}${block.Name}";
        List<DataNode> members =
        [
            Leaf("RptID", fc, RptId, DataValue.VisibleString(block.ReportId.Length == 0 ? reference : block.ReportId)),
            Leaf("RptEna", fc, AttributeType.Boolean),
        ];
        if (!block.Buffered)
        {
            members.Add(Leaf("Resv", fc, AttributeType.Boolean));
        }

        members.AddRange(
        [
            Leaf("DatSet", fc, AttributeType.ObjectReference, DataValue.VisibleString(DataSetReference(logicalDevice, ln, block.DataSet))),
            Leaf("ConfRev", fc, AttributeType.Int32U, DataValue.Unsigned(block.ConfigurationRevision)),
            Leaf("OptFlds", fc, AttributeType.OptionalFields, DataValue.Bits((ulong)block.OptionalFields, 10)),
            Leaf("BufTm", fc, AttributeType.Int32U, DataValue.Unsigned(block.BufferTime)),
            Leaf("SqNum", fc, block.Buffered ? AttributeType.Int16U : AttributeType.Int8U),
            Leaf("TrgOps", fc, AttributeType.TriggerOptions, DataValue.Bits((ulong)block.TriggerOptions, 6)),
            Leaf("IntgPd", fc, AttributeType.Int32U, DataValue.Unsigned(block.IntegrityPeriod)),
            Leaf("GI", fc, AttributeType.Boolean),
        ]);
        if (block.Buffered)
        {
            members.Add(Leaf("PurgeBuf", fc, AttributeType.Boolean));
            members.Add(Leaf("EntryID", fc, AttributeType.EntryId));
            members.Add(Leaf("TimeofEntry", fc, AttributeType.EntryTime));
            if (capabilities.ReportReservationTime)
            {
                members.Add(Leaf("ResvTms", fc, AttributeType.Int16, DataValue.Integer(block.Clients.Count > 0 ? -1 : 0)));
            }
        }

        if (capabilities.ReportOwner)
        {
            members.Add(Leaf("Owner", fc, Owner, DataValue.Octets([])));
        }

        return block.Node = new DataNode(block.Name, fc, [.. members]);
    }

    public static DataNode Log(LogControlDefinition block, LogicalNode ln, string logicalDevice)
    {
        const FunctionalConstraint fc = FunctionalConstraint.LG;
        return block.Node = new DataNode(block.Name, fc,
        [
            Leaf("LogEna", fc, AttributeType.Boolean, DataValue.Boolean(block.Enabled)),
            Leaf("LogRef", fc, AttributeType.ObjectReference, DataValue.VisibleString(block.LogReference)),
            Leaf("DatSet", fc, AttributeType.ObjectReference, DataValue.VisibleString(DataSetReference(logicalDevice, ln, block.DataSet))),
            Leaf("OldEntrTm", fc, AttributeType.EntryTime),
            Leaf("NewEntrTm", fc, AttributeType.EntryTime),
            Leaf("OldEntr", fc, AttributeType.EntryId),
            Leaf("NewEntr", fc, AttributeType.EntryId),
            Leaf("TrgOps", fc, AttributeType.TriggerOptions, DataValue.Bits((ulong)block.TriggerOptions, 6)),
            Leaf("IntgPd", fc, AttributeType.Int32U, DataValue.Unsigned(block.IntegrityPeriod)),
        ]);
    }

    public static DataNode Setting(SettingControlDefinition block, ServerCapabilities capabilities)
    {
        const FunctionalConstraint fc = FunctionalConstraint.SP;
        List<DataNode> members =
        [
            Leaf("NumOfSG", fc, AttributeType.Int8U, DataValue.Unsigned(block.NumberOfGroups)),
            Leaf("ActSG", fc, AttributeType.Int8U, DataValue.Unsigned(block.ActiveGroup)),
            Leaf("EditSG", fc, AttributeType.Int8U),
            Leaf("CnfEdit", fc, AttributeType.Boolean),
            Leaf("LActTm", fc, AttributeType.Timestamp),
        ];
        if (capabilities.SettingGroupReservationTime)
        {
            // 0 while nobody edits; then the time that the editor has.
            members.Add(Leaf("ResvTms", fc, AttributeType.Int16U));
        }

        return block.Node = new DataNode("SGCB", fc, [.. members]);
    }

    /// <summary>All members of IEC 61850-8-1 in its order, the optional ones too. Only that it is disabled is decided here: XMPP carries no multicast.</summary>
    public static DataNode Stream(StreamControlDefinition block, LogicalNode ln, string logicalDevice)
    {
        var fc = block.Fc;
        var dataSet = DataSetReference(logicalDevice, ln, block.DataSet);
        List<DataNode> members = fc == FunctionalConstraint.GO ? [Leaf("GoEna", fc, AttributeType.Boolean), Leaf("GoID", fc, RptId, DataValue.VisibleString(block.Id))]
            : fc == FunctionalConstraint.MS ? [Leaf("SvEna", fc, AttributeType.Boolean), Leaf("MsvID", fc, RptId, DataValue.VisibleString(block.Id))]
            : [Leaf("SvEna", fc, AttributeType.Boolean), Leaf("Resv", fc, AttributeType.Boolean), Leaf("UsvID", fc, RptId, DataValue.VisibleString(block.Id))];
        members.Add(Leaf("DatSet", fc, AttributeType.ObjectReference, DataValue.VisibleString(dataSet)));
        members.Add(Leaf("ConfRev", fc, AttributeType.Int32U, DataValue.Unsigned(block.ConfigurationRevision)));
        if (fc == FunctionalConstraint.GO)
        {
            // A block that has nothing to send, or no revision, needs commissioning (IEC 61850-7-2 §18.2.1.7).
            members.Add(Leaf("NdsCom", fc, AttributeType.Boolean, DataValue.Boolean(dataSet.Length == 0 || block.ConfigurationRevision == 0)));
            members.Add(Destination(block));
            members.Add(Leaf("MinTime", fc, AttributeType.Int32U, DataValue.Unsigned(block.Times.Min)));
            members.Add(Leaf("MaxTime", fc, AttributeType.Int32U, DataValue.Unsigned(block.Times.Max)));
            members.Add(Leaf("FixedOffs", fc, AttributeType.Boolean, DataValue.Boolean(block.HasFixedOffsets)));
        }
        else
        {
            members.Add(Leaf("SmpRate", fc, AttributeType.Int32U, DataValue.Unsigned(block.Samples.Rate)));
            members.Add(Leaf("OptFlds", fc, SampleFields, DataValue.Bits(block.Samples.OptionalFields, SampleFields.Size)));
            members.Add(Leaf("SmpMod", fc, SampleMode, DataValue.Integer(block.Samples.Mode)));
            members.Add(Destination(block));
            members.Add(Leaf("noASDU", fc, AttributeType.Int16U, DataValue.Unsigned(block.Samples.Asdus)));
        }

        return block.Node = new DataNode(block.Name, fc, [.. members]);
    }

    private static DataNode Destination(StreamControlDefinition block) => new("DstAddress", block.Fc,
    [
        Leaf("Addr", block.Fc, Mac, DataValue.Octets(block.Address.Mac.ToArray())),
        Leaf("PRIORITY", block.Fc, AttributeType.Int8U, DataValue.Unsigned(block.Address.Priority)),
        Leaf("VID", block.Fc, AttributeType.Int16U, DataValue.Unsigned(block.Address.VlanId)),
        Leaf("APPID", block.Fc, AttributeType.Int16U, DataValue.Unsigned(block.Address.AppId)),
    ]);

    private static string DataSetReference(string logicalDevice, LogicalNode ln, string? dataSet) =>
        string.IsNullOrEmpty(dataSet) ? "" : $"{logicalDevice}/{ln.Name}${dataSet}";

    private static DataNode Leaf(string name, FunctionalConstraint fc, AttributeType type, DataValue initial = default) =>
        new(name, fc, new LeafSource(type, TriggerConditions.None, initial, ValueKind.Set, null, null));
}
