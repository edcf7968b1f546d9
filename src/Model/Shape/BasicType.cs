namespace DerAgent.Model;

/// <summary>Basic types of IEC 61850-7-2 §6 as SCL names them (IEC 61850-6 §9.5.4.2), sizes and lengths apart.</summary>
public enum BasicType
{
    /// <summary>BOOLEAN.</summary>
    Boolean,
    /// <summary>INT8 to INT64; the size is the width in bits.</summary>
    Integer,
    /// <summary>INT8U to INT64U; the size is the width in bits.</summary>
    Unsigned,
    /// <summary>FLOAT32, FLOAT64; the size is the width in bits.</summary>
    Float,
    /// <summary>Enumerated; on the wire an integer.</summary>
    Enumerated,
    /// <summary>CODED ENUM (Dbpos, Tcmd) and packed lists of fixed size; the size is the number of bits.</summary>
    BitString,
    /// <summary>Quality: 13 bits.</summary>
    Quality,
    /// <summary>TimeStamp: UTC, 8 octets.</summary>
    Timestamp,
    /// <summary>EntryTime: binary time, 6 octets.</summary>
    EntryTime,
    /// <summary>OCTET STRING; the size is the greatest length.</summary>
    OctetString,
    /// <summary>VISIBLE STRING, ObjectReference, Currency; the size is the greatest length.</summary>
    VisibleString,
    /// <summary>UNICODE STRING; the size is the greatest length in octets of its UTF-8 form.</summary>
    UnicodeString,
}
