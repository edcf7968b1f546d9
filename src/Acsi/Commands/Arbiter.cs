using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Keeps for each target every live claim, and says what is in force (architecture: a command).</summary>
internal sealed class Arbiter(IedModel model, StepJournal journal)
{
    private readonly UndoDictionary<int, (ClaimCombination Combination, IReadOnlyList<Claim> Live)> _claims = new(journal);
    private readonly Dictionary<int, StoredClaims> _stored = [];

    /// <summary>Called with a target whose claims have changed.</summary>
    public Action<int> Changed { get; set; } = static _ => { };

    /// <summary>The live claims on a target.</summary>
    public IReadOnlyList<Claim> Of(int slot) => _claims.TryGetValue(slot, out var found) ? found.Live : [];

    /// <summary>The claim in force on a target, or null.</summary>
    public Claim? InForce(int slot) => _claims.TryGetValue(slot, out var found) ? ClaimRules.InForce(found.Live, found.Combination) : null;

    /// <summary>The claim in force on a target were there those of clients only, or null.</summary>
    public Claim? OfClients(int slot) => _claims.TryGetValue(slot, out var found) ? ClaimRules.InForce([.. found.Live.Where(c => c.IsClients)], found.Combination) : null;

    /// <summary>What would become of a command's claim on a target; nothing changes.</summary>
    public ClaimDecision Judge(in CommandTarget target, Command command, DateTimeOffset now) =>
        ClaimRules.Enter(Of(target.Slot), new(command.Origin.Claimant, command.Origin.Authority, command.Source, target.Value, now, null), target.Combination, command.IsClients);

    /// <summary>Takes a decision over.</summary>
    public void Take(in CommandTarget target, in ClaimDecision decision)
    {
        TouchIfDurable(target.Slot, Of(target.Slot), decision.Live);
        _claims.Set(target.Slot, (target.Combination, decision.Live));
        Changed(target.Slot);
    }

    /// <summary>Claims that were stored; false where they are damaged.</summary>
    public bool Restore(int slot, ReadOnlyMemory<byte> stored)
    {
        if (StoredClaims.Decode(stored) is not { } found)
        {
            return false;
        }

        _claims.Set(slot, found);
        return true;
    }

    /// <summary>A claimant lets go of a target; what is in force then, or null.</summary>
    public Claim? Leave(int slot, string claimant)
    {
        if (!_claims.TryGetValue(slot, out var found))
        {
            return null;
        }

        var left = ClaimRules.Leave(found.Live, claimant);
        TouchIfDurable(slot, found.Live, left);
        Changed(slot);
        if (left.Count == 0)
        {
            _claims.Remove(slot, out _);
            return null;
        }

        _claims.Set(slot, (found.Combination, left));
        return ClaimRules.InForce(left, found.Combination);
    }

    /// <summary>The clock was set: each claim is as old as before, after a restart too.</summary>
    public void Shift(TimeSpan by)
    {
        foreach (var slot in _claims.Keys.ToList())
        {
            _claims.TryGetValue(slot, out var found);
            List<Claim> live = [.. found.Live.Select(c => c.Shift(by))];
            TouchIfDurable(slot, found.Live, live);
            _claims.Set(slot, (found.Combination, live));
        }
    }

    /// <summary>The claims of clients outlive a power cut; those of sources inside are made again at start.</summary>
    private void TouchIfDurable(int slot, IReadOnlyList<Claim> before, IReadOnlyList<Claim> after)
    {
        if (before.Where(c => c.IsClients).SequenceEqual(after.Where(c => c.IsClients)))
        {
            return;
        }

        if (!_stored.TryGetValue(slot, out var item))
        {
            _stored.Add(slot, item = new(model.Slots[slot].Reference, () => _claims.TryGetValue(slot, out var found) ? found : (ClaimCombination.Highest, [])));
        }

        journal.Touch(item);
    }
}
