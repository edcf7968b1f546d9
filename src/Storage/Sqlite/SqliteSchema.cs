using Microsoft.Data.Sqlite;

namespace DerAgent.Storage;

/// <summary>
/// The tables of the store's file and their version. <c>state</c> holds values by key, <c>twin</c> the same again: they stand on other pages, so that one that is
/// damaged takes nothing with it. <c>ring</c> holds entries by id; the names of their blocks are keys as well. Every version that was ever released is brought
/// to the present one.
/// </summary>
internal static class SqliteSchema
{
    /// <summary>The version that this program writes. 1: neither twin nor sums, names of blocks written out.</summary>
    public const int Version = 2;

    /// <summary>What the keys begin with under which the names of blocks stand; the number follows.</summary>
    public const string BlockKey = "block#";

    private static readonly string[] Tables =
    [
        "CREATE TABLE state (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
        "CREATE TABLE twin (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
        "CREATE TABLE ring (id INTEGER PRIMARY KEY, block INTEGER NOT NULL, body BLOB NOT NULL)",
    ];

    /// <summary>Opens the file for writing, makes it where there is none, and brings it to the present version.</summary>
    /// <exception cref="StorageException">It is of a newer program.</exception>
    public static SqliteDatabase Open(string path, StorageOptions options)
    {
        var database = new SqliteDatabase(path, SqliteOpenMode.ReadWriteCreate, 512 * 1024);
        try
        {
            // What was written wrongly is to be found, not believed.
            database.Execute("PRAGMA cell_size_check = ON");
            var version = database.Number("PRAGMA user_version");
            if (version > Version)
            {
                throw new StorageException($"{path} is of a newer der-agent (version {version} of its tables; this one knows {Version}). Install that one again, or move the file away: then what clients set and what was buffered is gone.", null);
            }

            if (version is > 0 and < Version)
            {
                StoreCopies.Keep(database, path, version);
            }

            database.Execute("PRAGMA journal_mode = WAL");
            database.Execute($"PRAGMA synchronous = {(options.IsSynchronous ? "FULL" : "NORMAL")}");

            // It is done between commits, by whoever makes them.
            database.Execute("PRAGMA wal_autocheckpoint = 0");
            database.Execute($"PRAGMA journal_size_limit = {2 * options.CheckpointOctets}");
            Migrate(database, version);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private static void Migrate(SqliteDatabase database, long version)
    {
        if (version == Version)
        {
            return;
        }

        database.Execute("BEGIN IMMEDIATE");
        if (version == SqliteFirstVersion.Version)
        {
            database.Execute("ALTER TABLE state RENAME TO state1");
            database.Execute("ALTER TABLE ring RENAME TO ring1");
        }

        foreach (var table in Tables)
        {
            database.Execute(table);
        }

        if (version == SqliteFirstVersion.Version)
        {
            SqliteFirstVersion.Migrate(database, "state1", "ring1");
            database.Execute("DROP TABLE state1");
            database.Execute("DROP TABLE ring1");
        }

        database.Execute($"PRAGMA user_version = {Version}");
        database.Execute("COMMIT");
        if (version > 0)
        {
            // Every file has its tables in the same places, whatever it once was.
            database.Execute("VACUUM");
        }
    }
}
