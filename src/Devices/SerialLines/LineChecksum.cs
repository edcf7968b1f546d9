using System.Globalization;

namespace DerAgent.Devices;

/// <summary>How a message proves that it came whole.</summary>
internal enum ChecksumKind
{
    /// <summary>Not at all.</summary>
    None,
    /// <summary>All octets, exclusive or.</summary>
    Xor,
    /// <summary>The sum of all octets, modulo 256.</summary>
    Sum,
    /// <summary>CRC-16 as on Modbus RTU (polynomial 0xA001 reflected, begins with 0xFFFF).</summary>
    Crc16,
}

/// <summary>The checksum of messages. Pure.</summary>
internal sealed record LineChecksum
{
    /// <summary>None.</summary>
    public static LineChecksum None { get; } = new();

    /// <summary>Kind.</summary>
    public ChecksumKind Kind { get; init; }

    /// <summary>Whether it is written as octets; else as hexadecimal digits.</summary>
    public bool IsOctets { get; init; }

    /// <summary>Whether the low octet of two comes first.</summary>
    public bool IsLowFirst { get; init; }

    /// <summary>Whether it follows the end of the message and covers that, too (ISO 1745); else it stands before the end.</summary>
    public bool IsAfterEnd { get; init; }

    /// <summary>What stands between the text and it, and is not covered, e.g. an asterisk.</summary>
    public string Separator { get; init; } = "";

    /// <summary>Characters it takes, without the separator.</summary>
    public int Width => Kind switch { ChecksumKind.None => 0, ChecksumKind.Crc16 => IsOctets ? 2 : 4, _ => IsOctets ? 1 : 2 };

    /// <summary>The checksum of a text, as it is written.</summary>
    public string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Kind == ChecksumKind.None)
        {
            return "";
        }

        var value = Kind == ChecksumKind.Crc16 ? Crc(text) : text.Aggregate(0, (sum, c) => Kind == ChecksumKind.Xor ? sum ^ c : (sum + c) & 0xFF);
        byte[] octets = Kind != ChecksumKind.Crc16 ? [(byte)value] : IsLowFirst ? [(byte)value, (byte)(value >> 8)] : [(byte)(value >> 8), (byte)value];
        return IsOctets ? string.Concat(octets.Select(o => (char)o)) : string.Concat(octets.Select(o => o.ToString("X2", CultureInfo.InvariantCulture)));
    }

    /// <summary>Whether what is said is the checksum of a text; hexadecimal digits may be small.</summary>
    public bool Fits(string text, string said) => string.Equals(Of(text), said, IsOctets ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    private static int Crc(string text)
    {
        var crc = 0xFFFF;
        foreach (var c in text)
        {
            crc ^= c;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xA001 : crc >> 1;
            }
        }

        return crc;
    }
}
