namespace DerAgent.Devices;

/// <summary>One exchange that reads adjoining registers.</summary>
/// <param name="Kind">Kind of registers.</param>
/// <param name="Address">First address.</param>
/// <param name="Count">Number of registers.</param>
/// <param name="Poll">How often: as its most urgent point needs it.</param>
/// <param name="Points">Points in it, their addresses absolute.</param>
/// <param name="Expected">How long it takes on an idle line.</param>
internal sealed record RegisterBlock(RegisterKind Kind, int Address, int Count, PollClass Poll, IReadOnlyList<PointDefinition> Points, TimeSpan Expected)
    : ReadBlock(Poll, [.. Points.Select(p => p.Name)], Expected)
{
    /// <summary>The address behind its last register.</summary>
    public int End => Address + Count;

    /// <inheritdoc/>
    public bool Equals(RegisterBlock? other) => other is not null && (Kind, Address, Count, Poll) == (other.Kind, other.Address, other.Count, other.Poll) && Points.SequenceEqual(other.Points);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Address, Count, Poll);

    /// <inheritdoc/>
    public override string ToString() => $"{Poll,-6} {Kind,-8} {Address,5}..{End - 1,-5} {Count,3} registers: {string.Join(" ", Points.Select(p => p.Name))}";
}
