using System.Globalization;

namespace DerAgent.Scl;

/// <summary>The <c>count</c> of an SDO, DA or BDA (IEC 61850-6 §9.5.4.2): a number, or the name of a sibling attribute whose Val is the number.</summary>
internal static class ArrayCount
{
    /// <summary>The number of elements; null where the member is no array.</summary>
    public static int? Of(SclElement member, IReadOnlyList<SclElement> siblings)
    {
        if (member["count"] is not { } count || count == "0")
        {
            return null;
        }

        return Digits(count) ?? Named(count, siblings) ?? 1;
    }

    /// <summary>The number that the attribute of that name has in the type, or null.</summary>
    public static int? Named(string name, IReadOnlyList<SclElement> siblings)
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
