namespace DerAgent.Acsi;

/// <summary>The present associations by name. That one comes or goes is a fact, and never undone.</summary>
internal sealed class AssociationTable
{
    private readonly Dictionary<AssociationKey, Association> _present = [];

    public Dictionary<AssociationKey, Association>.ValueCollection Present => _present.Values;

    /// <summary>The clock was set: who was silent for so long still was.</summary>
    public void Shift(TimeSpan by)
    {
        foreach (var association in _present.Values)
        {
            association.LastActivity += by;
            association.LastRequest += by;
        }
    }

    /// <summary>When the first of them has been silent for so long; null where it may be so for ever.</summary>
    public DateTimeOffset? NextIdle(TimeSpan timeout)
    {
        DateTimeOffset? next = null;
        if (timeout > TimeSpan.Zero)
        {
            foreach (var association in _present.Values)
            {
                next = DueQueue.Earliest(next, association.LastActivity + timeout);
            }
        }

        return next;
    }

    public Association? Find(AssociationKey key) => _present.GetValueOrDefault(key);

    public void Add(Association association) => _present.Add(association.Key, association);

    public bool Remove(AssociationKey key) => _present.Remove(key);
}
