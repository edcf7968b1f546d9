namespace DerAgent.Model;

/// <summary>Attributes of the control blocks in the order of the wire (IEC 61850-8-1 §17.1, §15, §16).</summary>
/// <remarks>They live in the value store like any data, so one read path serves everything.</remarks>
internal static class ControlBlockNodes
{
    private static readonly AttributeType RptId = new(BasicType.VisibleString, 129);
    private static readonly AttributeType Owner = new(BasicType.OctetString, 64);

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
            members.Add(Leaf("ResvTms", fc, AttributeType.Int16U, DataValue.Unsigned(block.ReservationTime)));
        }

        return block.Node = new DataNode("SGCB", fc, [.. members]);
    }

    public static DataNode Stream(StreamControlDefinition block, LogicalNode ln, string logicalDevice)
    {
        var dataSet = DataValue.VisibleString(DataSetReference(logicalDevice, ln, block.DataSet));
        var (enable, id) = block.Fc == FunctionalConstraint.GO ? ("GoEna", "GoID") : ("SvEna", block.Fc == FunctionalConstraint.MS ? "MsvID" : "UsvID");
        return block.Node = new DataNode(block.Name, block.Fc,
        [
            Leaf(enable, block.Fc, AttributeType.Boolean),
            Leaf(id, block.Fc, RptId, DataValue.VisibleString(block.Id)),
            Leaf("DatSet", block.Fc, AttributeType.ObjectReference, dataSet),
            Leaf("ConfRev", block.Fc, AttributeType.Int32U, DataValue.Unsigned(block.ConfigurationRevision)),
        ]);
    }

    private static string DataSetReference(string logicalDevice, LogicalNode ln, string? dataSet) =>
        string.IsNullOrEmpty(dataSet) ? "" : $"{logicalDevice}/{ln.Name}${dataSet}";

    private static DataNode Leaf(string name, FunctionalConstraint fc, AttributeType type, DataValue initial = default) =>
        new(name, fc, new LeafSource(type, TriggerConditions.None, initial, ValueKind.Set, null, null));
}
