namespace DerAgent.Devices;

/// <summary>A point as it was read while probing.</summary>
/// <param name="Name">The point.</param>
/// <param name="Values">What it said, each time it was read: a number with unit, a literal, a text, "not implemented".</param>
/// <param name="Unit">Unit.</param>
/// <param name="Doubt">Why the last value makes no sense; null: it does.</param>
internal sealed record ProbedPoint(string Name, IReadOnlyList<string> Values, string Unit, string? Doubt);

/// <summary>Something that must be set in the device before control works, and how it is.</summary>
/// <param name="Point">The point.</param>
/// <param name="Is">What it reads; null: nobody knows.</param>
/// <param name="ShouldBe">What it must read.</param>
/// <param name="IsMet">Whether it does.</param>
/// <param name="Hint">What to switch on.</param>
internal sealed record ProbedNeed(string Point, string? Is, string ShouldBe, bool IsMet, string Hint);

/// <summary>Something for whoever puts the device into service to look at.</summary>
/// <param name="What">What it is about.</param>
/// <param name="Text">One sentence.</param>
internal sealed record SheetLine(string What, string Text);

/// <summary>What a device said of itself.</summary>
internal sealed record ProbeReport
{
    /// <summary>Where it is.</summary>
    public required string Url { get; init; }
    /// <summary>Unit id.</summary>
    public required byte Unit { get; init; }
    /// <summary>Unit ids that answer there, where the URL named none; empty: it did.</summary>
    public IReadOnlyList<byte> Units { get; init; } = [];
    /// <summary>Whether it said anything at all.</summary>
    public bool Answers { get; init; }
    /// <summary>What it says of itself by function 43; null: it does not know the function.</summary>
    public IReadOnlyDictionary<byte, string>? Identification { get; init; }
    /// <summary>Its SunSpec models with their address and length, in the order of the chain; empty: none.</summary>
    public IReadOnlyList<(int Model, int Address, int Length)> Models { get; init; } = [];
    /// <summary>Maker, model, version, serial number, as SunSpec model 1 has them.</summary>
    public IReadOnlyList<string> Common { get; init; } = [];
    /// <summary>Most registers it gives in one answer; null: not asked for.</summary>
    public int? LargestBlock { get; init; }
    /// <summary>The profile it was read with; null: none.</summary>
    public string? Profile { get; init; }
    /// <summary>Profiles that may be the right ones, the likeliest first.</summary>
    public IReadOnlyList<string> Proposed { get; init; } = [];
    /// <summary>The points of the profile.</summary>
    public IReadOnlyList<ProbedPoint> Points { get; init; } = [];
    /// <summary>Blocks that it refused or did not answer, each with why.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];
    /// <summary>What its profile should say otherwise, as it was seen on the wire.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];
    /// <summary>What must be set before control works.</summary>
    public IReadOnlyList<ProbedNeed> Needs { get; init; } = [];
    /// <summary>What to look at on site.</summary>
    public IReadOnlyList<SheetLine> Sheet { get; init; } = [];
}
