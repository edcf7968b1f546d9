using DerAgent.Model;
using Spectre.Console;

namespace DerAgent.Agent.Cli;

/// <summary>A model as a tree on the terminal.</summary>
internal static class ModelTree
{
    public static void Write(IedModel model, int depth)
    {
        var tree = new Tree(Markup.Escape($"{model.Name} ({model.AccessPoint}{(model.Address.TryGetValue("JID", out var jid) ? ", " + jid : "")})"));
        foreach (var ld in model.LogicalDevices)
        {
            var device = tree.AddNode(Markup.Escape(ld.Name));
            foreach (var ln in depth > 1 ? ld.LogicalNodes : [])
            {
                AddNode(device, ln, depth);
            }
        }

        AnsiConsole.Write(tree);
    }

    private static void AddNode(TreeNode device, LogicalNode ln, int depth)
    {
        var node = device.AddNode(Markup.Escape(ln.Name));
        foreach (var dataObject in depth > 2 ? ln.DataObjects : [])
        {
            var item = node.AddNode($"{Markup.Escape(dataObject.Name)} [grey]{Markup.Escape(dataObject.Cdc)}[/]{Markup.Escape(Brief(dataObject))}");
            foreach (var leaf in depth > 3 ? Leaves(dataObject) : [])
            {
                item.AddNode(Markup.Escape($"{leaf.Reference[(leaf.LogicalNode.Reference.Length + 1)..]} {TypeText(leaf.Type)}{Value(leaf)}"));
            }
        }

        foreach (var set in depth > 2 ? ln.DataSets : [])
        {
            node.AddNode(Markup.Escape($"data set {set.Name}: {set.Members.Count} members"));
        }

        foreach (var block in depth > 2 ? ln.ReportControls : [])
        {
            node.AddNode(Markup.Escape($"{(block.Buffered ? "BRCB" : "URCB")} {block.Name} → {block.DataSet}"));
        }
    }

    /// <summary>The leaves of a data object across its functional constraints.</summary>
    public static IEnumerable<DataNode> Leaves(DataObject dataObject) =>
        dataObject.Nodes.OrderBy(n => n.Fc).SelectMany(n => n.Leaves()).Where(static l => !l.IsMirror);

    /// <summary>Type of a leaf in the words of SCL.</summary>
    public static string TypeText(AttributeType type) => type.Basic switch
    {
        BasicType.Integer => $"INT{type.Size}",
        BasicType.Unsigned => $"INT{type.Size}U",
        BasicType.Float => $"FLOAT{type.Size}",
        BasicType.Boolean => "BOOLEAN",
        BasicType.Enumerated => type.Enumeration?.Id ?? "Enum",
        BasicType.VisibleString => $"VisString{type.Size}",
        BasicType.UnicodeString => $"Unicode{type.Size}",
        BasicType.OctetString => $"Octet{type.Size}",
        BasicType.BitString => type.Enumeration?.Id ?? $"{type.Size} bits",
        _ => type.Basic.ToString(),
    };

    /// <summary>Binding or value of a leaf, as text behind it.</summary>
    public static string Value(DataNode leaf) =>
        leaf.ShortAddress is { } address ? $" ← {(leaf.Device is null || address.Contains('/', StringComparison.Ordinal) ? "" : leaf.Device + "/")}{address}"
        : leaf.InitialValue.Kind == DataKind.None ? ""
        : $" = {Text(leaf)}";

    private static string Text(DataNode leaf) =>
        leaf.Type.Basic == BasicType.Enumerated && leaf.Type.Enumeration?.LiteralOf(leaf.InitialValue.AsInteger()) is { } literal ? literal : leaf.InitialValue.ToString();

    /// <summary>What feeds or fixes the object's own value.</summary>
    private static string Brief(DataObject dataObject)
    {
        var leaves = Leaves(dataObject).ToList();
        return leaves.Find(l => l.ShortAddress is not null) is { } bound ? Value(bound) : leaves.Find(l => l.Name is "stVal" or "setVal" && l.InitialValue.Kind != DataKind.None) is { } valued ? Value(valued) : "";
    }
}
