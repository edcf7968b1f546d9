using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace DerAgent.Storage;

/// <summary>One connection to the file of the store, with the statements it needs made once. Touched by one thread at a time.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _statements = new(StringComparer.Ordinal);

    /// <summary>Opens a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="mode">Whether it is made, written or read.</param>
    /// <param name="cacheOctets">Memory for its pages.</param>
    public SqliteDatabase(string path, SqliteOpenMode mode, int cacheOctets)
    {
        _connection = new(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 30 }.ToString());
        try
        {
            _connection.Open();
            Execute($"PRAGMA cache_size = -{cacheOctets / 1024}");
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens a file that may be damaged, to read what can be read of it; null where that is hopeless, or it is not what is looked for.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="isRight">Whether it is what is looked for.</param>
    public static SqliteDatabase? TryOpen(string path, Func<SqliteDatabase, bool> isRight)
    {
        SqliteDatabase? database = null;
        try
        {
            database = new(path, SqliteOpenMode.ReadWrite, 512 * 1024);
            database.Execute("PRAGMA cell_size_check = ON");
            if (isRight(database))
            {
                return database;
            }
        }
        catch (SqliteException)
        {
            // Not so.
        }

        database?.Dispose();
        return null;
    }

    /// <summary>Whether the file is damaged, or no database at all (SQLITE_CORRUPT, SQLITE_NOTADB).</summary>
    public static bool IsDamage(SqliteException e) => e.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    /// <summary>Whether the disk is full, or fails (SQLITE_FULL, SQLITE_IOERR).</summary>
    public static bool IsDisk(SqliteException e) => e.SqliteErrorCode is raw.SQLITE_FULL or raw.SQLITE_IOERR;

    /// <summary>Whether the file may not be opened, or not be written (SQLITE_CANTOPEN, SQLITE_READONLY).</summary>
    public static bool IsForbidden(SqliteException e) => e.SqliteErrorCode is raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY;

    /// <summary>Carries out a statement made for this once.</summary>
    public void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>The one number a statement gives; 0 for NULL.</summary>
    public long Number(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() is long number ? number : 0;
    }

    /// <summary>Carries out a statement that comes again and again.</summary>
    public int Run(string sql, params ReadOnlySpan<object> values) => Prepare(sql, values).ExecuteNonQuery();

    /// <summary>The octets that a statement gives; null where it gives no row.</summary>
    public byte[]? Octets(string sql, params ReadOnlySpan<object> values) => Prepare(sql, values).ExecuteScalar() as byte[];

    /// <summary>Reads the rows of a statement.</summary>
    public void Read(string sql, Action<SqliteDataReader> row)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            row(reader);
        }
    }

    /// <summary>Pages written since it was asked last.</summary>
    public int PagesWritten()
    {
        _ = raw.sqlite3_db_status(_connection.Handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, 1);
        return pages;
    }

    /// <summary>Ends what it is doing; may be called from any thread.</summary>
    public void Interrupt() => raw.sqlite3_interrupt(_connection.Handle);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    private SqliteCommand Prepare(string sql, ReadOnlySpan<object> values)
    {
        if (!_statements.TryGetValue(sql, out var command))
        {
            _statements.Add(sql, command = _connection.CreateCommand());
            command.CommandText = sql;
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i + 1}" });
            }
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        return command;
    }
}
