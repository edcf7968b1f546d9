using System.Text;

namespace DerAgent.Devices;

/// <summary>A <see cref="DeviceRecord"/> as octets, for a store.</summary>
internal static class DeviceRecordCodec
{
    private const byte Version = 2;

    /// <summary>The version that did not know who wants what.</summary>
    private const byte WithoutDemands = 1;

    /// <summary>More than any profile has points; what says more is damaged.</summary>
    private const int MostEntries = 100_000;

    /// <summary>Writes a record.</summary>
    public static byte[] Encode(DeviceRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var octets = new MemoryStream();
        using (var writer = new BinaryWriter(octets, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Version);
            writer.Write(record.SerialNumber);
            All(record.InForce, p => Write(writer, p));
            All(record.Writes, w =>
            {
                writer.Write((byte)w.Kind);
                writer.Write((ushort)w.Address);
                writer.Write(w.Hour.UtcTicks);
                writer.Write(w.Count);
            });
            All(record.Written, m =>
            {
                writer.Write(m.Point);
                writer.Write(m.At.UtcTicks);
            });
            All([.. record.Before], b =>
            {
                writer.Write(b.Key);
                writer.Write(b.Value);
            });
            All(record.Switched, s =>
            {
                writer.Write(s.Point);
                writer.Write(s.IsOn);
                writer.Write(s.Since.UtcTicks);
            });
            All(record.Demands, d =>
            {
                writer.Write(d.Point);
                writer.Write(d.Demand.Source);
                writer.Write(d.Demand.IsTaken);
                writer.Write(d.Demand.Value ?? double.NaN);
                writer.Write(d.Demand.Before ?? double.NaN);
            });
            All([.. record.Counters], c =>
            {
                writer.Write(c.Key);
                writer.Write(c.Value.Offset);
                writer.Write(c.Value.Last);
                writer.Write(c.Value.At.UtcTicks);
            });

            void All<T>(IReadOnlyList<T> entries, Action<T> write)
            {
                writer.Write(entries.Count);
                foreach (var entry in entries)
                {
                    write(entry);
                }
            }
        }

        return octets.ToArray();
    }

    /// <summary>Reads one; null where it is damaged, or of a later version.</summary>
    public static DeviceRecord? Decode(byte[] octets)
    {
        ArgumentNullException.ThrowIfNull(octets);
        try
        {
            using var reader = new BinaryReader(new MemoryStream(octets, writable: false), Encoding.UTF8);
            var version = reader.ReadByte();
            if (version is not (Version or WithoutDemands))
            {
                return null;
            }

            var record = new DeviceRecord(
                reader.ReadString(),
                All(() => ReadPoint(reader, 0)),
                All(() => new StoredWrites((RegisterKind)reader.ReadByte(), reader.ReadUInt16(), Time(reader), reader.ReadInt32())),
                All(() => new StoredMoment(reader.ReadString(), Time(reader))),
                All(() => KeyValuePair.Create(reader.ReadString(), reader.ReadDouble())).ToDictionary(StringComparer.Ordinal),
                All(() => new StoredSwitch(reader.ReadString(), reader.ReadBoolean(), Time(reader))))
            {
                Demands = version == WithoutDemands ? [] : All(() => new StoredDemand(reader.ReadString(), ReadDemand(reader))),
                Counters = (version == WithoutDemands ? [] : All(() => KeyValuePair.Create(reader.ReadString(), new CounterState(reader.ReadDouble(), reader.ReadDouble(), Time(reader), null)))).ToDictionary(StringComparer.Ordinal),
            };
            return reader.BaseStream.Position == octets.Length ? record : null;

            List<T> All<T>(Func<T> read)
            {
                var count = reader.ReadInt32();
                var entries = new List<T>();
                for (var i = 0; i < (count is >= 0 and <= MostEntries ? count : throw new InvalidDataException()); i++)
                {
                    entries.Add(read());
                }

                return entries;
            }
        }
        catch (Exception e) when (e is IOException or ArgumentException or FormatException or InvalidDataException)
        {
            return null;
        }
    }

    private static void Write(BinaryWriter writer, StoredPoint point)
    {
        writer.Write(point.Point);
        writer.Write(point.Value);
        writer.Write(point.Since.UtcTicks);
        writer.Write(point.IsTaken);
        writer.Write(point.IsReleasing);
        Nested(point.Replaced);
        Nested(point.Ended);

        void Nested(StoredPoint? nested)
        {
            writer.Write(nested is not null);
            if (nested is not null)
            {
                Write(writer, nested);
            }
        }
    }

    private static Demand ReadDemand(BinaryReader reader)
    {
        var (source, isTaken, value, before) = (reader.ReadString(), reader.ReadBoolean(), reader.ReadDouble(), reader.ReadDouble());
        return new(source, double.IsNaN(value) ? null : value) { IsTaken = isTaken, Before = double.IsNaN(before) ? null : before };
    }

    private static StoredPoint ReadPoint(BinaryReader reader, int depth)
    {
        // What replaced something that was not taken itself is kept with it: never deep.
        if (depth > 4)
        {
            throw new InvalidDataException();
        }

        return new(reader.ReadString(), reader.ReadDouble(), Time(reader), reader.ReadBoolean(), reader.ReadBoolean(), Nested(), Nested());
        StoredPoint? Nested() => reader.ReadBoolean() ? ReadPoint(reader, depth + 1) : null;
    }

    private static DateTimeOffset Time(BinaryReader reader) => new(reader.ReadInt64(), TimeSpan.Zero);
}
