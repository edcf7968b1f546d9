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
        foreach (var leaf in members.SelectMany(m => m.Leaves()))
        {
            text.Append(leaf.Reference).Append(' ').Append(leaf.Type.Basic).Append(' ').Append(leaf.Type.Size.ToString(CultureInfo.InvariantCulture)).Append('\n');
        }

        text.AppendJoin(' ', members.Select(m => m.Reference));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))[..16]);
    }
}
