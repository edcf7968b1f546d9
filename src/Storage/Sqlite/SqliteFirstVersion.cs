using Microsoft.Data.Sqlite;

namespace DerAgent.Storage;

/// <summary>Tables of version 1: every value once, no sums, names of blocks written out. Read into those of today, whole or as far as it goes.</summary>
internal sealed class SqliteFirstVersion
{
    /// <summary>Its number.</summary>
    public const int Version = 1;

    private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly SqliteDatabase _target;
    private readonly SqliteState _state;
    private int _entries;

    private SqliteFirstVersion(SqliteDatabase target) => (_target, _state) = (target, new(target));

    /// <summary>Brings a file to the present version: its old tables are renamed, the new ones are there.</summary>
    public static void Migrate(SqliteDatabase database, string oldState, string oldRing)
    {
        var first = new SqliteFirstVersion(database);
        database.Read($"SELECT key, value FROM {oldState}", first.TakeValue);
        database.Read($"SELECT id, block, body FROM {oldRing}", first.TakeEntry);
    }

    /// <summary>Reads what can be read of a damaged file, from either end of its tables; how many settings and entries that was, or null where it is none of this version.</summary>
    /// <param name="path">The file, a copy.</param>
    /// <param name="target">The new one.</param>
    public static (int Settings, int Entries)? Salvage(string path, SqliteDatabase target)
    {
        using var source = SqliteDatabase.TryOpen(path, static d => d.Number("PRAGMA user_version") == Version);
        if (source is null)
        {
            return null;
        }

        var first = new SqliteFirstVersion(target);
        target.Execute("BEGIN IMMEDIATE");
        foreach (var order in (string[])["", " DESC"])
        {
            TryRead(source, "SELECT key, value FROM state ORDER BY key" + order, first.TakeValue);
            TryRead(source, "SELECT id, block, body FROM ring ORDER BY id" + order, first.TakeEntry);
        }

        target.Execute("COMMIT");
        return (first._keys.Count, first._entries);
    }

    private static void TryRead(SqliteDatabase source, string sql, Action<SqliteDataReader> row)
    {
        try
        {
            source.Read(sql, row);
        }
        catch (Exception e) when (e is InvalidCastException or ArgumentException || (e is SqliteException damage && SqliteDatabase.IsDamage(damage)))
        {
            // As far as it went; the other end is tried next.
        }
    }

    private void TakeValue(SqliteDataReader row)
    {
        if (row.GetValue(0) is string key && row.GetValue(1) is byte[] value && _keys.Add(key))
        {
            _state.Put(key, value);
        }
    }

    private void TakeEntry(SqliteDataReader row)
    {
        if (row.GetValue(0) is not long id || row.GetValue(1) is not string name || row.GetValue(2) is not byte[] body)
        {
            return;
        }

        if (!_numbers.TryGetValue(name, out var number))
        {
            _numbers.Add(name, number = _numbers.Count + 1);
            _state.PutBlock(number, name);
        }

        _entries += _target.Run(SqliteState.Insert, id, number, Sealed.Seal(id, number, body));
    }
}
