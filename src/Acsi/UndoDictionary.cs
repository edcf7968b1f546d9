using System.Diagnostics.CodeAnalysis;

namespace DerAgent.Acsi;

/// <summary>A dictionary that can take back what a step did to it: a change carries the old value.</summary>
/// <typeparam name="TKey">Type of the keys.</typeparam>
/// <typeparam name="TValue">Type of the values.</typeparam>
internal sealed class UndoDictionary<TKey, TValue>
    where TKey : notnull
{
    private readonly Dictionary<TKey, TValue> _present = [];
    private readonly List<(TKey Key, bool Stood, TValue? Old)> _changes = [];

    public IReadOnlyCollection<TValue> Values => _present.Values;

    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value) => _present.TryGetValue(key, out value);

    public void Set(TKey key, TValue value)
    {
        Note(key);
        _present[key] = value;
    }

    public bool Remove(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (!_present.TryGetValue(key, out value))
        {
            return false;
        }

        Note(key);
        return _present.Remove(key);
    }

    /// <summary>What changed stays changed.</summary>
    public void Commit() => _changes.Clear();

    /// <summary>Takes the changes since the last commit back, the last one first.</summary>
    public void Undo()
    {
        for (var i = _changes.Count - 1; i >= 0; i--)
        {
            var (key, stood, old) = _changes[i];
            if (stood)
            {
                _present[key] = old!;
            }
            else
            {
                _present.Remove(key);
            }
        }

        _changes.Clear();
    }

    private void Note(TKey key) => _changes.Add((key, _present.TryGetValue(key, out var old), old));
}
