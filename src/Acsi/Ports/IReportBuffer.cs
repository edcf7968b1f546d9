using DerAgent.Mapping;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>The committed entries of buffered report control blocks (IEC 61850-7-2 §17.2.2), to be read. They come in, and go, by the changes given to <see cref="IStateStore"/>.</summary>
internal interface IReportBuffer
{
    /// <summary>The oldest entry after <paramref name="id"/>, or null.</summary>
    StoredEntry? Next(string block, long id);

    /// <summary>Whether the entry is there.</summary>
    bool Contains(string block, long id);

    /// <summary>The greatest id that any entry ever had, of whatever block: also of one that is gone.</summary>
    long HighWater { get; }

    /// <summary>An id greater than any before, of whatever block, and that no other server of the same store gets.</summary>
    /// <param name="least">It is not less than this.</param>
    long NewId(long least);

    /// <summary>Whether entries were lost with a part of the buffer that was damaged, and nobody knows of which blocks.</summary>
    bool HasLost => false;

    /// <summary>Id of the newest entry; 0 where there is none.</summary>
    long Newest(string block);
}

/// <summary>An entry with its id.</summary>
/// <param name="Id">The id.</param>
/// <param name="Entry">The entry.</param>
internal readonly record struct StoredEntry(long Id, ReportEntry Entry);

/// <summary>What one report tells (IEC 61850-7-2 §17.2.3.2).</summary>
/// <param name="Time">When the first trigger happened.</param>
/// <param name="MemberCount">Members of the data set.</param>
/// <param name="Members">The included ones, by index.</param>
/// <param name="Trigger">Integrity, general interrogation, or None for changes.</param>
internal sealed record ReportEntry(DateTimeOffset Time, int MemberCount, IReadOnlyList<ReportMember> Members, TriggerConditions Trigger) : IRingEntry
{
    /// <inheritdoc/>
    public int Octets
    {
        get
        {
            var octets = 64;
            for (var i = 0; i < Members.Count; i++)
            {
                octets += 48 + IRingEntry.OctetsOf(Members[i].Value);
            }

            return octets;
        }
    }

    /// <inheritdoc/>
    public byte[] ToArray() => DataValueBinary.ToArray(output =>
    {
        output.Write(Time.UtcTicks);
        output.Write7BitEncodedInt(MemberCount);
        output.Write((byte)Trigger);
        output.Write7BitEncodedInt(Members.Count);
        foreach (var member in Members)
        {
            output.Write7BitEncodedInt(member.Index);
            output.Write((byte)member.Reason);
            DataValueBinary.Write(output, member.Value);
        }
    });

    /// <summary>The entry that was stored; null where its octets are damaged.</summary>
    public static ReportEntry? Read(ReadOnlyMemory<byte> octets) => DataValueBinary.TryRead(octets, Read, out var entry) ? entry : null;

    private static ReportEntry Read(BinaryReader input)
    {
        var time = new DateTimeOffset(input.ReadInt64(), TimeSpan.Zero);
        var count = input.Read7BitEncodedInt();
        var trigger = (TriggerConditions)input.ReadByte();
        var members = new ReportMember[DataValueBinary.ReadCount(input)];
        for (var i = 0; i < members.Length; i++)
        {
            var index = input.Read7BitEncodedInt();
            if (index < 0 || index >= count)
            {
                throw new FormatException("a member beyond the data set");
            }

            var reason = (TriggerConditions)input.ReadByte();
            members[i] = new(index, DataValueBinary.Read(input), reason);
        }

        return new(time, count, members, trigger);
    }
}
