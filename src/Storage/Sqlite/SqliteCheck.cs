using Microsoft.Data.Sqlite;

namespace DerAgent.Storage;

/// <summary>Looks through the whole file once, beside everything else, after it was opened: what is damaged is to be known before it is needed.</summary>
internal sealed class SqliteCheck : IDisposable
{
    private readonly Thread _thread;
    private readonly string _path;
    private readonly Action _damaged;
    private readonly Lock _gate = new();
    private SqliteDatabase? _database;
    private bool _isStopped;

    /// <summary>Begins to look.</summary>
    /// <param name="path">The file.</param>
    /// <param name="damaged">Called where something is damaged.</param>
    public SqliteCheck(string path, Action damaged)
    {
        (_path, _damaged) = (path, damaged);
        _thread = new(Run) { IsBackground = true, Name = "store check", Priority = ThreadPriority.BelowNormal };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _isStopped = true;
            _database?.Interrupt();
        }

        _thread.Join();
    }

    private void Run()
    {
        SqliteDatabase? database = null;
        var isWhole = true;
        try
        {
            database = new(_path, SqliteOpenMode.ReadOnly, 256 * 1024);
            lock (_gate)
            {
                _database = _isStopped ? null : database;
            }

            if (_database is not null)
            {
                database.Read("PRAGMA quick_check(1)", row => isWhole &= row.GetString(0) == "ok");
            }
        }
        catch (SqliteException e)
        {
            isWhole = !SqliteDatabase.IsDamage(e);
        }

        lock (_gate)
        {
            _database = null;
            isWhole |= _isStopped;
        }

        database?.Dispose();
        if (!isWhole)
        {
            _damaged();
        }
    }
}
