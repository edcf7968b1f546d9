using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>What was committed before the server started. What does not fit the model any more, or is damaged, is left where it is and told.</summary>
internal sealed class StoredState(IReadOnlyDictionary<string, byte[]> values, IedModel model, Queue<AcsiEffect> effects)
{
    private readonly Dictionary<string, DataNode> _leaves = values.Count == 0 ? [] : Leaves(model);

    /// <summary>The leaf of that reference, or null.</summary>
    public DataNode? Leaf(string reference) => _leaves.GetValueOrDefault(reference);

    /// <summary>The value of a key, or null.</summary>
    public byte[]? Find(string key) => values.GetValueOrDefault(key);

    /// <summary>Every key that begins so.</summary>
    /// <param name="prefix">What it begins with.</param>
    /// <param name="take">Takes the rest of the key and the value; why it is not used, or null.</param>
    public void Each(string prefix, Func<string, byte[], string?> take)
    {
        foreach (var (key, value) in values.Where(v => v.Key.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            if (take(key[prefix.Length..], value) is { } problem)
            {
                Tell(key, problem);
            }
        }
    }

    /// <summary>Something stored is not used.</summary>
    public void Tell(string key, string problem) => effects.Enqueue(new AcsiEffect.Log($"{key}: what was stored is not used: {problem}", IsWarning: true));

    private static Dictionary<string, DataNode> Leaves(IedModel model)
    {
        var leaves = new Dictionary<string, DataNode>(model.Slots.Count, StringComparer.Ordinal);
        foreach (var leaf in model.Slots)
        {
            leaves.TryAdd(leaf.Reference, leaf);
        }

        return leaves;
    }
}
