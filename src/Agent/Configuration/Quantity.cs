using System.Globalization;

namespace DerAgent.Agent;

/// <summary>Quantities with their units, as agent.json has them.</summary>
internal static class Quantity
{
    /// <summary>Sizes, in octets.</summary>
    public static IReadOnlyList<(string Unit, double Factor)> Sizes { get; } = [("KB", 1 << 10), ("MB", 1 << 20), ("GB", 1 << 30)];

    /// <summary>Ages, in days.</summary>
    public static IReadOnlyList<(string Unit, double Factor)> Ages { get; } = [("d", 1)];

    /// <summary>Times, in seconds.</summary>
    public static IReadOnlyList<(string Unit, double Factor)> Times { get; } = [("ms", 0.001), ("s", 1), ("m", 60)];

    /// <summary>A quantity within bounds; null where the text is none.</summary>
    public static double? Read(string text, IReadOnlyList<(string Unit, double Factor)> units, double least, double most)
    {
        foreach (var (unit, factor) in units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal) && double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number * factor >= least && number * factor <= most)
            {
                return number * factor;
            }
        }

        return null;
    }

    /// <summary>A quantity within bounds; where the text is none, that is told, and the default taken.</summary>
    /// <param name="name">Section and name of the setting, as "time: poll".</param>
    /// <param name="text">What is written there.</param>
    /// <param name="units">The units it may have.</param>
    /// <param name="bounds">The least and the most.</param>
    /// <param name="range">The bounds as people write them.</param>
    /// <param name="otherwise">The default.</param>
    /// <param name="wrong">Takes what is wrong.</param>
    public static double Read(string name, string text, IReadOnlyList<(string Unit, double Factor)> units, (double Least, double Most) bounds, string range, double otherwise, Action<string> wrong)
    {
        if (Read(text, units, bounds.Least, bounds.Most) is { } number)
        {
            return number;
        }

        wrong($"{name} \"{text}\" is none; write {range}.");
        return otherwise;
    }
}
