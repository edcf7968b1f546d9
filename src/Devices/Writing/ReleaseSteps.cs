namespace DerAgent.Devices;

/// <summary>
/// Letting go of memory that wears: the registers get back what they held before our first write ever, whatever the profile takes for "no limit". Where nobody knows, or it is 0, none or out of
/// range, the profile's way is gone. Pure.
/// </summary>
internal static class ReleaseSteps
{
    /// <summary>The points that are to be read before the first write ever: what stands there is put back one day.</summary>
    public static IReadOnlyList<string> Unknown(PointDefinition point, WriteRules rules, IReadOnlyDictionary<string, PointDefinition> points, IReadOnlyDictionary<string, double> before)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(point);
        return !GoesBack(point, rules) || !point.IsReadable
            ? []
            : [.. rules.Left.Where(v => v.Value is not StepValue.Secret && points.TryGetValue(v.Point, out var other) && other.IsReadable && !before.ContainsKey(v.Point)).Select(v => v.Point)];
    }

    /// <summary>The steps that put back what stood there; null where the profile's way is gone.</summary>
    public static IReadOnlyList<WriteStep>? Back(PointDefinition point, WriteRules rules, IReadOnlyDictionary<string, double>? before)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(point);
        if (before is null || !GoesBack(point, rules) || !before.TryGetValue(point.Name, out var own) || own == 0 || double.IsNaN(own) || (point.Range is { } range && (own < range.Low || own > range.High)))
        {
            return null;
        }

        var steps = new List<WriteStep>();
        foreach (var step in rules.Steps)
        {
            // Where the device is asked and answers, putting registers back one by one has no meaning; nor has what nobody could read.
            if (step is WriteStep.Until || (step is WriteStep.Write known && known.Values.Any(v => v.Value is StepValue.From || (before.TryGetValue(v.Point, out var stood) && double.IsNaN(stood)))))
            {
                return null;
            }

            steps.Add(step is WriteStep.Write write ? write with { Values = [.. write.Values.Select(v => Put(v, point.Name, own, before))] } : step);
        }

        return steps;
    }

    /// <summary>Whether a point goes back to what was: one whose memory wears, or whose profile knows no other way. No switch is closed or opened because nobody wants anything any more.</summary>
    private static bool GoesBack(PointDefinition point, WriteRules rules) => !WriteChecks.IsSwitch(point) && (!rules.IsVolatile || rules.Release is null);

    private static PointAssignment Put(PointAssignment assignment, string own, double value, IReadOnlyDictionary<string, double> before) => assignment.Value switch
    {
        StepValue.Secret => assignment,
        StepValue.Commanded when assignment.Point == own => assignment with { Value = new StepValue.Constant(value) },
        _ => before.TryGetValue(assignment.Point, out var known) ? assignment with { Value = new StepValue.Constant(known) } : assignment,
    };
}
