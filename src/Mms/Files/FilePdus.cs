namespace DerAgent.Mms;

/// <summary>FileOpen (ISO 9506-2 annex D.3): GetFile.</summary>
/// <param name="Name">Name of the file.</param>
/// <param name="InitialPosition">Where to start, in octets.</param>
internal sealed record FileOpenRequest(string Name, uint InitialPosition) : ServiceRequest
{
    /// <inheritdoc/>
    public override MmsService Service => MmsService.FileOpen;
}

/// <summary>The file is open.</summary>
/// <param name="Frsm">File read state machine: names the open file.</param>
/// <param name="Attributes">Size and time.</param>
internal sealed record FileOpenResponse(int Frsm, FileAttributes Attributes) : ServiceResponse;

/// <summary>Size and time of a file.</summary>
/// <param name="Size">Octets.</param>
/// <param name="LastModified">Time of the last change, to the second.</param>
internal sealed record FileAttributes(uint Size, DateTimeOffset? LastModified);

/// <summary>FileRead (ISO 9506-2 annex D.4).</summary>
/// <param name="Frsm">The open file.</param>
internal sealed record FileReadRequest(int Frsm) : ServiceRequest
{
    /// <inheritdoc/>
    public override MmsService Service => MmsService.FileRead;
}

/// <summary>A part of a file.</summary>
/// <param name="Data">Its octets.</param>
/// <param name="MoreFollows">Whether there are more.</param>
internal sealed record FileReadResponse(OctetString Data, bool MoreFollows) : ServiceResponse;

/// <summary>FileClose (ISO 9506-2 annex D.5).</summary>
/// <param name="Frsm">The open file.</param>
internal sealed record FileCloseRequest(int Frsm) : ServiceRequest
{
    /// <inheritdoc/>
    public override MmsService Service => MmsService.FileClose;
}

/// <summary>The file is closed.</summary>
internal sealed record FileCloseResponse : ServiceResponse;

/// <summary>FileDelete (ISO 9506-2 annex D.7): DeleteFile.</summary>
/// <param name="Name">Name of the file.</param>
internal sealed record FileDeleteRequest(string Name) : ServiceRequest
{
    /// <inheritdoc/>
    public override MmsService Service => MmsService.FileDelete;
}

/// <summary>The file is gone.</summary>
internal sealed record FileDeleteResponse : ServiceResponse;

/// <summary>FileDirectory (ISO 9506-2 annex D.8): GetServerDirectory(FILE), GetFileAttributeValues.</summary>
/// <param name="Name">Folder or file; null: all.</param>
/// <param name="ContinueAfter">Last name of the page before.</param>
internal sealed record FileDirectoryRequest(string? Name = null, string? ContinueAfter = null) : ServiceRequest
{
    /// <inheritdoc/>
    public override MmsService Service => MmsService.FileDirectory;
}

/// <summary>Files.</summary>
/// <param name="Entries">Names and attributes.</param>
/// <param name="MoreFollows">Whether there are more.</param>
internal sealed record FileDirectoryResponse(ValueList<DirectoryEntry> Entries, bool MoreFollows) : ServiceResponse;

/// <summary>A file in a directory.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Attributes">Size and time.</param>
internal sealed record DirectoryEntry(string Name, FileAttributes Attributes);

/// <summary>ObtainFile (ISO 9506-2 annex D.2): SetFile.</summary>
/// <param name="Source">Name at the caller.</param>
/// <param name="Destination">Name here.</param>
internal sealed record ObtainFileRequest(string Source, string Destination) : ServiceRequest
{
    /// <inheritdoc/>
    public override MmsService Service => MmsService.ObtainFile;
}

/// <summary>The file was obtained.</summary>
internal sealed record ObtainFileResponse : ServiceResponse;
