using System.Buffers;

namespace DerAgent.Mms;

/// <summary>Texts in XER.</summary>
internal static class XerText
{
    /// <summary>Octets a text takes, its special characters written out.</summary>
    public static int Octets(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.All(char.IsAsciiLetterOrDigit))
        {
            return text.Length;
        }

        var output = new ArrayBufferWriter<byte>(text.Length * 2);
        new XerWriter(output, MmsDialect.Tr2015).Text(text);
        return output.WrittenCount;
    }
}
