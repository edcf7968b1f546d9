using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Scl;

namespace DerAgent.Agent.Cli;

/// <summary>A variable of a server with what is known of its numbers: names of its components, units and enumerations.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type; null where it is not known.</param>
internal sealed record KnownVariable(ObjectName Name, TypeDescription? Type)
{
    /// <summary>Units by the path of what they stand in, from the data object on: <c>TotW.units</c>, <c>PhV.phsA.units</c>, <c>Crv.xUnits</c>.</summary>
    public IReadOnlyDictionary<string, string> Units { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What one pulse of a counter stands for, by the path of the counter.</summary>
    public IReadOnlyDictionary<string, double> Pulses { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>The model of an SCL file that knows the literals; null: those of the standard.</summary>
    public IedModel? Scl { get; init; }

    /// <summary>Names from the data object down to the variable itself.</summary>
    public IReadOnlyList<string> Path { get; } = Name.Item.Split('$') is [_, _, .. var path] ? [.. path.Select(static p => p.Split('(')[0])] : [];

    /// <summary>The unit of a number; null where it has none, or none is known.</summary>
    /// <param name="below">Names of the components below the variable.</param>
    public string? UnitOf(IReadOnlyList<string> below)
    {
        string[] path = [.. Path, .. below];
        return path switch
        {
            [.., "ang", "f"] => "deg",
            [.., "xVal"] => Nearest(path, "xUnits"),
            [.., "yVal"] => Nearest(path, "yUnits"),
            [.., "zVal" or "pointZ"] => Nearest(path, "zUnits"),
            [.., "f" or "stVal" or "setVal" or "ctlVal" or "minVal" or "maxVal" or "stepSize"] => Nearest(path, "units"),
            [.. var counter, "actVal" or "frVal"] => Nearest(path, "units") is not { } unit ? null : Pulses.GetValueOrDefault(string.Join('.', counter), 1) is not 1 and var pulse ? FormattableString.Invariant($"x {pulse} {unit}") : unit,
            _ => null,
        };
    }

    /// <summary>The enumeration of an attribute; null where it is none, or one that nobody here knows.</summary>
    /// <param name="below">Names of the components below the variable.</param>
    public EnumType? EnumerationOf(IReadOnlyList<string> below) =>
        Name.Item.Split('$') is not [var node, var fc, ..] ? null
        : Scl?.Node(Name.Domain, string.Join('$', [node, fc, .. Path, .. below])) is { IsLeaf: true } leaf ? leaf.Type.Enumeration
        : StandardEnumerations.Find(node, [.. Path, .. below]);

    /// <summary>A number as people read it: <c>5000 W</c>, <c>6 (running)</c>; a quality in words.</summary>
    /// <param name="below">Names of the components below the variable.</param>
    /// <param name="value">The value.</param>
    public string Text(IReadOnlyList<string> below, in DataValue value)
    {
        switch (value.Kind)
        {
            case DataKind.BitString when value.BitCount == 13 && (below.Count > 0 ? below[^1] : Path.Count > 0 ? Path[^1] : "") == "q":
                return Quality.FromValue(value).ToString();
            case DataKind.BitString when value.BitCount == 2 && EnumerationOf(below) is { } coded:
                return $"{value} ({coded.LiteralOf(CodedEnum.OrdinalOf(value))})";
            case DataKind.Integer or DataKind.Unsigned when value.TryAsInteger(out var ordinal) && EnumerationOf(below)?.LiteralOf(ordinal) is { Length: > 0 } literal:
                return $"{value} ({literal})";
            case DataKind.Integer or DataKind.Unsigned or DataKind.Float32 or DataKind.Float64 when UnitOf(below) is { } unit:
                return $"{value} {unit}";
            default:
                return value.ToString();
        }
    }

    private string? Nearest(string[] path, string units)
    {
        for (var depth = path.Length - 1; depth > 0; depth--)
        {
            if (Units.TryGetValue(string.Join('.', [.. path[..depth], units]), out var unit))
            {
                return unit;
            }
        }

        return null;
    }
}
