using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>The members of SBOw, Oper and Cancel (IEC 61850-7-2 §20.5.2, IEC 61850-8-1 §20.3).</summary>
/// <param name="Structure">As written.</param>
/// <param name="Value">ctlVal, a structure for analogue values.</param>
/// <param name="OperTime">operTm, or zero.</param>
/// <param name="OriginCategory">origin.orCat.</param>
/// <param name="OriginIdent">origin.orIdent.</param>
/// <param name="ControlNumber">ctlNum.</param>
/// <param name="Test">Test.</param>
/// <param name="Check">Check.</param>
internal sealed record ControlParameters(
    DataValue Structure, DataValue Value, Timestamp OperTime, long OriginCategory, DataValue OriginIdent, DataValue ControlNumber, bool Test, DataValue Check)
{
    /// <summary>What the structure fits: SBOw, Oper or Cancel.</summary>
    public required DataNode Node { get; init; }

    /// <summary>The service they came with: an Oper with an activation time is another one (IEC 61850-7-2 §20.5).</summary>
    public ServiceName Service => Node.Name switch
    {
        "SBOw" => ServiceName.SelectWithValue,
        "Cancel" => ServiceName.Cancel,
        _ => OperTime.Seconds == 0 ? ServiceName.Operate : ServiceName.TimeActivatedOperate,
    };

    /// <summary>The number of ctlVal; NaN where it is none.</summary>
    public double Number => Value.Kind == DataKind.Structure && Value.Items.Count > 0 ? Value.Items[0].AsDouble() : Value.AsDouble();

    /// <summary>From a structure that fits <paramref name="node"/>.</summary>
    public static ControlParameters From(DataNode node, in DataValue structure)
    {
        var origin = Member(node, structure, "origin");
        return new(
            structure,
            Member(node, structure, "ctlVal"),
            Timestamp.FromValue(Member(node, structure, "operTm")),
            origin.Items.Count > 0 ? origin.Items[0].AsInteger() : 0,
            origin.Items.Count > 1 ? origin.Items[1] : DataValue.Octets([]),
            Member(node, structure, "ctlNum"),
            Member(node, structure, "Test").AsBoolean(),
            Member(node, structure, "Check"))
        {
            Node = node,
        };
    }

    /// <summary>Whether the origin is one that commands may have: a category that there is, and an identification of 64 octets at most. True where nothing can be said.</summary>
    public static bool HasOrigin(DataNode node, in DataValue value) =>
        value.Kind != DataKind.Structure || value.Items.Count != node.Children.Count
        || Member(node, value, "origin") is not { Kind: DataKind.Structure, Items.Count: 2 } origin
        || ((!origin.Items[0].TryAsInteger(out var category) || category is >= 0 and <= 8) && origin.Items[1].AsOctets().Length <= 64);

    /// <summary>From a structure that does not fit: what of it can be told back.</summary>
    public static ControlParameters FromAny(DataNode node, in DataValue value)
    {
        var none = new ControlParameters(value, default, default, 0, DataValue.Octets([]), default, false, default) { Node = node };
        if (value.Kind != DataKind.Structure || value.Items.Count != node.Children.Count)
        {
            return none;
        }

        var read = From(node, value);
        return none with
        {
            OriginCategory = read.OriginCategory,
            OriginIdent = read.OriginIdent.Kind == DataKind.OctetString && read.OriginIdent.AsOctets().Length <= 64 ? read.OriginIdent : none.OriginIdent,
            ControlNumber = read.ControlNumber.Kind is DataKind.Unsigned or DataKind.Integer ? DataValue.Unsigned(read.ControlNumber.AsUnsigned() & 0xFF) : default,
        };
    }

    /// <summary>A member by its name; none where there is none.</summary>
    public DataValue Member(string name) => Structure.Kind == DataKind.Structure && Structure.Items.Count == Node.Children.Count ? Member(Node, Structure, name) : default;

    /// <summary>The same without its activation time: what is told when the time has come and gone.</summary>
    public DataValue WithoutTime() => OperTime.Seconds == 0
        ? Structure
        : DataValue.Structure([.. Structure.Items.Select((item, i) => Node.Children[i].Name == "operTm" ? Timestamp.Zero.ToValue() : item)]);

    /// <summary>Whether an operate matches its selection: all but T must agree.</summary>
    public bool Matches(ControlParameters selected) =>
        Value == selected.Value
        && OriginCategory == selected.OriginCategory
        && OriginIdent == selected.OriginIdent
        && ControlNumber == selected.ControlNumber
        && Test == selected.Test
        && Check == selected.Check;

    private static DataValue Member(DataNode node, in DataValue structure, string name)
    {
        for (var i = 0; i < node.Children.Count; i++)
        {
            if (node.Children[i].Name == name)
            {
                return structure.Items[i];
            }
        }

        return default;
    }
}
