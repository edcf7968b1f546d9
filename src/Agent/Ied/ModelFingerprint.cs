using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DerAgent.Model;

namespace DerAgent.Agent;

/// <summary>Whether two models are the same to a client: names, types, values, data sets, control blocks, capabilities. Where values come from does not count.</summary>
internal sealed class ModelFingerprint : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly HashSet<EnumType> _enumerations = [];
    private readonly StringBuilder _text = new();
    private readonly byte[] _octets = new byte[4_096];

    /// <summary>The fingerprint of a model. Nodes are walked, not named: a name that is asked for is kept, and most never are.</summary>
    public static string Of(IedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var fingerprint = new ModelFingerprint();
        return fingerprint.Take(model);
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private string Take(IedModel model)
    {
        _text.Append(CultureInfo.InvariantCulture, $"{model.Name}/{model.AccessPoint} {model.Identity} {model.Capabilities}\n");
        foreach (var (dataObject, rules) in model.ControlRules)
        {
            _text.Append(CultureInfo.InvariantCulture, $"{dataObject.Reference} {rules}\n");
        }

        foreach (var (node, rule) in model.FailSafes)
        {
            _text.Append(CultureInfo.InvariantCulture, $"{node.Reference} {rule}\n");
        }

        foreach (var ln in model.LogicalDevices.SelectMany(d => d.LogicalNodes))
        {
            _text.Append(ln.Reference).Append('\n');
            foreach (var (_, constraint) in ln.Constraints.OrderBy(c => c.Key))
            {
                Add(constraint);
            }

            foreach (var set in ln.DataSets)
            {
                _text.Append(CultureInfo.InvariantCulture, $"{set.Name}: {string.Join(' ', set.Members.Select(m => m.Reference))}\n");
            }

            foreach (var block in ln.ReportControls)
            {
                _text.Append(CultureInfo.InvariantCulture, $"{block.Name}: {string.Join(' ', block.Clients)}\n");
            }

            _text.Append(CultureInfo.InvariantCulture, $"{string.Join(' ', ln.Logs)} {string.Join(' ', ln.DataObjects.Select(d => d.Name + d.Cdc))}\n");
            Flush();
        }

        Flush();
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    private void Add(DataNode node)
    {
        _text.Append(node.Name);
        if (!node.IsLeaf)
        {
            _text.Append(node.IsArray ? "[\n" : "{\n");
            for (var i = 0; i < node.Children.Count; i++)
            {
                Add(node.Children[i]);
            }

            _text.Append("}\n");
            return;
        }

        _text.Append(CultureInfo.InvariantCulture, $" {(int)node.Type.Basic} {node.Type.Size} {node.Type.Enumeration?.Id} {(int)node.Triggers} {(int)node.ValueKind} ");
        if (node.InitialValue.Kind != DataKind.None)
        {
            _text.Append(node.InitialValue.ToString());
        }

        foreach (var (group, value) in node.GroupValues)
        {
            _text.Append(CultureInfo.InvariantCulture, $",{group}={value}");
        }

        _text.Append('\n');
        if (node.Type.Enumeration is { } enumeration && _enumerations.Add(enumeration))
        {
            _text.AppendJoin('|', enumeration.Literals.Select(l => $"{l.Key}={l.Value}")).Append('\n');
        }
    }

    private void Flush()
    {
        foreach (var chunk in _text.GetChunks())
        {
            // A character takes three octets at most.
            for (var rest = chunk.Span; rest.Length > 0;)
            {
                var part = rest[..Math.Min(rest.Length, _octets.Length / 3)];
                _hash.AppendData(_octets, 0, Encoding.UTF8.GetBytes(part, _octets));
                rest = rest[part.Length..];
            }
        }

        _text.Clear();
    }
}
