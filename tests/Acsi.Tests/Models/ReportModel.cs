using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi.Tests;

/// <summary>
/// A report control block as acsi-semantics §5 describes it, written from that alone: numbers, words and lists. It knows nothing of the server; what they share are
/// the results of writes and the values on the wire.
/// </summary>
internal sealed class ReportModel(bool isBuffered, string reference, string reportId, string dataSet, ulong options, ulong bufferTime, ulong triggers, ulong integrity, DateTimeOffset start)
{
    private const int DataChange = 1 << 1;
    private const int Integrity = 1 << 4;
    private const int Interrogation = 1 << 5;

    /// <summary>An entry: what made it, and the members it includes.</summary>
    public sealed record Entry(int Number, string Kind, IReadOnlyList<int> Members);

    /// <summary>A report that is to come.</summary>
    public sealed record Expected(Entry Entry, ulong SequenceNumber, bool HasOverflow, string ReportId, string DataSet);

    private readonly List<Entry> _buffer = [];
    private readonly List<int> _pending = [];
    private DateTimeOffset? _pendingDue;
    private DateTimeOffset? _integrityDue = isBuffered && (triggers & Integrity) != 0 && integrity > 0 ? start.AddMilliseconds(integrity) : null;
    private DateTimeOffset? _freeAt;
    private string _reservedFor = "";
    private string? _owner;
    private int _number;
    private int _goOnAfter;
    private bool _isResynchronized;
    private bool _hasOverflow;
    private string _dataSet = dataSet;
    private string _reportId = reportId;
    private ulong _revision = 1;
    private ulong _options = options;
    private ulong _bufferTime = bufferTime;
    private ulong _triggers = triggers;
    private ulong _integrity = integrity;
    private ulong _sequence;
    private long _reservation;
    private bool _isEnabled;

    /// <summary>Reports in the order they leave, and to whom.</summary>
    public List<(string Client, Expected Report)> Reports { get; } = [];

    /// <summary>Entries that an EntryID may name.</summary>
    public IReadOnlyList<Entry> Buffer => _buffer;

    public DateTimeOffset? Due => new[] { _pendingDue, _integrityDue, _freeAt }.Min();

    /// <summary>What the attributes are read as; EntryID and TimeofEntry apart.</summary>
    public Dictionary<string, DataValue> Attributes()
    {
        var shown = new Dictionary<string, DataValue>
        {
            ["RptID"] = DataValue.VisibleString(_reportId),
            ["RptEna"] = DataValue.Boolean(_isEnabled),
            ["DatSet"] = DataValue.VisibleString(_dataSet),
            ["ConfRev"] = DataValue.Unsigned(_revision),
            ["OptFlds"] = DataValue.Bits(_options, 10),
            ["BufTm"] = DataValue.Unsigned(_bufferTime),
            ["SqNum"] = DataValue.Unsigned(_sequence),
            ["TrgOps"] = DataValue.Bits(_triggers, 6),
            ["IntgPd"] = DataValue.Unsigned(_integrity),
            ["GI"] = DataValue.Boolean(false),
            ["Owner"] = DataValue.Octets(System.Text.Encoding.UTF8.GetBytes(_reservedFor)),
        };
        if (isBuffered)
        {
            shown["PurgeBuf"] = DataValue.Boolean(false);
            shown["ResvTms"] = DataValue.Integer(_reservation);
        }
        else
        {
            shown["Resv"] = DataValue.Boolean(_reservedFor.Length > 0);
        }

        return shown;
    }

    /// <summary>The newest entry where the block is disabled and nobody has written EntryID; null: it is not said.</summary>
    public int? NewestShown => !isBuffered || _isEnabled || _isResynchronized ? null : _buffer.Count == 0 ? 0 : _buffer[^1].Number;

    /// <summary>A client writes an attribute.</summary>
    /// <param name="client">Full JID of the client; the bare one is before the slash.</param>
    /// <param name="attribute">Name of the attribute.</param>
    /// <param name="value">The value; of EntryID the number of an entry, 0 for zeros, -1 for one that nobody knows.</param>
    /// <param name="now">The time.</param>
    public DataAccessError? Write(string client, string attribute, object value, DateTimeOffset now)
    {
        if (attribute is "ConfRev" or "SqNum" or "TimeofEntry" or "Owner")
        {
            return DataAccessError.ObjectAccessDenied;
        }

        var bare = client.Split('/')[0];
        if (_owner is null ? _reservedFor.Length > 0 && _reservedFor != bare : _owner != client)
        {
            return DataAccessError.TemporarilyUnavailable;
        }

        if (_isEnabled && attribute is not ("RptEna" or "GI" or "ResvTms" or "Resv"))
        {
            return DataAccessError.TemporarilyUnavailable;
        }

        var (failure, frees) = (attribute, value) switch
        {
            ("RptEna", true) => (Enable(client, now), false),
            ("RptEna", false) => (Disable(), false),
            ("GI", true) => (_isEnabled ? Interrogate() : DataAccessError.TemporarilyUnavailable, false),
            ("GI" or "PurgeBuf", false) => (null, false),
            ("PurgeBuf", true) => (Purge(), false),
            ("Resv", true) => (null, false),
            ("Resv", false) or ("ResvTms", 0L) => (_isEnabled ? DataAccessError.TemporarilyUnavailable : Free(), true),
            ("ResvTms", long seconds) => (seconds < 0 ? DataAccessError.ObjectValueInvalid : Set(() => _reservation = seconds), false),
            ("EntryID", int number) => (GoOn(number), false),
            ("DatSet", string set) => (SetDataSet(set, now), false),
            ("RptID", string id) => (_reportId == id ? null : Set(() => _reportId = id.Length == 0 ? reference : id, purges: true), false),
            ("OptFlds", ulong bits) => (Set(() => _options = bits), false),
            ("BufTm", ulong time) => (_bufferTime == time ? null : Set(() => _bufferTime = time, purges: true), false),
            ("TrgOps", ulong bits) => (_triggers == bits ? null : Set(() => _triggers = bits, purges: true, now), false),
            ("IntgPd", ulong period) => (_integrity == period ? null : period is > 0 and < 100 ? DataAccessError.ObjectValueInvalid : Set(() => _integrity = period, purges: true, now), false),
            _ => throw new InvalidOperationException(attribute),
        };
        if (failure is null && !frees)
        {
            (_owner, _reservedFor, _freeAt) = (client, bare, null);
            _reservation = _reservation == 0 ? 10 : _reservation;
        }

        Send();
        return failure;
    }

    /// <summary>A member of a data set changes.</summary>
    public void Change(string set, int member, DateTimeOffset now)
    {
        if (set != _dataSet || (_triggers & DataChange) == 0 || (!isBuffered && !_isEnabled))
        {
            return;
        }

        if (_pending.Contains(member))
        {
            Close();
        }

        _pending.Add(member);
        if (_bufferTime == 0)
        {
            Close();
        }
        else
        {
            _pendingDue ??= now.AddMilliseconds(_bufferTime);
        }

        Send();
    }

    /// <summary>Time has come to <paramref name="now"/>.</summary>
    public void Tick(DateTimeOffset now)
    {
        if (_pendingDue <= now)
        {
            Close();
        }

        if (_integrityDue <= now)
        {
            Close();
            Add("integrity", Members());
            _integrityDue = _integrityDue.Value.AddMilliseconds(_integrity);
        }

        if (_freeAt <= now)
        {
            Free();
        }

        Send();
    }

    /// <summary>An association has ended.</summary>
    public void End(string client, DateTimeOffset now)
    {
        if (_owner != client)
        {
            return;
        }

        Disable();
        _owner = null;
        if (isBuffered)
        {
            _freeAt = now.AddSeconds(_reservation);
        }
        else
        {
            Free();
        }
    }

    private DataAccessError? Enable(string client, DateTimeOffset now)
    {
        if (_isEnabled)
        {
            return DataAccessError.TemporarilyUnavailable;
        }

        if (_dataSet.Length == 0)
        {
            return DataAccessError.ObjectAttributeInconsistent;
        }

        (_isEnabled, _sequence, _owner) = (true, 0, client);
        _goOnAfter = _isResynchronized ? _goOnAfter : 0;
        _hasOverflow |= _goOnAfter == 0;
        _isResynchronized = false;
        if (!isBuffered)
        {
            _buffer.Clear();
            StartIntegrity(now);
        }

        return null;
    }

    private DataAccessError? Disable()
    {
        (_isEnabled, _isResynchronized) = (false, false);
        if (!isBuffered)
        {
            Drop();
            _integrityDue = null;
        }

        return null;
    }

    private DataAccessError? Free()
    {
        (_owner, _reservedFor, _freeAt, _reservation) = (null, "", null, 0);
        return null;
    }

    private DataAccessError? Interrogate()
    {
        if ((_triggers & Interrogation) != 0)
        {
            Close();
            _buffer.RemoveAll(e => e.Kind == "gi");
            Add("gi", Members());
        }

        return null;
    }

    private DataAccessError? GoOn(int number)
    {
        _isResynchronized = true;
        if (number != 0 && !_buffer.Exists(e => e.Number == number))
        {
            (_goOnAfter, _hasOverflow) = (0, true);
            return DataAccessError.ObjectValueInvalid;
        }

        (_goOnAfter, _hasOverflow) = (number, _hasOverflow && number == 0);
        return null;
    }

    private DataAccessError? SetDataSet(string set, DateTimeOffset now)
    {
        if (set.Length > 0 && Members(set).Count == 0)
        {
            return DataAccessError.ObjectValueInvalid;
        }

        return set == _dataSet ? null : Set(() => (_dataSet, _revision) = (set, _revision + 1), purges: true, now);
    }

    private DataAccessError? Set(Action set, bool purges = false, DateTimeOffset? restarts = null)
    {
        set();
        if (purges && isBuffered)
        {
            Purge();
        }

        if (restarts is { } now)
        {
            StartIntegrity(now);
        }

        return null;
    }

    private DataAccessError? Purge()
    {
        _buffer.Clear();
        Drop();
        (_goOnAfter, _isResynchronized, _hasOverflow) = (0, false, false);
        return null;
    }

    private void StartIntegrity(DateTimeOffset now) =>
        _integrityDue = _dataSet.Length > 0 && (isBuffered || _isEnabled) && (_triggers & Integrity) != 0 && _integrity > 0 ? now.AddMilliseconds(_integrity) : null;

    private void Drop()
    {
        _pending.Clear();
        _pendingDue = null;
    }

    private void Close()
    {
        if (_pending.Count > 0)
        {
            Add("change", [.. _pending.Order()]);
        }

        Drop();
    }

    private void Add(string kind, IReadOnlyList<int> members) => _buffer.Add(new(++_number, kind, members));

    private IReadOnlyList<int> Members() => Members(_dataSet);

    private static IReadOnlyList<int> Members(string set) => set.Split('$')[^1] is "Status" or "Measurements" ? [0, 1, 2, 3, 4, 5] : [];

    private void Send()
    {
        if (!_isEnabled)
        {
            return;
        }

        foreach (var entry in _buffer.Where(e => e.Number > _goOnAfter).ToList())
        {
            Reports.Add((_owner!, new(entry, _sequence, _hasOverflow, _reportId, _dataSet)));
            _sequence = (_sequence + 1) % (isBuffered ? 65_536u : 256u);
            (_goOnAfter, _hasOverflow) = (entry.Number, false);
        }

        if (!isBuffered)
        {
            _buffer.Clear();
        }
    }
}
