namespace DerAgent.Acsi;

/// <summary>Something that is appended to the store once and never changes: an entry of a report, a record of a service.</summary>
internal interface IRingEntry
{
    /// <summary>About as many octets as it takes in memory, for those who must not hold too much.</summary>
    int Octets { get; }

    /// <summary>It as compact binary.</summary>
    byte[] ToArray();
}
