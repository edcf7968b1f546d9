using Microsoft.Data.Sqlite;

namespace DerAgent.Storage;

/// <summary>What is in the file, as it is found when it is opened.</summary>
/// <param name="State">Values by key.</param>
/// <param name="Blocks">Numbers of blocks by name.</param>
/// <param name="Parts">Which entries there are, by part.</param>
/// <param name="HighWater">The greatest id there ever was.</param>
internal sealed record SqliteContent(Dictionary<string, byte[]> State, Dictionary<string, long> Blocks, Dictionary<string, EntryIndex> Parts, long HighWater)
{
    /// <summary>Parts the name of a part from what is in it.</summary>
    public const char Separator = ':';

    /// <summary>Begins the name of a part that has no entries.</summary>
    public const char Aside = '@';

    /// <summary>Number of parts that share the room for entries.</summary>
    public int Shares => Math.Max(1, Parts.Keys.Count(k => k is [not Aside, ..]));

    /// <summary>Reads it; null where anything of it is damaged.</summary>
    public static SqliteContent? Read(SqliteDatabase database)
    {
        var state = new SqliteState(database).Read(out var isWhole);
        var blocks = SqliteState.Blocks(state);
        var parts = new Dictionary<string, EntryIndex>(StringComparer.Ordinal);
        var names = blocks.ToDictionary(b => b.Value, b => b.Key);
        var highWater = state.TryGetValue(SqliteCommits.HighWaterKey, out var known) && known.Length == sizeof(long) ? BitConverter.ToInt64(known) : 0;
        try
        {
            var last = 0L;
            database.Read("SELECT id, block, length(body) FROM ring ORDER BY id", row =>
            {
                if (row.GetValue(0) is long id && id > last && row.GetValue(1) is long block && names.TryGetValue(block, out var name) && row.GetValue(2) is long octets and >= 0 and < int.MaxValue)
                {
                    last = id;
                    Add(parts, name, id, (int)octets);
                }
                else
                {
                    isWhole = false;
                }
            });
            return isWhole ? new(state, blocks, parts, Math.Max(highWater, last)) : null;
        }
        catch (SqliteException e) when (SqliteDatabase.IsDamage(e))
        {
            return null;
        }
    }

    private static void Add(Dictionary<string, EntryIndex> parts, string name, long id, int octets)
    {
        var at = Math.Max(0, name.IndexOf(Separator, StringComparison.Ordinal));
        if (!parts.TryGetValue(name[..at], out var index))
        {
            parts.Add(name[..at], index = new());
        }

        index.Add(name[(at + 1)..], id, octets);
    }
}
