using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Pulses that an output gives (IEC 61850-7-3 §6.7, <c>pulseConfig</c> of SPC and DPC).</summary>
/// <param name="On">onDur: how long a pulse lasts.</param>
/// <param name="Off">offDur: the pause between two of them.</param>
/// <param name="Count">numPls: how many there are.</param>
internal readonly record struct PulseConfiguration(TimeSpan On, TimeSpan Off, uint Count)
{
    private const int Pulse = 0;

    /// <summary>How long all of them take.</summary>
    public TimeSpan Length => (On + Off) * Count;

    /// <summary>What a <c>pulseConfig</c> says; null where the output stays as it is set: cmdQual is persistent, or there is no pulse of any length.</summary>
    public static PulseConfiguration? Of(DataNode? node, ValueStore values)
    {
        ulong Number(string name) => node?.Child(name) is { IsLeaf: true } leaf ? values[leaf.FirstSlot].AsUnsigned() : 0;
        return node?.Child("cmdQual") is { IsLeaf: true } quality && values[quality.FirstSlot].AsInteger() == Pulse && Number("onDur") is > 0 and var on && Number("numPls") is > 0 and var count
            ? new(TimeSpan.FromMilliseconds(on), TimeSpan.FromMilliseconds(Number("offDur")), (uint)Math.Min(uint.MaxValue, count))
            : null;
    }
}

/// <summary>Pulses under way: a value. Times count from the moment the hardware took the edge before.</summary>
/// <param name="Configuration">What was asked for.</param>
/// <param name="Left">Pulses that have not ended.</param>
/// <param name="IsOn">Whether the output is on, or to be so.</param>
/// <param name="Due">When the next edge is due; null while the hardware has not taken the last one.</param>
internal readonly record struct PulseTrain(PulseConfiguration Configuration, uint Left, bool IsOn, DateTimeOffset? Due)
{
    /// <summary>Pulses that begin.</summary>
    public static PulseTrain Begin(PulseConfiguration configuration) => new(configuration, configuration.Count, IsOn: true, null);

    /// <summary>Whether the output rests, and no pulse comes.</summary>
    public bool IsOver => Left == 0;

    /// <summary>The hardware took an edge.</summary>
    public PulseTrain Taken(DateTimeOffset now) => IsOver || Due is not null ? this : this with { Due = now + (IsOn ? Configuration.On : Configuration.Off) };

    /// <summary>The other side: what is on goes off, and the pulse is over.</summary>
    public PulseTrain Switch() => new(Configuration, IsOn ? Left - 1 : Left, !IsOn, null);
}
