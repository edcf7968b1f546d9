using DerAgent.Mms;

namespace DerAgent.Acsi;

/// <summary>The files of a server (IEC 61850-7-2 §23). What is asked of it takes time on a disk: it is started by an effect, and its outcome comes back as a message.</summary>
internal interface IFileStore
{
    /// <summary>Starts a task and returns at once; tasks are done in the order in which they are given. Where its id is not 0, the outcome comes back through <see cref="AcsiServer.FileDone"/>.</summary>
    void Start(FileTask task);
}

/// <summary>Something to be done with files. Names are whole, checked by <see cref="FileNames"/>; handles are given by the server and never used again.</summary>
/// <param name="Id">Names it in its outcome; 0: nobody asks.</param>
internal abstract record FileTask(long Id)
{
    /// <summary>Names what is in a folder, or the one file of that name.</summary>
    /// <param name="Id">Id.</param>
    /// <param name="Name">The folder without slash at its end, or the file; empty: the root.</param>
    /// <param name="After">Only what comes after this full name.</param>
    /// <param name="Most">So many at most.</param>
    public sealed record List(long Id, string Name, string? After, int Most) : FileTask(Id);

    /// <summary>Opens a file to be read, as it is now: what takes its name later is another.</summary>
    /// <param name="Id">Id.</param>
    /// <param name="Handle">What it is called while it is open.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Position">Where reading starts; not beyond its end.</param>
    public sealed record Open(long Id, long Handle, string Name, uint Position) : FileTask(Id);

    /// <summary>Reads on.</summary>
    /// <param name="Id">Id.</param>
    /// <param name="Handle">The open file.</param>
    /// <param name="Octets">So many at most.</param>
    public sealed record Read(long Id, long Handle, int Octets) : FileTask(Id);

    /// <summary>Closes what is open; what is being made is not kept. Of an unknown handle nothing is left to be done.</summary>
    /// <param name="Handle">The open file.</param>
    public sealed record Close(long Handle) : FileTask(0);

    /// <summary>Puts the SCL file in force under a name.</summary>
    /// <param name="Id">Id.</param>
    /// <param name="Name">The name.</param>
    public sealed record StoreConfiguration(long Id, string Name) : FileTask(Id);

    /// <summary>Deletes a file.</summary>
    /// <param name="Id">Id.</param>
    /// <param name="Name">Its name.</param>
    public sealed record Delete(long Id, string Name) : FileTask(Id);

    /// <summary>Begins a file that nobody sees before <see cref="Finish"/>.</summary>
    /// <param name="Id">Id.</param>
    /// <param name="Handle">What it is called meanwhile.</param>
    /// <param name="Name">The name it will have.</param>
    /// <param name="Size">Octets that are said to come.</param>
    public sealed record Create(long Id, long Handle, string Name, long Size) : FileTask(Id);

    /// <summary>Adds to a file being made.</summary>
    /// <param name="Id">Id.</param>
    /// <param name="Handle">The file.</param>
    /// <param name="Data">What is added.</param>
    public sealed record Append(long Id, long Handle, ReadOnlyMemory<byte> Data) : FileTask(Id);

    /// <summary>A file being made is whole: it is put on the medium and takes the place of what had its name, or, where it had been begun without one, is open to be read.</summary>
    /// <param name="Id">Id.</param>
    /// <param name="Handle">The file.</param>
    /// <param name="Position">Where reading starts.</param>
    public sealed record Finish(long Id, long Handle, uint Position = 0) : FileTask(Id);
}

/// <summary>What is known of a file, or a folder.</summary>
/// <param name="Name">Its full name; that of a folder has a slash at its end.</param>
/// <param name="Size">Octets.</param>
/// <param name="LastModified">Time of the last change; null: not known.</param>
internal sealed record FileEntry(string Name, long Size, DateTimeOffset? LastModified)
{
    /// <summary>As it is told.</summary>
    public DirectoryEntry ToDirectoryEntry() => new(Name, Attributes);

    /// <summary>Size and time as they are told; a size that cannot be told is told as the greatest that can.</summary>
    public DerAgent.Mms.FileAttributes Attributes => new((uint)Math.Min(Size, uint.MaxValue), LastModified);
}

/// <summary>What became of a task.</summary>
internal abstract record FileOutcome
{
    /// <summary>It is done.</summary>
    public sealed record Done : FileOutcome;

    /// <summary>What is there, by full names in ASCII order; folders have a slash at their end.</summary>
    /// <param name="Entries">Names, sizes, times.</param>
    /// <param name="MoreFollows">Whether there is more.</param>
    public sealed record Listed(IReadOnlyList<FileEntry> Entries, bool MoreFollows) : FileOutcome;

    /// <summary>A file is open.</summary>
    /// <param name="Entry">Its size and time.</param>
    public sealed record Opened(FileEntry Entry) : FileOutcome;

    /// <summary>A part of a file.</summary>
    /// <param name="Data">The part.</param>
    /// <param name="MoreFollows">Whether there is more.</param>
    public sealed record Part(byte[] Data, bool MoreFollows) : FileOutcome;

    /// <summary>It failed, and nothing was changed.</summary>
    /// <param name="Failure">Why.</param>
    /// <param name="Text">The same for people.</param>
    public sealed record Failed(FileFailure Failure, string Text) : FileOutcome;
}

/// <summary>Why something with a file failed, by the codes of class file (ISO 9506-2 §7.4).</summary>
internal enum FileFailure
{
    /// <summary>other: the disk.</summary>
    Other = ErrorCode.FileOther,
    /// <summary>file-busy.</summary>
    Busy = ErrorCode.FileBusy,
    /// <summary>filename-syntax-error.</summary>
    NameSyntax = ErrorCode.FileNameSyntaxError,
    /// <summary>content-type-invalid.</summary>
    ContentInvalid = ErrorCode.FileContentTypeInvalid,
    /// <summary>position-invalid.</summary>
    PositionInvalid = ErrorCode.FilePositionInvalid,
    /// <summary>file-access-denied.</summary>
    AccessDenied = ErrorCode.FileAccessDenied,
    /// <summary>file-non-existent.</summary>
    NonExistent = ErrorCode.FileNonExistent,
    /// <summary>insufficient-space-in-filestore.</summary>
    NoSpace = ErrorCode.FileInsufficientSpace,
}
