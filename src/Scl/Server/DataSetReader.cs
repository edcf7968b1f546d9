using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>Resolves the data sets of a server: each FCDA becomes a node of the tree (IEC 61850-6 §9.3.7).</summary>
internal sealed class DataSetReader(IReadOnlyList<LogicalDevice> devices, SclFindings findings)
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
            foreach (var fcda in set.All("FCDA"))
            {
                if (Resolve(fcda) is { } node)
                {
                    members.Add(node);
                }
                else
                {
                    findings.Warning(SclCodes.UnresolvedMember, fcda, reference, $"FCDA {Describe(fcda)} names nothing in this server; the member is left out.", "Correct the FCDA, or remove it.");
                }
            }

            sets.Add(new(name, members));
        }

        return sets;
    }

    private DataNode? Resolve(SclElement fcda)
    {
        var ln = devices.FirstOrDefault(d => d.Inst == fcda.Get("ldInst"))?.LogicalNode(SclNames.LogicalNodeOf(fcda));
        if (ln is null || !IedModel.TryParse(fcda.Get("fc"), out var fc))
        {
            return null;
        }

        var node = ln.Constraint(fc);
        foreach (var part in Parts(fcda))
        {
            node = node?.Child(part);
        }

        return node is { SlotCount: 0, IsLeaf: false, Children.Count: 0 } ? null : node;
    }

    /// <summary>Component names of doName and daName; an index stands alone, as nodes name array elements.</summary>
    private static IEnumerable<string> Parts(SclElement fcda)
    {
        var indexGiven = fcda["ix"] is { Length: > 0 } ix ? $"({ix})" : null;
        foreach (var part in $"{fcda["doName"]}.{fcda["daName"]}".Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            var bracket = part.IndexOf('(', StringComparison.Ordinal);
            yield return bracket < 0 ? part : part[..bracket];
            if (bracket >= 0)
            {
                yield return part[bracket..];
                indexGiven = null;
            }
        }

        if (indexGiven is not null)
        {
            yield return indexGiven;
        }
    }

    private static string Describe(SclElement fcda) =>
        $"{fcda["ldInst"]}/{fcda["prefix"]}{fcda["lnClass"]}{fcda["lnInst"]}.{fcda["doName"]}{(fcda["daName"] is { Length: > 0 } da ? "." + da : "")} [{fcda["fc"]}]";
}
