using System.Globalization;
using DerAgent.Devices;
using DerAgent.Model;
using DerAgent.Scl;

namespace DerAgent.Agent.Cli;

/// <summary>What will be served of a file, in lines for people.</summary>
internal static class ServedReport
{
    private const int MaxNodes = 60;

    public static IEnumerable<string> Lines(ServerInspection server, Site site, bool plan)
    {
        foreach (var line in Lines(server.Model, site, plan))
        {
            yield return line;
        }

        var declared = server.Inventory.Leaves;
        var served = server.Model.Declared.Count();
        if (declared != served)
        {
            yield return $"  skipped: {declared - served} of the {declared} attributes declared; the findings say which and why";
        }
    }

    public static IEnumerable<string> Lines(IedModel model, Site site, bool plan)
    {
        var nodes = model.LogicalDevices.SelectMany(d => d.LogicalNodes).ToList();
        var attributes = model.Declared.ToList();
        yield return $"{model.Name}/{model.AccessPoint} serves {Counted.Of(model.LogicalDevices.Count, "logical device")}, {Counted.Of(nodes.Count, "logical node")}, {Counted.Of(attributes.Count, "attribute")}{(model.Address.TryGetValue("JID", out var jid) ? $", as {jid}" : "")}";
        yield return $"  attributes by constraint: {string.Join(", ", attributes.GroupBy(s => s.Fc).OrderBy(g => g.Key).Select(g => $"{g.Key} {g.Count()}"))}; those of control blocks beside: {model.Slots.Count(static s => s is { DataObject: null, IsMirror: false })}";
        foreach (var node in nodes.Take(MaxNodes))
        {
            yield return $"  {node.Reference}: {string.Join(' ', node.DataObjects.Select(d => d.Name))}";
        }

        if (nodes.Count > MaxNodes)
        {
            yield return $"  … and {nodes.Count - MaxNodes} more logical nodes (der-agent show)";
        }

        foreach (var node in nodes)
        {
            foreach (var line in Blocks(node))
            {
                yield return line;
            }
        }

        var streams = nodes.Sum(n => n.StreamControls.Count);
        if (streams > 0)
        {
            yield return $"  not served: {streams} GOOSE and sampled-value control blocks can be read; XMPP carries no multicast";
        }

        if (site.Devices.Count == 0)
        {
            yield break;
        }

        yield return $"  bindings: {site.BindingCount} to {Counted.Of(site.Devices.Count, "device")}";
        foreach (var line in Devices(site, plan))
        {
            yield return line;
        }
    }

    private static IEnumerable<string> Blocks(LogicalNode node)
    {
        foreach (var set in node.DataSets)
        {
            yield return $"  data set {node.Reference}${set.Name}: {Counted.Of(set.Members.Count, "member")}, {Counted.Of(set.Members.Sum(m => m.SlotCount), "attribute")}";
        }

        // Instances of one block are told together.
        foreach (var group in node.ReportControls.GroupBy(r => (r.Buffered, r.DataSet, Name: r.Name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'))))
        {
            var names = group.Count() == 1 ? group.First().Name : $"{group.First().Name} to {group.Last().Name}";
            yield return $"  {(group.Key.Buffered ? "buffered" : "unbuffered")} reports {node.Reference}.{names}: {(group.Key.DataSet is { } set ? $"data set {set}" : "no data set")}";
        }

        foreach (var log in node.LogControls)
        {
            yield return $"  log control {node.Reference}.{log.Name}: {(log.DataSet is { } set ? $"data set {set}" : "no data set")}";
        }

        if (node.SettingControl is { } settings)
        {
            yield return $"  setting groups of {node.Reference}: {settings.NumberOfGroups}, group {settings.ActiveGroup} active";
        }
    }

    private static IEnumerable<string> Devices(Site site, bool plan)
    {
        foreach (var device in site.Devices)
        {
            var blocks = site.PlanOf(device.Name);
            var cycles = string.Join(", ", blocks.GroupBy(b => b.Poll).OrderBy(g => g.Key).Select(g => $"{g.Count()} {g.Key.ToString().ToLowerInvariant()}"));
            yield return $"  device {device.Name} ({(device.Members is { } members ? $"plant of {members}" : $"{device.Profile}, {device.Url}")}): {(blocks.Count == 0 ? "nothing to read" : $"exchanges {cycles}")}";
            foreach (var need in site.NeedsOf(device.Name))
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"    before control works {need.Point} must read {need.Is}{(need.Hint.Length > 0 ? $": {need.Hint}" : "")}");
            }

            if (!plan)
            {
                continue;
            }

            foreach (var block in blocks)
            {
                yield return $"    {block}";
            }
        }

        foreach (var (endpoint, devices, share, overload) in site.Lines())
        {
            if (plan || overload is not null)
            {
                yield return $"  line {endpoint} ({string.Join(", ", devices)}): {overload ?? string.Create(CultureInfo.InvariantCulture, $"its polls take at least {share * 100:0.#} % of the line's time")}";
            }
        }

        if (plan && site.HasSunSpec)
        {
            yield return "  SunSpec points stand at model x 1000 + offset until the device is asked";
        }
    }
}
