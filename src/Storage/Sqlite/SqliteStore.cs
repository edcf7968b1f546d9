using System.Collections.Concurrent;
using DerAgent.Acsi;
using Microsoft.Data.Sqlite;

namespace DerAgent.Storage;

/// <summary>
/// The one file that keeps what must outlive a power cut (architecture: durable before acknowledged). Commits are made on a thread of its own, because the library
/// blocks; reads go by a connection of their own and never wait for one. The servers of the agent have a part of it each.
/// </summary>
internal sealed class SqliteStore : IAgentStore, IDisposable
{
    /// <summary>Name of the file in the data folder.</summary>
    public const string FileName = "der-agent.db";

    /// <summary>Key of the time of the last start: a clock that was set back is to be noticed.</summary>
    private const string OpenedKey = "opened";

    private readonly BlockingCollection<Action> _jobs = [];
    private readonly RecentEntries _recent;
    private readonly StorageOptions _options;
    private readonly TimeProvider _time;
    private readonly FileStream _lock;
    private readonly string _path;
    private readonly Thread _thread;
    private readonly SqliteCheck _check;
    private readonly Action<string> _onDamage;

    // Guards the content, the recent entries and the reader: the servers' loops read while the thread commits.
    private readonly Lock _gate = new();
    private SqliteContent _content;

    // What was lost with a damaged file, to be told with the next commit of its part.
    private readonly Dictionary<string, IReadOnlyList<(string Block, long Through)>> _lost = new(StringComparer.Ordinal);
    private long _issued;
    private SqliteDatabase? _reader;
    private SqliteCommits? _commits;

    private SqliteStore(string path, FileStream exclusive, StorageOptions options, TimeProvider time, Action<string> onDamage)
    {
        (_path, _lock, _options, _time, _onDamage) = (path, exclusive, options, time, onDamage);
        _recent = new(options.RecentOctets);
        (_commits, _content) = OpenOrSalvage(isDamaged: false);
        OpenedBefore = _content.State.TryGetValue(OpenedKey, out var ticks) && ticks.Length == sizeof(long) ? new DateTimeOffset(BitConverter.ToInt64(ticks), TimeSpan.Zero) : null;
        _thread = new(Run) { IsBackground = true, Name = "store" };
        _thread.Start();
        _jobs.Add(NoteOpening);
        _check = new(path, () => _jobs.Add(Salvage));
    }

    /// <summary>Opens the store of a data folder, for this process alone.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">How much it keeps.</param>
    /// <param name="time">Clock.</param>
    /// <param name="onDamage">Called where something was found damaged, now or later on another thread, with what became of it.</param>
    /// <exception cref="StorageException">It cannot be used; the message says why and what to do.</exception>
    public static SqliteStore Open(string folder, StorageOptions options, TimeProvider time, Action<string>? onDamage = null)
    {
        if (!Directory.Exists(folder))
        {
            throw new StorageException($"The data folder {folder} does not exist. Create it, for the user that runs the agent to write in.");
        }

        var path = Path.Combine(folder, FileName);
        FileStream? exclusive = null;
        try
        {
            exclusive = new(Path.Combine(folder, "der-agent.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var tell = onDamage ?? (static _ => { });
            if (StoreCopies.Arrange(path, time.GetUtcNow()) is { } told)
            {
                tell(told);
            }

            return new(path, exclusive, options, time, tell);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException or StorageException)
        {
            exclusive?.Dispose();
            throw e as StorageException ?? new StorageException(
                IsForbidden(e) || (exclusive is null && !IsInUse(e)) ? $"The data folder {folder} cannot be written in. Give the user that runs the agent the right, or name another folder as \"data\" ({e.Message})."
                : exclusive is null ? $"Another agent uses the data folder {folder} already ({e.Message}). Give each its own."
                : $"{path} cannot be used: {e.Message}",
                e);
        }
    }

    private static bool IsForbidden(Exception e) => e is UnauthorizedAccessException || (e is SqliteException forbidden && SqliteDatabase.IsForbidden(forbidden));

    /// <summary>Whether somebody else has the file open for himself (EAGAIN of Linux and of macOS, ERROR_SHARING_VIOLATION).</summary>
    private static bool IsInUse(Exception e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);

    /// <summary>What was found damaged and what became of it, as sentences; empty where nothing was.</summary>
    public IReadOnlyList<string> Damages { get; private set; } = [];

    /// <summary>What it has written.</summary>
    public WriteMeter Meter { get; } = new();

    /// <inheritdoc/>
    public bool IsDamaged => Damages.Count > 0;

    /// <inheritdoc/>
    public Action? Damaged { get; set; }

    /// <summary>When it was opened before; null where it never was, or nobody knows.</summary>
    public DateTimeOffset? OpenedBefore { get; private set; }

    /// <inheritdoc/>
    public IServerStore Part(string name)
    {
        lock (_gate)
        {
            _content.Parts.TryAdd(name, new());
        }

        return new SqliteStorePart(this, name);
    }

    /// <inheritdoc/>
    public IStateStore State(string name) => Part(SqliteContent.Aside + name);

    /// <summary>Stops when what was given to it is committed.</summary>
    public void Dispose()
    {
        _check.Dispose();
        _jobs.CompleteAdding();
        _thread.Join();
        Close();
        _lock.Dispose();
        _jobs.Dispose();
    }

    /// <summary>Asks the store's thread whether it turns.</summary>
    /// <param name="answer">Called when all that was given to it before is done.</param>
    public void Beat(Action answer)
    {
        try
        {
            _jobs.Add(answer);
        }
        catch (InvalidOperationException)
        {
            // It is closed.
        }
    }

    /// <summary>Every key of a part, with its value.</summary>
    internal Dictionary<string, byte[]> Load(string part)
    {
        var prefix = part + SqliteContent.Separator;
        lock (_gate)
        {
            return _content.State.Where(s => s.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(s => s.Key[prefix.Length..], s => s.Value, StringComparer.Ordinal);
        }
    }

    /// <summary>Commits; see <see cref="IStateStore.CommitAsync"/>.</summary>
    internal ValueTask<CommitResult> CommitAsync(string part, IReadOnlyList<StateChange> changes)
    {
        var done = new TaskCompletionSource<CommitResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _jobs.Add(() => CommitOrTell(part, changes, done));
        return new(done.Task);
    }

    internal StoredEntry? Next(string part, string block, long id) => Next(part, block, id, ReportEntry.Read, _recent.Find) is { } found ? new(found.Id, found.Entry) : null;

    internal StoredLogEntry? NextLogged(string part, string block, long id) => Next(part, block, id, LogEntry.Read, static _ => null) is { } found ? new(found.Id, found.Entry) : null;

    internal int Count(string part, string block, long after, long through)
    {
        lock (_gate)
        {
            return _content.Parts[part].CountOf(block, after, through);
        }
    }

    internal (long Id, ServiceRecord Record)? NextRecord(string part, long id) => Next(part, ServiceRecord.Block, id, ServiceRecord.Read, static _ => null);

    /// <summary>The oldest entry after an id that can be read.</summary>
    /// <param name="part">The part.</param>
    /// <param name="block">The block.</param>
    /// <param name="id">The id.</param>
    /// <param name="read">Reads its octets; null where they are damaged.</param>
    /// <param name="find">Finds it without reading, or null.</param>
    /// <exception cref="IOException">The disk does not give it.</exception>
    private (long Id, T Entry)? Next<T>(string part, string block, long id, Func<ReadOnlyMemory<byte>, T?> read, Func<long, T?> find)
        where T : class
    {
        lock (_gate)
        {
            try
            {
                while (_content.Parts[part].After(block, id) is not 0 and var next)
                {
                    if ((find(next) ?? (Body(next, _content.Blocks[part + SqliteContent.Separator + block]) is { } octets ? read(octets) : null)) is { } entry)
                    {
                        return (next, entry);
                    }

                    id = next;
                }

                return null;
            }
            catch (SqliteException e) when (SqliteDatabase.IsDisk(e) || SqliteDatabase.IsForbidden(e))
            {
                // What is wrong with the connection goes with it.
                _reader?.Dispose();
                _reader = null;
                throw new IOException($"an entry cannot be read: {e.Message}", e);
            }
        }
    }

    internal bool Contains(string part, string block, long id)
    {
        lock (_gate)
        {
            return _content.Parts[part].Contains(block, id);
        }
    }

    internal long Newest(string part, string block)
    {
        lock (_gate)
        {
            return _content.Parts[part].Newest(block);
        }
    }

    /// <summary>The greatest id that any entry ever had.</summary>
    internal long HighWater
    {
        get
        {
            lock (_gate)
            {
                return _content.HighWater;
            }
        }
    }

    /// <summary>The ids of all parts are those of one table.</summary>
    internal long NewId(long least)
    {
        lock (_gate)
        {
            return _issued = Math.Max(Math.Max(_issued, _content.HighWater) + 1, least);
        }
    }

    private ReadOnlyMemory<byte>? Body(long id, long block)
    {
        _reader ??= new(_path, SqliteOpenMode.ReadOnly, 256 * 1024);
        return _reader.Octets("SELECT body FROM ring WHERE id = $1", id) is { } body && Sealed.Open(id, block, body) is { } octets ? octets : null;
    }

    private (SqliteCommits Commits, SqliteContent Content) OpenOrSalvage(bool isDamaged)
    {
        SqliteDatabase? database = null;
        try
        {
            if (!isDamaged)
            {
                database = SqliteSchema.Open(_path, _options);
                if (SqliteContent.Read(database) is { } content)
                {
                    return (new(database, _options, Meter), content);
                }
            }
        }
        catch (SqliteException e) when (SqliteDatabase.IsDamage(e))
        {
            // Salvaged below.
        }

        database?.Dispose();
        var told = SqliteSalvage.Run(_path, _options, _time.GetUtcNow());
        Damages = [.. Damages, told];
        _onDamage(told);
        database = SqliteSchema.Open(_path, _options);
        return (new(database, _options, Meter), SqliteContent.Read(database) ?? throw new StorageException($"{_path} cannot be read although it was made anew."));
    }

    /// <summary>Nobody waits for it, and a full disk is no reason not to start.</summary>
    private void NoteOpening()
    {
        try
        {
            _commits!.Put(OpenedKey, BitConverter.GetBytes(_time.GetUtcNow().UtcTicks));
        }
        catch (SqliteException)
        {
            Close();
        }
    }

    private void Run()
    {
        foreach (var job in _jobs.GetConsumingEnumerable())
        {
            job();
        }
    }

    private void CommitOrTell(string part, IReadOnlyList<StateChange> changes, TaskCompletionSource<CommitResult> done)
    {
#pragma warning disable CA1031 // whatever it is, who waits is told, and the next commit is tried
        try
        {
            done.SetResult(Commit(part, changes));
            if (_commits!.CheckpointIfDue(isIdle: _jobs.Count == 0))
            {
                // Everything is in its place already: readers wait for no disk.
                lock (_gate)
                {
                    _commits.BeginLogAnew();
                }
            }
        }
        catch (Exception e)
        {
            // What is wrong with the connection goes with it; the next commit will say what is wrong, if it still is.
            Close();
            done.TrySetException(e as IOException ?? new IOException(e.Message, e));
            if (e is SqliteException damage && SqliteDatabase.IsDamage(damage))
            {
                Salvage();
            }
        }
#pragma warning restore CA1031
    }

    private CommitResult Commit(string part, IReadOnlyList<StateChange> changes)
    {
        _commits ??= new(SqliteSchema.Open(_path, _options), _options, Meter);

        // The content changes on this thread alone: it is read here without the gate.
        var commit = _commits.Commit(part, changes, _content);
        lock (_gate)
        {
            _content = commit.Apply(part, _content, _recent);
        }

        return new(_lost.Remove(part, out var lost) ? [.. lost, .. commit.Evicted] : commit.Evicted);
    }

    /// <summary>The file was found damaged while running: readers wait until what can be read of it stands in a new one.</summary>
    private void Salvage()
    {
#pragma warning disable CA1031 // the next commit will fail, and tell
        try
        {
            Close();
            lock (_gate)
            {
                var before = _content;
                (_commits, _content) = OpenOrSalvage(isDamaged: true);
                foreach (var (name, part) in before.Parts)
                {
                    _content.Parts.TryAdd(name, new());
                    _lost[name] = [.. part.Missing(_content.Parts[name])];
                }
            }

            Damaged?.Invoke();

        }
        catch (Exception e)
        {
            _onDamage($"{_path} is damaged, and could not be made anew: {e.Message}");
        }
#pragma warning restore CA1031
    }

    private void Close()
    {
        _commits?.Dispose();
        _commits = null;
        lock (_gate)
        {
            _reader?.Dispose();
            _reader = null;
        }
    }
}
