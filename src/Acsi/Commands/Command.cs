using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Where a command comes from.</summary>
internal enum CommandSource
{
    /// <summary>A client's Operate.</summary>
    Operate,
    /// <summary>A client's Operate whose time has come.</summary>
    ActivationTime,
    /// <summary>A client's write of a parameter that lives in hardware.</summary>
    Parameter,
    /// <summary>A switch of the setting group.</summary>
    Setting,
    /// <summary>A schedule.</summary>
    Schedule,
    /// <summary>A fail-safe.</summary>
    FailSafe,
    /// <summary>What is left in force when a claim ends.</summary>
    Release,
}

/// <summary>Who commands, and with what authority.</summary>
/// <param name="Claimant">Whose claim it is: a bare JID, or the name of a schedule or fail-safe.</param>
/// <param name="Authority">Rank of the claimant: 0 is the highest.</param>
internal readonly record struct CommandOrigin(string Claimant, int Authority);

/// <summary>One value of a command.</summary>
/// <param name="Slot">The bound leaf.</param>
/// <param name="Value">The value.</param>
/// <param name="Combination">How claims on it combine.</param>
/// <param name="ReleasesAt">The value that releases the claim; NaN where none does.</param>
internal readonly record struct CommandTarget(int Slot, DataValue Value, ClaimCombination Combination = ClaimCombination.Highest, double ReleasesAt = double.NaN);

/// <summary>A command: what is to be put into the hardware, on whose behalf. It is data: it can be stored, listed and withdrawn.</summary>
/// <param name="Id">Names it in its outcome.</param>
/// <param name="Targets">What is set, in order.</param>
/// <param name="Origin">On whose behalf.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Until">When its time limit passes; null where it has none.</param>
internal sealed record Command(long Id, IReadOnlyList<CommandTarget> Targets, CommandOrigin Origin, CommandSource Source, DateTimeOffset? Until = null)
{
    /// <summary>Whether somebody outside waits for the answer: he is refused where he may not, while a source inside waits its turn.</summary>
    public bool IsClients => IsOfClient(Source);

    /// <summary>Whether it has a stored record of its own. What is under way at a control object is stored with that; what follows from stored state is made again at start.</summary>
    public bool IsStored => Source == CommandSource.Parameter;

    /// <summary>Whether that is a source outside.</summary>
    public static bool IsOfClient(CommandSource source) => source is CommandSource.Operate or CommandSource.ActivationTime or CommandSource.Parameter;
}
