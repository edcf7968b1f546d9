using DerAgent.Acsi;
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
        var prefix = $"{SqliteContent.Aside}{name}{SqliteContent.Separator}";
        var found = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        Look(folder, database =>
        {
            foreach (var (key, value) in new SqliteState(database).Read(out _).Where(s => s.Key.StartsWith(prefix, StringComparison.Ordinal)))
            {
                found.Add(key[prefix.Length..], value);
            }
        });
        return found;
    }

    /// <summary>The records of all servers, the oldest first; those that are damaged are left out. None where there is no store yet.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="take">Takes each.</param>
    /// <exception cref="StorageException">They cannot be read; the message says why.</exception>
    public static void EachRecord(string folder, Action<ServiceRecord> take) => Look(folder, database =>
    {
        var blocks = SqliteState.Blocks(new SqliteState(database).Read(out _)).Where(static b => b.Key.EndsWith(SqliteContent.Separator + ServiceRecord.Block, StringComparison.Ordinal)).Select(static b => b.Value).ToList();
        if (blocks.Count == 0)
        {
            return;
        }

        database.Read($"SELECT id, block, body FROM ring WHERE block IN ({string.Join(',', blocks)}) ORDER BY id", row =>
        {
            if (row.GetValue(0) is long id && row.GetValue(1) is long block && row.GetValue(2) is byte[] body && Sealed.Open(id, block, body) is { } octets && ServiceRecord.Read(octets) is { } record)
            {
                take(record);
            }
        });
    });

    private static void Look(string folder, Action<SqliteDatabase> look)
    {
        var path = Path.Combine(folder, SqliteStore.FileName);
        if (!Directory.Exists(folder))
        {
            throw new StorageException($"There is no data folder {folder}.", null);
        }

        if (!File.Exists(path))
        {
            return;
        }

        try
        {
            using var database = new SqliteDatabase(path, SqliteOpenMode.ReadOnly, 512 * 1024);
            look(database);
        }
        catch (SqliteException e)
        {
            throw new StorageException($"{path} cannot be read: {e.Message}. Run this as the user of the agent, or as root.", e);
        }
    }
}
