using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Which attributes of a model are recorded, and which begin a record, where the configuration does not say.</summary>
internal static class DisturbanceChannels
{
    /// <summary>Channels of a record.</summary>
    public const int Most = 200;

    /// <summary>ENS of health: alarm (IEC 61850-7-4, HealthKind).</summary>
    private const int Alarm = 3;

    /// <summary>The points that are polled: measured values and states that come from a device.</summary>
    public static IReadOnlyList<DataNode> Of(IedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return [.. model.Slots.Where(l => l is { ShortAddress: not null, Fc: FunctionalConstraint.MX or FunctionalConstraint.ST } && IsRecordable(l)).Take(Most)];
    }

    /// <summary>Trips, alarms, and the health of the device.</summary>
    public static IReadOnlyList<DisturbanceTrigger> TriggersOf(IedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return [.. model.Slots.Where(l => l.Fc == FunctionalConstraint.ST).Select(TriggerOf).OfType<DisturbanceTrigger>()];
    }

    /// <summary>Whether an attribute can be recorded: it is a number, a state or a yes and no.</summary>
    public static bool IsRecordable(DataNode leaf)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        return leaf is { IsLeaf: true, Name: not ("q" or "t") } && leaf.Type.Default.Kind is DataKind.Boolean or DataKind.Integer or DataKind.Unsigned or DataKind.Float32 or DataKind.Float64 or DataKind.BitString;
    }

    /// <summary>Whether it is recorded as a yes and no.</summary>
    public static bool IsDigital(DataNode leaf)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        return leaf.Type.Default.Kind == DataKind.Boolean;
    }

    /// <summary>A value as a number.</summary>
    public static double NumberOf(in DataValue value) => value.Kind switch
    {
        DataKind.Boolean => value.AsBoolean() ? 1 : 0,
        DataKind.BitString => CodedEnum.OrdinalOf(value),
        _ => value.AsDouble(),
    };

    /// <summary>The unit of a measured value as SCL has it, with its multiplier; empty where the file names none.</summary>
    public static string UnitOf(DataNode leaf)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        for (var data = leaf.DataObject; data is not null; data = data.Parent)
        {
            if (data.Node(FunctionalConstraint.CF)?.Child("units") is { } units)
            {
                return Literal(units.Child("multiplier")) + Literal(units.Child("SIUnit"));
            }
        }

        return "";
    }

    private static string Literal(DataNode? leaf) => leaf is { IsLeaf: true, InitialValue.Kind: not DataKind.None } ? leaf.Type.Enumeration?.LiteralOf(leaf.InitialValue.AsInteger()) ?? "" : "";

    private static DisturbanceTrigger? TriggerOf(DataNode leaf)
    {
        var data = leaf.DataObject?.Name ?? "";
        return (leaf.Name, data) switch
        {
            ("general", "Op" or "Tr") => new(leaf, DisturbanceComparison.Equal, 1),
            ("stVal", "Health" or "PhyHealth" or "EEHealth") => new(leaf, DisturbanceComparison.Equal, Alarm),
            ("stVal", _) when IsDigital(leaf) && (data.EndsWith("Alm", StringComparison.Ordinal) || data.StartsWith("Alm", StringComparison.Ordinal)) => new(leaf, DisturbanceComparison.Equal, 1),
            _ => null,
        };
    }
}
