using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>What the server wants done after a step.</summary>
internal abstract record AcsiEffect
{
    /// <summary>Answer a request.</summary>
    /// <param name="Association">To whom.</param>
    /// <param name="RequestId">The stanza's id, as it came.</param>
    /// <param name="Pdu">The answer.</param>
    public sealed record Respond(Association Association, string RequestId, MmsPdu Pdu) : AcsiEffect;

    /// <summary>Send an unconfirmed PDU.</summary>
    /// <param name="Association">To whom.</param>
    /// <param name="Pdu">The PDU.</param>
    public sealed record Notify(Association Association, MmsPdu Pdu) : AcsiEffect;

    /// <summary>
    /// Send a report. Whoever encodes it cuts it into segments. What became of it is told by <see cref="AcsiServer.ReportSent"/>, <see cref="AcsiServer.ReportNotTaken"/>
    /// or <see cref="AcsiServer.ReportSkipped"/>.
    /// </summary>
    /// <param name="Association">To whom.</param>
    /// <param name="Ticket">Names it to the server: id of its entry.</param>
    /// <param name="Place">Where it stands among what happens: after what was done before this entry id.</param>
    /// <param name="Heading">What it says of its block.</param>
    /// <param name="Entry">What it tells.</param>
    /// <param name="SequenceNumber">SqNum.</param>
    /// <param name="HasOverflow">BufOvfl.</param>
    public sealed record SendReport(Association Association, long Ticket, long Place, ReportHeading Heading, ReportEntry Entry, uint SequenceNumber, bool HasOverflow) : AcsiEffect
    {
        /// <summary>The report, put together for whoever encodes it.</summary>
        public Report Report => Heading.ToReport(Entry, Ticket, SequenceNumber, HasOverflow);
    }

    /// <summary>Give a command to the hardware.</summary>
    /// <param name="Command">The command.</param>
    public sealed record Order(ProcessCommand Command) : AcsiEffect;

    /// <summary>The hardware is to let go of what was commanded.</summary>
    /// <param name="Leaves">The bound leaves.</param>
    public sealed record LetGo(IReadOnlyList<DataNode> Leaves) : AcsiEffect;

    /// <summary>A command is to be written no further.</summary>
    /// <param name="Id">Its id.</param>
    public sealed record Withdraw(long Id) : AcsiEffect;

    /// <summary>Do something with files.</summary>
    /// <param name="Task">What.</param>
    public sealed record Files(FileTask Task) : AcsiEffect;

    /// <summary>Ask the peer of an association: its files are read over the same association (ISO 9506-2 annex D.2). The answer comes back through <see cref="AcsiServer.Answered"/>.</summary>
    /// <param name="Association">Whom.</param>
    /// <param name="Id">Names the question in its answer.</param>
    /// <param name="Request">What is asked.</param>
    public sealed record Ask(Association Association, long Id, ServiceRequest Request) : AcsiEffect;

    /// <summary>The store takes nothing, or takes again: nothing durable is acknowledged meanwhile.</summary>
    /// <param name="Failure">What it said; null where it works again.</param>
    public sealed record StoreState(string? Failure) : AcsiEffect;

    /// <summary>What a device has after a switch of the setting group that failed is not known, or known again.</summary>
    /// <param name="Doubt">What is in doubt; null where nothing is any more.</param>
    public sealed record SettingDoubt(string? Doubt) : AcsiEffect;

    /// <summary>How the fail-safe of a set point is, for whoever shows it.</summary>
    /// <param name="Leaf">The leaf that commands it.</param>
    /// <param name="IsActive">Whether it stands for a partner who is gone.</param>
    /// <param name="IsExpired">Whether it stands for a command that has lasted as long as it may.</param>
    /// <param name="IsBlocked">Whether the hardware does not take its value.</param>
    public sealed record ShowFailSafe(DataNode Leaf, bool IsActive, bool IsExpired, bool IsBlocked) : AcsiEffect;

    /// <summary>An association has ended.</summary>
    /// <param name="Association">Which.</param>
    /// <param name="Cause">Why.</param>
    /// <param name="Reason">The same for the log.</param>
    public sealed record Ended(Association Association, AssociationEndCause Cause, string Reason) : AcsiEffect;

    /// <summary>Something could not be done because of a defect of ours; it was undone, and everything else goes on.</summary>
    /// <param name="What">What it was.</param>
    /// <param name="Exception">What was thrown.</param>
    public sealed record Defect(string What, Exception Exception) : AcsiEffect;

    /// <summary>Something for the log.</summary>
    /// <param name="Text">A sentence.</param>
    /// <param name="IsWarning">Whether somebody should look at it.</param>
    public sealed record Log(string Text, bool IsWarning) : AcsiEffect
    {
        /// <summary>Bare JID of who made it happen; empty: nobody. What fills the log is counted by it.</summary>
        public string Client { get; init; } = "";
    }
}
