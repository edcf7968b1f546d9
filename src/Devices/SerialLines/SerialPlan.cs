namespace DerAgent.Devices;

/// <summary>One exchange of a line protocol that reads points.</summary>
/// <param name="Exchange">The exchange.</param>
/// <param name="Poll">How often: as its most urgent point needs it.</param>
/// <param name="Points">The points that are wanted of its answer.</param>
/// <param name="Expected">How long it takes on an idle line.</param>
internal sealed record SerialBlock(LineExchange Exchange, PollClass Poll, IReadOnlyList<PointDefinition> Points, TimeSpan Expected) : ReadBlock(Poll, [.. Points.Select(p => p.Name)], Expected)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Poll,-6} {Exchange.Name,-8} \"{MessageFormat.Shown(Exchange.Send.Source)}\": {string.Join(" ", Names)}";
}

/// <summary>Which exchanges of a line protocol read points: each answer is read as a whole, as often as its most urgent point needs. Pure.</summary>
internal static class SerialPlan
{
    /// <summary>The exchanges, the most urgent first.</summary>
    /// <param name="points">The points that are wanted.</param>
    /// <param name="traits">The exchanges there are.</param>
    /// <param name="cost">What exchanges cost.</param>
    public static IReadOnlyList<SerialBlock> Of(IEnumerable<PointDefinition> points, SerialTraits traits, LineCost cost)
    {
        ArgumentNullException.ThrowIfNull(traits);
        return [.. points.Where(p => p is { IsReadable: true, Said.In: not null }).GroupBy(p => p.Said!.In!, StringComparer.Ordinal)
            .Select(g => new SerialBlock(traits.Exchanges[g.Key], g.Min(p => p.Poll), [.. g.OrderBy(p => p.Name, StringComparer.Ordinal)], cost.Of(RegisterKind.Holding, (LineQuestion.UsualOctets + traits.Exchanges[g.Key].Send.Source.Length) / 2)))
            .OrderBy(b => b.Poll).ThenBy(b => b.Exchange.Name, StringComparer.Ordinal)];
    }
}
