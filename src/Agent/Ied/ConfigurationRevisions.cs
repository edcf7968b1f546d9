using DerAgent.Acsi;
using DerAgent.Model;

namespace DerAgent.Agent;

/// <summary>The configuration revisions of a server that clients may have cached: of report control blocks and of nameplates.</summary>
/// <param name="Model">The model.</param>
/// <param name="Reports">ConfRev by reference of the block.</param>
/// <param name="Nameplates">configRev by reference of the attribute.</param>
internal sealed record ConfigurationRevisions(IedModel Model, IReadOnlyDictionary<string, ulong> Reports, IReadOnlyDictionary<string, string> Nameplates)
{
    /// <summary>The revisions of a running server; called on its loop.</summary>
    public static ConfigurationRevisions Of(AcsiServer server)
    {
        var model = server.Values.Model;
        return new(
            model,
            Blocks(model).ToDictionary(b => b.Node.Reference, b => server.Values[b.Node.Child("ConfRev")!.FirstSlot].AsUnsigned(), StringComparer.Ordinal),
            ConfigRevs(model).ToDictionary(n => n.Reference, n => server.Values[n.FirstSlot].AsText(), StringComparer.Ordinal));
    }

    /// <summary>Raises in a new server what changed since and was not raised in its SCL file: clients must notice (IEC 61850-7-2 §17.2.2.7, IEC 61850-7-3 §7.9.3).</summary>
    public void RaiseIn(AcsiServer server, string fingerprint)
    {
        var model = server.Values.Model;
        foreach (var block in Blocks(model))
        {
            var node = block.Node.Child("ConfRev")!;
            var given = server.Values[node.FirstSlot].AsUnsigned();
            if (Reports.TryGetValue(block.Node.Reference, out var old) && given <= old && Members(model, block) != Members(Model, Find(block)))
            {
                server.RaiseConfigurationRevision(block.Node.Reference, (uint)((old + 1) & uint.MaxValue));
            }
        }

        foreach (var node in ConfigRevs(model))
        {
            var given = server.Values[node.FirstSlot].AsText();
            if (Nameplates.TryGetValue(node.Reference, out var old) && given == old)
            {
                server.Values.Set(node.FirstSlot, DataValue.VisibleString($"{given[..Math.Min(given.Length, 200)]}+{fingerprint[..8]}"));
            }
        }

        server.Values.ClearChanges();
    }

    private ReportControlDefinition? Find(ReportControlDefinition block) => Blocks(Model).FirstOrDefault(b => b.Node.Reference == block.Node.Reference);

    private static IEnumerable<ReportControlDefinition> Blocks(IedModel model) => model.LogicalDevices.SelectMany(d => d.LogicalNodes).SelectMany(n => n.ReportControls);

    private static IEnumerable<DataNode> ConfigRevs(IedModel model) => model.LogicalDevices.SelectMany(d => d.LogicalNodes)
        .Where(n => n.LnClass is "LLN0" or "LPHD").Select(n => n.DataObject("NamPlt")?.Attribute("configRev")).OfType<DataNode>().Where(n => n.IsLeaf);

    private static string Members(IedModel model, ReportControlDefinition? block)
    {
        var ln = block is null ? null : model.LogicalDevices.SelectMany(d => d.LogicalNodes).FirstOrDefault(n => n.ReportControls.Contains(block));
        var set = ln?.DataSets.FirstOrDefault(s => s.Name == block!.DataSet);
        return set is null ? "" : $"{set.Name} {string.Join(' ', set.Members.Select(m => $"{m.Reference}:{m.SlotCount}"))}";
    }
}
