using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>The clients' claims on one target.</summary>
/// <param name="reference">Reference of the target.</param>
/// <param name="present">The live claims.</param>
internal sealed class StoredClaims(string reference, Func<(ClaimCombination Combination, IReadOnlyList<Claim> Live)> present) : IStoredItem
{
    public string Key => StoredKeys.Claim + reference;

    public byte[]? Encode()
    {
        var (combination, live) = present();
        Claim[] kept = [.. live.Where(c => c.IsClients)];
        return kept.Length == 0 ? null : DataValueBinary.ToArray(output =>
        {
            output.Write((byte)combination);
            output.Write7BitEncodedInt(kept.Length);
            foreach (var claim in kept)
            {
                Write(output, claim);
            }
        });
    }

    /// <summary>Claims that were stored; null where the octets are damaged.</summary>
    public static (ClaimCombination Combination, IReadOnlyList<Claim> Live)? Decode(ReadOnlyMemory<byte> stored) => DataValueBinary.TryRead(stored, Read, out var found) ? found : null;

    private static (ClaimCombination Combination, IReadOnlyList<Claim> Live) Read(BinaryReader input)
    {
        var combination = (ClaimCombination)input.ReadByte();
        var claims = new Claim[DataValueBinary.ReadCount(input)];
        for (var i = 0; i < claims.Length; i++)
        {
            claims[i] = ReadClaim(input);
        }

        return (combination, claims);
    }

    /// <summary>One claim as compact binary.</summary>
    public static void Write(BinaryWriter output, Claim claim)
    {
        output.Write(claim.Claimant);
        output.Write7BitEncodedInt(claim.Authority);
        output.Write((byte)claim.Source);
        DataValueBinary.Write(output, claim.Value);
        output.Write(claim.Since.UtcTicks);
        output.Write(claim.Until?.UtcTicks ?? 0);
    }

    /// <summary>The same, read.</summary>
    public static Claim ReadClaim(BinaryReader input) =>
        new(input.ReadString(), input.Read7BitEncodedInt(), (CommandSource)input.ReadByte(), DataValueBinary.Read(input), Moment(input.ReadInt64()), input.ReadInt64() is not 0 and var until ? Moment(until) : null);

    private static DateTimeOffset Moment(long ticks) => new(ticks, TimeSpan.Zero);
}
