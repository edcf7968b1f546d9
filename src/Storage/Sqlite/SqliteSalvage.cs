using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace DerAgent.Storage;

/// <summary>Puts a damaged file aside, where it stays, and copies what can be read of it into a new one: settings first, then entries.</summary>
internal sealed class SqliteSalvage
{
    private const int PageOctets = 4096;

    /// <summary>Attempts to read behind what is damaged; a file that is nothing but damage must come to an end.</summary>
    private const int MaxAttempts = 2_000;

    /// <summary>What the file is made of: what is committed and not moved to its place stands in the log.</summary>
    private static readonly string[] Parts = ["", "-wal"];

    /// <summary>Where the tables begin in every file.</summary>
    private const string Roots = "state2 twin3 ring4 ";

    private readonly SqliteDatabase _source;
    private readonly SqliteDatabase _target;
    private readonly HashSet<long> _blocks = [];
    private int _entries;

    private SqliteSalvage(SqliteDatabase source, SqliteDatabase target) => (_source, _target) = (source, target);

    /// <summary>Makes a new file in the place of a damaged one; what was done, as a sentence.</summary>
    /// <param name="path">The file; nobody has it open.</param>
    /// <param name="options">How the new one is made.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="IOException">It cannot be put aside, or copied.</exception>
    public static string Run(string path, StorageOptions options, DateTimeOffset now)
    {
        var aside = NewFolder(Path.GetDirectoryName(path)!, now);
        var (damaged, copy, fresh) = (Path.Combine(aside, Path.GetFileName(path)), Path.Combine(aside, "copy"), Path.Combine(aside, "new"));
        foreach (var part in Parts.Where(p => File.Exists(path + p)))
        {
            File.Copy(path + part, damaged + part);
            File.Copy(path + part, copy + part);
        }

        var (settings, entries) = (0, 0);
        using (var target = SqliteSchema.Open(fresh, options))
        {
            var ofFirst = SqliteFirstVersion.Salvage(copy, target);
            using var source = ofFirst is null ? Open(copy, fresh) : null;
            if (ofFirst is { } read)
            {
                (settings, entries) = read;
            }
            else if (source is not null)
            {
                var salvage = new SqliteSalvage(source, target);
                target.Execute("BEGIN IMMEDIATE");
                settings = salvage.CopyState();
                target.Execute("COMMIT");
                target.Execute("BEGIN IMMEDIATE");
                salvage.CopyEntries();
                entries = salvage._entries;
                target.Execute("COMMIT");
            }

            target.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        // Where the power goes in between, the damaged file is found damaged again, and its copy stays.
        File.Delete(path + "-wal");
        File.Delete(path + "-shm");
        File.Move(fresh, path, overwrite: true);
        foreach (var rest in Directory.GetFiles(aside).Where(f => !Path.GetFileName(f).StartsWith(Path.GetFileName(path), StringComparison.Ordinal)))
        {
            File.Delete(rest);
        }

        return $"{path} was damaged. It is kept as {damaged}; {settings} settings and {entries} buffered entries were read from it.";
    }

    private static string NewFolder(string around, DateTimeOffset now)
    {
        var name = Path.Combine(around, "damaged-" + now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
        var folder = name;
        for (var i = 2; Directory.Exists(folder); i++)
        {
            folder = $"{name}-{i}";
        }

        return Directory.CreateDirectory(folder).FullName;
    }

    /// <summary>Opens a copy of the damaged file; null where that is hopeless.</summary>
    private static SqliteDatabase? Open(string copy, string fresh) => TryOpen(copy) ?? (Mend(copy, fresh) ? TryOpen(copy) : null);

    private static SqliteDatabase? TryOpen(string path) => SqliteDatabase.TryOpen(path, static database =>
    {
        var roots = "";
        database.Read("SELECT name || rootpage FROM sqlite_schema ORDER BY rootpage", row => roots += row.GetString(0) + " ");
        return roots == Roots && database.Number("PRAGMA user_version") == SqliteSchema.Version;
    });

    /// <summary>The first page says where the tables begin. Every file is made alike: that of a new one says the same.</summary>
    private static bool Mend(string copy, string fresh)
    {
        using (var file = new FileStream(copy, FileMode.Open, FileAccess.ReadWrite))
        {
            if (file.Length < 4 * PageOctets)
            {
                return false;
            }

            var page = FirstPage(fresh);
            BinaryPrimitives.WriteUInt32BigEndian(page.AsSpan(28), (uint)(file.Length / PageOctets));
            BinaryPrimitives.WriteUInt64BigEndian(page.AsSpan(32), 0);
            page.AsSpan(24, 4).CopyTo(page.AsSpan(92));
            file.Write(page);
        }

        return true;
    }

    private static byte[] FirstPage(string fresh)
    {
        // In the log of the new file it stands last, until it is moved to its place.
        using (var database = new SqliteDatabase(fresh, SqliteOpenMode.ReadWrite, 65_536))
        {
            database.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        var page = new byte[PageOctets];
        using var file = new FileStream(fresh, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.ReadExactly(page);
        return page;
    }

    private int CopyState()
    {
        var found = new SqliteState(_source).Read(out _);
        var target = new SqliteState(_target);
        foreach (var (key, value) in found)
        {
            target.Put(key, value);
        }

        var blocks = SqliteState.Blocks(found);
        _blocks.UnionWith(blocks.Values);
        return found.Count - blocks.Count;
    }

    /// <summary>All entries, but for those on damaged pages: leaps over what cannot be read, each twice as wide as the one before, and then looks into the gaps.</summary>
    private void CopyEntries()
    {
        var gaps = new PriorityQueue<(long After, long Before), long>();
        for (var after = 0L; Copy("ORDER BY id", after, long.MaxValue) is { } last && Leap(last) is var (from, reached);)
        {
            Add(last, Copy("ORDER BY id DESC", last, from + 1) ?? last);
            after = reached;
        }

        // The widest first: what it hides is likely to be most.
        for (var attempt = 0; attempt < MaxAttempts && gaps.TryDequeue(out var gap, out _); attempt++)
        {
            var middle = gap.After + ((gap.Before - gap.After) / 2);
            Add(gap.After, Copy("ORDER BY id DESC", gap.After, middle + 1) ?? gap.After);
            Add(Copy("ORDER BY id", middle, gap.Before) ?? gap.Before, gap.Before);
        }

        void Add(long after, long before)
        {
            if (before - after > 1)
            {
                gaps.Enqueue((after, before), after - before);
            }
        }
    }

    /// <summary>The nearest place behind one from which it can be read on, and the last id that was read there; null where there is none.</summary>
    private (long From, long Reached)? Leap(long after)
    {
        for (var step = 1L; step > 0 && after + step > 0; step <<= 1)
        {
            var from = after + step;
            if ((Copy("ORDER BY id", from, long.MaxValue) ?? long.MaxValue - 1) is var reached && reached > from)
            {
                return (from, reached);
            }
        }

        return null;
    }

    /// <summary>The id up to which it could be read, that where it began at worst; null where nothing stood in the way.</summary>
    private long? Copy(string order, long after, long before)
    {
        var reached = order.EndsWith("DESC", StringComparison.Ordinal) ? before : after;
        try
        {
            _source.Read($"SELECT id, block, body FROM ring WHERE id > {after} AND id < {before} {order}", row =>
            {
                // What has no sum of its own is no entry, whatever the place says.
                if (row.GetValue(0) is long id && id > after && id < before && row.GetValue(1) is long block && row.GetValue(2) is byte[] body && Sealed.Open(id, block, body) is not null)
                {
                    reached = id;
                    _entries += _blocks.Contains(block) ? _target.Run(SqliteState.Insert, id, block, body) : 0;
                }
            });
            return null;
        }
        catch (SqliteException e) when (SqliteDatabase.IsDamage(e) || e.SqliteErrorCode == SQLitePCL.raw.SQLITE_IOERR)
        {
            return reached;
        }
    }
}
