namespace DerAgent.Acsi;

/// <summary>The committed entries of logs (IEC 61850-7-2 §17.3), to be read. They come in, and go, by the changes given to <see cref="IStateStore"/>.</summary>
internal interface ILogBuffer
{
    /// <summary>The oldest entry after <paramref name="id"/> that can be read, or null.</summary>
    StoredLogEntry? NextLogged(string block, long id);

    /// <summary>How many entries there are after <paramref name="after"/>, up to and with <paramref name="through"/>.</summary>
    int Count(string block, long after, long through);
}

/// <summary>The committed entries of buffered blocks and of logs.</summary>
internal interface IEntryBuffer : IReportBuffer, ILogBuffer;

/// <summary>An entry of a log with its id.</summary>
/// <param name="Id">The id.</param>
/// <param name="Entry">The entry.</param>
internal readonly record struct StoredLogEntry(long Id, LogEntry Entry);
