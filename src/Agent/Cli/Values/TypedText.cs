using System.Globalization;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Agent.Cli;

/// <summary>Values as people type them, with a unit (<c>5 kW</c>) or as a literal (<c>test</c>), as the bare number that goes out.</summary>
internal static class TypedText
{
    /// <summary>What still fits a decimal with the greatest prefix.</summary>
    private const decimal Greatest = 1e18m;

    /// <summary>The number of a text; the text itself where it is neither a number with a unit nor a literal: what it is to be then the type says.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="variable">The variable it is for: an attribute, or a structure of one number.</param>
    /// <exception cref="FormatException">It has a unit that is none of the variable's.</exception>
    public static string Plain(string text, KnownVariable variable)
    {
        var trimmed = text.Trim();
        var below = Leaf(variable.Type);
        if (variable.EnumerationOf(below) is { } enumeration)
        {
            var literals = enumeration.Literals.Where(l => string.Equals(l.Value, trimmed, StringComparison.OrdinalIgnoreCase)).ToList();
            return literals is [var only] ? only.Key.ToString(CultureInfo.InvariantCulture)
                : long.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? text
                : throw new FormatException($"\"{text}\" is none of {string.Join(", ", enumeration.Literals.OrderBy(static l => l.Key).Select(static l => $"{l.Key} ({l.Value})"))}");
        }

        var length = trimmed.AsSpan().LastIndexOfAnyInRange('0', '9') + 1;
        if (length == 0 || length == trimmed.Length || !decimal.TryParse(trimmed.AsSpan(0, length), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return text;
        }

        if (Math.Abs(number) > Greatest)
        {
            throw new FormatException($"\"{text}\" is too great a number");
        }

        var (given, own) = (PointUnit.Of(trimmed[length..].Trim()), variable.UnitOf(below));
        return own is null ? throw new FormatException($"\"{text}\": {variable.Name} says no unit; write the bare number")
            : PointUnit.Of(own) is var unit && unit.Name != given.Name ? throw new FormatException($"\"{text}\": {variable.Name} is in {own}")
            : Scaled(number, given.Power - unit.Power).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Names of the components down to the number that a text is for.</summary>
    private static string[] Leaf(TypeDescription? type) => type is TypeDescription.Structure { Components: [var only] } ? [only.Name, .. Leaf(only.Type)] : [];

    private static decimal Scaled(decimal number, int power)
    {
        for (; power > 0; power--)
        {
            number *= 10;
        }

        for (; power < 0; power++)
        {
            number /= 10;
        }

        return number / 1.000000000000000000000000000000m;
    }
}
