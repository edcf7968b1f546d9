using System.Globalization;

namespace DerAgent.Devices.Tests;

/// <summary>What a family of devices is by its facts file, which knows nothing of our profile: what registers say, which frames a command takes, what the plant does.</summary>
/// <param name="Rated">Registers that say the rating, and the rating in W.</param>
/// <param name="Reads">What registers say.</param>
/// <param name="Commands">Which frames a command takes.</param>
/// <param name="Refusals">What exceptions on its writes mean.</param>
/// <param name="Plant">What the plant does; null: nothing is known.</param>
internal sealed record FamilyFacts((double Watts, FactRegisters Registers) Rated, IReadOnlyList<FactRead> Reads, IReadOnlyList<FactCommand> Commands, IReadOnlyList<FactRefusal> Refusals, FactPlant? Plant)
{
    public static FamilyFacts Load(string path)
    {
        var lines = File.ReadLines(path).Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('\t')).ToList();
        IEnumerable<string[]> Of(string kind) => lines.Where(l => l[0] == kind);
        var rated = Of("rated").Single();
        return new(
            (Number(rated[1]), FactRegisters.Parse(rated[2])),
            [.. Of("read").Select(l => new FactRead(FactRegisters.Parse(l[1]), l[2], l[3]))],
            [.. Of("command").Select(l => new FactCommand(l[1], Number(l[2]), l[3]))],
            [.. Of("refuse").Select(l => new FactRefusal(l[1], Number(l[2]), (int)Number(l[3]), l[4]))],
            Of("plant").Select(l => FactPlant.Parse(l[1], l[2])).FirstOrDefault());
    }

    public static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>Registers with what stands in them, by kind (i, h) and address.</summary>
internal sealed record FactRegisters(IReadOnlyDictionary<(char Kind, int Address), ushort> Values)
{
    /// <summary>E.g. <c>h5007=0258 h5006=00AA</c>, or <c>i5030=1388 0000</c>.</summary>
    public static FactRegisters Parse(string text)
    {
        var values = new Dictionary<(char, int), ushort>();
        var (kind, address) = ('h', 0);
        foreach (var word in text.Split(' '))
        {
            var hex = word;
            if (word.Contains('=', StringComparison.Ordinal))
            {
                (kind, address) = (word[0], int.Parse(word[1..word.IndexOf('=', StringComparison.Ordinal)], CultureInfo.InvariantCulture));
                hex = word[(word.IndexOf('=', StringComparison.Ordinal) + 1)..];
            }

            values[(kind, address++)] = ushort.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }

        return new(values);
    }
}

/// <summary>What registers say: a number, a literal, a text, <c>invalid</c>, or <c>out-of-range</c>.</summary>
internal sealed record FactRead(FactRegisters Registers, string Point, string Says);

/// <summary>The frames of a command, e.g. <c>06 h5007=0258; 06 h5006=00AA</c>.</summary>
internal sealed record FactCommand(string Point, double Value, string Frames);

/// <summary>What the device means by an exception on the first write of a command.</summary>
internal sealed record FactRefusal(string Point, double Value, int Exception, string AddCause);

/// <summary>The power that the plant gives: at most the rating × limit ÷ whole while the switch stands so.</summary>
internal sealed record FactPlant(int Power, bool IsLowFirst, int Limit, double Whole, int Switch, ushort On)
{
    /// <summary>E.g. <c>i5030 low</c> and <c>h5007 1000 h5006 00AA</c>.</summary>
    public static FactPlant Parse(string power, string limit)
    {
        var (p, l) = (power.Split(' '), limit.Split(' '));
        static int Address(string text) => int.Parse(text[1..], CultureInfo.InvariantCulture);
        return new(Address(p[0]), p[1] == "low", Address(l[0]), FamilyFacts.Number(l[1]), Address(l[2]), ushort.Parse(l[3], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }
}
