using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>One value on its way to a device, and the one to be put back where a later one fails.</summary>
/// <param name="Setting">Which setting of the block.</param>
/// <param name="Old">The value before.</param>
/// <param name="New">The value wanted.</param>
internal readonly record struct SettingWrite(int Setting, DataValue Old, DataValue New);

/// <summary>What is to be true when all values have arrived.</summary>
internal enum SettingPushKind
{
    /// <summary>Another group is active.</summary>
    Activate,
    /// <summary>The edited values of the active group are in force.</summary>
    Confirm,
}

/// <summary>What happens to values on their way.</summary>
internal enum SettingPushEvent
{
    /// <summary>The device has a value and reads it back.</summary>
    Arrived,
    /// <summary>The device refused it: there it stands as before.</summary>
    Refused,
    /// <summary>Nobody knows whether the device has it: it was silent, took too long, or has something else.</summary>
    Lost,
}

/// <summary>
/// Values of a setting group on their way to devices, one after the other and each read back; where one fails, those before it are put back in reverse order
/// (acsi-semantics §4). A value: what is stored of it is enough to put everything back after a power cut.
/// </summary>
/// <param name="Kind">What for.</param>
/// <param name="Group">Number of the group.</param>
/// <param name="Writes">The values, in the order of the SCL file.</param>
/// <param name="Next">The one under way.</param>
/// <param name="IsBack">Whether the old values are being put back.</param>
/// <param name="ValueEnds">When the one under way has taken too long.</param>
/// <param name="Ends">When all of it has.</param>
internal sealed record SettingPush(SettingPushKind Kind, uint Group, IReadOnlyList<SettingWrite> Writes, int Next, bool IsBack, DateTimeOffset ValueEnds, DateTimeOffset Ends)
{
    /// <summary>How long the device may take for a value.</summary>
    public static readonly TimeSpan PerValue = TimeSpan.FromSeconds(10);

    /// <summary>How long the client may have to wait.</summary>
    public static readonly TimeSpan InAll = TimeSpan.FromSeconds(60);

    /// <summary>Why it failed; null while it has not.</summary>
    public DataAccessError? Failure { get; init; }

    /// <summary>Id of the command under way.</summary>
    public long CommandId { get; init; }

    /// <summary>Who wanted it: bare JID, or empty.</summary>
    public string Client { get; init; } = "";

    /// <summary>The write that waits; null where nobody waits, or it has been answered.</summary>
    public WriteTicket? Ticket { get; init; }

    /// <summary>Whether it was found at start: until it has been put back, nobody knows what is active.</summary>
    public bool IsFound { get; init; }

    /// <summary>When the client is answered at the latest, however long it takes to put the old values back.</summary>
    public DateTimeOffset? AnswerDue => Ticket is null ? null : Ends;

    /// <summary>The value under way.</summary>
    public SettingWrite Write => Writes[Next];

    /// <summary>Whether nothing is left to be written.</summary>
    public bool IsOver => Next < 0 || Next >= Writes.Count;

    /// <summary>Values begin their way.</summary>
    public static SettingPush Begin(SettingPushKind kind, uint group, IReadOnlyList<SettingWrite> writes, DateTimeOffset now) =>
        new(kind, group, writes, 0, IsBack: false, now + PerValue, now + InAll);

    /// <summary>Values that were on their way when the agent stopped are put back, all of them: nobody knows which had arrived.</summary>
    public SettingPush Found(DateTimeOffset now) =>
        this with { Next = Writes.Count - 1, IsBack = true, IsFound = true, ValueEnds = now + PerValue, Ends = now + InAll, Failure = DataAccessError.HardwareFault };

    /// <summary>What comes after an event; every transition stands here.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="failure">Why, where something failed.</param>
    /// <param name="now">The time.</param>
    public SettingPush After(SettingPushEvent happened, DataAccessError? failure, DateTimeOffset now) => (IsBack, happened) switch
    {
        (false, SettingPushEvent.Arrived) when now >= Ends => Step(Next, isBack: true, now) with { Failure = DataAccessError.HardwareFault },
        (false, SettingPushEvent.Arrived) => Step(Next + 1, isBack: false, now),

        // What was refused was not written; what was lost may have been.
        (false, SettingPushEvent.Refused) => Step(Next - 1, isBack: true, now) with { Failure = failure },
        (false, _) => Step(Next, isBack: true, now) with { Failure = failure },

        // One that cannot be put back keeps back none of the others.
        _ => Step(Next - 1, isBack: true, now),
    };

    private SettingPush Step(int next, bool isBack, DateTimeOffset now) => this with { Next = next, IsBack = isBack, ValueEnds = now + PerValue, CommandId = 0 };
}
