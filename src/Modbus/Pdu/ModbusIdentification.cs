using System.Text;

namespace DerAgent.Modbus;

/// <summary>Who a device says it is (Modbus Application Protocol V1.1b3 §6.21, function 43 with MEI type 14).</summary>
/// <param name="Objects">Texts by object id: 0 maker, 1 product code, 2 revision, 3 address of the maker, 4 product name, 5 model name, 6 name of the user's application.</param>
public sealed record ModbusIdentification(IReadOnlyDictionary<byte, string> Objects)
{
    /// <summary>The kind of encapsulated interface.</summary>
    internal const byte MeiType = 14;

    /// <summary>Maker, product, revision, and names beside them; a device that has less gives what it has.</summary>
    internal const byte Regular = 2;

    /// <summary>Answers that a device may need: each brings at least one object, or it is asked no further.</summary>
    private const int MostAnswers = 32;

    /// <summary>The maker; null: not said.</summary>
    public string? Maker => Objects.GetValueOrDefault((byte)0);

    /// <summary>The product code; null: not said.</summary>
    public string? ProductCode => Objects.GetValueOrDefault((byte)1);

    /// <summary>The revision; null: not said.</summary>
    public string? Revision => Objects.GetValueOrDefault((byte)2);

    /// <summary>Asks a device; it needs several exchanges where it has much to say.</summary>
    /// <exception cref="ModbusException">It does not know the function, or does not answer.</exception>
    public static async Task<ModbusIdentification> ReadAsync(Func<ModbusRequest, Task<ReadOnlyMemory<byte>>> ask)
    {
        ArgumentNullException.ThrowIfNull(ask);
        var objects = new SortedDictionary<byte, string>();
        byte? next = 0;
        for (var i = 0; i < MostAnswers && next is { } from; i++)
        {
            var part = Part.Read((await ask(ModbusRequest.Identification(from))).Span)!;
            var before = objects.Count;
            foreach (var (id, text) in part.Objects)
            {
                objects[id] = text;
            }

            next = objects.Count > before ? part.Next : null;
        }

        return new(objects);
    }

    /// <summary>One answer.</summary>
    /// <param name="Objects">The objects in it.</param>
    /// <param name="Next">Where to go on; null: that was all.</param>
    internal sealed record Part(IReadOnlyList<(byte Id, string Text)> Objects, byte? Next)
    {
        private const int Head = 7;

        /// <summary>Reads an answer; null where it is none.</summary>
        public static Part? Read(ReadOnlySpan<byte> pdu)
        {
            if (pdu.Length < Head || pdu[1] != MeiType)
            {
                return null;
            }

            var objects = new List<(byte, string)>();
            var at = Head;
            for (var i = 0; i < pdu[6]; i++)
            {
                if (pdu.Length < at + 2 || pdu.Length < at + 2 + pdu[at + 1])
                {
                    return null;
                }

                objects.Add((pdu[at], StrangerText.Shown(Encoding.Latin1.GetString(pdu.Slice(at + 2, pdu[at + 1])).Trim('\0', ' '))));
                at += 2 + pdu[at + 1];
            }

            return new(objects, pdu[4] == 0 ? null : pdu[5]);
        }

        /// <summary>How long the answer that begins so is; 0: more of it must come to know.</summary>
        public static int LengthOf(ReadOnlySpan<byte> pdu)
        {
            var length = Head;
            for (var i = 0; pdu.Length >= Head && i < pdu[6]; i++)
            {
                if (pdu.Length < length + 2)
                {
                    return 0;
                }

                length += 2 + pdu[length + 1];
            }

            return pdu.Length >= Head ? length : 0;
        }
    }
}
