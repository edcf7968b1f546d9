using System.Globalization;

namespace DerAgent.Devices.Tests;

/// <summary>
/// What a family of devices is by its facts file, which knows nothing of our profile: what registers say, which frames a command takes, what the plant does. One fact a line, its columns parted by tabs:
/// <code>
/// source   TEXT                                     where it comes from
/// rated    WATTS  REGISTERS                         its rating, and the registers that say so; -: none does
/// base     REGISTERS                                what stands there from the start
/// read     REGISTERS  POINT  SAYS  [note]           a number, a literal, a text, invalid, out-of-range
/// plant    POWER  LIMIT  WHOLE  SWITCH  [SCALE]     W = min(sun, rating × limit / whole) while the switch reads so: h5007 u16, h5006=00AA; the register counts watts × scale
/// drive    POWER  SET-POINT  SWITCH                 W = set point while the switch reads so
/// follow   NUMBER  OF  SECONDS  [note]  [FACTOR]    a number becomes what another one is, times a factor: h31405 u32high, h40023 s16
/// echo     OUT  IN  SECONDS  [note]                 OUT counts up; commands are ignored where IN was not written with its number for so long
/// command  POINT  VALUE  FRAMES  [note]  [GIVEN]    the frames in order, where GIVEN stands in the registers before; those that answer an echo are not among them
/// refresh  POINT  VALUE  SECONDS  FRAMES  [note]  [GIVEN]    what is repeated, never later than that
/// release  POINT  VALUE  FRAMES  [note]             letting go of it, after which nothing is repeated
/// hold     POINT  ON  OFF                           seconds that it stays on and off at least
/// secret   FILE  NUMBER                              what stands in a secret file of the site
/// need     POINT  VALUE  REGISTERS  [note]          where these stand so, it is refused (9) and nothing is written
/// stuck    POINT  VALUE  REGISTERS  ADDCAUSE        where these registers stay as they are, it ends so
/// refuse   POINT  VALUE  EXCEPTION  ADDCAUSE  [note]  [WORDS]    what an exception on its first write means, and words of the sentence that says so
/// </code>
/// </summary>
internal sealed record FamilyFacts
{
    public (double Watts, FactRegisters Registers) Rated { get; private init; }

    public IReadOnlyList<FactRegisters> Base { get; private init; } = [];

    public IReadOnlyList<FactRead> Reads { get; init; } = [];

    public IReadOnlyList<FactCommand> Commands { get; private init; } = [];

    public IReadOnlyList<FactRefresh> Refreshes { get; private init; } = [];

    public IReadOnlyList<FactCommand> Releases { get; private init; } = [];

    public IReadOnlyList<FactHold> Holds { get; private init; } = [];

    public IReadOnlyList<FactNeed> Needs { get; private init; } = [];

    public IReadOnlyList<FactStuck> Stuck { get; private init; } = [];

    public IReadOnlyList<FactRefusal> Refusals { get; private init; } = [];

    public FactPlant? Plant { get; private init; }

    public FactDrive? Drive { get; private init; }

    public FactEcho? Echo { get; private init; }

    public IReadOnlyDictionary<string, double> Secrets { get; private init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    public IReadOnlyList<FactFollow> Follows { get; private init; } = [];

    public static FamilyFacts Load(string path)
    {
        var lines = File.ReadLines(path).Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('\t')).ToList();
        IEnumerable<string[]> Of(string kind) => lines.Where(l => l[0] == kind);
        var rated = Of("rated").Single();
        return new()
        {
            Rated = (Number(rated[1]), FactRegisters.Parse(rated[2])),
            Base = [.. Of("base").Select(l => FactRegisters.Parse(l[1]))],
            Reads = [.. Of("read").Select(l => new FactRead(FactRegisters.Parse(l[1]), l[2], l[3]))],
            Commands = [.. Of("command").Select(l => new FactCommand(l[1], Number(l[2]), l[3], FactRegisters.Parse(l.ElementAtOrDefault(5))))],
            Refreshes = [.. Of("refresh").Select(l => new FactRefresh(l[1], Number(l[2]), Number(l[3]), l[4], FactRegisters.Parse(l.ElementAtOrDefault(6))))],
            Releases = [.. Of("release").Select(l => new FactCommand(l[1], Number(l[2]), l[3], FactRegisters.Parse(null)))],
            Holds = [.. Of("hold").Select(l => new FactHold(l[1], Number(l[2]), Number(l[3])))],
            Needs = [.. Of("need").Select(l => new FactNeed(l[1], Number(l[2]), FactRegisters.Parse(l[3])))],
            Stuck = [.. Of("stuck").Select(l => new FactStuck(l[1], Number(l[2]), FactRegisters.Parse(l[3]), l[4]))],
            Refusals = [.. Of("refuse").Select(l => new FactRefusal(l[1], Number(l[2]), (int)Number(l[3]), l[4], l.ElementAtOrDefault(6) ?? ""))],
            Secrets = Of("secret").ToDictionary(l => l[1], l => Number(l[2]), StringComparer.Ordinal),
            Plant = Of("plant").Select(l => new FactPlant(FactNumber.Parse(l[1]), FactNumber.Parse(l[2]), Number(l[3]), FactRegisters.Parse(l[4]), l.Length > 5 ? Number(l[5]) : 1)).FirstOrDefault(),
            Drive = Of("drive").Select(l => new FactDrive(FactNumber.Parse(l[1]), FactNumber.Parse(l[2]), FactRegisters.Parse(l[3]))).FirstOrDefault(),
            Echo = Of("echo").Select(l => new FactEcho((int)Number(l[1]), (int)Number(l[2]), Number(l[3]))).FirstOrDefault(),
            Follows = [.. Of("follow").Select(l => new FactFollow(FactNumber.Parse(l[1]), FactNumber.Parse(l[2]), Number(l[3]), l.Length > 5 ? Number(l[5]) : 1))],
        };
    }

    /// <summary>The facts about some points.</summary>
    public FamilyFacts Of(Func<string, bool> which) => this with
    {
        Reads = [.. Reads.Where(r => which(r.Point))],
        Commands = [.. Commands.Where(r => which(r.Point))],
        Refreshes = [.. Refreshes.Where(r => which(r.Point))],
        Releases = [.. Releases.Where(r => which(r.Point))],
        Holds = [.. Holds.Where(r => which(r.Point))],
        Needs = [.. Needs.Where(r => which(r.Point))],
        Stuck = [.. Stuck.Where(r => which(r.Point))],
        Refusals = [.. Refusals.Where(r => which(r.Point))],
    };

    /// <summary>What registers say, and nothing of commands.</summary>
    public FamilyFacts OnlyReads() => this with { Commands = [], Refreshes = [], Releases = [], Holds = [], Needs = [], Stuck = [], Refusals = [] };

    public static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>Registers with what stands in them, by kind (i, h, c, d) and address.</summary>
internal sealed record FactRegisters(IReadOnlyDictionary<(char Kind, int Address), ushort> Values)
{
    /// <summary>E.g. <c>h5007=0258 h5006=00AA</c>, or <c>i5030=1388 0000</c>; nothing, or -: none.</summary>
    public static FactRegisters Parse(string? text)
    {
        var values = new Dictionary<(char, int), ushort>();
        var (kind, address) = ('h', 0);
        foreach (var word in (text is null or "-" ? "" : text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
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

/// <summary>A number in registers: <c>h5007 u16</c>, <c>i5030 u32low</c>, <c>h62242 f32low</c>, <c>h40083 s16</c>.</summary>
internal sealed record FactNumber(char Kind, int Address, string Format)
{
    public static FactNumber Parse(string text) => text.Split(' ') is [var place, var format] ? new(place[0], int.Parse(place[1..], CultureInfo.InvariantCulture), format) : throw new FormatException(text);

    public double Read(IReadOnlyDictionary<(char Kind, int Address), ushort> registers)
    {
        ushort At(int offset) => registers.GetValueOrDefault((Kind, Address + offset));
        return Format switch
        {
            "u16" => At(0),
            "s16" => (short)At(0),
            "u32low" => (uint)(At(0) | (At(1) << 16)),
            "u32high" => (uint)((At(0) << 16) | At(1)),
            "s32high" => (At(0) << 16) | At(1),
            "s32low" => At(0) | (At(1) << 16),
            "f32high" => BitConverter.UInt32BitsToSingle((uint)((At(0) << 16) | At(1))),
            "f32low" => BitConverter.UInt32BitsToSingle((uint)(At(0) | (At(1) << 16))),
            _ => throw new FormatException(Format),
        };
    }

    public void Write(IDictionary<(char Kind, int Address), ushort> registers, double number)
    {
        var bits = Format[0] == 'f' ? BitConverter.SingleToUInt32Bits((float)number) : (uint)(int)number;
        if (Format.EndsWith("16", StringComparison.Ordinal))
        {
            registers[(Kind, Address)] = (ushort)bits;
            return;
        }

        var isLow = Format.EndsWith("low", StringComparison.Ordinal);
        (registers[(Kind, Address)], registers[(Kind, Address + 1)]) = isLow ? ((ushort)bits, (ushort)(bits >> 16)) : ((ushort)(bits >> 16), (ushort)bits);
    }
}

/// <summary>What registers say: a number, a literal, a text, <c>invalid</c>, or <c>out-of-range</c>.</summary>
internal sealed record FactRead(FactRegisters Registers, string Point, string Says);

/// <summary>The frames of a command, e.g. <c>06 h5007=0258; 06 h5006=00AA</c>.</summary>
internal sealed record FactCommand(string Point, double Value, string Frames, FactRegisters Given);

/// <summary>What keeps a command in force.</summary>
internal sealed record FactRefresh(string Point, double Value, double Seconds, string Frames, FactRegisters Given);

/// <summary>How long a switch stays as it is at least.</summary>
internal sealed record FactHold(string Point, double On, double Off);

/// <summary>Registers that forbid a command.</summary>
internal sealed record FactNeed(string Point, double Value, FactRegisters Registers);

/// <summary>Registers that do not change, and what a command makes of that.</summary>
internal sealed record FactStuck(string Point, double Value, FactRegisters Registers, string AddCause);

/// <summary>What the device means by an exception on the first write of a command.</summary>
internal sealed record FactRefusal(string Point, double Value, int Exception, string AddCause, string Words);

/// <summary>The power that the plant gives: at most the rating × limit ÷ whole while the switch stands so.</summary>
internal sealed record FactPlant(FactNumber Power, FactNumber Limit, double Whole, FactRegisters Switch, double Scale);

/// <summary>The power that a set point asks for, while the switch stands so.</summary>
internal sealed record FactDrive(FactNumber Power, FactNumber SetPoint, FactRegisters Switch);

/// <summary>A counter that is to be written back.</summary>
internal sealed record FactEcho(int Out, int In, double Seconds);

/// <summary>A number that follows another one.</summary>
internal sealed record FactFollow(FactNumber To, FactNumber Of, double Seconds, double Factor);
