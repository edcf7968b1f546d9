using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;

namespace DerAgent.Storage;

/// <summary>The values by key, each in two tables with its sum: what one of them has lost, the other has.</summary>
/// <param name="database">The file.</param>
internal sealed class SqliteState(SqliteDatabase database)
{
    /// <summary>Puts an entry in its place; it may be there already.</summary>
    public const string Insert = "INSERT OR IGNORE INTO ring (id, block, body) VALUES ($1, $2, $3)";

    private static readonly string[] Tables = ["state", "twin"];

    /// <summary>A key has this value from now on.</summary>
    public void Put(string key, ReadOnlySpan<byte> value)
    {
        var octets = Sealed.Seal(key, value);
        foreach (var table in Tables)
        {
            database.Run($"INSERT INTO {table} (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, octets);
        }
    }

    /// <summary>A key has no value any more.</summary>
    public void Remove(string key)
    {
        foreach (var table in Tables)
        {
            database.Run($"DELETE FROM {table} WHERE key = $1", key);
        }
    }

    /// <summary>A block has this number from now on.</summary>
    public void PutBlock(long number, string name) => Put(SqliteSchema.BlockKey + number.ToString(CultureInfo.InvariantCulture), Encoding.UTF8.GetBytes(name));

    /// <summary>What is in the file, as far as it can be read.</summary>
    /// <param name="isWhole">Whether both tables say the same, and nothing is damaged.</param>
    public Dictionary<string, byte[]> Read(out bool isWhole)
    {
        isWhole = true;
        var all = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var counts = new int[Tables.Length];
        for (var i = 0; i < Tables.Length; i++)
        {
            // From either end: what stands behind a page that cannot be read, stands before it from there.
            var whole = Read($"SELECT key, value FROM {Tables[i]} ORDER BY key", all, ref counts[i]);
            if (!whole)
            {
                isWhole = false;
                var ignored = 0;
                Read($"SELECT key, value FROM {Tables[i]} ORDER BY key DESC", all, ref ignored);
            }
        }

        isWhole &= counts[0] == counts[1] && counts[0] == all.Count;
        return all;
    }

    /// <summary>The numbers of the blocks by their names.</summary>
    public static Dictionary<string, long> Blocks(Dictionary<string, byte[]> state)
    {
        var blocks = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (key, name) in state)
        {
            if (key.StartsWith(SqliteSchema.BlockKey, StringComparison.Ordinal) && long.TryParse(key.AsSpan(SqliteSchema.BlockKey.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                blocks[Encoding.UTF8.GetString(name)] = number;
            }
        }

        return blocks;
    }

    private bool Read(string sql, Dictionary<string, byte[]> all, ref int count)
    {
        var (isWhole, rows) = (true, 0);
        try
        {
            database.Read(sql, row =>
            {
                if (row.GetValue(0) is string key && row.GetValue(1) is byte[] octets && Sealed.Open(key, octets) is { } value)
                {
                    isWhole &= !all.TryGetValue(key, out var known) || known.AsSpan().SequenceEqual(value);
                    all.TryAdd(key, value);
                    rows++;
                }
                else
                {
                    isWhole = false;
                }
            });
        }
        catch (Exception e) when (e is SqliteException or InvalidCastException or ArgumentException)
        {
            isWhole = false;
        }

        count = rows;
        return isWhole;
    }
}
