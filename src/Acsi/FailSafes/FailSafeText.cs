using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>What people are told of a fail-safe. Pure.</summary>
internal static class FailSafeText
{
    /// <summary>One sentence for a change of its state; null: nothing worth one.</summary>
    public static string? Of(FailSafeRule rule, in FailSafeState before, in FailSafeState next)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var what = rule switch { { Number: { } number } => FormattableString.Invariant($"{number:0.###} comes into force"), { IsKept: true } => "what he commanded stays", _ => "what he commanded is let go of" };
        var owner = next.Owner?.Claimant ?? before.Owner?.Claimant;
        return next.Phase switch
        {
            FailSafePhase.Active => owner is null ? what : $"{owner} is gone for {rule.After.TotalSeconds:0} s: {what}",
            FailSafePhase.Expired when before.Phase == FailSafePhase.Active => $"the command of {owner} has lasted as long as RvrtTms says: it does not come back with him",
            FailSafePhase.Expired => owner is null || before.Phase == FailSafePhase.Idle ? $"nobody has commanded since the start: {what}" : $"the command of {owner} has lasted as long as RvrtTms says: {what}",
            FailSafePhase.Stayed => $"{owner} is back; the fail-safe's value stays until somebody commands",
            FailSafePhase.Held when before.IsOn || before.Phase == FailSafePhase.Stayed =>
                before.Owner?.Claimant == owner && before.Owner?.Value == next.Owner?.Value ? $"{owner} is back, and what he commanded is in force again" : $"{owner} commands",
            _ => null,
        };
    }
}
