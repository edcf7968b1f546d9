using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>A value in a log, with why it stands there (IEC 61850-7-2 §17.3.3).</summary>
/// <param name="Reference">Its reference, e.g. <c>PV1LD0/MMXU1$MX$TotW</c>.</param>
/// <param name="Value">The value.</param>
/// <param name="Reason">The reason code: seven bits, the last one for what an application wrote.</param>
internal readonly record struct LogMember(string Reference, DataValue Value, int Reason)
{
    /// <summary>application-trigger: bit 6 of the reason code.</summary>
    public const int ApplicationTrigger = 1 << 6;

    /// <summary>Bits of a reason code.</summary>
    public const int ReasonBits = 7;
}

/// <summary>One event in a log: it is appended once and never changes.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Members">What of it is logged.</param>
internal sealed record LogEntry(DateTimeOffset Time, IReadOnlyList<LogMember> Members) : IRingEntry
{
    /// <inheritdoc/>
    public int Octets
    {
        get
        {
            var octets = 64;
            foreach (var member in Members)
            {
                octets += 48 + IRingEntry.OctetsOf(member.Value);
            }

            return octets;
        }
    }

    /// <summary>The time as clients see and ask for it: to the millisecond.</summary>
    public DateTimeOffset EntryTime => Model.EntryTime.From(Time).ToDateTimeOffset();

    /// <inheritdoc/>
    public byte[] ToArray() => DataValueBinary.ToArray(output =>
    {
        output.Write(Time.UtcTicks);
        output.Write7BitEncodedInt(Members.Count);
        foreach (var member in Members)
        {
            output.Write(member.Reference);
            output.Write((byte)member.Reason);
            DataValueBinary.Write(output, member.Value);
        }
    });

    /// <summary>The entry that was stored; null where its octets are damaged.</summary>
    public static LogEntry? Read(ReadOnlyMemory<byte> octets) => DataValueBinary.TryRead(octets, Read, out var entry) ? entry : null;

    private static LogEntry Read(BinaryReader input)
    {
        var time = new DateTimeOffset(input.ReadInt64(), TimeSpan.Zero);
        var members = new LogMember[DataValueBinary.ReadCount(input)];
        for (var i = 0; i < members.Length; i++)
        {
            var (reference, reason) = (input.ReadString(), input.ReadByte());
            members[i] = new(reference, DataValueBinary.Read(input), reason);
        }

        return new(time, members);
    }
}
