using System.Text;
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
        if (LogicalNodeOf(fcda) is not { } ln || !IedModel.TryParse(fcda.Get("fc"), out var fc))
        {
            return null;
        }

        var node = ln.Constraint(fc);
        var index = fcda["ix"] is { Length: > 0 } ix ? $"({ix})" : null;
        foreach (var part in Parts(fcda))
        {
            node = node?.Child(part);
            if (part[0] == '(')
            {
                // An index in the path says it already.
                index = null;
            }
            else if (node is { IsArray: true } && index is not null && !NextIsIndex(fcda, part))
            {
                // The index is that of the array in the path, wherever that stands (IEC 61850 tissue 302).
                (node, index) = (node.Child(index), null);
            }
        }

        return index is not null || node is { SlotCount: 0, IsLeaf: false, Children.Count: 0 } ? null : node;
    }

    /// <summary>Whether the path itself has an index behind that part.</summary>
    private static bool NextIsIndex(SclElement fcda, string part) => $"{fcda["doName"]}.{fcda["daName"]}".Contains(part + "(", StringComparison.Ordinal);

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

    /// <summary>The member as people write it; an index stands behind the array it is of, as far as that is known.</summary>
    private string Describe(SclElement fcda)
    {
        var node = LogicalNodeOf(fcda) is { } ln && IedModel.TryParse(fcda.Get("fc"), out var fc) ? ln.Constraint(fc) : null;
        var index = fcda["ix"] is { Length: > 0 } ix ? $"({ix})" : "";
        var path = new StringBuilder();
        foreach (var part in Parts(fcda))
        {
            path.Append(part[0] == '(' || path.Length == 0 ? "" : ".").Append(part);
            node = node?.Child(part);
            if (node is { IsArray: true } && index.Length > 0 && !NextIsIndex(fcda, part))
            {
                path.Append(index);
                (node, index) = (node.Child(index), "");
            }
        }

        return $"{fcda["ldInst"]}/{fcda["prefix"]}{fcda["lnClass"]}{fcda["lnInst"]}.{path}{index} [{fcda["fc"]}]";
    }

    private LogicalNode? LogicalNodeOf(SclElement fcda) => devices.FirstOrDefault(d => d.Inst == fcda.Get("ldInst"))?.LogicalNode(SclNames.LogicalNodeOf(fcda));
}
