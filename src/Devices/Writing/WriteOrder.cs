using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>A register that the steps of a write leave with a known value.</summary>
/// <param name="Point">The point.</param>
/// <param name="Value">What it must read back.</param>
/// <param name="Of">Point the value is a percentage of, as it reads back; null: none.</param>
/// <param name="Tolerance">Greatest difference, in the unit of what is read back, or percent of <paramref name="Of"/>.</param>
internal readonly record struct ReadBack(string Point, double Value, string? Of, double Tolerance);

/// <summary>A set point as it was asked for.</summary>
/// <param name="Point">The point, as the device has it.</param>
/// <param name="Value">The value in the point's unit; the raw one of a literal.</param>
/// <param name="Points">The device's points.</param>
internal sealed record WriteOrder(PointDefinition Point, double Value, IReadOnlyDictionary<string, PointDefinition> Points)
{
    private static readonly TimeSpan DefaultWithin = TimeSpan.FromSeconds(10);

    /// <summary>What is done.</summary>
    public IReadOnlyList<WriteStep> Steps => Rules.Steps;

    /// <summary>How it is written.</summary>
    public WriteRules Rules => Point.Writing!;

    /// <summary>How long reading back may take.</summary>
    public TimeSpan ReadBackWithin => Rules.Verify?.Within ?? DefaultWithin;

    /// <summary>Where a value between two steps of the register goes: that of a limit to the stricter one.</summary>
    public WriteRounding Rounding => Rules.Rounding ?? (WriteChecks.IsLimit(Point) ? WriteRounding.Down : WriteRounding.Nearest);

    /// <summary>The value the registers can hold: that of a map which has no such one is the next stricter.</summary>
    public double Taken { get; } = ValueTaken(Point, Value);

    /// <summary>Every register that the steps wrote and that can be read, the value itself where it reads back.</summary>
    public IReadOnlyList<ReadBack> ReadBacks { get; } = [.. Expected(Point, ValueTaken(Point, Value), Points)];

    /// <summary>The points that tell whether it took hold and what it did, the measured one included.</summary>
    public IReadOnlyList<string> Watched { get; } = [.. Expected(Point, Value, Points).SelectMany(b => new[] { b.Point, b.Of }).Concat([Point.Writing?.Effect?.Point, Point.Writing?.Effect?.Of]).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>Why the value is not even written; null where it may be.</summary>
    public CommandOutcome? Refuse() =>
        double.IsNaN(Value) || (Point.Range is { } range && (Value < range.Low || Value > range.High))
            ? CommandOutcome.OutOfRange($"{Value} is not within {Point.Range?.Low} to {Point.Range?.High} {Point.Unit}")
            : null;

    private static double ValueTaken(PointDefinition point, double value) =>
        point.Map.IsNumeric && !double.IsNaN(value) && point.Map.RawOf(value, point.Writing?.Rounding == WriteRounding.Up) is { } raw ? point.Map.NumberOf(raw)!.Value : value;

    private static IEnumerable<ReadBack> Expected(PointDefinition point, double value, IReadOnlyDictionary<string, PointDefinition> points)
    {
        var rules = point.Writing;
        if (rules is null)
        {
            yield break;
        }

        var verify = rules.Verify;
        if (verify?.Read is { } elsewhere)
        {
            yield return new(elsewhere, value, verify.Of, Tolerance(verify.Tolerance, point, points.GetValueOrDefault(elsewhere), verify.Of));
        }
        else if (point.IsReadable)
        {
            yield return new(point.Name, value, verify?.Of, Tolerance(verify?.Tolerance ?? 0, point, point, verify?.Of));
        }

        // What a later step overwrites was meant for a moment only.
        var written = rules.Steps.OfType<WriteStep.Write>().SelectMany(w => w.Values).Where(v => v.Point != point.Name).GroupBy(v => v.Point, StringComparer.Ordinal).Select(g => g.Last());
        foreach (var assignment in written)
        {
            if (assignment.Value is StepValue.Constant constant && points.TryGetValue(assignment.Point, out var other) && other.IsReadable)
            {
                yield return new(other.Name, constant.Number, null, other.Step / 2);
            }
        }
    }

    /// <summary>What the profile allows, and at least one step of the registers.</summary>
    private static double Tolerance(double told, PointDefinition written, PointDefinition? read, string? of) =>
        Math.Max(told, of is null ? Math.Max(written.Step, read?.Step ?? 0) : written.Step);
}
