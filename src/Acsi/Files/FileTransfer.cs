using DerAgent.Mms;

namespace DerAgent.Acsi;

/// <summary>Where a file that is obtained stands (ISO 9506-2 annex D.2).</summary>
internal enum FileTransferPhase
{
    /// <summary>The source is to open its file.</summary>
    Opening,
    /// <summary>Room is made here.</summary>
    Creating,
    /// <summary>The source is to send the next part.</summary>
    Reading,
    /// <summary>A part is written.</summary>
    Writing,
    /// <summary>Everything is here; the source is to close its file.</summary>
    Closing,
    /// <summary>The file takes its name.</summary>
    Finishing,
    /// <summary>It is over.</summary>
    Ended,
}

/// <summary>What happens to it.</summary>
internal enum FileTransferEvent
{
    /// <summary>The source did what it was asked, and there is more to come.</summary>
    SourceDid,
    /// <summary>The source sent the last part.</summary>
    SourceSentLast,
    /// <summary>The source refused, sent nonsense, or was silent for too long.</summary>
    SourceFailed,
    /// <summary>The file store did what it was asked.</summary>
    StoreDid,
    /// <summary>The file store could not.</summary>
    StoreFailed,
    /// <summary>Nobody wants it any more: cancelled, or it takes too long.</summary>
    Stopped,
}

/// <summary>What is to be done then.</summary>
[Flags]
internal enum FileTransferAction
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>Make room here.</summary>
    Create = 1 << 0,
    /// <summary>Ask for the next part.</summary>
    AskPart = 1 << 1,
    /// <summary>Write the part.</summary>
    Append = 1 << 2,
    /// <summary>Ask the source to close its file.</summary>
    CloseSource = 1 << 3,
    /// <summary>Give the file its name.</summary>
    Finish = 1 << 4,
    /// <summary>Throw away what has come.</summary>
    Discard = 1 << 5,
    /// <summary>Answer whoever asked for it.</summary>
    Answer = 1 << 6,
}

/// <summary>A file on its way from a client to the server: a value. <see cref="After"/> is the one table of transitions.</summary>
/// <param name="Phase">Where it stands.</param>
/// <param name="IsLast">Whether the part that is written is the last one.</param>
internal readonly record struct FileTransfer(FileTransferPhase Phase, bool IsLast)
{
    /// <summary>What comes of an event: the next state, and what is to be done. An event that does not fit changes nothing.</summary>
    public (FileTransfer Next, FileTransferAction Actions) After(FileTransferEvent happened) => (Phase, happened) switch
    {
        (FileTransferPhase.Opening, FileTransferEvent.SourceDid) => To(FileTransferPhase.Creating, FileTransferAction.Create),
        (FileTransferPhase.Opening, FileTransferEvent.SourceFailed or FileTransferEvent.Stopped) => To(FileTransferPhase.Ended, FileTransferAction.Answer),

        (FileTransferPhase.Creating, FileTransferEvent.StoreDid) => To(FileTransferPhase.Reading, FileTransferAction.AskPart),
        (FileTransferPhase.Creating, FileTransferEvent.StoreFailed) => To(FileTransferPhase.Ended, FileTransferAction.CloseSource | FileTransferAction.Answer),

        (FileTransferPhase.Reading, FileTransferEvent.SourceDid) => (new(FileTransferPhase.Writing, false), FileTransferAction.Append),
        (FileTransferPhase.Reading, FileTransferEvent.SourceSentLast) => (new(FileTransferPhase.Writing, true), FileTransferAction.Append),

        (FileTransferPhase.Writing, FileTransferEvent.StoreDid) when IsLast => To(FileTransferPhase.Closing, FileTransferAction.CloseSource),
        (FileTransferPhase.Writing, FileTransferEvent.StoreDid) => To(FileTransferPhase.Reading, FileTransferAction.AskPart),
        (FileTransferPhase.Writing, FileTransferEvent.StoreFailed) => To(FileTransferPhase.Ended, FileTransferAction.CloseSource | FileTransferAction.Discard | FileTransferAction.Answer),

        // The file is whole: that the source does not close its own is its own affair.
        (FileTransferPhase.Closing, FileTransferEvent.SourceDid or FileTransferEvent.SourceFailed) => To(FileTransferPhase.Finishing, FileTransferAction.Finish),

        (FileTransferPhase.Finishing, FileTransferEvent.StoreDid) => To(FileTransferPhase.Ended, FileTransferAction.Answer),
        (FileTransferPhase.Finishing, FileTransferEvent.StoreFailed) => To(FileTransferPhase.Ended, FileTransferAction.Discard | FileTransferAction.Answer),

        (FileTransferPhase.Closing, FileTransferEvent.Stopped) => To(FileTransferPhase.Ended, FileTransferAction.Discard | FileTransferAction.Answer),
        (FileTransferPhase.Creating or FileTransferPhase.Reading or FileTransferPhase.Writing, FileTransferEvent.SourceFailed or FileTransferEvent.Stopped) =>
            To(FileTransferPhase.Ended, FileTransferAction.CloseSource | FileTransferAction.Discard | FileTransferAction.Answer),

        // Whether the file has its name already is not known until the store says so.
        _ => (this, FileTransferAction.None),
    };

    private static (FileTransfer Next, FileTransferAction Actions) To(FileTransferPhase phase, FileTransferAction actions) => (new(phase, false), actions);
}

/// <summary>A transfer with what it is about.</summary>
/// <param name="Call">Who is to be answered.</param>
/// <param name="Source">Name of the file at the client.</param>
/// <param name="Destination">Name of the file here.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Handle">What the file store calls it.</param>
/// <param name="Ends">When it has taken too long.</param>
internal sealed record ObtainedFile(ServiceCall Call, string Source, string Destination, FileTransfer State, long Handle, DateTimeOffset Ends)
{
    /// <summary>The question that the source is to answer, 0: none.</summary>
    public long Question { get; init; }

    /// <summary>When the source has taken too long for it.</summary>
    public DateTimeOffset? AnswerEnds { get; init; }

    /// <summary>What the source calls its open file.</summary>
    public int Frsm { get; init; }

    /// <summary>Octets that the source said the file has; 0: it did not say.</summary>
    public uint Size { get; init; }

    /// <summary>Octets that have come.</summary>
    public long Received { get; init; }

    /// <summary>The part that is to be written.</summary>
    public OctetString Part { get; init; }

    /// <summary>Why it failed.</summary>
    public ServiceError? Error { get; init; }
}
