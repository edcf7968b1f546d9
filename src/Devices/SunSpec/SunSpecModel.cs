namespace DerAgent.Devices;

/// <summary>A SunSpec information model: its points with their offset from the model's id register.</summary>
internal sealed class SunSpecModel
{
    private static readonly Dictionary<int, SunSpecModel> All = new (int Id, string Table)[]
    {
        (1, SunSpecTables.Model1),
        (103, SunSpecTables.Model103),
        (120, SunSpecTables.Model120),
        (121, SunSpecTables.Model121),
        (123, SunSpecTables.Model123),
        (124, SunSpecMeterTables.Model124),
        (203, SunSpecMeterTables.Model203),
        (701, SunSpecDerTables.Model701),
        (702, SunSpecDerTables.Model702),
        (704, SunSpecDerTables.Model704),
        (713, SunSpecDerTables.Model713),
        (802, SunSpecMeterTables.Model802),
    }.ToDictionary(m => m.Id, m => new SunSpecModel(m.Id, m.Table));

    private SunSpecModel(int id, string table)
    {
        Id = id;
        var offset = 0;
        var points = new List<SunSpecPoint>();
        foreach (var line in table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var f = line.Split('|');
            var size = int.Parse(f[2]);
            points.Add(new(f[0], f[1], offset, size, f[3].Length > 0 ? f[3] : null, f[4] == "RW", f[5], Symbols(f[6])));
            offset += size;
        }

        Points = points;
        Length = offset;
    }

    /// <summary>Number of the model.</summary>
    public int Id { get; }

    /// <summary>Points in order, id and length first.</summary>
    public IReadOnlyList<SunSpecPoint> Points { get; }

    /// <summary>Registers with id and length.</summary>
    public int Length { get; }

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
internal sealed record SunSpecPoint(string Name, string Type, int Offset, int Size, string? ScaleFactor, bool IsWritable, string Unit, IReadOnlyDictionary<long, string> Symbols);
