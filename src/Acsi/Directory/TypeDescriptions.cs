using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>MMS types of the model's nodes (IEC 61850-8-1 §8).</summary>
internal static class TypeDescriptions
{
    public static TypeDescription Of(LogicalNode ln) =>
        new TypeDescription.Structure(ln.Constraints.Values.OrderBy(c => c.Fc).Select(c => new TypeDescription.Member(c.Name, Of(c))).ToValueList());

    public static TypeDescription Of(DataNode node)
    {
        if (node.IsLeaf)
        {
            return Of(node.Type);
        }

        return node.IsArray
            ? new TypeDescription.Array((uint)node.Children.Count, Of(node.Children[0]))
            : new TypeDescription.Structure(node.Children.Select(c => new TypeDescription.Member(c.Name, Of(c))).ToValueList());
    }

    private static TypeDescription.Primitive Of(AttributeType type) => type.Basic switch
    {
        BasicType.Boolean => new(PrimitiveKind.Boolean),
        BasicType.Integer => new(PrimitiveKind.Integer, type.Size),
        BasicType.Unsigned => new(PrimitiveKind.Unsigned, type.Size),
        BasicType.Enumerated => new(PrimitiveKind.Integer, 8),
        BasicType.Float => new(PrimitiveKind.FloatingPoint, type.Size, type.Size == 64 ? 11 : 8),
        BasicType.BitString => new(PrimitiveKind.BitString, type.Size == 2 ? 2 : -type.Size),
        BasicType.Quality => new(PrimitiveKind.BitString, -13),
        BasicType.Timestamp => new(PrimitiveKind.UtcTime),
        BasicType.EntryTime => new(PrimitiveKind.BinaryTime, 1),
        BasicType.OctetString => new(PrimitiveKind.OctetString, type.Size == 8 ? 8 : -type.Size),
        BasicType.UnicodeString => new(PrimitiveKind.MmsString, -type.Size),
        _ => new(PrimitiveKind.VisibleString, -type.Size),
    };
}
