namespace DerAgent.Scl;

/// <summary>
/// Whose an <c>sAddr</c> is (IEC 61850-6 §9.3.6 leaves its meaning to the tool that wrote it): ours in a file with devices of ours, where it reads as an expression of
/// ours; all others are another tool's, bind nothing, and are told in one note.
/// </summary>
/// <param name="devices">Names of the devices declared; empty: nothing is ours.</param>
/// <param name="note">Counts the others.</param>
internal sealed class ShortAddresses(IReadOnlyCollection<string> devices, ForeignAddressNote note)
{
    /// <summary>The sAddr of an attribute as far as it is ours; else null.</summary>
    /// <param name="at">The DAI, DA or BDA.</param>
    /// <param name="device">The device around; empty: none.</param>
    /// <param name="reference">Reference of the attribute.</param>
    public string? Own(SclElement at, string device, Func<string> reference)
    {
        if (at["sAddr"] is not { } text || string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (devices.Count > 0 && IsOurs(text, device.Length > 0))
        {
            return text;
        }

        note.Count(at, text, reference);
        return null;
    }

    /// <summary><c>=5</c>, <c>inv1/W</c>, sums and lists of those with factors; within a device also <c>W</c> and sums.</summary>
    private bool IsOurs(string text, bool isWithinDevice)
    {
        if (text[0] == '=' || devices.Any(d => text.StartsWith(d + "/", StringComparison.Ordinal)))
        {
            return true;
        }

        var isList = text.Contains(',', StringComparison.Ordinal);
        var parts = text.Split(',', '+', '-');
        return parts.Any(p => IsPoint(p, isWithinDevice && !isList)) && parts.All(p => IsNumber(p) || IsPoint(p, isWithinDevice && !isList));
    }

    private static bool IsPoint(string part, bool mayBeBare)
    {
        part = part.Trim();
        if (part.LastIndexOf('*') is var star and > 0)
        {
            if (!IsNumber(part[(star + 1)..]))
            {
                return false;
            }

            part = part[..star];
        }

        var slash = part.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? mayBeBare && IsName(part) && part.Any(char.IsAsciiLetter)
            : slash > 0 && char.IsAsciiLetter(part[0]) && IsName(part[..slash]) && IsName(part[(slash + 1)..]);
    }

    private static bool IsName(string text) => text.Length > 0 && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '@');

    private static bool IsNumber(string text) => double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out _);
}

/// <summary>Counts what has an <c>sAddr</c> of another tool, for one note a file.</summary>
internal sealed class ForeignAddressNote
{
    private (SclElement At, string Text, string Reference)? _first;
    private int _count;

    /// <summary>One more.</summary>
    public void Count(SclElement at, string text, Func<string> reference)
    {
        _first ??= (at, text, reference());
        _count++;
    }

    /// <summary>Says it, if there is anything to say.</summary>
    public void Tell(SclFindings findings)
    {
        if (_first is { } first)
        {
            findings.Info(SclCodes.ForeignAddress, first.At, first.Reference, $"{_count} {(_count == 1 ? "attribute has" : "attributes have")} an sAddr of another tool, as \"{first.Text}\"; nothing feeds them, and clients see them invalid.", "To bind them, declare devices (DerAgent:Devices) and write device/point.");
        }
    }
}
