namespace DerAgent.Devices;

/// <summary>How a point of a plant is made of the same point of its members.</summary>
internal enum PlantMaking
{
    /// <summary>Added up.</summary>
    Sum,
    /// <summary>The mean, by what the members were built for.</summary>
    Mean,
    /// <summary>The least.</summary>
    Least,
    /// <summary>The greatest.</summary>
    Greatest,
    /// <summary>What most of the plant says, by what the members were built for.</summary>
    Most,
    /// <summary>On where one of them is.</summary>
    Any,
    /// <summary>What the meter of the plant says; without one the mean.</summary>
    AtMeter,
    /// <summary>What the meter of the plant says, and nobody else.</summary>
    OfMeter,
    /// <summary>From the plant's active and reactive power.</summary>
    PowerFactor,
    /// <summary>A limit of the whole plant, split among the members.</summary>
    Limit,
    /// <summary>A set point of the whole plant, split among the members.</summary>
    Split,
    /// <summary>A set point that each member is given as it is.</summary>
    Each,
}

/// <summary>The points that a plant can have (<c>docs/points.md</c>).</summary>
internal static class PlantPoints
{
    /// <summary>The limit of the plant in percent of what its members are set to.</summary>
    public const string LimitPercent = "WMaxLimPct";

    /// <summary>The same in W.</summary>
    public const string LimitPower = "WMaxLim";

    /// <summary>Measured active power.</summary>
    public const string Power = "W";

    /// <summary>Which members are not well, for people.</summary>
    public const string Ill = "@ill";

    /// <summary>Whether a point limits the whole plant.</summary>
    public static bool IsLimit(string point) => All.GetValueOrDefault(point) == PlantMaking.Limit;

    /// <summary>How each is made.</summary>
    public static IReadOnlyDictionary<string, PlantMaking> All { get; } = new (PlantMaking Making, string[] Names)[]
    {
        (PlantMaking.Sum, ["WRtg", "VARtg", "VArRtg", "WMax", "WhRtg", "ChaWMax", "DschWMax", "W", "VAr", "VA", "AphA", "AphB", "AphC", "WhAvail", "AvlChaW", "AvlDschW", "HeatW", "TotWh", "TotWhAbs", "Starts"]),
        (PlantMaking.Mean, ["WRmp", "SoC"]),
        (PlantMaking.Least, ["VMaxRtg", "VMax"]),
        (PlantMaking.Greatest, ["TmpCab", "TmpSnk", "TmpFlow", "TmpRtn", "TmpSto", "EngSpd", "OpHours"]),
        (PlantMaking.Most, ["DERState", "PVState"]),
        (PlantMaking.Any, ["BatSt", "SocHi", "SocLo", "EngOn"]),
        (PlantMaking.AtMeter, ["Hz", "PhVphA", "PhVphB", "PhVphC", "VRef"]),
        (PlantMaking.OfMeter, ["TotWhImp", "TotWhExp"]),
        (PlantMaking.PowerFactor, ["PF"]),
        (PlantMaking.Limit, [LimitPercent, LimitPower]),
        (PlantMaking.Split, ["WSpt", "VArSpt"]),
        (PlantMaking.Each, ["WSptPct", "VArSptPct", "PFSpt", "Conn", "Run"]),
    }.SelectMany(m => m.Names.Select(n => (n, m.Making))).ToDictionary(m => m.n, m => m.Making, StringComparer.Ordinal);
}
