using System.Globalization;

namespace DerAgent.Devices;

/// <summary>Whether a plant keeps a limit, and who of it does not. Pure.</summary>
internal static class PlantVerdict
{
    /// <summary>What of the plant's rating its power may be above a limit.</summary>
    private const double Tolerance = 0.03;
    private const int MostNamed = 5;

    /// <summary>What the members may give together at most, W; those whose rating nobody knows are not in it.</summary>
    public static double Assumed(IReadOnlyList<MemberState> states) => states.Sum(s => double.IsNaN(s.Assumed) ? 0 : s.Assumed);

    /// <summary>What the members were built for together, W, as far as they said.</summary>
    public static double Whole(IReadOnlyList<MemberState> states) => states.Sum(s => s.Whole ?? 0);

    /// <summary>Whether nothing above a limit can come, as far as anybody can know.</summary>
    public static bool IsInForce(IReadOnlyList<MemberState> states, double limit) => states.All(s => s.Whole is not null) && Assumed(states) <= limit + Margin(limit);

    /// <summary>Whether the plant gives no more than a limit. Who does not say what he gives may give what stands.</summary>
    public static bool IsKept(IReadOnlyList<MemberState> states, double limit) => states.Sum(Given) <= limit + (Tolerance * Whole(states));

    /// <summary>Rounding of registers and numbers.</summary>
    public static double Margin(double limit) => (limit * 1e-6) + 1e-3;

    /// <summary>The members in whom a limit is not in force, and why.</summary>
    public static string NotInForce(IReadOnlyList<PlantMember> members, IReadOnlyList<MemberState> states, double limit)
    {
        var share = Whole(states) is > 0 and var whole ? limit / whole : 0;
        return Names(members, states, s => double.IsNaN(s.Assumed) || s.Assumed > (share * s.Whole!.Value) + Margin(limit), (m, s) =>
            s.Whole is null ? "has never answered" : m.Limit is null ? $"cannot be limited and counts with {Watts(s.Assumed)}"
            : !s.IsOnline ? $"does not answer and counts with {Watts(s.Assumed)}" : s.Fault ?? $"reads back {Watts(s.Assumed)}");
    }

    /// <summary>What a plant gives that keeps its limit.</summary>
    public static string Kept(IReadOnlyList<MemberState> states) => $"{Watts(states.Sum(Given))} are measured or may come";

    /// <summary>The members that give more than they may.</summary>
    public static string NotKept(IReadOnlyList<PlantMember> members, IReadOnlyList<MemberState> states) =>
        Names(members, states, s => double.IsNaN(s.Assumed) || Given(s) > (s.Aim ?? s.Assumed) + (Tolerance * s.Whole!.Value), (_, s) => $"measures {Watts(Given(s))} of {Watts(s.Aim ?? s.Assumed)}");

    /// <summary>The members that answer and do not let go of their limit, and why.</summary>
    public static string NotReleased(IReadOnlyList<PlantMember> members, IReadOnlyList<MemberState> states) =>
        Names(members, states, s => s is { IsOnline: true, Aim: not null } or { Fault: not null }, static (_, s) => s.Fault ?? "has not let go of it");

    /// <summary>Power for people.</summary>
    public static string Watts(double watts) => watts >= 10_000 ? string.Create(CultureInfo.InvariantCulture, $"{watts / 1000:0.#} kW") : string.Create(CultureInfo.InvariantCulture, $"{watts:0} W");

    private static double Given(MemberState state) => state.IsAsleep ? 0 : state is { IsOnline: true, Power: { } power } ? power : state.Assumed;

    private static string Names(IReadOnlyList<PlantMember> members, IReadOnlyList<MemberState> states, Func<MemberState, bool> which, Func<PlantMember, MemberState, string> why)
    {
        var named = Enumerable.Range(0, states.Count).Where(i => which(states[i])).ToList();
        return string.Join("; ", named.Take(MostNamed).Select(i => $"{members[i].Name} {why(members[i], states[i])}")) + (named.Count > MostNamed ? $"; and {named.Count - MostNamed} more" : "");
    }
}
