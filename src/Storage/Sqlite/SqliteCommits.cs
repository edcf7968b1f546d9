using DerAgent.Acsi;

namespace DerAgent.Storage;

/// <summary>Makes commits, and moves what they left in the write-ahead log to its place between them. Touched by the store's thread alone.</summary>
internal sealed class SqliteCommits(SqliteDatabase database, StorageOptions options, WriteMeter meter) : IDisposable
{
    /// <summary>Key of the greatest id there ever was, where its entry may be gone.</summary>
    public const string HighWaterKey = "high-water";

    private const int PageOctets = 4096;

    /// <summary>Commits between two looks at the meter.</summary>
    private const int Metered = 100;

    /// <summary>What entries may take: less than the file, for a page is seldom full.</summary>
    private long _room = options.MaxOctets / 4 * 3;
    private readonly SqliteState _state = new(database);
    private long _logged;
    private int _unmetered;
    private int _commits;

    /// <summary>Commits changes in order, all or none of them.</summary>
    /// <param name="part">The part they are of.</param>
    /// <param name="changes">The changes.</param>
    /// <param name="content">What is in the file; it is read only.</param>
    public SqliteCommit Commit(string part, IReadOnlyList<StateChange> changes, SqliteContent content)
    {
        var (index, prefix) = (content.Parts[part], part + SqliteContent.Separator);
        var done = new SqliteCommit { HighWater = content.HighWater };
        database.Execute("BEGIN IMMEDIATE");
        try
        {
            for (var i = 0; i < changes.Count; i++)
            {
                Take(prefix, changes[i], content, index, done);
            }

            Evict(index, content.Shares, done);
            if (done.Dropped.Count > 0 || done.Trimmed.Count > 0)
            {
                // The row that says so may be one of those that go.
                done.HighWater = Math.Max(done.HighWater, done.Trimmed.Select(t => t.Through).Concat(done.Dropped.Select(d => d.Id)).Max());
                _state.Put(HighWaterKey, BitConverter.GetBytes(done.HighWater));
            }

            database.Run("COMMIT");
        }
        catch
        {
            Rollback();
            throw;
        }

        var pages = database.PagesWritten();
        _logged += PageOctets * (long)pages;
        _unmetered += pages;
        if (++_commits % Metered == 0)
        {
            Measure();
        }

        return done;
    }

    /// <summary>Commits one value of the store's own.</summary>
    public void Put(string key, byte[] value)
    {
        database.Execute("BEGIN IMMEDIATE");
        _state.Put(key, value);
        database.Execute("COMMIT");
    }

    /// <summary>Moves what the log holds to its place, where that is much; whether all of it was, and it may <see cref="BeginLogAnew"/>.</summary>
    /// <param name="isIdle">Whether nobody waits for a commit meanwhile.</param>
    public bool CheckpointIfDue(bool isIdle)
    {
        var isDone = false;
        if (_logged > (isIdle ? options.CheckpointOctets : 3 * options.CheckpointOctets / 2))
        {
            // Whoever reads meanwhile keeps back the end of the log: then it goes on growing for a while, and nobody waits.
            database.Read("PRAGMA wal_checkpoint(PASSIVE)", row => isDone = row.GetInt64(0) == 0 && row.GetInt64(1) == row.GetInt64(2));
            _unmetered += (int)(_logged / PageOctets);
            _logged = isDone ? 0 : _logged / 2;
            Measure();
        }

        return isDone;
    }

    /// <summary>The next commit overwrites the log instead of appending to it. Nobody may be reading: a reader, however short, would keep it growing.</summary>
    public void BeginLogAnew() => database.Read("PRAGMA wal_checkpoint(RESTART)", static _ => { });

    /// <inheritdoc/>
    public void Dispose() => database.Dispose();

    private void Measure()
    {
        meter.Count(_unmetered);
        _unmetered = 0;
    }

    private void Take(string prefix, in StateChange change, SqliteContent content, EntryIndex index, SqliteCommit done)
    {
        switch (change.Kind)
        {
            case StateChangeKind.Put:
                _state.Put(prefix + change.Name, change.Value ?? []);
                done.State[prefix + change.Name] = change.Value ?? [];
                break;
            case StateChangeKind.Remove:
                _state.Remove(prefix + change.Name);
                done.State[prefix + change.Name] = null;
                break;
            case StateChangeKind.Append when index.Newest(change.Name) < change.Id:
                // It may be there already: a commit that failed is tried once more.
                var number = NumberOf(prefix + change.Name, content, done);
                var body = Sealed.Seal(change.Id, number, change.Entry!.ToArray());
                database.Run(SqliteState.Insert, change.Id, number, body);
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

    private long NumberOf(string block, SqliteContent content, SqliteCommit done)
    {
        if (!content.Blocks.TryGetValue(block, out var number) && !done.Blocks.TryGetValue(block, out number))
        {
            number = content.Blocks.Values.Concat(done.Blocks.Values).DefaultIfEmpty(0).Max() + 1;
            _state.PutBlock(number, block);
            done.Blocks.Add(block, number);
        }

        return number;
    }

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
