using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>What a statistical logical node calculates (the Clc data objects of IEC 61850-7-4 §6.2).</summary>
/// <param name="Method">Literal of ClcMth: MIN, MAX, AVG or SDV.</param>
/// <param name="Interval">A result comes after each of these.</param>
/// <param name="Parts">So many of them belong to a result: more than one where the window slides.</param>
/// <param name="Source">The logical node whose values it looks at.</param>
internal sealed record StatisticsRule(string Method, CalculationInterval Interval, int Parts, LogicalNode Source)
{
    private const int MostParts = 1000;
    private static readonly string[] Attributes = ["setVal", "setSrcRef", "stVal"];
    private static readonly string[] Objects = ["ClcMth", "ClcMod", "ClcIntvTyp", "ClcIntvPer", "NumSubIntv", "ClcSrc"];

    /// <summary>Whether a logical node says of itself that it calculates something.</summary>
    public static bool IsStatistical(LogicalNode ln) => ln.DataObject("ClcMth") is not null && ln.DataObject("ClcSrc") is not null;

    /// <summary>The leaves that say what is calculated.</summary>
    public static IEnumerable<DataNode> LeavesOf(LogicalNode ln) => Objects.Select(o => Leaf(ln, o)).OfType<DataNode>();

    /// <summary>What a logical node calculates, or why it does not; neither where it says that it does not.</summary>
    public static (StatisticsRule? Rule, string? Fault) Of(LogicalNode ln, ValueStore values)
    {
        var method = Literal(ln, "ClcMth", values) ?? "";
        if (method is "UNSPECIFIED" or "PRES")
        {
            return (null, null);
        }

        if (method is not ("MIN" or "MAX" or "AVG" or "SDV"))
        {
            return (null, $"ClcMth = {method} is not calculated (MIN, MAX, AVG and SDV are)");
        }

        var reference = Leaf(ln, "ClcSrc") is { } leaf ? values[leaf.FirstSlot].AsText() : "";
        if (reference.Split('/') is not [var domain, var name] || values.Model.LogicalDevice(domain)?.LogicalNode(name) is not { } source || source == ln)
        {
            return (null, $"ClcSrc = \"{reference}\" is no other logical node of this server");
        }

        var (mode, count) = (Literal(ln, "ClcMod", values) ?? "PERIOD", Leaf(ln, "ClcIntvPer") is { } period ? values[period.FirstSlot].AsInteger() : 0);
        var parts = mode == "SLIDING" ? Leaf(ln, "NumSubIntv") is { } number ? values[number.FirstSlot].AsInteger() : 0 : 1;
        var interval = new CalculationInterval(Literal(ln, "ClcIntvTyp", values) ?? "MS", parts is > 1 and <= MostParts && count % parts == 0 ? count / parts : count);
        var fault = mode switch
        {
            "PERIOD" => null,
            "SLIDING" when parts is > 1 and <= MostParts && count % parts == 0 => null,
            "SLIDING" => $"a sliding window of {count} cannot be had in NumSubIntv = {parts} equal parts (2 to {MostParts})",
            _ => $"ClcMod = {mode} is not calculated (PERIOD and SLIDING are)",
        };
        return (fault ??= interval.Fault) is null ? (new(method, interval, (int)parts, source), null) : (null, fault);
    }

    private static DataNode? Leaf(LogicalNode ln, string name) => Attributes.Select(a => ln.DataObject(name)?.Attribute(a)).FirstOrDefault(a => a is { IsLeaf: true });

    private static string? Literal(LogicalNode ln, string name, ValueStore values) => Leaf(ln, name) is { } leaf ? leaf.Type.Enumeration?.LiteralOf(values[leaf.FirstSlot].AsInteger()) ?? "" : null;
}
