using System.Globalization;

namespace DerAgent.Model;

/// <summary>TimeStamp (IEC 61850-7-2 §6.1.2.9, IEC 61850-8-1 §8.1.3.7): seconds since 1970 UTC, a fraction of 2^-24 s and the time quality.</summary>
/// <param name="Seconds">Seconds since 1970-01-01 UTC.</param>
/// <param name="Fraction">Fraction in units of 2^-24 s; 24 bits.</param>
/// <param name="TimeQuality">Bit 7 LeapSecondsKnown, 6 ClockFailure, 5 ClockNotSynchronized, 4..0 accuracy (31 unspecified).</param>
public readonly record struct Timestamp(uint Seconds, uint Fraction, byte TimeQuality)
{
    /// <summary>Accuracy not specified.</summary>
    public const byte UnspecifiedAccuracy = 31;

    /// <summary>ClockNotSynchronized.</summary>
    public const byte ClockNotSynchronized = 1 << 5;

    /// <summary>ClockFailure.</summary>
    public const byte ClockFailure = 1 << 6;

    /// <summary>LeapSecondsKnown.</summary>
    public const byte LeapSecondsKnown = 1 << 7;

    /// <summary>1970-01-01, for data whose time is not known.</summary>
    public static Timestamp Zero => default;

    /// <summary>A time stamp of the given moment.</summary>
    public static Timestamp From(DateTimeOffset time, byte timeQuality = UnspecifiedAccuracy)
    {
        var ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        var seconds = Math.Clamp(ticks / TimeSpan.TicksPerSecond, 0, uint.MaxValue);
        var rest = Math.Max(0, ticks % TimeSpan.TicksPerSecond);

        // To the nearest step, which is finer than a tick: cut off, .123 would become .122.
        return new((uint)seconds, (uint)(((rest << 24) + (TimeSpan.TicksPerSecond / 2)) / TimeSpan.TicksPerSecond), timeQuality);
    }

    /// <summary>From the 8 octets on the wire, big-endian.</summary>
    public static Timestamp FromOctets(ulong octets) => new((uint)(octets >> 32), (uint)(octets >> 8) & 0xFFFFFF, (byte)octets);

    /// <summary>The time stamp in MMS Data; zero where it is none.</summary>
    public static Timestamp FromValue(in DataValue value) => value.Kind == DataKind.UtcTime ? FromOctets(value.AsTimeOctets()) : Zero;

    /// <summary>As MMS Data.</summary>
    public DataValue ToValue() => DataValue.UtcTime(((ulong)Seconds << 32) | ((ulong)(Fraction & 0xFFFFFF) << 8) | TimeQuality);

    /// <summary>The moment, to a tick.</summary>
    public DateTimeOffset ToDateTimeOffset() =>
        DateTimeOffset.UnixEpoch.AddTicks((Seconds * TimeSpan.TicksPerSecond) + ((((long)Fraction * TimeSpan.TicksPerSecond) + (1 << 23)) >> 24));

    /// <summary>ISO 8601 with milliseconds.</summary>
    public override string ToString() => ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
