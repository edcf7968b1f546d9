using System.Globalization;
using System.Text;

namespace DerAgent.Devices;

/// <summary>How a number is written into a message.</summary>
/// <param name="Digits">Digits before the point: of two and more exactly as many, filled with zeros.</param>
/// <param name="Decimals">Digits behind the point.</param>
/// <param name="IsHex">Whether it is written in hexadecimal digits.</param>
internal readonly record struct NumberFormat(int Digits, int Decimals, bool IsHex)
{
    /// <summary>Whole numbers, as short as they are.</summary>
    public static NumberFormat Plain => new(1, 0, false);

    /// <summary>Reads <c>000.0</c> or <c>X4</c>; null where it is neither.</summary>
    public static NumberFormat? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text is ['X', .. var width])
        {
            return width.Length == 0 ? new(1, 0, true) : int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out var digits) && digits is >= 1 and <= 15 ? new(digits, 0, true) : null;
        }

        var parts = text.Split('.');
        return parts.Length <= 2 && parts.All(p => p.Length is >= 1 and <= 12 && p.All(c => c == '0')) ? new(parts[0].Length, parts.Length == 2 ? parts[1].Length : 0, false) : null;
    }

    /// <summary>A number as it is written; null where it has more digits than there is room for.</summary>
    public string? Write(decimal number)
    {
        if (IsHex && (number < 0 || number > long.MaxValue))
        {
            return null;
        }

        var text = IsHex ? ((long)number).ToString($"X{Digits}", CultureInfo.InvariantCulture)
            : (number < 0 ? "-" : "") + Math.Abs(number).ToString($"{new string('0', Digits)}{(Decimals > 0 ? "." + new string('0', Decimals) : "")}", CultureInfo.InvariantCulture);
        var room = Digits + (Decimals > 0 ? 1 + Decimals : 0) + (number < 0 ? 1 : 0);
        return Digits > 1 && text.Length > room ? null : text;
    }
}

/// <summary>What is sent: text with places for the unit id and the values of points, <c>{unit:00}</c>, <c>{WSptPct:000.0}</c>; <c>{{</c> is a brace. Pure.</summary>
internal sealed record MessageTemplate
{
    /// <summary>The name of the unit id.</summary>
    public const string Unit = "unit";

    private readonly IReadOnlyList<(string Text, string? Name, NumberFormat Format)> _parts;

    private MessageTemplate(string source, IReadOnlyList<(string Text, string? Name, NumberFormat Format)> parts) => (Source, _parts) = (source, parts);

    /// <summary>As it stands in the profile.</summary>
    public string Source { get; }

    /// <summary>The points whose values it needs, each with how it is written.</summary>
    public IReadOnlyDictionary<string, NumberFormat> Points => _parts.Where(p => p.Name is not (null or Unit)).GroupBy(p => p.Name!, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().Format, StringComparer.Ordinal);

    /// <summary>Whether it has room for a unit id.</summary>
    public bool Takes(byte unit) => _parts.All(p => p.Name != Unit || p.Format.Write(unit) is not null);

    /// <summary>Reads one; null with a sentence where it is none.</summary>
    public static MessageTemplate? Parse(string source, out string fault)
    {
        ArgumentNullException.ThrowIfNull(source);
        var parts = new List<(string, string?, NumberFormat)>();
        var text = new StringBuilder();
        fault = "";
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i] > 0xFF)
            {
                fault = $"\"{source[i]}\" is no octet; a message has characters up to \\xff.";
                return null;
            }

            if (source[i] is not ('{' or '}') || (i + 1 < source.Length && source[i + 1] == source[i]))
            {
                i += source[i] is '{' or '}' ? 1 : 0;
                text.Append(source[i]);
                continue;
            }

            var end = source.IndexOf('}', i);
            var name = source[i] == '{' && end > i ? source[(i + 1)..end].Split(':') : [];
            if (name is not ([{ Length: > 0 }] or [{ Length: > 0 }, _]) || (name.Length == 1 ? NumberFormat.Plain : NumberFormat.Parse(name[1])) is not { } format)
            {
                fault = $"At character {i + 1}: a place for a value is {{{Unit}}}, {{POINT}}, {{POINT:000.0}} or {{POINT:X4}}; a brace itself is written twice.";
                return null;
            }

            parts.Add((text.ToString(), name[0], format));
            text.Clear();
            i = end;
        }

        parts.Add((text.ToString(), null, default));
        return new(source, parts);
    }

    /// <summary>The text with its values.</summary>
    /// <param name="unit">Unit id.</param>
    /// <param name="values">What stands for points, by name.</param>
    public string Fill(byte unit, IReadOnlyDictionary<string, string> values) =>
        string.Concat(_parts.Select(p => p.Text + (p.Name switch { null => "", Unit => p.Format.Write(unit), var name => values[name] })));

    /// <inheritdoc/>
    public bool Equals(MessageTemplate? other) => other?.Source == Source;

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Source);
}
