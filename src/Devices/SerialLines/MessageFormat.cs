using System.Text;

namespace DerAgent.Devices;

/// <summary>How texts become messages on a line: what begins and ends them, what proves that they came whole. Each character is an octet. Pure.</summary>
internal sealed record MessageFormat
{
    /// <summary>What begins a message; empty: nothing.</summary>
    public string Begin { get; init; } = "";

    /// <summary>What ends it; empty: the exchange says how long an answer is.</summary>
    public string End { get; init; } = "";

    /// <summary>Its checksum.</summary>
    public LineChecksum Checksum { get; init; } = LineChecksum.None;

    /// <summary>The octets of a message.</summary>
    public byte[] Wrap(string text)
    {
        var tail = Checksum.Kind == ChecksumKind.None ? "" : Checksum.Separator + Checksum.Of(Checksum.IsAfterEnd ? text + End : text);
        return Encoding.Latin1.GetBytes(Begin + text + (Checksum.IsAfterEnd ? End + tail : tail + End));
    }

    /// <summary>The text between begin and end of a message whose checksum stands before its end; null with a sentence where that is wrong.</summary>
    /// <param name="inner">What stands between begin and end.</param>
    /// <param name="behind">What follows the end and belongs to it.</param>
    /// <param name="fault">What is wrong.</param>
    public string? Unwrap(string inner, string behind, out string? fault)
    {
        fault = null;
        if (Checksum.Kind == ChecksumKind.None)
        {
            return inner;
        }

        var tail = Checksum.Separator.Length + Checksum.Width;
        var (text, said) = Checksum.IsAfterEnd ? (inner, behind) : inner.Length < tail ? ("", inner) : (inner[..^tail], inner[^tail..]);
        if (said.Length == tail && said.StartsWith(Checksum.Separator, StringComparison.Ordinal) && Checksum.Fits(Checksum.IsAfterEnd ? text + End : text, said[Checksum.Separator.Length..]))
        {
            return text;
        }

        fault = $"a message came with the wrong checksum: \"{Shown(said)}\" is said and \"{Shown(Checksum.Separator + Checksum.Of(Checksum.IsAfterEnd ? text + End : text))}\" is right";
        return null;
    }

    /// <summary>A text with what nobody sees spelled out.</summary>
    public static string Shown(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var shown = new StringBuilder();
        foreach (var c in text)
        {
            shown.Append(c switch { '\r' => "\\r", '\n' => "\\n", < ' ' or > '~' => $"\\x{(int)c:x2}", _ => c });
        }

        return shown.ToString();
    }
}
