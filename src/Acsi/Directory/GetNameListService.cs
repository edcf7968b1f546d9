using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>GetServerDirectory, GetLogicalDeviceDirectory, GetLogicalNodeDirectory (IEC 61850-7-2 §8.2, §9.2, §10.2) as GetNameList.</summary>
internal sealed class GetNameListService(IedModel model, DataSetCatalog dataSets, Journals journals, Permissions permissions, IPduMeasure measure) : ConfirmedService<GetNameListRequest>(MmsService.GetNameList)
{
    private readonly Dictionary<string, (string Name, LogicalNode Node)[]> _variables = new(StringComparer.Ordinal);

    protected override ServiceOutcome Handle(ServiceCall call, GetNameListRequest request)
    {
        var peer = call.Peer;
        if (request is { Extended: true, Class: ObjectClass.NamedVariable, Scope: NameScope.Domain })
        {
            return Level(peer, request);
        }

        var visible = Visible(peer, request.Scope == NameScope.Domain ? request.Domain : null);
        if (request.Scope == NameScope.Domain && visible.Count == 0)
        {
            return ServiceErrors.NonExistent(request.Domain);
        }

        IEnumerable<string>? names = (request.Class, request.Scope) switch
        {
            (ObjectClass.Domain, NameScope.Vmd) => visible.Select(n => n.LogicalDevice.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            (ObjectClass.NamedVariable, NameScope.Domain) => Variables(request.Domain).Where(v => visible.Contains(v.Node)).Select(v => v.Name),
            (ObjectClass.NamedVariableList, NameScope.Domain) => dataSets.Names(request.Domain, peer, permissions).Order(StringComparer.Ordinal),
            (ObjectClass.NamedVariableList, NameScope.Association) => dataSets.Names(peer).Order(StringComparer.Ordinal),
            (ObjectClass.Journal, NameScope.Domain) => journals.All.Where(j => visible.Contains(j.Holder)).Select(j => j.Reference[(request.Domain.Length + 1)..]).Order(StringComparer.Ordinal),
            (ObjectClass.NamedVariable or ObjectClass.NamedVariableList or ObjectClass.Journal, _) => [],
            _ => null,
        };
        return names is null
            ? ServiceErrors.Unsupported($"names of class {request.Class} are not kept in that scope")
            : Page(names, request, peer.MaxPduSize);
    }

    /// <summary>One level of the tree (IEC 61850-8-2, extendedGetNameList): what lies directly in <c>LD</c>, <c>LD/LN</c> or <c>LD/LN$FC$…</c>, by the names that GetNameList has.</summary>
    private ServiceOutcome Level(Association peer, GetNameListRequest request)
    {
        var slash = request.Domain.IndexOf('/', StringComparison.Ordinal);
        var (domain, item) = slash < 0 ? (request.Domain, "") : (request.Domain[..slash], request.Domain[(slash + 1)..]);
        var visible = Visible(peer, domain);
        var names = item.Length == 0
            ? visible.Count == 0 ? null : visible.Select(n => n.Name)
            : visible.FirstOrDefault(n => n.Name == item) is { } node ? node.Constraints.Values.Select(c => c.ItemId)
            : model.Node(domain, item) is { } parent && visible.Contains(parent.LogicalNode) ? (parent.IsArray ? [] : parent.Children).Select(c => c.ItemId)
            : null;
        return names is null ? ServiceErrors.NonExistent(request.Domain) : Page(names.Order(StringComparer.Ordinal), request, peer.MaxPduSize);
    }

    private GetNameListResponse Page(IEnumerable<string> names, GetNameListRequest request, int maxPduSize)
    {
        var after = request.ContinueAfter;
        var page = new List<string>();
        var room = maxPduSize - measure.Envelope;
        foreach (var name in names.Where(n => after is null || string.CompareOrdinal(n, after) > 0))
        {
            room -= measure.OfIdentifier(name);
            if (room < 0)
            {
                return new(page.ToValueList(), MoreFollows: true, request.Extended);
            }

            page.Add(name);
        }

        return new(page.ToValueList(), MoreFollows: false, request.Extended);
    }

    /// <summary>The logical nodes the peer may know of, in one device or in all.</summary>
    private HashSet<LogicalNode> Visible(Association peer, string? domain) =>
        [.. model.LogicalDevices.Where(d => domain is null || d.Name == domain).SelectMany(d => d.LogicalNodes).Where(n => permissions.Sees(peer, n))];

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
