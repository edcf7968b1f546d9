namespace DerAgent.Devices;

/// <summary>How a point is written, kept in force, verified and let go.</summary>
internal sealed record WriteRules
{
    /// <summary>How long reading back may take where the profile does not say.</summary>
    public static readonly TimeSpan DefaultReadBack = TimeSpan.FromSeconds(10);

    /// <summary>What is done, in order.</summary>
    public required IReadOnlyList<WriteStep> Steps
    {
        get;
        init => (field, Left) = (value, LeftBy(value));
    }

    /// <summary>What the steps leave in each point they write: of several values the last, for what a later step overwrites was meant for a moment only.</summary>
    public IReadOnlyList<PointAssignment> Left { get; private init; } = [];

    /// <summary>What keeps it in force; null: it stays by itself.</summary>
    public WriteRefresh? Refresh { get; init; }
    /// <summary>How it is let go; null: what stood there before is written again.</summary>
    public WriteRelease? Release { get; init; }
    /// <summary>How a write is checked; null: by reading the point itself.</summary>
    public WriteVerification? Verify { get; init; }
    /// <summary>How long reading back may take.</summary>
    public TimeSpan ReadBackWithin => Verify?.Within ?? DefaultReadBack;
    /// <summary>What the write must bring about in the measured world; null: nothing is measured.</summary>
    public WriteEffect? Effect { get; init; }
    /// <summary>Whether it stands in working memory, so that it may be written as often as needed.</summary>
    public bool IsVolatile { get; init; }
    /// <summary>Writes a day that its memory bears; null for volatile ones.</summary>
    public int? Budget { get; init; }
    /// <summary>Shortest time between two writes.</summary>
    public TimeSpan MinInterval { get; init; }
    /// <summary>How long on and off must last at least; null: not at all.</summary>
    public WriteHold? Hold { get; init; }
    /// <summary>Point whose value in force a write of this one ends: the device keeps one of the two. Null: none.</summary>
    public string? Ends { get; init; }
    /// <summary>Where a value between two steps of the register goes; null: limits to the stricter one, others to the nearest.</summary>
    public WriteRounding? Rounding { get; init; }

    /// <summary>What steps leave in each point they write.</summary>
    public static IReadOnlyList<PointAssignment> LeftBy(IEnumerable<WriteStep> steps) =>
        [.. steps.OfType<WriteStep.Write>().SelectMany(w => w.Values).GroupBy(v => v.Point, StringComparer.Ordinal).Select(g => g.Last())];
}

/// <summary>Where a value goes that the registers cannot hold exactly.</summary>
internal enum WriteRounding
{
    /// <summary>To the next lower one.</summary>
    Down,
    /// <summary>To the next higher one.</summary>
    Up,
    /// <summary>To the nearest.</summary>
    Nearest,
}

/// <summary>Points and the values they must have.</summary>
/// <param name="Point">The point.</param>
/// <param name="Value">The value, in the point's unit; the raw one of a literal.</param>
internal readonly record struct PointCondition(string Point, double Value);

/// <summary>One step of a write.</summary>
/// <param name="Unless">It is left out while these points read so; empty: never.</param>
internal abstract record WriteStep(IReadOnlyList<PointCondition> Unless)
{
    /// <summary>One exchange that writes adjoining registers.</summary>
    public sealed record Write(IReadOnlyList<PointAssignment> Values, IReadOnlyList<PointCondition> Unless) : WriteStep(Unless);

    /// <summary>A pause.</summary>
    public sealed record Wait(TimeSpan For, IReadOnlyList<PointCondition> Unless) : WriteStep(Unless);

    /// <summary>What must be set in the device; where it is not, nothing is written.</summary>
    public sealed record Need(IReadOnlyList<ProfileNeed> Needs) : WriteStep([]);

    /// <summary>What stands in these points before they are written for the first time is noted.</summary>
    public sealed record Note(IReadOnlyList<string> Points) : WriteStep([]);

    /// <summary>Waits until points read so; <paramref name="Refused"/> are raw values that say the device has refused.</summary>
    public sealed record Until(IReadOnlyList<PointCondition> Conditions, TimeSpan Within, IReadOnlyList<decimal> Refused, IReadOnlyList<PointCondition> Unless) : WriteStep(Unless);
}

/// <summary>A point that is written, and with what.</summary>
/// <param name="Point">The point.</param>
/// <param name="Value">The value.</param>
internal sealed record PointAssignment(string Point, StepValue Value);

/// <summary>What a step writes into a point.</summary>
internal abstract record StepValue
{
    /// <summary>What is commanded.</summary>
    public sealed record Commanded : StepValue;

    /// <summary>What is in force by us, else what is read just before.</summary>
    public sealed record Current : StepValue;

    /// <summary>A constant, in the point's unit; the raw one of a literal.</summary>
    public sealed record Constant(double Number) : StepValue;

    /// <summary>A number that stands in a file of the site; it is never told.</summary>
    public sealed record Secret(string File) : StepValue;

    /// <summary>What another point reads.</summary>
    public sealed record From(string Point) : StepValue;
}

/// <summary>What is done again and again while a value is in force.</summary>
/// <param name="Every">How often; null: as <paramref name="From"/> says.</param>
/// <param name="From">Point that holds the device's own time-out in seconds, or null.</param>
/// <param name="Factor">Share of that time.</param>
/// <param name="Write">What is written; null: the steps of the command.</param>
internal sealed record WriteRefresh(TimeSpan? Every, string? From, double Factor, WriteStep.Write? Write);

/// <summary>How a value is let go.</summary>
internal abstract record WriteRelease
{
    /// <summary>This value is written, with the steps of the command.</summary>
    public sealed record Value(double Number) : WriteRelease;

    /// <summary>These steps are done.</summary>
    public sealed record Steps(IReadOnlyList<WriteStep> List) : WriteRelease;

    /// <summary>It is refreshed no longer; the device lets go by itself after this time.</summary>
    public sealed record After(TimeSpan Time) : WriteRelease;
}

/// <summary>The written value is read back.</summary>
/// <param name="Read">Point that is read back; null: the written point itself.</param>
/// <param name="Of">Point the percentage relates to; null: the value reads back in its own unit.</param>
/// <param name="Tolerance">Greatest difference: percent of <paramref name="Of"/>, or the unit of what is read back.</param>
/// <param name="Within">How long the device may take.</param>
internal sealed record WriteVerification(string? Read, string? Of, double Tolerance, TimeSpan Within);

/// <summary>A measured point shows the effect.</summary>
/// <param name="Point">The measured point.</param>
/// <param name="Of">Point the percentage relates to; null: the value is in the measured point's unit.</param>
/// <param name="Tolerance">Greatest difference: percent of <paramref name="Of"/>, or the measured point's unit.</param>
/// <param name="Within">How long the process may take.</param>
/// <param name="IsLimit">Whether the measured value may also lie below: the write is a limit.</param>
internal sealed record WriteEffect(string Point, string? Of, double Tolerance, TimeSpan Within, bool IsLimit);

/// <summary>How long states must last.</summary>
/// <param name="On">What is on stays on at least.</param>
/// <param name="Off">What is off stays off at least.</param>
internal sealed record WriteHold(TimeSpan On, TimeSpan Off);
