using DerAgent.Acsi;

namespace DerAgent.Storage;

/// <summary>What a commit brought about, to be shown to readers when it is done.</summary>
internal sealed class SqliteCommit
{
    /// <summary>Entries that came.</summary>
    public List<(string Block, long Id, int Octets, ReportEntry Entry)> Added { get; } = [];

    /// <summary>Single entries that went.</summary>
    public List<(string Block, long Id)> Dropped { get; } = [];

    /// <summary>Blocks whose entries went up to an id.</summary>
    public List<(string Block, long Through)> Trimmed { get; } = [];

    /// <summary>Blocks whose oldest entries had to make room.</summary>
    public IReadOnlyList<(string Block, long Through)> Evicted { get; set; } = [];

    /// <summary>Keys with their values; null where they have none any more.</summary>
    public Dictionary<string, byte[]?> State { get; } = new(StringComparer.Ordinal);

    /// <summary>The greatest id among them.</summary>
    public long HighWater { get; set; }

    /// <summary>Shows it to readers.</summary>
    public void Apply(EntryIndex index, RecentEntries recent, Dictionary<string, byte[]> state)
    {
        foreach (var (block, id, octets, entry) in Added)
        {
            index.Add(block, id, octets);
            recent.Add(id, entry);
        }

        foreach (var (block, id) in Dropped)
        {
            index.Remove(block, id);
        }

        foreach (var (block, through) in Trimmed.Concat(Evicted))
        {
            index.RemoveThrough(block, through);
        }

        foreach (var (key, value) in State)
        {
            if (value is null)
            {
                state.Remove(key);
            }
            else
            {
                state[key] = value;
            }
        }
    }
}

/// <summary>Makes commits, and moves what they left in the write-ahead log to its place between them. Touched by the store's thread alone.</summary>
internal sealed class SqliteCommits(SqliteDatabase database, StorageOptions options) : IDisposable
{
    /// <summary>Key of the greatest id there ever was, where its entry may be gone.</summary>
    public const string HighWaterKey = "high-water";

    private const int PageOctets = 4096;

    /// <summary>What entries may take: less than the file, for a page is seldom full.</summary>
    private long _room = options.MaxOctets / 4 * 3;
    private long _logged;

    /// <summary>Commits changes in order, all or none of them.</summary>
    /// <param name="prefix">What names begin with in the file.</param>
    /// <param name="changes">The changes.</param>
    /// <param name="index">What the part has.</param>
    /// <param name="shares">Among how many the room is shared.</param>
    /// <param name="highWater">The greatest id there ever was.</param>
    public SqliteCommit Commit(string prefix, IReadOnlyList<StateChange> changes, EntryIndex index, int shares, long highWater)
    {
        var done = new SqliteCommit { HighWater = highWater };
        database.Execute("BEGIN IMMEDIATE");
        try
        {
            for (var i = 0; i < changes.Count; i++)
            {
                Take(prefix, changes[i], index, done);
            }

            Evict(index, shares, done);
            if (done.Dropped.Count > 0 || done.Trimmed.Count > 0)
            {
                // The row that says so may be one of those that go.
                done.HighWater = Math.Max(done.HighWater, done.Trimmed.Select(t => t.Through).Concat(done.Dropped.Select(d => d.Id)).Max());
                Put(HighWaterKey, BitConverter.GetBytes(done.HighWater));
            }

            database.Run("COMMIT");
        }
        catch
        {
            Rollback();
            throw;
        }

        _logged += PageOctets * (long)database.PagesWritten();
        return done;
    }

    /// <summary>Moves what the log holds to its place, where that is much.</summary>
    /// <param name="isIdle">Whether nobody waits for a commit meanwhile.</param>
    public void CheckpointIfDue(bool isIdle)
    {
        if (_logged > (isIdle ? options.CheckpointOctets : 3 * options.CheckpointOctets / 2))
        {
            database.Execute("PRAGMA wal_checkpoint(RESTART)");
            _logged = 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => database.Dispose();

    private void Take(string prefix, in StateChange change, EntryIndex index, SqliteCommit done)
    {
        switch (change.Kind)
        {
            case StateChangeKind.Put:
                Put(prefix + change.Name, change.Value ?? []);
                done.State[prefix + change.Name] = change.Value ?? [];
                break;
            case StateChangeKind.Remove:
                database.Run("DELETE FROM state WHERE key = $1", prefix + change.Name);
                done.State[prefix + change.Name] = null;
                break;
            case StateChangeKind.Append when index.Newest(change.Name) < change.Id:
                // It may be there already: a commit that failed is tried once more.
                var body = change.Entry!.ToArray();
                database.Run("INSERT OR IGNORE INTO ring (id, block, body) VALUES ($1, $2, $3)", change.Id, prefix + change.Name, body);
                done.Added.Add((change.Name, change.Id, body.Length, change.Entry));
                done.HighWater = Math.Max(done.HighWater, change.Id);
                break;
            case StateChangeKind.Drop:
                Delete(change.Id);
                done.Dropped.Add((change.Name, change.Id));
                break;
            case StateChangeKind.Trim:
                var (block, through) = (change.Name, change.Id);
                index.Through(block, through).ForEach(Delete);
                done.Added.Where(a => a.Block == block && a.Id <= through).ToList().ForEach(a => Delete(a.Id));
                done.Trimmed.Add((block, through));
                break;
        }
    }

    private void Put(string key, byte[] value) => database.Run("INSERT INTO state (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, value);

    private void Delete(long id) => database.Run("DELETE FROM ring WHERE id = $1", id);

    private void Evict(EntryIndex index, int shares, SqliteCommit done)
    {
        done.Evicted = index.Excess(_room / shares, options.MaxEntries / shares);
        foreach (var (block, through) in done.Evicted)
        {
            index.Through(block, through).ForEach(Delete);
        }

        if (done.Evicted.Count > 0 && PageOctets * (database.Number("PRAGMA page_count") - database.Number("PRAGMA freelist_count")) > options.MaxOctets)
        {
            _room = Math.Max(options.MaxOctets / 4, _room / 16 * 15);
        }
    }

    private void Rollback()
    {
        try
        {
            database.Execute("ROLLBACK");
        }
        catch (Microsoft.Data.Sqlite.SqliteException)
        {
            // It has rolled back by itself; and the connection is closed next.
        }
    }
}
