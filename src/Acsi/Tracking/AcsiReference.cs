using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>References as IEC 61850-7-2 writes them: points, and no functional constraint.</summary>
internal static class AcsiReference
{
    /// <summary>The reference of a node, e.g. <c>PV1LD0/MMXU1.TotW.db</c>, or of a control block, e.g. <c>PV1LD0/LLN0.brcbStatus01</c>.</summary>
    public static string Of(DataNode node)
    {
        // Behind the logical node stand a dollar sign and the two letters of the constraint.
        var ln = node.LogicalNode.Reference;
        return ln + OfMms(node.Reference[(ln.Length + 3)..]);
    }

    /// <summary>A reference with dollar signs, as control blocks have it of data sets and logs.</summary>
    public static string OfMms(string reference) => reference.Replace('$', '.');
}
