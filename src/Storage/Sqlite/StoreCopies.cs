using System.Globalization;
using Microsoft.Data.Sqlite;

namespace DerAgent.Storage;

/// <summary>
/// The copy of the store's file that is made before its tables are brought to another version: one, kept for a while. A program that is put back to the version before
/// finds its own tables in it.
/// </summary>
internal static class StoreCopies
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>The copy of a version.</summary>
    public static string Of(string path, long version) => string.Create(CultureInfo.InvariantCulture, $"{Path.ChangeExtension(path, null)}.v{version}.db");

    /// <summary>Copies the file as it is; other copies go.</summary>
    /// <exception cref="StorageException">There is no room, say: without a copy there is no way back.</exception>
    public static void Keep(SqliteDatabase database, string path, long version)
    {
        ArgumentNullException.ThrowIfNull(database);
        var copy = Of(path, version);
        try
        {
            File.Delete(copy + ".new");
            database.Execute($"VACUUM INTO '{(copy + ".new").Replace("'", "''", StringComparison.Ordinal)}'");
            File.Move(copy + ".new", copy, overwrite: true);
            Delete(All(path).Where(f => f != copy));
        }
        catch (SqliteException e) when (SqliteDatabase.IsDamage(e))
        {
            // What can be read of it is read, and the whole of it put aside.
            File.Delete(copy + ".new");
            throw;
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"{path} must be brought to version {SqliteSchema.Version} of its tables, and cannot be copied to {copy} before: {e.Message}. Make room, and start again.", e);
        }
    }

    /// <summary>Where the file is of a newer program and a copy of our version is there, it takes its place: a sentence that says what is lost; null: nothing was done. Copies that are old go.</summary>
    /// <param name="path">The file; nobody has it open.</param>
    /// <param name="now">The time.</param>
    public static string? Arrange(string path, DateTimeOffset now)
    {
        Delete(All(path).Where(f => now.UtcDateTime - File.GetLastWriteTimeUtc(f) > Kept));
        var own = Of(path, SqliteSchema.Version);
        var newer = File.Exists(path) && File.Exists(own) ? VersionOf(path) : 0;
        if (newer <= SqliteSchema.Version)
        {
            return null;
        }

        var made = File.GetLastWriteTimeUtc(own);
        foreach (var end in (string[])["", "-wal", "-shm"])
        {
            if (File.Exists(path + end))
            {
                File.Move(path + end, Of(path, newer) + end, overwrite: true);
            }
        }

        File.Move(own, path);
        return $"{path} was of a newer der-agent (version {newer} of its tables), and the copy made at {made:yyyy-MM-ddTHH:mm:ssZ}, before that one changed them, takes its place: what was set, recorded and buffered since is not known any more; it is in {Of(path, newer)}";
    }

    private static long VersionOf(string path)
    {
        try
        {
            using var database = new SqliteDatabase(path, SqliteOpenMode.ReadWrite, 64 * 1024);
            return database.Number("PRAGMA user_version");
        }
        catch (SqliteException)
        {
            // Whoever opens it says what is wrong.
            return 0;
        }
    }

    private static IEnumerable<string> All(string path) => Directory.EnumerateFiles(Path.GetDirectoryName(path)!, $"{Path.GetFileNameWithoutExtension(path)}.v*.db").ToList();

    private static void Delete(IEnumerable<string> files)
    {
        foreach (var file in files.SelectMany(static f => new[] { f, f + "-wal", f + "-shm" }))
        {
            File.Delete(file);
        }
    }
}
