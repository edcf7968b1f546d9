using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Something that is appended to the store once and never changes: an entry of a report, a record of a service.</summary>
internal interface IRingEntry
{
    /// <summary>About as many octets as it takes in memory, for those who must not hold too much.</summary>
    int Octets { get; }

    /// <summary>It as compact binary.</summary>
    byte[] ToArray();

    /// <summary>About as many octets as a value takes in memory.</summary>
    static int OctetsOf(in DataValue value)
    {
        var octets = 24 + value.AsOctets().Length + (2 * value.AsText().Length);
        foreach (ref readonly var item in value.ItemSpan())
        {
            octets += OctetsOf(item);
        }

        return octets;
    }
}
