using Microsoft.Data.Sqlite;

namespace DerAgent.Storage;

/// <summary>Looks into the store of a data folder without opening it for writing: whoever has it goes on undisturbed.</summary>
internal static class StorePeek
{
    /// <summary>What is kept aside of the servers under a name: every key with its value. Empty where there is no store yet.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="name">The name.</param>
    /// <exception cref="StorageException">It cannot be read; the message says why.</exception>
    public static IReadOnlyDictionary<string, byte[]> State(string folder, string name)
    {
        var path = Path.Combine(folder, SqliteStore.FileName);
        if (!Directory.Exists(folder))
        {
            throw new StorageException($"There is no data folder {folder}.", null);
        }

        if (!File.Exists(path))
        {
            return new Dictionary<string, byte[]>(StringComparer.Ordinal);
        }

        try
        {
            using var database = new SqliteDatabase(path, SqliteOpenMode.ReadOnly, 512 * 1024);
            var prefix = $"{SqliteContent.Aside}{name}{SqliteContent.Separator}";
            return new SqliteState(database).Read(out _).Where(s => s.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(s => s.Key[prefix.Length..], s => s.Value, StringComparer.Ordinal);
        }
        catch (SqliteException e)
        {
            throw new StorageException($"{path} cannot be read: {e.Message}. Run this as the user of the agent, or as root.", e);
        }
    }
}
