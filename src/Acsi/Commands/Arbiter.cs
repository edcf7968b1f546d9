namespace DerAgent.Acsi;

/// <summary>Keeps for each target every live claim, and says what is in force (architecture: a command).</summary>
internal sealed class Arbiter
{
    private readonly UndoDictionary<int, (ClaimCombination Combination, IReadOnlyList<Claim> Live)> _claims = new();

    /// <summary>The live claims on a target.</summary>
    public IReadOnlyList<Claim> Of(int slot) => _claims.TryGetValue(slot, out var found) ? found.Live : [];

    /// <summary>The claim in force on a target, or null.</summary>
    public Claim? InForce(int slot) => _claims.TryGetValue(slot, out var found) ? ClaimRules.InForce(found.Live, found.Combination) : null;

    /// <summary>What would become of a command's claim on a target; nothing changes.</summary>
    public ClaimDecision Judge(in CommandTarget target, Command command, DateTimeOffset now) =>
        ClaimRules.Enter(Of(target.Slot), new(command.Origin.Claimant, command.Origin.Authority, command.Source, target.Value, now, null), target.Combination, command.IsClients);

    /// <summary>Takes a decision over.</summary>
    public void Take(in CommandTarget target, in ClaimDecision decision) => _claims.Set(target.Slot, (target.Combination, decision.Live));

    /// <summary>What was taken and left stays so.</summary>
    public void Commit() => _claims.Commit();

    /// <summary>Takes back what was taken and left since the last commit.</summary>
    public void Undo() => _claims.Undo();

    /// <summary>A claimant lets go of a target; what is in force then, or null.</summary>
    public Claim? Leave(int slot, string claimant)
    {
        if (!_claims.TryGetValue(slot, out var found))
        {
            return null;
        }

        var left = ClaimRules.Leave(found.Live, claimant);
        if (left.Count == 0)
        {
            _claims.Remove(slot, out _);
            return null;
        }

        _claims.Set(slot, (found.Combination, left));
        return ClaimRules.InForce(left, found.Combination);
    }
}
