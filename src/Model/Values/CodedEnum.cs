namespace DerAgent.Model;

/// <summary>Coded enumerations of two bits: Dbpos and Tcmd (IEC 61850-8-1 §8.1.3.4). On the wire the high bit of the ordinal comes first.</summary>
public static class CodedEnum
{
    /// <summary>Double position.</summary>
    public static EnumType Dbpos { get; } = new("Dbpos", [new(0, "intermediate"), new(1, "off"), new(2, "on"), new(3, "bad")]);

    /// <summary>Step command.</summary>
    public static EnumType Tcmd { get; } = new("Tcmd", [new(0, "stop"), new(1, "lower"), new(2, "higher"), new(3, "reserved")]);

    /// <summary>The value of an ordinal: 0 to 3.</summary>
    public static DataValue ToValue(long ordinal) => DataValue.Bits((ulong)(((ordinal >> 1) & 1) | ((ordinal & 1) << 1)), 2);

    /// <summary>The ordinal of a value.</summary>
    public static long OrdinalOf(in DataValue value) => ((value.Bit(0) ? 1 : 0) << 1) | (value.Bit(1) ? 1 : 0);
}
