namespace DerAgent.Devices;

/// <summary>A SunSpec information model: its points with their offset from the model's id register.</summary>
internal sealed class SunSpecModel
{
    private static readonly Dictionary<int, SunSpecModel> All = new (int Id, string Table)[]
    {
        (1, SunSpecTables.Model1),
        (101, SunSpecTables.Model103),
        (102, SunSpecTables.Model103),
        (103, SunSpecTables.Model103),
        (111, SunSpecFloatTables.Model113),
        (112, SunSpecFloatTables.Model113),
        (113, SunSpecFloatTables.Model113),
        (120, SunSpecTables.Model120),
        (121, SunSpecTables.Model121),
        (122, SunSpecStatusTables.Model122),
        (123, SunSpecTables.Model123),
        (124, SunSpecMeterTables.Model124),
        (126, SunSpecStatusTables.Model126),
        (160, SunSpecStatusTables.Model160),
        (201, SunSpecMeterTables.Model203),
        (202, SunSpecMeterTables.Model203),
        (203, SunSpecMeterTables.Model203),
        (204, SunSpecMeterTables.Model203),
        (211, SunSpecFloatTables.Model213),
        (212, SunSpecFloatTables.Model213),
        (213, SunSpecFloatTables.Model213),
        (214, SunSpecFloatTables.Model213),
        (701, SunSpecDerTables.Model701),
        (702, SunSpecDerTables.Model702),
        (703, SunSpecCurveTables.Model703),
        (704, SunSpecDerTables.Model704),
        (705, SunSpecCurveTables.Model705),
        (706, SunSpecCurveTables.Model706),
        (707, SunSpecCurveTables.Model707),
        (708, SunSpecCurveTables.Model707),
        (709, SunSpecCurveTables.Model709),
        (710, SunSpecCurveTables.Model709),
        (711, SunSpecCurveTables.Model711),
        (712, SunSpecCurveTables.Model712),
        (713, SunSpecDerTables.Model713),
        (714, SunSpecCurveTables.Model714),
        (802, SunSpecMeterTables.Model802),
    }.ToDictionary(m => m.Id, m => new SunSpecModel(m.Id, m.Table));

    private SunSpecModel(int id, string table)
    {
        Id = id;
        var points = new List<SunSpecPoint>();
        var repeated = new List<SunSpecPoint>();
        var curve = new SunSpecCurve();
        var (group, times, offset) = ("", 0, 0);
        foreach (var line in table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var f = line.Split('|');
            if (line[0] == '*')
            {
                // The points that follow are there several times, one group behind the other.
                (group, times, Length, offset) = (f[0][1..], int.Parse(f[1]), offset, 0);
                continue;
            }

            if (line[0] is '+' or '-')
            {
                curve.Begin(f[0][1..], line[0] == '+' ? int.Parse(f[1]) : 0);
                continue;
            }

            var point = new SunSpecPoint(f[0], f[1], offset, int.Parse(f[2]), f[3].Length > 0 ? f[3] : null, f[4] == "RW", f[5], Symbols(f[6]));
            if (curve.HasBegun)
            {
                curve.Add(point, $"{group}1.", Length + offset);
                continue;
            }

            (times > 0 ? repeated : points).Add(point);
            offset += point.Size;
        }

        HasGroups = times > 0;
        Length = HasGroups ? Length : offset;
        for (var i = 0; i < times; i++)
        {
            points.AddRange(repeated.Select(p => p with { Name = $"{group}{i + 1}.{p.Name}", Offset = Length + (i * offset) + p.Offset }));
        }

        Points = points;
        CurvePoints = curve.End();
    }

    /// <summary>Number of the model.</summary>
    public int Id { get; }

    /// <summary>Points in order, id and length first; those of repeated groups behind them, with the group's name and number. How many of them a device has its length says.</summary>
    public IReadOnlyList<SunSpecPoint> Points { get; }

    /// <summary>What stands in its first curve behind its head: where, depends on how many points the device's curves have.</summary>
    public IReadOnlyList<SunSpecPoint> CurvePoints { get; }

    /// <summary>Registers with id and length, without repeated groups.</summary>
    public int Length { get; }

    /// <summary>Whether it has repeated groups, so that its length is the device's to say.</summary>
    public bool HasGroups { get; }

    public static SunSpecModel? Find(int id) => All.GetValueOrDefault(id);

    public SunSpecPoint? Point(string name) => Points.FirstOrDefault(p => p.Name == name);

    private static Dictionary<long, string> Symbols(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(s => s.Split('=')).ToDictionary(s => long.Parse(s[0]), s => s[1]);
}

/// <summary>A point of a SunSpec model.</summary>
/// <param name="Name">Name.</param>
/// <param name="Type">SunSpec type.</param>
/// <param name="Offset">Registers from the model's id register.</param>
/// <param name="Size">Registers.</param>
/// <param name="ScaleFactor">Name of its scale-factor point.</param>
/// <param name="IsWritable">Whether it may be written.</param>
/// <param name="Unit">Unit.</param>
/// <param name="Symbols">Literals of an enumeration.</param>
/// <param name="Curve">Of a point of a curve: what its place depends on; null: nothing.</param>
internal sealed record SunSpecPoint(string Name, string Type, int Offset, int Size, string? ScaleFactor, bool IsWritable, string Unit, IReadOnlyDictionary<long, string> Symbols, CurvePlace? Curve = null);
