using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Where a measured or read-back value goes: the leaf, the quality and time of its data object, and what follows from the value there.</summary>
internal sealed class ProcessPoint
{
    private readonly DataNode? _subEna;
    private readonly DataNode? _blkEna;

    /// <summary>A point that feeds <paramref name="value"/>.</summary>
    public ProcessPoint(DataNode value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Value = value;
        var around = value;
        while (around.Parent is { } parent && around.DataObject?.Node(value.Fc) != around)
        {
            around = parent;
        }

        Quality = around.Child("q");
        Time = around.Child("t");
        _subEna = value.DataObject?.Attribute("subEna");
        _blkEna = value.DataObject?.Attribute("blkEna");
        if (value.Type.Basic is BasicType.Float or BasicType.Integer && value.Path(around).Split('$') is ["", "mag" or "cVal", .. var rest] path)
        {
            // mag follows instMag through its deadband, cVal follows instCVal; both are fed by one binding (IEC 61850-7-3 §7.4.3, §7.4.4).
            Instantaneous = around.Child(path[1] == "mag" ? "instMag" : "instCVal")?.Descendant(string.Concat(rest.Select(r => "$" + r)));
            var isAngle = rest is ["ang", ..];
            Deadband = new(value, isAngle);
            Range = RangeWatch.Of(around, value.DataObject!, isAngle);
        }
    }

    /// <summary>The leaf that is fed.</summary>
    public DataNode Value { get; }

    /// <summary>Its quality, or null.</summary>
    public DataNode? Quality { get; }

    /// <summary>Its time, or null.</summary>
    public DataNode? Time { get; }

    /// <summary>The leaf that shows the value without deadband, or null.</summary>
    public DataNode? Instantaneous { get; }

    /// <summary>What a change must exceed; null where it is no analogue value.</summary>
    public Deadband? Deadband { get; }

    /// <summary>What follows from limits; null where there are none.</summary>
    public RangeWatch? Range { get; }

    /// <summary>Whether something else than the source is shown: a substitute, or what was there when it was blocked (IEC 61850-7-2 §11, IEC 61850-7-3 §6).</summary>
    public bool IsHeld(ValueStore values) => IsSet(_subEna, values) || IsSet(_blkEna, values);

    private static bool IsSet(DataNode? node, ValueStore values) => node is { IsLeaf: true } && values[node.FirstSlot].AsBoolean();
}
