namespace DerAgent.Model;

/// <summary>An enumeration: its literals with their ordinals (SCL <c>EnumType</c>, IEC 61850-6 §9.5.6).</summary>
public sealed class EnumType
{
    private readonly Dictionary<string, int> _ordinals = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> _literals = [];

    /// <summary>An enumeration with the given literals.</summary>
    /// <param name="id">Identifier of the type, e.g. <c>BehaviourModeKind</c>.</param>
    /// <param name="values">Ordinals and literals in the order of the file; the first of a double entry counts.</param>
    public EnumType(string id, IEnumerable<KeyValuePair<int, string>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Id = id;
        foreach (var (ordinal, literal) in values)
        {
            Initial = _literals.Count == 0 ? ordinal : Initial;
            _literals.TryAdd(ordinal, literal);
            _ordinals.TryAdd(literal, ordinal);
        }

        // A multiplier that nobody gives is none, and not the smallest.
        Initial = _literals.ContainsKey(0) ? 0 : Initial;
    }

    /// <summary>Identifier of the type in its file.</summary>
    public string Id { get; }

    /// <summary>The value before anything is known: 0 where that is a literal, else the first one of the file.</summary>
    public int Initial { get; }

    /// <summary>Ordinals and literals.</summary>
    public IReadOnlyDictionary<int, string> Literals => _literals;

    /// <summary>Whether <paramref name="ordinal"/> belongs to the enumeration; true for an enumeration without literals.</summary>
    public bool HasOrdinal(long ordinal) => _literals.Count == 0 || (ordinal is >= int.MinValue and <= int.MaxValue && _literals.ContainsKey((int)ordinal));

    /// <summary>The ordinal of <paramref name="literal"/>.</summary>
    public bool TryGetOrdinal(string literal, out int ordinal) => _ordinals.TryGetValue(literal, out ordinal);

    /// <summary>The literal of <paramref name="ordinal"/>, or null.</summary>
    public string? LiteralOf(long ordinal) => ordinal is >= int.MinValue and <= int.MaxValue && _literals.TryGetValue((int)ordinal, out var l) ? l : null;
}
