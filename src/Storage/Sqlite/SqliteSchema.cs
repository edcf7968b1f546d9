using Microsoft.Data.Sqlite;

namespace DerAgent.Storage;

/// <summary>The tables of the store's file and their version. Every version that was ever released is brought to the present one.</summary>
internal static class SqliteSchema
{
    /// <summary>The version that this program writes.</summary>
    public const int Version = 1;

    /// <summary>Opens the file for writing, makes it where there is none, and brings it to the present version.</summary>
    /// <exception cref="StorageException">It is of a newer program.</exception>
    public static SqliteDatabase Open(string path, StorageOptions options)
    {
        var database = new SqliteDatabase(path, SqliteOpenMode.ReadWriteCreate, 512 * 1024);
        try
        {
            database.Execute("PRAGMA journal_mode = WAL");
            database.Execute($"PRAGMA synchronous = {(options.IsSynchronous ? "FULL" : "NORMAL")}");

            // It is done between commits, by whoever makes them.
            database.Execute("PRAGMA wal_autocheckpoint = 0");
            database.Execute($"PRAGMA journal_size_limit = {2 * options.CheckpointOctets}");
            Migrate(database, path);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private static void Migrate(SqliteDatabase database, string path)
    {
        var version = database.Number("PRAGMA user_version");
        if (version > Version)
        {
            throw new StorageException($"{path} is of a newer der-agent (version {version} of its tables; this one knows {Version}). Install that one again, or move the file away: then what clients set and what was buffered is gone.", null);
        }

        if (version == Version)
        {
            return;
        }

        database.Execute("BEGIN IMMEDIATE");
        database.Execute("CREATE TABLE state (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID");
        database.Execute("CREATE TABLE ring (id INTEGER PRIMARY KEY, block TEXT NOT NULL, body BLOB NOT NULL)");
        database.Execute($"PRAGMA user_version = {Version}");
        database.Execute("COMMIT");
    }
}
