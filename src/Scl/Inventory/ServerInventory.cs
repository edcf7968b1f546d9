namespace DerAgent.Scl;

/// <summary>What a file declares for one server, counted: the row of <c>der-agent check --json</c>.</summary>
public sealed record ServerInventory
{
    /// <summary>The functional constraints counted, in order.</summary>
    public static IReadOnlyList<string> CountedConstraints { get; } = ["ST", "MX", "SP", "SV", "CF", "DC", "SG", "SE", "SR", "OR", "BL", "EX", "CO"];

    /// <summary>Name of the IED.</summary>
    public string? Ied { get; init; }
    /// <summary>Name of the access point.</summary>
    public string? AccessPoint { get; init; }
    /// <summary>Logical devices.</summary>
    public int LogicalDevices { get; init; }
    /// <summary>Logical nodes.</summary>
    public int LogicalNodes { get; init; }
    /// <summary>Attributes that carry a value.</summary>
    public int Leaves { get; init; }
    /// <summary>Leaves by functional constraint, in the order of <see cref="CountedConstraints"/>.</summary>
    public IReadOnlyList<int> ByConstraint { get; init; } = [];
    /// <summary>Leaves with a value in the file.</summary>
    public int Values { get; init; }
    /// <summary>Data sets.</summary>
    public int DataSets { get; init; }
    /// <summary>FCDAs.</summary>
    public int Fcdas { get; init; }
    /// <summary>Leaves the FCDAs name.</summary>
    public int Members { get; init; }
    /// <summary>FCDAs that name no leaf.</summary>
    public int EmptyFcdas { get; init; }
    /// <summary>Buffered report control blocks, each instance counted.</summary>
    public int BufferedReports { get; init; }
    /// <summary>Unbuffered report control blocks, each instance counted.</summary>
    public int UnbufferedReports { get; init; }
    /// <summary>Log control blocks.</summary>
    public int Logs { get; init; }
    /// <summary>GOOSE control blocks.</summary>
    public int Gooses { get; init; }
    /// <summary>Sampled-value control blocks.</summary>
    public int SampledValues { get; init; }
    /// <summary>Setting-group control blocks.</summary>
    public int SettingGroups { get; init; }
    /// <summary>Types that do not exist or contain themselves.</summary>
    public int Unresolved { get; init; }
    /// <summary>First 16 hex digits of SHA-256 over the sorted lines <c>reference fc bType</c> of all leaves.</summary>
    public string Sha { get; init; } = "";
}
