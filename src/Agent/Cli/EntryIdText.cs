using DerAgent.Mms;

namespace DerAgent.Agent.Cli;

/// <summary>EntryIDs of reports and logs as they are printed: hexadecimal digits.</summary>
internal static class EntryIdText
{
    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static OctetString Parse(string text) => text.Length is > 0 and <= 16 && text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit)
        ? OctetString.From(Convert.FromHexString(text))
        : throw new FormatException($"\"{text}\" is no EntryID; write the hexadecimal digits as they are printed with an entry, e.g. 000000000000002A");
}
