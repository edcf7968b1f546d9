namespace DerAgent.Scl;

/// <summary>Names on the way to where an expansion is; the reference is put together only where something is to be said.</summary>
internal sealed class ReferenceTrail
{
    private readonly List<string> _names = [];

    /// <summary>Begins at a logical node.</summary>
    public void Begin(string reference)
    {
        _names.Clear();
        _names.Add(reference);
    }

    /// <summary>Goes down to a component.</summary>
    public void Enter(string separator, string name)
    {
        _names.Add(separator);
        _names.Add(name);
    }

    /// <summary>Goes up again.</summary>
    public void Leave() => _names.RemoveRange(_names.Count - 2, 2);

    /// <summary>The reference of where it is.</summary>
    public override string ToString() => string.Concat(_names);
}
