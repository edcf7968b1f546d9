namespace DerAgent.Model;

/// <summary>What a point is for.</summary>
public enum PointRole
{
    /// <summary>Says what the device is.</summary>
    Identity,
    /// <summary>What the device was built for, or is set to.</summary>
    Rating,
    /// <summary>Measured.</summary>
    Measurement,
    /// <summary>Counted; never falls.</summary>
    Counter,
    /// <summary>A state.</summary>
    State,
    /// <summary>Bounds something from above when written; its top is "no limit".</summary>
    Limit,
    /// <summary>Is reached when written.</summary>
    SetPoint,
    /// <summary>Switches when written.</summary>
    Switch,
}

/// <summary>What a point measures or sets.</summary>
public enum PointQuantity
{
    /// <summary>None: a text, a state.</summary>
    None,
    /// <summary>Active power.</summary>
    ActivePower,
    /// <summary>Reactive power.</summary>
    ReactivePower,
    /// <summary>Apparent power.</summary>
    ApparentPower,
    /// <summary>Power factor.</summary>
    PowerFactor,
    /// <summary>Frequency.</summary>
    Frequency,
    /// <summary>Voltage.</summary>
    Voltage,
    /// <summary>Current.</summary>
    Current,
    /// <summary>Energy.</summary>
    Energy,
    /// <summary>A share of something.</summary>
    Share,
    /// <summary>A rate of change.</summary>
    Rate,
    /// <summary>State of charge.</summary>
    Charge,
    /// <summary>Temperature.</summary>
    Temperature,
    /// <summary>Speed of an engine.</summary>
    Speed,
    /// <summary>A duration.</summary>
    Duration,
    /// <summary>A number of events.</summary>
    Count,
}

/// <summary>A name that every profile uses for the same thing.</summary>
/// <param name="Name">The name.</param>
/// <param name="Role">What it is for.</param>
/// <param name="Quantity">What it measures or sets.</param>
/// <param name="Unit">Its unit; a profile may have it with a prefix (kW).</param>
/// <param name="Sign">What a positive number means, where both signs are possible; else empty.</param>
/// <param name="Meaning">What it is, for people.</param>
public sealed record ContractPoint(string Name, PointRole Role, PointQuantity Quantity, string Unit, string Sign, string Meaning);

/// <summary>The names of points that profiles, SCL templates and people agree on. <c>docs/points.md</c>, the schema of profiles and the templates are held against this table.</summary>
public static class PointContract
{
    private const string Out = "out of the device";
    private const string Delivered = "delivered by the device";
    private const string Import = "out of the device; at a meter: taken from the grid";

    /// <summary>All of them, in the order people read them.</summary>
    public static IReadOnlyList<ContractPoint> All { get; } =
    [
        new("Mn", PointRole.Identity, PointQuantity.None, "", "", "maker"),
        new("Md", PointRole.Identity, PointQuantity.None, "", "", "model"),
        new("SN", PointRole.Identity, PointQuantity.None, "", "", "serial number"),
        new("Vr", PointRole.Identity, PointQuantity.None, "", "", "version of the firmware"),

        new("WRtg", PointRole.Rating, PointQuantity.ActivePower, "W", "", "rated active power"),
        new("VARtg", PointRole.Rating, PointQuantity.ApparentPower, "VA", "", "rated apparent power"),
        new("VArRtg", PointRole.Rating, PointQuantity.ReactivePower, "VAr", "", "rated reactive power, delivered"),
        new("VMaxRtg", PointRole.Rating, PointQuantity.Voltage, "V", "", "highest rated voltage"),
        new("WMax", PointRole.Rating, PointQuantity.ActivePower, "W", "", "highest active power as set; base of percentages"),
        new("VMax", PointRole.Rating, PointQuantity.Voltage, "V", "", "highest voltage as set"),
        new("VRef", PointRole.Rating, PointQuantity.Voltage, "V", "", "voltage at the connection point"),
        new("WRmp", PointRole.Rating, PointQuantity.Rate, "%/s", "", "ramp rate of active power, of WMax"),
        new("WhRtg", PointRole.Rating, PointQuantity.Energy, "Wh", "", "capacity of a storage"),
        new("ChaWMax", PointRole.Rating, PointQuantity.ActivePower, "W", "", "highest power to charge with"),
        new("DschWMax", PointRole.Rating, PointQuantity.ActivePower, "W", "", "highest power to discharge with"),

        new("W", PointRole.Measurement, PointQuantity.ActivePower, "W", Import, "active power"),
        new("VAr", PointRole.Measurement, PointQuantity.ReactivePower, "VAr", Delivered, "reactive power"),
        new("VA", PointRole.Measurement, PointQuantity.ApparentPower, "VA", "", "apparent power"),
        new("PF", PointRole.Measurement, PointQuantity.PowerFactor, "cos(phi)", "that of VAr", "power factor"),
        new("Hz", PointRole.Measurement, PointQuantity.Frequency, "Hz", "", "frequency"),
        new("PhVphA", PointRole.Measurement, PointQuantity.Voltage, "V", "", "voltage of phase A to neutral"),
        new("PhVphB", PointRole.Measurement, PointQuantity.Voltage, "V", "", "voltage of phase B to neutral"),
        new("PhVphC", PointRole.Measurement, PointQuantity.Voltage, "V", "", "voltage of phase C to neutral"),
        new("AphA", PointRole.Measurement, PointQuantity.Current, "A", "", "current of phase A"),
        new("AphB", PointRole.Measurement, PointQuantity.Current, "A", "", "current of phase B"),
        new("AphC", PointRole.Measurement, PointQuantity.Current, "A", "", "current of phase C"),
        new("WExp", PointRole.Measurement, PointQuantity.ActivePower, "W", "fed into the grid", "active power at the connection point, as the device's own meter sees it"),
        new("SoC", PointRole.Measurement, PointQuantity.Charge, "%", "", "state of charge"),
        new("WhAvail", PointRole.Measurement, PointQuantity.Energy, "Wh", "", "energy in a storage"),
        new("AvlChaW", PointRole.Measurement, PointQuantity.ActivePower, "W", "", "power that a storage can be charged with at the moment"),
        new("AvlDschW", PointRole.Measurement, PointQuantity.ActivePower, "W", "", "power that a storage can give at the moment"),
        new("HeatW", PointRole.Measurement, PointQuantity.ActivePower, "W", "", "heat that is given"),
        new("EngSpd", PointRole.Measurement, PointQuantity.Speed, "rpm", "", "speed of the engine"),
        new("TmpCab", PointRole.Measurement, PointQuantity.Temperature, "°C", "", "temperature of the enclosure"),
        new("TmpSnk", PointRole.Measurement, PointQuantity.Temperature, "°C", "", "temperature of the heat sink"),
        new("TmpFlow", PointRole.Measurement, PointQuantity.Temperature, "°C", "", "flow temperature of heating water"),
        new("TmpRtn", PointRole.Measurement, PointQuantity.Temperature, "°C", "", "return temperature of heating water"),
        new("TmpSto", PointRole.Measurement, PointQuantity.Temperature, "°C", "", "temperature of the heat storage"),

        new("TotWh", PointRole.Counter, PointQuantity.Energy, "Wh", "", "energy given by the device"),
        new("TotWhAbs", PointRole.Counter, PointQuantity.Energy, "Wh", "", "energy taken by the device"),
        new("TotWhImp", PointRole.Counter, PointQuantity.Energy, "Wh", "", "energy taken from the grid, at a meter"),
        new("TotWhExp", PointRole.Counter, PointQuantity.Energy, "Wh", "", "energy given to the grid, at a meter"),
        new("Starts", PointRole.Counter, PointQuantity.Count, "", "", "starts of the engine"),
        new("OpHours", PointRole.Counter, PointQuantity.Duration, "h", "", "hours of operation"),

        new("DERState", PointRole.State, PointQuantity.None, "", "", "operating state, in the words of IEC 61850-7-420 (DERStateKind)"),
        new("PVState", PointRole.State, PointQuantity.None, "", "", "state of the PV controller, in the words of IEC 61850-7-420 (PVControlStateKind)"),
        new("BatSt", PointRole.State, PointQuantity.None, "", "", "whether the battery is connected"),
        new("SocHi", PointRole.State, PointQuantity.None, "", "", "whether the state of charge is too high, as the maker means it"),
        new("SocLo", PointRole.State, PointQuantity.None, "", "", "whether the state of charge is too low, as the maker means it"),
        new("EngOn", PointRole.State, PointQuantity.None, "", "", "whether the engine runs"),
        new("St", PointRole.State, PointQuantity.None, "", "", "state in the maker's words"),

        new("WMaxLimPct", PointRole.Limit, PointQuantity.Share, "%", "", "limit of active power at the device's terminals, of WMax"),
        new("WMaxLim", PointRole.Limit, PointQuantity.ActivePower, "W", "", "limit of active power at the device's terminals"),
        new("WExpLimPct", PointRole.Limit, PointQuantity.Share, "%", "", "limit of what is fed into the grid, at the device's own meter, of WMax"),
        new("WExpLim", PointRole.Limit, PointQuantity.ActivePower, "W", "", "limit of what is fed into the grid, at the device's own meter"),

        new("WSpt", PointRole.SetPoint, PointQuantity.ActivePower, "W", Out, "active power to give"),
        new("WSptPct", PointRole.SetPoint, PointQuantity.Share, "%", Out, "active power to give, of WRtg"),
        new("VArSpt", PointRole.SetPoint, PointQuantity.ReactivePower, "VAr", Delivered, "reactive power to give"),
        new("VArSptPct", PointRole.SetPoint, PointQuantity.Share, "%", Delivered, "reactive power to give, of its maximum"),
        new("PFSpt", PointRole.SetPoint, PointQuantity.PowerFactor, "cos(phi)", "that of VAr", "power factor to keep"),

        new("Conn", PointRole.Switch, PointQuantity.None, "", "", "connect to the grid (1), disconnect (0)"),
        new("Run", PointRole.Switch, PointQuantity.None, "", "", "start (1), stop (0)"),
    ];

    private static readonly Dictionary<string, ContractPoint> ByName = All.ToDictionary(p => p.Name, StringComparer.Ordinal);

    /// <summary>Names of points that the agent makes itself, of every device.</summary>
    public static IReadOnlyList<(string Name, string Meaning)> Own { get; } =
    [
        ("@health", "1 (Ok) while all is well, 2 (Warning) or 3 (Alarm) where it is not"),
        ("@online", "1 while the device answers, else 0; of a plant while all of it do"),
        ("@failsafe", "1 while a fail-safe stands for a partner who is gone, or for a command that has lasted as long as it may"),
        ("@expired", "1 while it is because a command has lasted as long as RvrtTms says, or nobody has commanded since the start"),
        ("@blocked", "1 while the device does not take what a fail-safe gives it"),
        ("@foreign", "1 while another controller writes what was commanded"),
        ("@overload", "1 while the line cannot keep the periods of its polls"),
        ("@clock", "1 while the agent's clock is off by more than is borne"),
        ("@ill", "of a plant: which of its devices are not well, as a text"),
    ];

    /// <summary>The contract of a name; null: the name is the profile's own.</summary>
    public static ContractPoint? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ByName.GetValueOrDefault(name);
    }

    /// <summary>What a name may have been meant for; null where nothing is near.</summary>
    public static string? Near(string name) => Spelling.Nearest(name, ByName.Keys);
}
