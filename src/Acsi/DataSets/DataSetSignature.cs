using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>What two data sets must agree in for the entries of one to be entries of the other: names, types and order of their members.</summary>
internal static class DataSetSignature
{
    public static string Of(IReadOnlyList<DataNode> members)
    {
        var text = new StringBuilder();
        foreach (var member in members)
        {
            Add(text, member, member.Reference);
        }

        text.AppendJoin(' ', members.Select(m => m.Reference));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))[..16]);
    }

    /// <summary>The leaves of a node, each with its reference; the nodes would remember theirs, and there are a hundred thousand of a plant.</summary>
    private static void Add(StringBuilder text, DataNode node, string reference)
    {
        if (node.IsLeaf)
        {
            text.Append(reference).Append(' ').Append(node.Type.Basic).Append(' ').Append(node.Type.Size.ToString(CultureInfo.InvariantCulture)).Append('\n');
            return;
        }

        foreach (var child in node.Children)
        {
            Add(text, child, node.IsArray ? reference + child.Name : $"{reference}${child.Name}");
        }
    }
}
