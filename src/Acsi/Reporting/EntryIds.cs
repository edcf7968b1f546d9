using System.Buffers.Binary;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Entry ids on the wire: 8 octets, big-endian (IEC 61850-8-1 §8.1.3.9).</summary>
internal static class EntryIds
{
    public static DataValue ToValue(long id) => DataValue.Octets(ToArray(id));

    public static OctetString ToOctets(long id) => OctetString.Of(ToArray(id));

    public static long? FromValue(in DataValue value) => value.AsOctets().Length == 8 ? BinaryPrimitives.ReadInt64BigEndian(value.AsOctets()) : null;

    /// <summary>The id of its octets; null where they are none.</summary>
    public static long? FromOctets(OctetString octets) => octets.Span.Length == 8 ? BinaryPrimitives.ReadInt64BigEndian(octets.Span) : null;

    private static byte[] ToArray(long id)
    {
        var octets = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(octets, id);
        return octets;
    }
}
