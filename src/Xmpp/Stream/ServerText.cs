namespace DerAgent.Xmpp;

/// <summary>A text of a server on its way into a message for people: short, and in one line.</summary>
internal static class ServerText
{
    private const int Longest = 200;

    public static string Shown(string? text)
    {
        var shown = text is null or { Length: <= Longest } ? text ?? "" : string.Concat(text.AsSpan(0, Longest), "…");
        return shown.Any(IsUnseen) ? string.Concat(shown.Select(c => IsUnseen(c) ? '?' : c)) : shown;
    }

    /// <summary>Control characters, and what breaks a line or turns the writing direction.</summary>
    public static bool IsUnseen(char c) => char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u200E' and <= '\u200F') or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
