namespace DerAgent.Xmpp;

/// <summary>
/// Stanzas that come between bind and <c>enabled</c>. Anybody may send some, so that they are bounded in number and octets;
/// what goes beyond is lost to its sender as if we had bound a moment later.
/// </summary>
internal sealed class EarlyStanzas
{
    private const int MaxStanzas = 1_000;
    private const int MaxOctets = 1 << 20;
    private readonly List<StreamEvent> _kept = [];
    private int _octets;

    public void Keep(StreamEvent stanza)
    {
        var size = stanza is StreamEvent.Element { Xml: var xml } ? xml.Xml.Length : 0;
        if (_kept.Count < MaxStanzas && _octets + size <= MaxOctets)
        {
            _kept.Add(stanza);
            _octets += size;
        }
    }

    /// <summary>What was kept, in order; null where nothing came.</summary>
    public IReadOnlyList<StreamEvent>? Take() => _kept.Count == 0 ? null : _kept;
}
