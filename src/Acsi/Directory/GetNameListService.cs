using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>GetServerDirectory, GetLogicalDeviceDirectory, GetLogicalNodeDirectory (IEC 61850-7-2 §8.2, §9.2, §10.2) as GetNameList.</summary>
internal sealed class GetNameListService(IedModel model, DataSetCatalog dataSets)
{
    private const int Overhead = 512;
    private const int PerName = 25;
    private readonly Dictionary<string, (string Name, LogicalNode Node)[]> _variables = new(StringComparer.Ordinal);

    public ServiceOutcome Handle(Association peer, GetNameListRequest request)
    {
        if (request.Scope == NameScope.Domain && !Exists(peer, request.Domain))
        {
            return ServiceErrors.NonExistent(request.Domain);
        }

        IEnumerable<string>? names = (request.Class, request.Scope) switch
        {
            (ObjectClass.Domain, NameScope.Vmd) => model.LogicalDevices.Where(d => d.LogicalNodes.Any(peer.Sees)).Select(d => d.Name).Order(StringComparer.Ordinal),
            (ObjectClass.NamedVariable, NameScope.Domain) => Variables(request.Domain).Where(v => peer.Sees(v.Node)).Select(v => v.Name),
            (ObjectClass.NamedVariableList, NameScope.Domain) => dataSets.Names(request.Domain, peer).Order(StringComparer.Ordinal),
            (ObjectClass.Journal, NameScope.Domain) => Journals(peer, request.Domain).Order(StringComparer.Ordinal),
            (ObjectClass.NamedVariable or ObjectClass.NamedVariableList or ObjectClass.Journal, _) => [],
            _ => null,
        };
        return names is null
            ? ServiceErrors.Unsupported($"names of class {request.Class} are not kept in that scope")
            : Page(names, request.ContinueAfter, peer.MaxPduSize);
    }

    private static GetNameListResponse Page(IEnumerable<string> names, string? after, int maxPduSize)
    {
        var page = new List<string>();
        var room = maxPduSize - Overhead;
        foreach (var name in names.Where(n => after is null || string.CompareOrdinal(n, after) > 0))
        {
            room -= name.Length + PerName;
            if (room < 0)
            {
                return new(page.ToValueList(), MoreFollows: true);
            }

            page.Add(name);
        }

        return new(page.ToValueList(), MoreFollows: false);
    }

    private bool Exists(Association peer, string domain) => model.LogicalDevice(domain) is { } device && device.LogicalNodes.Any(peer.Sees);

    private IEnumerable<string> Journals(Association peer, string domain) =>
        model.LogicalDevice(domain)!.LogicalNodes.Where(peer.Sees).SelectMany(n => n.Logs.Select(l => $"{n.Name}${l}"));

    private (string Name, LogicalNode Node)[] Variables(string domain)
    {
        if (!_variables.TryGetValue(domain, out var names))
        {
            var all = new List<(string Name, LogicalNode Node)>();
            foreach (var ln in model.LogicalDevice(domain)!.LogicalNodes)
            {
                all.Add((ln.Name, ln));
                foreach (var constraint in ln.Constraints.Values)
                {
                    Add(constraint, all);
                }
            }

            all.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
            names = _variables[domain] = [.. all];
        }

        return names;
    }

    private static void Add(DataNode node, List<(string Name, LogicalNode Node)> names)
    {
        names.Add((node.ItemId, node.LogicalNode));
        if (node.IsArray)
        {
            // Elements are reached by alternate access; they have no names (IEC 61850-8-1 §7.3.3).
            return;
        }

        foreach (var child in node.Children)
        {
            Add(child, names);
        }
    }
}
