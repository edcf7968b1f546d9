using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>What a write is for.</summary>
internal enum WriteKind
{
    /// <summary>Somebody commands a value.</summary>
    Command,
    /// <summary>Somebody lets go of what he commanded.</summary>
    Release,
    /// <summary>What is in force is kept in force.</summary>
    Refresh,
    /// <summary>What is in force and was found changed is written again.</summary>
    Restore,
}

/// <summary>A register that the steps of a write leave with a known value.</summary>
/// <param name="Point">The point.</param>
/// <param name="Value">What it must read back.</param>
/// <param name="Of">Point the value is a percentage of, as it reads back; null: none.</param>
/// <param name="Tolerance">Greatest difference, in the unit of what is read back, or percent of <paramref name="Of"/>.</param>
internal readonly record struct ReadBack(string Point, double Value, string? Of, double Tolerance);

/// <summary>A measured power that must rise once a limit is let go of, because it stood at it.</summary>
/// <param name="Point">The measured point.</param>
/// <param name="Above">What it must exceed.</param>
/// <param name="Within">How long that may take.</param>
internal sealed record Rise(string Point, double Above, TimeSpan Within);

/// <summary>A set point as it was asked for, and what is to be done for it.</summary>
internal sealed class WriteOrder
{
    /// <summary>An order.</summary>
    /// <param name="point">The point, as the device has it.</param>
    /// <param name="value">The value in the point's unit; the raw one of a literal.</param>
    /// <param name="points">The device's points.</param>
    /// <param name="kind">What it is for.</param>
    /// <param name="needs">What must be set in the device before.</param>
    /// <param name="before">What points read before our first write ever; null: nobody knows.</param>
    public WriteOrder(PointDefinition point, double value, IReadOnlyDictionary<string, PointDefinition> points, WriteKind kind = WriteKind.Command, IReadOnlyList<ProfileNeed>? needs = null, IReadOnlyDictionary<string, double>? before = null)
    {
        ArgumentNullException.ThrowIfNull(point);
        (Point, Points, Kind, Commanded) = (point, points, kind, value);
        var back = kind == WriteKind.Release && point.Writing is { } own ? ReleaseSteps.Back(point, own, before) : null;
        Value = kind == WriteKind.Release && back is null && point.Writing?.Release is WriteRelease.Value release ? release.Number : value;
        Taken = point.Writing is null ? Value : RegisterCodec.Held(point, Value, Rounding);
        LetsGo = back is not null || point.Writing?.Release is not null || WriteChecks.IsLimit(point);
        Steps = back ?? (point.Writing is { } rules ? StepsOf(rules, kind, needs ?? [], before) : []);
        Left = WriteRules.LeftBy(Steps);
        ReadBacks = kind is WriteKind.Refresh or WriteKind.Restore ? [] : [.. Expected()];
        Watched = [.. ReadBacks.SelectMany(b => new[] { b.Point, b.Of }).Concat([point.Writing?.Effect?.Point, Effect?.Of]).OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The point.</summary>
    public PointDefinition Point { get; }

    /// <summary>The value as it was asked for.</summary>
    public double Commanded { get; }

    /// <summary>The value to write.</summary>
    public double Value { get; }

    /// <summary>The device's points.</summary>
    public IReadOnlyDictionary<string, PointDefinition> Points { get; }

    /// <summary>What it is for.</summary>
    public WriteKind Kind { get; }

    /// <summary>What is done, in order.</summary>
    public IReadOnlyList<WriteStep> Steps { get; }

    /// <summary>What the steps leave in each point they write.</summary>
    public IReadOnlyList<PointAssignment> Left { get; }

    /// <summary>Of letting go: whether there is any way to.</summary>
    public bool LetsGo { get; }

    /// <summary>How the point is written.</summary>
    public WriteRules Rules => Point.Writing!;

    /// <summary>What must show in the measured world; null: nothing is waited for.</summary>
    public WriteEffect? Effect => Kind == WriteKind.Command ? Point.Writing?.Effect : null;

    /// <summary>What must rise once the limit is gone; null: nothing is waited for.</summary>
    public Rise? Rise { get; init; }

    /// <summary>Whether something must show in the measured world.</summary>
    public bool IsWatched => Effect is not null || Rise is not null;

    /// <summary>How long what must show may take.</summary>
    public TimeSpan WatchedFor => Effect?.Within ?? Rise?.Within ?? TimeSpan.Zero;

    /// <summary>How long reading back may take.</summary>
    public TimeSpan ReadBackWithin => Rules.ReadBackWithin;

    /// <summary>Where a value between two steps of the register goes: that of a limit to the stricter one.</summary>
    public WriteRounding Rounding => Rules.Rounding ?? (WriteChecks.IsLimit(Point) ? WriteRounding.Down : WriteRounding.Nearest);

    /// <summary>The value the registers can hold: of a limit the next stricter one.</summary>
    public double Taken { get; }

    /// <summary>Every register that the steps wrote and that can be read, the value itself where it reads back.</summary>
    public IReadOnlyList<ReadBack> ReadBacks { get; }

    /// <summary>The points that tell whether it took hold and what it did, the measured one included.</summary>
    public IReadOnlyList<string> Watched { get; }

    /// <summary>What a value of a point asks for: the top of a limit's range lets go.</summary>
    public static WriteKind KindOf(PointDefinition point, double value)
    {
        ArgumentNullException.ThrowIfNull(point);
        return point is { Range: { } range } && WriteChecks.IsLimit(point) && value >= range.High && value - range.High <= 1e-6 * Math.Abs(range.High) ? WriteKind.Release : WriteKind.Command;
    }

    /// <summary>The number that a step writes, as far as the order says it; NaN where something else does.</summary>
    public double NumberOf(StepValue value) => value switch { StepValue.Constant constant => constant.Number, StepValue.Commanded => Value, _ => double.NaN };

    /// <summary>Why the value is not even written; null where it may be.</summary>
    public CommandOutcome? Refuse() =>
        Kind == WriteKind.Command && (double.IsNaN(Value) || (Point.Range is { } range && (Value < range.Low || Value > range.High)))
            ? CommandOutcome.OutOfRange($"{Value} is not within {Point.Range?.Low} to {Point.Range?.High} {Point.Unit}")
            : null;

    private IReadOnlyList<WriteStep> StepsOf(WriteRules rules, WriteKind kind, IReadOnlyList<ProfileNeed> needs, IReadOnlyDictionary<string, double>? before)
    {
        switch (kind, rules.Release)
        {
            case (WriteKind.Refresh, _):
                return rules.Refresh?.Write is { } write ? [write] : rules.Steps;
            case (WriteKind.Release, WriteRelease.Steps steps):
                return steps.List;
            case (WriteKind.Release, WriteRelease.After after):
                return [new WriteStep.Wait(after.Time, [])];
            case (WriteKind.Command or WriteKind.Restore, _):
                var first = new List<WriteStep>();
                if (needs.Count > 0 && kind == WriteKind.Command)
                {
                    first.Add(new WriteStep.Need(needs));
                }

                if (before is not null && ReleaseSteps.Unknown(Point, rules, Points, before) is { Count: > 0 } unknown)
                {
                    first.Add(new WriteStep.Note(unknown));
                }

                // What keeps it in force begins before its first step.
                if (rules.Refresh?.Write is { } beat)
                {
                    first.Add(beat);
                }

                return [.. first, .. rules.Steps];
            default:
                return rules.Steps;
        }
    }

    private IEnumerable<ReadBack> Expected()
    {
        var verify = Point.Writing?.Verify;

        // Where steps let go nothing is commanded, and nothing reads back as commanded.
        if (!Left.Any(v => v.Value is StepValue.Commanded))
        {
        }
        else if (verify?.Read is { } elsewhere)
        {
            yield return new(elsewhere, Taken, verify.Of, Tolerance(verify.Tolerance, Points.GetValueOrDefault(elsewhere), verify.Of));
        }
        else if (Point.IsReadable)
        {
            yield return new(Point.Name, Taken, verify?.Of, Tolerance(verify?.Tolerance ?? 0, Point, verify?.Of));
        }

        foreach (var assignment in Left)
        {
            if (!Points.TryGetValue(assignment.Point, out var other) || !other.IsReadable)
            {
                continue;
            }

            if (assignment.Value is StepValue.Constant constant)
            {
                yield return new(other.Name, constant.Number, null, other.Step / 2);
            }
            else if (assignment.Value is StepValue.Commanded && other.Name != Point.Name && other.Name != verify?.Read)
            {
                yield return new(other.Name, RegisterCodec.Held(other, Value, Rounding), null, Tolerance(verify?.Tolerance ?? 0, other, null));
            }
        }
    }

    /// <summary>What the profile allows, and at least what tells two values of the register apart; of another register its step, because the device may round otherwise.</summary>
    private double Tolerance(double told, PointDefinition? read, string? of) =>
        Math.Max(told, of is not null ? Point.Step : read is null || read.Name == Point.Name ? (Point.Step > 0 ? Point.Step : Math.Abs(Point.Scale)) / 2 : read.Step);
}
