using System.Text;

namespace DerAgent.Devices;

/// <summary>Registers to values and back: value = (raw + offset) × scale × 10^scale-factor.</summary>
internal static class RegisterCodec
{
    /// <summary>The raw number of a point's registers; null for texts and for "not implemented".</summary>
    public static decimal? Raw(PointDefinition point, ReadOnlySpan<ushort> registers, WordOrder order)
    {
        ArgumentNullException.ThrowIfNull(point);
        var bits = Bits(point, registers, order);
        decimal? raw = point.Type switch
        {
            PointType.Int16 => (short)bits,
            PointType.Int32 => (int)bits,
            PointType.Int64 => (long)bits,
            PointType.Float32 => Finite(BitConverter.UInt32BitsToSingle((uint)bits)),
            PointType.Float64 => Finite(BitConverter.UInt64BitsToDouble(bits)),
            PointType.Bcd => Digits(bits),
            PointType.Text => null,
            _ => bits,
        };
        return raw is not { } number || point.None.Contains(number) ? null
            : point.Bits is { } range ? (bits >> range.Low) & Mask(range.High - range.Low + 1)
            : raw;
    }

    /// <summary>The value of a point's registers.</summary>
    /// <param name="point">The point.</param>
    /// <param name="registers">Its registers, or its coils as 0 and 1.</param>
    /// <param name="scaleFactor">Power of ten of its scale-factor point; null: that point says "not implemented".</param>
    /// <param name="order">Word order of the device.</param>
    public static PointValue Decode(PointDefinition point, ReadOnlySpan<ushort> registers, int? scaleFactor, WordOrder order)
    {
        ArgumentNullException.ThrowIfNull(point);
        if (point.Type == PointType.Text)
        {
            var text = Text(registers);
            return text.Length == 0 ? PointValue.None : new(double.NaN, text, false);
        }

        if (Raw(point, registers, order) is not { } raw || scaleFactor is null)
        {
            return PointValue.None;
        }

        return Valued(point, raw, scaleFactor.Value);
    }

    /// <summary>What a raw number stands for.</summary>
    /// <param name="point">The point.</param>
    /// <param name="raw">The raw number.</param>
    /// <param name="scaleFactor">Power of ten of its scale-factor point.</param>
    public static PointValue Valued(PointDefinition point, decimal raw, int scaleFactor)
    {
        ArgumentNullException.ThrowIfNull(point);
        if (!point.Map.IsEmpty)
        {
            return Mapped(point.Map, raw);
        }

        var number = Scaled(raw, point);
        // Dividing by a power of ten keeps 2301 x 10^-1 at 230.1; multiplying by 0.1 would not.
        number = scaleFactor >= 0 ? number * Math.Pow(10, scaleFactor) : number / Math.Pow(10, -scaleFactor);
        return double.IsFinite(number) ? new(point.IsAbsolute ? Math.Abs(number) : number, null, false) : PointValue.None;
    }

    /// <summary>The registers, or coils as 0 and 1, that hold <paramref name="value"/>; null where it does not fit the point's type or map.</summary>
    /// <param name="point">The point.</param>
    /// <param name="value">The value in the point's unit; the raw one of a literal.</param>
    /// <param name="scaleFactor">Power of ten of its scale-factor point.</param>
    /// <param name="order">Word order of the device.</param>
    /// <param name="rounding">Where a value between two steps goes.</param>
    public static ushort[]? Encode(PointDefinition point, double value, int scaleFactor, WordOrder order, WriteRounding rounding = WriteRounding.Nearest)
    {
        ArgumentNullException.ThrowIfNull(point);
        if (!double.IsFinite(value))
        {
            return null;
        }

        if (point.Map.IsNumeric)
        {
            return point.Map.RawOf(value, rounding == WriteRounding.Up) is { } mapped ? Split(point, (ulong)mapped, order) : null;
        }

        var scaled = !point.Map.IsEmpty ? value : ((scaleFactor >= 0 ? value / Math.Pow(10, scaleFactor) : value * Math.Pow(10, -scaleFactor)) / point.Scale) - point.Offset;
        if (!double.IsFinite(scaled))
        {
            return null;
        }

        var whole = Round(scaled, point.Scale < 0 ? Other(rounding) : rounding);
        ulong? bits = point.Type switch
        {
            PointType.Int16 when whole is >= short.MinValue and <= short.MaxValue => (ushort)(short)whole,
            PointType.UInt16 when whole is >= 0 and <= ushort.MaxValue => (ulong)whole,
            PointType.Bit when whole >= 0 && whole <= Mask(point.Length) => (ulong)whole,
            PointType.Int32 when whole is >= int.MinValue and <= int.MaxValue => (uint)(int)whole,
            PointType.UInt32 or PointType.Time when whole is >= 0 and <= uint.MaxValue => (ulong)whole,
            PointType.Int64 when whole is >= long.MinValue and < long.MaxValue => (ulong)(long)whole,
            PointType.UInt64 when whole is >= 0 and < ulong.MaxValue => (ulong)whole,
            PointType.Bits when whole >= 0 && whole < Math.Pow(2, 16 * point.Length) => (ulong)whole,
            PointType.Bcd when whole >= 0 && whole < Math.Pow(10, 4 * point.Length) => Packed((ulong)whole),
            PointType.Float32 => BitConverter.SingleToUInt32Bits((float)scaled),
            PointType.Float64 => BitConverter.DoubleToUInt64Bits(scaled),
            _ => null,
        };
        return bits is { } number ? Split(point, number, order) : null;
    }

    /// <summary>The value that the registers of a point can hold for <paramref name="value"/>; the same where that is not known beforehand.</summary>
    public static double Held(PointDefinition point, double value, WriteRounding rounding)
    {
        ArgumentNullException.ThrowIfNull(point);
        if (double.IsNaN(value) || (!point.Map.IsNumeric && (!point.Map.IsEmpty || point.Step <= 0)))
        {
            return value;
        }

        return point.Map.IsNumeric ? point.Map.RawOf(value, rounding == WriteRounding.Up) is { } raw ? point.Map.NumberOf(raw)!.Value : value
            : (ToRaw(point, value, rounding) + point.Offset) * point.Scale;
    }

    /// <summary>The raw number of a value, as exactly as it can be written.</summary>
    public static double ToRaw(PointDefinition point, double value, WriteRounding rounding)
    {
        ArgumentNullException.ThrowIfNull(point);
        var steps = Math.Pow(10, point.Said?.Format.Decimals ?? 0);
        return Round(((value / point.Scale) - point.Offset) * steps, point.Scale < 0 ? Other(rounding) : rounding) / steps;
    }

    /// <summary>The word order of a point on a device.</summary>
    public static WordOrder OrderOf(PointDefinition point, WordOrder device)
    {
        ArgumentNullException.ThrowIfNull(point);
        return point.Order ?? device;
    }

    /// <summary>In decimal where the digits allow it: 573 x 0.1 is 57.3.</summary>
    private static double Scaled(decimal raw, PointDefinition point) =>
        Math.Abs(raw) < 1e15m && Math.Abs(point.Offset) < 1e12 && Math.Abs(point.Scale) is > 1e-9 and < 1e9
            ? (double)((raw + (decimal)point.Offset) * (decimal)point.Scale)
            : ((double)raw + point.Offset) * point.Scale;

    private static PointValue Mapped(ValueMap map, decimal raw)
    {
        if (raw != Math.Floor(raw) || raw is < long.MinValue or > long.MaxValue || map.TextOf((long)raw) is not { } text)
        {
            return PointValue.Unknown;
        }

        return map.IsNumeric ? new(map.NumberOf((long)raw)!.Value, null, false) : new((double)raw, text, false);
    }

    private static double Round(double value, WriteRounding rounding)
    {
        // What arithmetic, or a client's FLOAT32, leaves of a whole number is that number.
        var nearest = Math.Round(value, MidpointRounding.AwayFromZero);
        return Math.Abs(value - nearest) <= Math.Max(1, Math.Abs(value)) * 1e-6 ? nearest : rounding switch
        {
            WriteRounding.Down => Math.Floor(value),
            WriteRounding.Up => Math.Ceiling(value),
            _ => nearest,
        };
    }

    private static WriteRounding Other(WriteRounding rounding) => rounding switch { WriteRounding.Down => WriteRounding.Up, WriteRounding.Up => WriteRounding.Down, _ => rounding };

    private static ushort[] Split(PointDefinition point, ulong bits, WordOrder order)
    {
        var registers = new ushort[point.Length];
        for (var i = 0; i < registers.Length; i++)
        {
            registers[point.Type == PointType.Bit || OrderOf(point, order) == WordOrder.LowFirst ? i : registers.Length - 1 - i] = point.Type == PointType.Bit ? (ushort)((bits >> i) & 1) : (ushort)(bits >> (16 * i));
        }

        return registers;
    }

    private static ulong Bits(PointDefinition point, ReadOnlySpan<ushort> registers, WordOrder order)
    {
        ulong bits = 0;
        var width = point.Type == PointType.Bit ? 1 : 16;
        var isLowFirst = point.Type == PointType.Bit || OrderOf(point, order) == WordOrder.LowFirst;
        for (var i = 0; i < registers.Length; i++)
        {
            bits = (bits << width) | registers[isLowFirst ? registers.Length - 1 - i : i];
        }

        return bits;
    }

    private static ulong Mask(int bits) => bits >= 64 ? ulong.MaxValue : (1UL << bits) - 1;

    private static decimal? Finite(double value) => double.IsFinite(value) && Math.Abs(value) < 7e27 ? (decimal)value : null;

    /// <summary>Packed decimal digits; null where one is none.</summary>
    private static decimal? Digits(ulong bits)
    {
        decimal number = 0;
        for (var shift = 60; shift >= 0; shift -= 4)
        {
            var digit = (bits >> shift) & 0xF;
            if (digit > 9)
            {
                return null;
            }

            number = (number * 10) + digit;
        }

        return number;
    }

    private static ulong Packed(ulong number)
    {
        ulong bits = 0;
        for (var shift = 0; number > 0; shift += 4)
        {
            bits |= (number % 10) << shift;
            number /= 10;
        }

        return bits;
    }

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
