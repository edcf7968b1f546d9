namespace DerAgent.Devices;

/// <summary>How long a command may take until its end is known.</summary>
internal static class WriteDuration
{
    /// <summary>What the line and the device take besides.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(20);

    /// <summary>The least interval, pauses, waiting, reading back and the effect together, of a command or of letting go, whichever is longer; zero for what is not written.</summary>
    public static TimeSpan Longest(PointDefinition point)
    {
        ArgumentNullException.ThrowIfNull(point);
        if (point.Writing is not { } rules)
        {
            return TimeSpan.Zero;
        }

        var verify = rules.ReadBackWithin;
        var command = rules.MinInterval + Of(rules.Steps) + verify + (rules.Effect?.Within ?? TimeSpan.Zero);
        var release = rules.Release switch { WriteRelease.Steps steps => Of(steps.List) + verify, WriteRelease.After after => after.Time, _ => TimeSpan.Zero };
        return command > release ? command : release;
    }

    /// <summary>The operTimeout that leaves it that time.</summary>
    public static TimeSpan OperTimeout(PointDefinition point) => Longest(point) is var longest && longest > TimeSpan.Zero ? longest + Margin : TimeSpan.Zero;

    private static TimeSpan Of(IReadOnlyList<WriteStep> steps) =>
        steps.Aggregate(TimeSpan.Zero, (sum, s) => sum + s switch { WriteStep.Wait wait => wait.For, WriteStep.Until until => until.Within, _ => TimeSpan.Zero });
}
