using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>How the claims on one target combine.</summary>
internal enum ClaimCombination
{
    /// <summary>The claim of the highest authority is in force.</summary>
    Highest,
    /// <summary>An upper limit: the least of all.</summary>
    Minimum,
    /// <summary>A lower limit: the greatest of all.</summary>
    Maximum,
}

/// <summary>A live claim on a target.</summary>
/// <param name="Claimant">Whose.</param>
/// <param name="Authority">His rank; 0 is the highest.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Value">What he wants.</param>
/// <param name="Since">Since when.</param>
/// <param name="Until">Until when; null: until he releases it.</param>
internal sealed record Claim(string Claimant, int Authority, CommandSource Source, DataValue Value, DateTimeOffset Since, DateTimeOffset? Until)
{
    /// <summary>Whether it is a client's.</summary>
    public bool IsClients => Command.IsOfClient(Source);

    /// <summary>The clock was set: it is as old as before.</summary>
    public Claim Shift(TimeSpan by) => this with { Since = Since + by };
}

/// <summary>What becomes of a claim.</summary>
internal enum ClaimVerdict
{
    /// <summary>A higher claim stands against it.</summary>
    Refused,
    /// <summary>It is kept, and comes into force when what stands above it goes.</summary>
    Shadowed,
    /// <summary>It is in force.</summary>
    InForce,
}

/// <summary>The claims on a target after one came or went.</summary>
/// <param name="Verdict">What became of the one that came.</param>
/// <param name="Live">The live claims.</param>
internal readonly record struct ClaimDecision(ClaimVerdict Verdict, IReadOnlyList<Claim> Live);

/// <summary>
/// Command priority (security design §3, IEC TR 61850-80-3 §7.6.2), pure. A client below a higher claim is refused unless his limit is stricter; a schedule
/// or fail-safe below one is kept. Of equal authorities the last command wins.
/// </summary>
internal static class ClaimRules
{
    /// <summary>A claim comes; the same claimant's earlier one goes.</summary>
    public static ClaimDecision Enter(IReadOnlyList<Claim> live, Claim next, ClaimCombination combination, bool isClients)
    {
        var others = live.Where(c => c.Claimant != next.Claimant && c.Authority != next.Authority).ToList();
        var higher = others.Where(c => c.Authority < next.Authority).ToList();
        var isStricter = combination != ClaimCombination.Highest && higher.TrueForAll(c => IsStricter(next.Value, c.Value, combination));
        if (higher.Count > 0 && !isStricter && isClients)
        {
            return new(ClaimVerdict.Refused, live);
        }

        List<Claim> after = [.. others, next];
        return new(InForce(after, combination) == next ? ClaimVerdict.InForce : ClaimVerdict.Shadowed, after);
    }

    /// <summary>The claimant lets go.</summary>
    public static IReadOnlyList<Claim> Leave(IReadOnlyList<Claim> live, string claimant) => [.. live.Where(c => c.Claimant != claimant)];

    /// <summary>The claim in force; null where there is none.</summary>
    public static Claim? InForce(IReadOnlyList<Claim> live, ClaimCombination combination)
    {
        Claim? best = null;
        foreach (var claim in live)
        {
            if (best is null || (combination == ClaimCombination.Highest ? claim.Authority < best.Authority : IsStricter(claim.Value, best.Value, combination)))
            {
                best = claim;
            }
        }

        return best;
    }

    private static bool IsStricter(in DataValue value, in DataValue than, ClaimCombination combination) =>
        combination == ClaimCombination.Minimum ? value.AsDouble() < than.AsDouble() : value.AsDouble() > than.AsDouble();
}
