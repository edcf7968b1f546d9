using System.Globalization;

namespace DerAgent.Scl;

/// <summary>The number of elements of an array: written in the type, or in the attribute it names, of the instance before that of the type (IEC 61850-6 §9.5.4.2).</summary>
/// <param name="At">The SDO, DA or BDA.</param>
/// <param name="Of">Number of the type; null where it has none.</param>
/// <param name="Named">The attribute that holds it; null where it is written.</param>
internal sealed record ArraySize(SclElement At, int? Of, string? Named)
{
    private const int Most = 65_535;

    /// <summary>The size of an SDO, DA or BDA; null where it is no array.</summary>
    /// <param name="member">The element.</param>
    /// <param name="siblings">Those around it, among which the attribute is that holds the number.</param>
    public static ArraySize? Read(SclElement member, IReadOnlyList<SclElement> siblings) => member.Token("count") is not { } count || count == "0" ? null
        : Digits(count) is { } number ? new(member, number, null)
        : new(member, InAttribute(count, siblings), count);

    /// <summary>Whether a number of elements can be served.</summary>
    public static bool IsServed(int count) => count is > 0 and <= Most;

    /// <summary>That it is no number of elements.</summary>
    public TypeFault Fault(SclElement at, string? text) => new(
        SclCodes.BadCount, at, At.Get("name"), Named is null || text is not null
            ? $"count=\"{text ?? At["count"]}\" is not 1 to {Most}; one element is served."
            : $"count=\"{Named}\" names no attribute with a number, neither in the type nor in the instance; one element is served.", Named is null ? "Correct the count." : $"Give {Named} a Val in the type, or in the DAI.");

    /// <summary>The number that the attribute of that name has in the type, or null.</summary>
    private static int? InAttribute(string name, IReadOnlyList<SclElement> siblings)
    {
        foreach (var sibling in siblings)
        {
            if (sibling.Name is "SDO" or "DA" or "BDA" && sibling["name"] == name && sibling.First("Val")?.Text.Trim() is { } text && Digits(text) is { } number)
            {
                return number;
            }
        }

        return null;
    }

    /// <summary>A number of elements as it is written.</summary>
    public static int? Digits(string text) =>
        text.Length > 0 && text.All(char.IsAsciiDigit) ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue : null;
}
