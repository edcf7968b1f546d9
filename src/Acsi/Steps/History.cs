using System.Diagnostics.CodeAnalysis;

namespace DerAgent.Acsi;

/// <summary>What a step changed in one kind of thing, with the old values.</summary>
internal interface IHistory
{
    /// <summary>Takes the changes of the step under way back, the last one first.</summary>
    void Undo();

    /// <summary>What changed stays changed.</summary>
    void Forget();

    /// <summary>The same as <see cref="Undo"/>, for later: the step waits for its commit. Null where nothing changed.</summary>
    Action? Keep();
}

/// <summary>Old values of the step under way, and how each is put back. Noting one allocates nothing.</summary>
/// <typeparam name="T">What is put back, and where.</typeparam>
internal sealed class History<T> : IHistory
{
    private readonly List<T> _old = [];
    private readonly Action<T> _restore;

    public History(StepJournal journal, Action<T> restore)
    {
        _restore = restore;
        journal.Add(this);
    }

    /// <summary>The old values of the step under way, in order.</summary>
    public IReadOnlyList<T> Old => _old;

    public void Note(in T old) => _old.Add(old);

    public void Undo()
    {
        Restore(_old);
        _old.Clear();
    }

    public void Forget() => _old.Clear();

    public Action? Keep()
    {
        if (_old.Count == 0)
        {
            return null;
        }

        T[] kept = [.. _old];
        _old.Clear();
        return () => Restore(kept);
    }

    private void Restore(IReadOnlyList<T> old)
    {
        for (var i = old.Count - 1; i >= 0; i--)
        {
            _restore(old[i]);
        }
    }
}

/// <summary>A dictionary that can take back what a step did to it.</summary>
/// <typeparam name="TKey">Type of the keys.</typeparam>
/// <typeparam name="TValue">Type of the values.</typeparam>
internal sealed class UndoDictionary<TKey, TValue>
    where TKey : notnull
{
    private readonly Dictionary<TKey, TValue> _present = [];
    private readonly History<(TKey Key, bool Stood, TValue? Old)> _history;

    public UndoDictionary(StepJournal journal) => _history = new(journal, Restore);

    public Dictionary<TKey, TValue>.ValueCollection Values => _present.Values;

    public Dictionary<TKey, TValue>.KeyCollection Keys => _present.Keys;

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

    private void Note(TKey key) => _history.Note((key, _present.TryGetValue(key, out var old), old));

    private void Restore((TKey Key, bool Stood, TValue? Old) change)
    {
        if (change.Stood)
        {
            _present[change.Key] = change.Old!;
        }
        else
        {
            _present.Remove(change.Key);
        }
    }
}
