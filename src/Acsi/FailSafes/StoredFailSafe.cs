using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>What is stored of a fail-safe whose owner is not there: how far it is, and the claim that it stands for.</summary>
/// <param name="reference">Reference of the target.</param>
/// <param name="present">Its state.</param>
internal sealed class StoredFailSafe(string reference, Func<FailSafeState> present) : IStoredItem
{
    public string Key => StoredKeys.FailSafe + reference;

    public byte[]? Encode()
    {
        var (phase, owner, since, from, operated) = present();
        return phase is FailSafePhase.Idle or FailSafePhase.Held ? null : DataValueBinary.ToArray(output =>
        {
            output.Write((byte)phase);
            output.Write(since.UtcTicks);
            output.Write(from);
            output.Write(operated.UtcTicks);
            output.Write(owner is not null);
            if (owner is not null)
            {
                StoredClaims.Write(output, owner);
            }
        });
    }

    /// <summary>What was stored; null where the octets are damaged.</summary>
    public static FailSafeState? Decode(ReadOnlyMemory<byte> stored) => DataValueBinary.TryRead(stored, Read, out var found) && found.Phase is FailSafePhase.Missing or FailSafePhase.Active or FailSafePhase.Expired or FailSafePhase.Stayed ? found : null;

    private static FailSafeState Read(BinaryReader input)
    {
        var (phase, since, from, operated) = ((FailSafePhase)input.ReadByte(), new DateTimeOffset(input.ReadInt64(), TimeSpan.Zero), input.ReadDouble(), new DateTimeOffset(input.ReadInt64(), TimeSpan.Zero));
        return new(phase, input.ReadBoolean() ? StoredClaims.ReadClaim(input) : null, since, from, operated);
    }
}
