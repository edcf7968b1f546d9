using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>What is stored of a value that outlives a power cut: the value, who wrote it, and when.</summary>
/// <param name="Value">The value.</param>
/// <param name="Writer">Bare JID of the client; empty where it is not known.</param>
/// <param name="Time">When; the first moment of all times where it is not known.</param>
internal readonly record struct StoredSetting(DataValue Value, string Writer, DateTimeOffset Time)
{
    /// <summary>It as compact binary.</summary>
    public byte[] ToArray()
    {
        var (value, writer, time) = this;
        return DataValueBinary.ToArray(output =>
        {
            DataValueBinary.Write(output, value);
            output.Write(writer);
            output.Write(time.UtcTicks);
        });
    }

    /// <summary>What was stored, by the first versions the value alone; null where the octets are damaged.</summary>
    public static StoredSetting? Read(ReadOnlyMemory<byte> octets) => DataValueBinary.TryRead(octets, Read, out var found) ? found : null;

    private static StoredSetting Read(BinaryReader input)
    {
        var value = DataValueBinary.Read(input);
        return input.BaseStream.Position == input.BaseStream.Length
            ? new(value, "", DateTimeOffset.MinValue)
            : new(value, input.ReadString(), new(input.ReadInt64(), TimeSpan.Zero));
    }
}
