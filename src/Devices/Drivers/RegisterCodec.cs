using System.Text;

namespace DerAgent.Devices;

/// <summary>Registers to values and back.</summary>
internal static class RegisterCodec
{
    /// <summary>The raw number of a point's registers; null for texts and for "not implemented".</summary>
    public static decimal? Raw(PointDefinition point, ReadOnlySpan<ushort> registers, bool lowWordFirst)
    {
        ArgumentNullException.ThrowIfNull(point);
        var bits = Bits(registers, lowWordFirst);
        decimal? raw = point.Type switch
        {
            PointType.Int16 => (short)bits,
            PointType.Int32 => (int)bits,
            PointType.Int64 => (long)bits,
            PointType.Float32 => Finite(BitConverter.UInt32BitsToSingle((uint)bits)),
            PointType.Float64 => Finite(BitConverter.UInt64BitsToDouble(bits)),
            PointType.Text => null,
            _ => bits,
        };
        return raw is { } number && point.None.Contains(number) ? null : raw;
    }

    /// <summary>The value of a point's registers.</summary>
    /// <param name="point">The point.</param>
    /// <param name="registers">Its registers.</param>
    /// <param name="scaleFactor">Power of ten of its scale-factor point; null: that point says "not implemented".</param>
    /// <param name="lowWordFirst">Word order.</param>
    public static PointValue Decode(PointDefinition point, ReadOnlySpan<ushort> registers, int? scaleFactor, bool lowWordFirst)
    {
        ArgumentNullException.ThrowIfNull(point);
        if (point.Type == PointType.Text)
        {
            var text = Text(registers);
            return text.Length == 0 ? PointValue.None : new(double.NaN, text, false);
        }

        if (Raw(point, registers, lowWordFirst) is not { } raw || scaleFactor is null)
        {
            return PointValue.None;
        }

        var number = (double)raw * point.Scale;
        // Dividing by a power of ten keeps 2301 x 10^-1 at 230.1; multiplying by 0.1 would not.
        number = scaleFactor >= 0 ? number * Math.Pow(10, scaleFactor.Value) : number / Math.Pow(10, -scaleFactor.Value);
        if (!double.IsFinite(number))
        {
            return PointValue.None;
        }

        var literal = raw == Math.Floor(raw) && raw is >= long.MinValue and <= long.MaxValue && point.Map.TryGetValue((long)raw, out var name) ? name : null;
        return new(number, literal, false);
    }

    /// <summary>The registers that hold <paramref name="value"/>; null where it does not fit the point's type.</summary>
    public static ushort[]? Encode(PointDefinition point, double value, int scaleFactor, bool lowWordFirst)
    {
        ArgumentNullException.ThrowIfNull(point);
        var scaled = scaleFactor >= 0 ? value / Math.Pow(10, scaleFactor) / point.Scale : value * Math.Pow(10, -scaleFactor) / point.Scale;
        if (!double.IsFinite(scaled))
        {
            return null;
        }

        var whole = Math.Round(scaled, MidpointRounding.AwayFromZero);
        ulong? bits = point.Type switch
        {
            PointType.Int16 when whole is >= short.MinValue and <= short.MaxValue => (ushort)(short)whole,
            PointType.UInt16 or PointType.Bit when whole is >= 0 and <= ushort.MaxValue => (ulong)whole,
            PointType.Int32 when whole is >= int.MinValue and <= int.MaxValue => (uint)(int)whole,
            PointType.UInt32 when whole is >= 0 and <= uint.MaxValue => (ulong)whole,
            PointType.Int64 when whole is >= long.MinValue and < long.MaxValue => (ulong)(long)whole,
            PointType.UInt64 when whole is >= 0 and < ulong.MaxValue => (ulong)whole,
            PointType.Float32 => BitConverter.SingleToUInt32Bits((float)scaled),
            PointType.Float64 => BitConverter.DoubleToUInt64Bits(scaled),
            _ => null,
        };
        if (bits is not { } number)
        {
            return null;
        }

        var registers = new ushort[point.Length];
        for (var i = 0; i < registers.Length; i++)
        {
            registers[lowWordFirst ? i : registers.Length - 1 - i] = (ushort)(number >> (16 * i));
        }

        return registers;
    }

    private static ulong Bits(ReadOnlySpan<ushort> registers, bool lowWordFirst)
    {
        ulong bits = 0;
        for (var i = 0; i < registers.Length; i++)
        {
            bits = (bits << 16) | registers[lowWordFirst ? registers.Length - 1 - i : i];
        }

        return bits;
    }

    private static decimal? Finite(double value) => double.IsFinite(value) && Math.Abs(value) < 7e27 ? (decimal)value : null;

    private static string Text(ReadOnlySpan<ushort> registers)
    {
        var text = new StringBuilder();
        foreach (var register in registers)
        {
            text.Append((char)(register >> 8)).Append((char)(register & 0xFF));
        }

        var end = text.ToString().IndexOf('\0', StringComparison.Ordinal);
        return (end < 0 ? text.ToString() : text.ToString(0, end)).Trim();
    }
}
