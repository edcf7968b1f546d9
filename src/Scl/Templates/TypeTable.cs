using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>SCL basic types (<c>bType</c>) as the model's types (IEC 61850-6 §9.5.4.2, IEC 61850-8-1 §8).</summary>
internal static class TypeTable
{
    public static AttributeType? Find(string bType, EnumType? enumeration) => bType switch
    {
        "BOOLEAN" => AttributeType.Boolean,
        "INT8" => new(BasicType.Integer, 8),
        "INT16" => AttributeType.Int16,
        "INT24" or "INT32" => new(BasicType.Integer, 32),
        "INT64" or "INT128" => new(BasicType.Integer, 64),
        "INT8U" => AttributeType.Int8U,
        "INT16U" => AttributeType.Int16U,
        "INT24U" or "INT32U" => AttributeType.Int32U,
        "INT64U" => new(BasicType.Unsigned, 64),
        "FLOAT32" => AttributeType.Float32,
        "FLOAT64" => new(BasicType.Float, 64),
        "Enum" => new(BasicType.Enumerated, 8, enumeration),
        "Dbpos" => new(BasicType.BitString, 2, CodedEnum.Dbpos),
        "Tcmd" => new(BasicType.BitString, 2, CodedEnum.Tcmd),
        "Check" => new(BasicType.BitString, 2),
        "Quality" => AttributeType.Quality,
        "Timestamp" => AttributeType.Timestamp,
        "EntryTime" => AttributeType.EntryTime,
        "EntryID" => AttributeType.EntryId,
        "OptFlds" => AttributeType.OptionalFields,
        "TrgOps" => AttributeType.TriggerOptions,
        "SvOptFlds" => new(BasicType.BitString, 8),
        "LogOptFlds" => new(BasicType.BitString, 2),
        "VisString32" => new(BasicType.VisibleString, 32),
        "VisString64" => new(BasicType.VisibleString, 64),
        "VisString65" => new(BasicType.VisibleString, 65),
        "VisString129" or "ObjRef" => AttributeType.ObjectReference,
        "VisString255" => new(BasicType.VisibleString, 255),
        "Currency" => new(BasicType.VisibleString, 3),
        "Unicode255" => new(BasicType.UnicodeString, 255),
        "Octet6" => new(BasicType.OctetString, 6),
        "Octet16" => new(BasicType.OctetString, 16),
        "Octet64" => new(BasicType.OctetString, 64),
        "PhyComAddr" => new(BasicType.OctetString, 6),
        _ => null,
    };
}
