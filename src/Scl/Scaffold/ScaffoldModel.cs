namespace DerAgent.Scl;

/// <summary>A device to scaffold for.</summary>
/// <param name="Name">Its name in the SCL file.</param>
/// <param name="Profile">Its profile.</param>
/// <param name="Url">Where it is.</param>
/// <param name="Points">Points its profile has.</param>
public sealed record ScaffoldDevice(string Name, string Profile, string Url, IReadOnlyDictionary<string, ScaffoldPoint> Points)
{
    /// <summary>Of a plant: names of its members, with spaces between; null: it is no plant.</summary>
    public string? Members { get; init; }

    /// <summary>Of a plant: name of its meter; null: it has none.</summary>
    public string? Meter { get; init; }

    /// <summary>What kind of DER it is, by the points it has: inverter, battery, chp, meter; or a plant of such.</summary>
    public string Kind =>
        Members is not null ? "plant" : Points.ContainsKey("SoC") ? "battery" : Points.ContainsKey("EngSpd") || Points.ContainsKey("EngOn") ? "chp" : Points.ContainsKey("TotWhImp") ? "meter" : "inverter";
}

/// <summary>A point of a profile.</summary>
/// <param name="IsWritable">Whether it can be written.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="OperTimeout">Time that a command of it needs; zero: what the template says.</param>
public readonly record struct ScaffoldPoint(bool IsWritable, string Unit, TimeSpan OperTimeout = default);

/// <summary>What to write an SCL file for.</summary>
public sealed record ScaffoldRequest
{
    /// <summary>Template: pv, battery, chp, meter, plant, grid-operator.</summary>
    public required string Template { get; init; }
    /// <summary>Name of the IED, a letter first, at most 64 characters.</summary>
    public required string Ied { get; init; }
    /// <summary>JID of the access point.</summary>
    public required string Jid { get; init; }
    /// <summary>The devices; the first is the one the template is about.</summary>
    public required IReadOnlyList<ScaffoldDevice> Devices { get; init; }
    /// <summary>Edition of IEC 61850-6: 2007B4 or 2007C5.</summary>
    public string Edition { get; init; } = "2007B4";
    /// <summary>Values that the installer knows, by <c>LN.DO</c> or <c>LD/LN.DO</c>.</summary>
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>A logical device of a scaffold.</summary>
internal sealed record ScaffoldLogicalDevice(string Inst, string Description, string? Device)
{
    public List<ScaffoldNode> Nodes { get; } = [];
}

/// <summary>A logical node of a scaffold.</summary>
internal sealed record ScaffoldNode(string Class, string Inst, string Description)
{
    public List<ScaffoldObject> Objects { get; } = [];

    public string Name => Class + Inst;
}

/// <summary>A data object of a scaffold with what its attributes are given.</summary>
internal sealed record ScaffoldObject(string Name, IReadOnlyList<ScaffoldValue> Values)
{
    /// <summary>Unit of its value, or null.</summary>
    public string? Unit { get; init; }

    public string? Value(string path) => Values.FirstOrDefault(v => v.Path == path)?.Constant;

    /// <summary>What the installer must find out; null: nothing.</summary>
    public string? ToDo => Values.FirstOrDefault(v => v.ToDo is not null)?.ToDo;

    public bool IsBound => Values.Any(v => v.Binding is not null);
}

/// <summary>What an attribute is given: a binding or a value.</summary>
/// <param name="Path">Attribute below the data object, e.g. <c>mag.f</c>.</param>
/// <param name="Binding">The <c>sAddr</c>, or null.</param>
/// <param name="Constant">The <c>Val</c>, or null.</param>
/// <param name="ToDo">What the installer must find out to give it; null: nothing.</param>
internal sealed record ScaffoldValue(string Path, string? Binding, string? Constant, string? ToDo = null);
