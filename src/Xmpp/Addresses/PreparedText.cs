using System.Globalization;
using System.Text;

namespace DerAgent.Xmpp;

/// <summary>
/// Whether a configured text is in the form that a server makes of it (RFC 7622, RFC 8265). The program carries no tables for normalising; what would need some is
/// named, so that people write what the server compares with.
/// </summary>
internal static class PreparedText
{
    /// <summary>Characters that compatibility normalisation changes: full and half width, ligatures, presentation forms, letter-like and enclosed forms, super- and subscripts.</summary>
    private static readonly (int First, int Last)[] Compatibility =
    [
        (0xA0, 0xA0), (0xA8, 0xA8), (0xAA, 0xAA), (0xAF, 0xAF), (0xB2, 0xB5), (0xB8, 0xBA), (0xBC, 0xBE), (0x132, 0x133), (0x13F, 0x140), (0x149, 0x149), (0x17F, 0x17F), (0x1C4, 0x1CC), (0x1F1, 0x1F3),
        (0x2B0, 0x2B8), (0x2D8, 0x2DD), (0x2E0, 0x2E4), (0x1D2C, 0x1D6A), (0x1D78, 0x1D78), (0x1D9B, 0x1DBF), (0x1E9A, 0x1E9B), (0x2000, 0x200A), (0x2011, 0x2011), (0x2017, 0x2017), (0x2024, 0x2026), (0x202F, 0x202F),
        (0x2033, 0x2034), (0x2036, 0x2037), (0x203C, 0x203C), (0x203E, 0x203E), (0x2047, 0x2049), (0x2057, 0x2057), (0x205F, 0x205F), (0x2070, 0x209F), (0x20A8, 0x20A8), (0x2100, 0x214F), (0x2150, 0x218B), (0x2460, 0x24EA),
        (0x2F00, 0x2FDF), (0x3000, 0x3000), (0x3131, 0x318E), (0x3192, 0x319F), (0x3200, 0x33FF), (0xF900, 0xFAFF), (0xFB00, 0xFB4F), (0xFB50, 0xFDFF), (0xFE30, 0xFE6F), (0xFE70, 0xFEFC), (0xFF00, 0xFFEF), (0x1D400, 0x1D7FF),
    ];

    /// <summary>What is wrong with a text that is used as it is, a password; null: nothing.</summary>
    public static string? FaultOfPassword(string text) => Fault(text, isCaseKept: true);

    /// <summary>What is wrong with an address, written by people; null: nothing, it is as a server writes it.</summary>
    public static string? FaultOfJid(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var (bare, resource) = slash < 0 ? (text, "") : (text[..slash], text[(slash + 1)..]);
        return Fault(bare, isCaseKept: false) ?? Fault(resource, isCaseKept: true)
            ?? (Jid.Read(text)?.ToString() is { } prepared && prepared != text ? $"servers write it {prepared}" : null);
    }

    private static string? Fault(string text, bool isCaseKept)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var rune in text.EnumerateRunes())
        {
            var why = rune.IsAscii ? null
                : Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark ? "a combining mark; write the composed letter"
                : Array.Exists(Compatibility, r => rune.Value >= r.First && rune.Value <= r.Last) ? "a compatibility form; write the ordinary character"
                : rune == Rune.ReplacementChar ? "no character at all; is the file UTF-8?"
                : !isCaseKept && Rune.ToLowerInvariant(rune) != rune ? "upper case; servers write it in lower case"
                : null;
            if (why is not null)
            {
                return string.Create(CultureInfo.InvariantCulture, $"it holds U+{rune.Value:X4}, {why}");
            }
        }

        return null;
    }
}
