using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>What a server needs of its surroundings.</summary>
/// <param name="Output">Which leaves lead to hardware.</param>
/// <param name="Entries">The committed entries of buffered blocks and of logs.</param>
/// <param name="Authority">Who may do what.</param>
/// <param name="Measure">Octets of what is cut into pages.</param>
internal sealed record AcsiPorts(IProcessOutput Output, IEntryBuffer Entries, IAuthority Authority, IPduMeasure Measure)
{
    /// <summary>What was committed when the server before this one ended: <see cref="IStateStore.Load"/>.</summary>
    public IReadOnlyDictionary<string, byte[]> Stored { get; init; } = new Dictionary<string, byte[]>(StringComparer.Ordinal);
}
