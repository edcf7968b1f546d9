using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace DerAgent.Scl;

/// <summary>Counts what a file declares for one server.</summary>
internal sealed class InventoryReader
{
    /// <summary>Objects and attributes of one server beyond which counting ends: no server of this kind has them, and a hostile file must not take all memory.</summary>
    public const int MaxParts = 1_000_000;

    private readonly DeclaredExpansion _expansion;
    private readonly List<string> _lines = [];
    private readonly int[] _byConstraint = new int[ServerInventory.CountedConstraints.Count];
    private readonly Dictionary<(string? LogicalDevice, string Ln), List<DeclaredLeaf>> _leaves = [];
    private int _values;

    private InventoryReader(TypeTemplates types) => _expansion = new(types, MaxParts);

    /// <summary>Every leaf with its full reference, in the order of the file.</summary>
    public static void Leaves(SclElement ied, SclElement server, TypeTemplates types, Action<string, DeclaredLeaf> take)
    {
        var expansion = new DeclaredExpansion(types, MaxParts);
        foreach (var (ld, ln) in SclNames.AllLogicalNodes(server))
        {
            var around = Reference(ied, ld, ln);
            expansion.Expand(ln, leaf => take($"{around}.{leaf.Path}", leaf));
        }
    }

    public static ServerInventory Read(SclElement ied, SclElement accessPoint, SclElement server, TypeTemplates types, SclFindings findings)
    {
        var reader = new InventoryReader(types);
        foreach (var (ld, ln) in SclNames.AllLogicalNodes(server))
        {
            reader.Count(ied, ld, ln);
        }

        if (reader._expansion.IsCut)
        {
            findings.Error(SclCodes.TooLarge, server, "", $"The server has more than {MaxParts} data objects and attributes; the rest is not counted.", "Correct the count of its arrays.");
        }

        return reader.Row(ied, accessPoint, server);
    }

    private void Count(SclElement ied, SclElement ld, SclElement ln)
    {
        var around = Reference(ied, ld, ln);
        var key = (ld["inst"], SclNames.LogicalNode(ln));
        if (!_leaves.TryGetValue(key, out var own))
        {
            own = _leaves[key] = [];
        }

        _expansion.Expand(ln, leaf =>
        {
            own.Add(leaf);
            _lines.Add($"{around}.{leaf.Path} {leaf.Fc ?? "None"} {leaf.BasicType ?? "None"}\n");
            _values += leaf.Value is null ? 0 : 1;
            for (var i = 0; i < _byConstraint.Length; i++)
            {
                _byConstraint[i] += ServerInventory.CountedConstraints[i] == leaf.Fc ? 1 : 0;
            }
        });
    }

    private ServerInventory Row(SclElement ied, SclElement accessPoint, SclElement server)
    {
        var nodes = SclNames.AllLogicalNodes(server).Select(n => n.Ln).ToList();
        var sets = nodes.SelectMany(n => n.All("DataSet")).ToList();
        var members = sets.SelectMany(s => s.All("FCDA")).Select(Members).ToList();
        var reports = nodes.SelectMany(n => n.All("ReportControl")).ToLookup(r => SclAttributes.Buffered.Of(r), Instances);
        return new()
        {
            Ied = ied["name"],
            AccessPoint = accessPoint["name"],
            LogicalDevices = server.All("LDevice").Count(),
            LogicalNodes = nodes.Count,
            Leaves = _lines.Count,
            ByConstraint = _byConstraint,
            Values = _values,
            DataSets = sets.Count,
            Fcdas = members.Count,
            Members = members.Sum(),
            EmptyFcdas = members.Count(m => m == 0),
            BufferedReports = reports[true].Sum(),
            UnbufferedReports = reports[false].Sum(),
            Logs = nodes.Sum(n => n.All("LogControl").Count()),
            Gooses = nodes.Sum(n => n.All("GSEControl").Count()),
            SampledValues = nodes.Sum(n => n.All("SampledValueControl").Count()),
            SettingGroups = nodes.Sum(n => n.All("SettingControl").Count()),
            Unresolved = _expansion.Unresolved,
            Sha = Digest(),
        };
    }

    private int Members(SclElement fcda)
    {
        if (!_leaves.TryGetValue((fcda["ldInst"], SclNames.LogicalNodeOf(fcda)), out var leaves))
        {
            return 0;
        }

        var path = string.Join('.', new[] { fcda["doName"], fcda["daName"] }.Where(p => !string.IsNullOrEmpty(p)));
        return leaves.Count(l => l.Fc == fcda["fc"] && IsBelow(l.Path, path));
    }

    private static bool IsBelow(string path, string around) =>
        around.Length == 0 || (path.StartsWith(around, StringComparison.Ordinal) && (path.Length == around.Length || path[around.Length] is '.' or '('));

    private static int Instances(SclElement report) => SclAttributes.Indexed.Of(report) ? (int)SclAttributes.Instances.Of(report.First("RptEnabled")) : 1;

    private static string Reference(SclElement ied, SclElement ld, SclElement ln) => $"{SclNames.LogicalDevice(ied, ld)}/{SclNames.LogicalNode(ln)}";

    private string Digest()
    {
        _lines.Sort(StringComparer.Ordinal);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var line in _lines)
        {
            buffer.ResetWrittenCount();
            Encoding.UTF8.GetBytes(line, buffer);
            hash.AppendData(buffer.WrittenSpan);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
