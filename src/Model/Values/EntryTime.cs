using System.Globalization;

namespace DerAgent.Model;

/// <summary>EntryTime (IEC 61850-8-1 §8.1.3.6): milliseconds since midnight and days since 1984-01-01, UTC.</summary>
/// <param name="Milliseconds">Milliseconds since midnight.</param>
/// <param name="Days">Days since 1984-01-01.</param>
public readonly record struct EntryTime(uint Milliseconds, ushort Days)
{
    private static readonly DateTimeOffset Epoch = new(1984, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The entry time of a moment, cut to the millisecond.</summary>
    public static EntryTime From(DateTimeOffset time)
    {
        var since = time.ToUniversalTime() - Epoch;
        return since < TimeSpan.Zero ? default : new((uint)(since.Ticks % TimeSpan.TicksPerDay / TimeSpan.TicksPerMillisecond), (ushort)since.Days);
    }

    /// <summary>From the 6 octets on the wire, big-endian.</summary>
    public static EntryTime FromOctets(ulong octets) => new((uint)(octets >> 16), (ushort)octets);

    /// <summary>As MMS Data.</summary>
    public DataValue ToValue() => DataValue.BinaryTime(((ulong)Milliseconds << 16) | Days);

    /// <summary>The moment.</summary>
    public DateTimeOffset ToDateTimeOffset() => Epoch.AddDays(Days).AddMilliseconds(Milliseconds);

    /// <summary>ISO 8601 with milliseconds.</summary>
    public override string ToString() => ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
