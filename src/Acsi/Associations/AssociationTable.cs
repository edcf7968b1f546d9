namespace DerAgent.Acsi;

/// <summary>The present associations by name. That one comes or goes is a fact, and never undone.</summary>
internal sealed class AssociationTable
{
    private readonly Dictionary<AssociationKey, Association> _present = [];

    public Dictionary<AssociationKey, Association>.ValueCollection Present => _present.Values;

    public Association? Find(AssociationKey key) => _present.GetValueOrDefault(key);

    public void Add(Association association) => _present.Add(association.Key, association);

    public bool Remove(AssociationKey key) => _present.Remove(key);
}
