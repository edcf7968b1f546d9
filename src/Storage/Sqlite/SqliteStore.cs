using System.Collections.Concurrent;
using DerAgent.Acsi;
using Microsoft.Data.Sqlite;

namespace DerAgent.Storage;

/// <summary>
/// The one file that keeps what must outlive a power cut (architecture: durable before acknowledged). Commits are made on a thread of its own, because the library
/// blocks; reads go by a connection of their own and never wait for one. The servers of the agent have a part of it each.
/// </summary>
internal sealed class SqliteStore : IDisposable
{
    /// <summary>Name of the file in the data folder.</summary>
    public const string FileName = "der-agent.db";

    private readonly BlockingCollection<Job> _jobs = [];
    private readonly Dictionary<string, EntryIndex> _parts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _state = new(StringComparer.Ordinal);
    private readonly RecentEntries _recent;
    private readonly StorageOptions _options;
    private readonly FileStream _lock;
    private readonly string _path;
    private readonly Thread _thread;

    // Guards the index, the recent entries and the reader: the servers' loops read while the thread commits.
    private readonly Lock _gate = new();
    private SqliteDatabase? _reader;
    private SqliteCommits? _commits;
    private long _highWater;

    private sealed record Job(string Part, IReadOnlyList<StateChange> Changes, TaskCompletionSource<CommitResult> Done);

    private SqliteStore(string path, FileStream exclusive, SqliteDatabase writer, StorageOptions options)
    {
        (_path, _lock, _options) = (path, exclusive, options);
        _recent = new(options.RecentOctets);
        _commits = new(writer, options);
        writer.Read("SELECT key, value FROM state", row => _state[row.GetString(0)] = (byte[])row[1]);
        writer.Read("SELECT id, block, length(body) FROM ring ORDER BY id", row => Index(row.GetInt64(0), row.GetString(1), row.GetInt32(2)));
        _highWater = Math.Max(_highWater, _state.TryGetValue(SqliteCommits.HighWaterKey, out var known) ? BitConverter.ToInt64(known) : 0);
        _thread = new(Run) { IsBackground = true, Name = "store" };
        _thread.Start();
    }

    /// <summary>Opens the store of a data folder, for this process alone.</summary>
    /// <exception cref="StorageException">It cannot be used; the message says why and what to do.</exception>
    public static SqliteStore Open(string folder, StorageOptions options)
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
            return new(path, exclusive, SqliteSchema.Open(path, options), options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException or StorageException)
        {
            exclusive?.Dispose();
            throw e as StorageException ?? new StorageException(
                e is UnauthorizedAccessException or SqliteException { SqliteErrorCode: 8 or 14 } ? $"The data folder {folder} cannot be written in. Give the user that runs the agent the right, or name another folder as \"data\"."
                : exclusive is null ? $"Another agent uses the data folder {folder} already ({e.Message}). Give each its own."
                : $"{path} cannot be used: {e.Message}",
                e);
        }
    }

    /// <summary>The part of a server.</summary>
    /// <param name="name">Its name: that of its access point.</param>
    public SqliteStorePart Part(string name)
    {
        lock (_gate)
        {
            _parts.TryAdd(name, new());
        }

        return new(this, name);
    }

    /// <summary>Stops when what was given to it is committed.</summary>
    public void Dispose()
    {
        _jobs.CompleteAdding();
        _thread.Join();
        _reader?.Dispose();
        _commits?.Dispose();
        _lock.Dispose();
        _jobs.Dispose();
    }

    /// <summary>Every key of a part, with its value.</summary>
    internal Dictionary<string, byte[]> Load(string part)
    {
        var prefix = part + Separator;
        lock (_gate)
        {
            return _state.Where(s => s.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(s => s.Key[prefix.Length..], s => s.Value, StringComparer.Ordinal);
        }
    }

    /// <summary>Commits; see <see cref="IStateStore.CommitAsync"/>.</summary>
    internal ValueTask<CommitResult> CommitAsync(string part, IReadOnlyList<StateChange> changes)
    {
        var job = new Job(part, changes, new(TaskCreationOptions.RunContinuationsAsynchronously));
        _jobs.Add(job);
        return new(job.Done.Task);
    }

    internal StoredEntry? Next(string part, string block, long id)
    {
        lock (_gate)
        {
            while (_parts[part].After(block, id) is not 0 and var next)
            {
                if (_recent.Find(next) is { } recent)
                {
                    return new(next, recent);
                }

                _reader ??= new(_path, SqliteOpenMode.ReadOnly, 256 * 1024);
                if (_reader.Octets("SELECT body FROM ring WHERE id = $1", next) is { } body && ReportEntry.Read(body) is { } entry)
                {
                    return new(next, entry);
                }

                id = next;
            }

            return null;
        }
    }

    internal bool Contains(string part, string block, long id)
    {
        lock (_gate)
        {
            return _parts[part].Contains(block, id);
        }
    }

    internal long Newest(string part, string block)
    {
        lock (_gate)
        {
            return _parts[part].Newest(block);
        }
    }

    /// <summary>The greatest id that any entry ever had.</summary>
    internal long HighWater
    {
        get
        {
            lock (_gate)
            {
                return _highWater;
            }
        }
    }

    private const char Separator = ':';

    private void Index(long id, string name, int octets)
    {
        var at = name.IndexOf(Separator, StringComparison.Ordinal);
        var part = name[..Math.Max(0, at)];
        if (!_parts.TryGetValue(part, out var index))
        {
            _parts.Add(part, index = new());
        }

        index.Add(name[(at + 1)..], id, octets);
        _highWater = id;
    }

    private void Run()
    {
        foreach (var job in _jobs.GetConsumingEnumerable())
        {
#pragma warning disable CA1031 // whatever it is, who waits is told, and the next commit is tried
            try
            {
                job.Done.SetResult(Commit(job));
            }
            catch (Exception e)
            {
                // What is wrong with the connection goes with it.
                Close();
                job.Done.SetException(e as IOException ?? new IOException(e.Message, e));
                continue;
            }

            try
            {
                _commits!.CheckpointIfDue(isIdle: _jobs.Count == 0);
            }
            catch (Exception)
            {
                // The next commit will say what is wrong, if it still is.
                Close();
            }
#pragma warning restore CA1031
        }
    }

    private CommitResult Commit(Job job)
    {
        _commits ??= new(SqliteSchema.Open(_path, _options), _options);
        EntryIndex index;
        int shares;
        long highWater;
        lock (_gate)
        {
            (index, shares, highWater) = (_parts[job.Part], _parts.Count, _highWater);
        }

        // The index changes on this thread alone: it is read here without the gate.
        var done = _commits.Commit(job.Part + Separator, job.Changes, index, shares, highWater);
        lock (_gate)
        {
            done.Apply(index, _recent, _state);
            _highWater = done.HighWater;
        }

        return new(done.Evicted);
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
