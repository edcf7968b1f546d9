namespace DerAgent.Model;

/// <summary>The alternatives of an MMS Data (ISO 9506-2 §14.4.2) that IEC 61850 uses.</summary>
public enum DataKind
{
    /// <summary>No value.</summary>
    None,
    /// <summary>Elements of one type.</summary>
    Array,
    /// <summary>Components of a structure.</summary>
    Structure,
    /// <summary>True or false.</summary>
    Boolean,
    /// <summary>Bits, the first one leftmost.</summary>
    BitString,
    /// <summary>Signed whole number.</summary>
    Integer,
    /// <summary>Whole number from zero.</summary>
    Unsigned,
    /// <summary>IEEE 754 single.</summary>
    Float32,
    /// <summary>IEEE 754 double.</summary>
    Float64,
    /// <summary>Octets.</summary>
    OctetString,
    /// <summary>ISO 646 text.</summary>
    VisibleString,
    /// <summary>Unicode text.</summary>
    MmsString,
    /// <summary>Binary time of 6 octets.</summary>
    BinaryTime,
    /// <summary>UTC time of 8 octets.</summary>
    UtcTime,
}
