using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>The way of a fail-safe from what was in force to its value. Pure.</summary>
internal static class FailSafeRamp
{
    /// <summary>How often the value is brought on: a register is no place for more.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>The value that is due.</summary>
    /// <param name="state">The fail-safe.</param>
    /// <param name="rule">Its rule.</param>
    /// <param name="goal">Where it goes.</param>
    /// <param name="now">The time.</param>
    public static double At(in FailSafeState state, FailSafeRule rule, double goal, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (rule.Ramp <= 0 || double.IsNaN(state.From) || double.IsNaN(goal))
        {
            return goal;
        }

        // In steps of its period, so that it is the same however often it is asked.
        var periods = Math.Floor(Math.Max(0, (now - state.Since) / Period));
        var way = rule.Ramp * periods * Period.TotalMinutes;
        return Math.Abs(goal - state.From) <= way ? goal : state.From + (Math.Sign(goal - state.From) * way);
    }

    /// <summary>Whether it is there.</summary>
    public static bool IsOver(in FailSafeState state, FailSafeRule rule, double goal, DateTimeOffset now) => rule.Ramp <= 0 || double.IsNaN(state.From) || (!double.IsNaN(goal) && At(state, rule, goal, now) == goal);
}
