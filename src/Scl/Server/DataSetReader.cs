using System.Text;
using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>Resolves the data sets of a server: each FCDA becomes a node of the tree (IEC 61850-6 §9.3.7).</summary>
/// <param name="devices">The logical devices.</param>
/// <param name="places">Where the members stand, by data set.</param>
/// <param name="findings">Where findings go.</param>
internal sealed class DataSetReader(IReadOnlyList<LogicalDevice> devices, Dictionary<DataSetDefinition, IReadOnlyList<SclPlace>> places, SclFindings findings)
{
    public IReadOnlyList<DataSetDefinition> Read(SclElement ln, string lnReference)
    {
        var sets = new List<DataSetDefinition>();
        foreach (var set in ln.All("DataSet"))
        {
            var name = set.Get("name");
            var reference = $"{lnReference}${name}";
            if (sets.Any(s => s.Name == name))
            {
                findings.Warning(SclCodes.DuplicateName, set, reference, "The data set is defined twice; the first one counts.", "Rename or remove one of them.");
                continue;
            }

            var members = new List<DataNode>();
            var stands = new List<SclPlace>();
            foreach (var fcda in set.All("FCDA"))
            {
                if (Resolve(fcda) is { } node)
                {
                    members.Add(node);
                    stands.Add(new(fcda.Line, fcda.Column));
                }
                else if (fcda["ix"] is null || SclAttributes.MemberIndex.Find(fcda) is not null)
                {
                    findings.Warning(SclCodes.UnresolvedMember, fcda, reference, $"FCDA {Describe(fcda)} names nothing in this server; the member is left out.", "Correct the FCDA, or remove it.");
                }
            }

            var definition = new DataSetDefinition(name, members);
            places[definition] = stands;
            sets.Add(definition);
        }

        return sets;
    }

    private DataNode? Resolve(SclElement fcda) => Follow(fcda).Node is { } node and not { SlotCount: 0, IsLeaf: false, Children.Count: 0 } ? node : null;

    /// <summary>The way of an FCDA: the node at its end, null where there is none, and the path as people write it.</summary>
    private (DataNode? Node, string Path) Follow(SclElement fcda)
    {
        var ln = devices.FirstOrDefault(d => d.Inst == fcda.Get("ldInst"))?.LogicalNode(SclNames.LogicalNodeOf(fcda));
        var node = ln is not null && IedModel.TryParse(fcda.Token("fc") ?? "", out var fc) ? ln.Constraint(fc) : null;
        string[] parts = [.. Parts(fcda)];

        // An index in the path says it already.
        var index = fcda["ix"] is not null && !Array.Exists(parts, IsIndex) ? $"({SclAttributes.MemberIndex.Find(fcda)})" : null;
        var path = new StringBuilder();
        foreach (var part in parts)
        {
            path.Append(IsIndex(part) || path.Length == 0 ? "" : ".").Append(part);
            node = node?.Child(part);
            if (node is { IsArray: true } && index is not null)
            {
                // It is that of the array in the path, wherever that stands (IEC 61850 tissue 302).
                path.Append(index);
                (node, index) = (node.Child(index), null);
            }
        }

        return (index is null ? node : null, $"{path}{index}");
    }

    private static bool IsIndex(string part) => part[0] == '(';

    /// <summary>Component names of doName and daName; an index stands alone, as nodes name array elements.</summary>
    private static IEnumerable<string> Parts(SclElement fcda)
    {
        foreach (var part in $"{fcda["doName"]}.{fcda["daName"]}".Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            var bracket = part.IndexOf('(', StringComparison.Ordinal);
            yield return bracket < 0 ? part : part[..bracket];
            if (bracket >= 0)
            {
                yield return part[bracket..];
            }
        }
    }

    private string Describe(SclElement fcda) => $"{fcda["ldInst"]}/{fcda["prefix"]}{fcda["lnClass"]}{fcda["lnInst"]}.{Follow(fcda).Path} [{fcda["fc"]}]";
}
