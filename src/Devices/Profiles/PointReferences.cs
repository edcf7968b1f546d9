namespace DerAgent.Devices;

/// <summary>Which points a point depends on.</summary>
internal static class PointReferences
{
    /// <summary>The other points that reading and writing <paramref name="point"/> touch.</summary>
    public static IEnumerable<string> Of(PointDefinition point)
    {
        ArgumentNullException.ThrowIfNull(point);
        var names = new List<string?> { point.ScaleFactor };
        if (point.Writing is { } rules)
        {
            names.AddRange([rules.Verify?.Read, rules.Verify?.Of, rules.Effect?.Point, rules.Effect?.Of, rules.Refresh?.From, rules.Ends]);
            names.AddRange(rules.Steps.Concat((rules.Release as WriteRelease.Steps)?.List ?? []).Append(rules.Refresh?.Write).OfType<WriteStep>().SelectMany(Of));
        }

        return names.OfType<string>().Where(n => n != point.Name).Distinct(StringComparer.Ordinal);
    }

    private static IEnumerable<string?> Of(WriteStep step)
    {
        IEnumerable<string?> named = step switch
        {
            WriteStep.Write write => write.Values.SelectMany(v => new[] { v.Point, (v.Value as StepValue.From)?.Point }),
            WriteStep.Until until => until.Conditions.Select(c => c.Point),
            _ => [],
        };
        return named.Concat(step.Unless.Select(c => c.Point));
    }
}
