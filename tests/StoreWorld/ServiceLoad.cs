using System.Buffers.Binary;
using System.Globalization;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.StoreWorld;

/// <summary>Edits a value of the active setting group again and again, and reads on in the log.</summary>
/// <param name="ask">Asks the server, under an id.</param>
/// <param name="print">Prints a line.</param>
/// <param name="value">The value of the setting at the start.</param>
internal sealed class ServiceLoad(Action<string, ServiceRequest> ask, Action<string> print, long value)
{
    /// <summary>The setting.</summary>
    public const string Setting = "GAPC1$SG$Par1$setVal";

    private const string Edited = "GAPC1$SE$Par1$setVal";
    private const string Block = "LLN0$SP$SGCB";
    private static readonly ObjectName Log = ObjectName.In("PV1LD0", "LLN0$GeneralLog");
    private readonly EntryTime _start = EntryTime.From(DateTimeOffset.UtcNow);
    private long _value = value;
    private JournalEntry? _last;
    private bool _isEditing;
    private bool _isReading;

    /// <summary>Begins an edit, unless one is under way.</summary>
    public void Edit()
    {
        if (!_isEditing)
        {
            _isEditing = true;
            Write("select", Block + "$EditSG", DataValue.Unsigned(1));
        }
    }

    /// <summary>Asks for the next entries of the log, unless they are being read.</summary>
    public void Read()
    {
        if (!_isReading)
        {
            _isReading = true;
            ask("log", _last is null
                ? new ReadJournalRequest(Log, StartingTime: _start, NumberOfEntries: 50)
                : new ReadJournalRequest(Log, NumberOfEntries: 50, StartAfter: new(_last.Time, _last.Id)));
        }
    }

    /// <summary>On the loop: an answer; null where it is none.</summary>
    public void Answered(string id, ServiceResponse? response)
    {
        switch (id, response)
        {
            case ("log", ReadJournalResponse { Entries: var entries }):
                foreach (var entry in entries)
                {
                    print(string.Create(CultureInfo.InvariantCulture, $"L {BinaryPrimitives.ReadInt64BigEndian(entry.Id.Span)} {entry.Variables[0].Value.Items[0].AsInteger()}"));
                    _last = entry;
                }

                _isReading = false;
                break;
            case ("log", _):
                _isReading = false;
                break;
            case ("select", WriteResponse { Results: [null] }):
                Write("change", Edited, DataValue.Integer(_value + 1));
                break;
            case ("change", WriteResponse { Results: [null] }):
                print(string.Create(CultureInfo.InvariantCulture, $"GT {++_value}"));
                Write("confirm", Block + "$CnfEdit", DataValue.Boolean(true));
                break;
            case ("confirm", WriteResponse { Results: [null] }):
                print(string.Create(CultureInfo.InvariantCulture, $"GA {_value}"));
                _isEditing = false;
                break;
            case ("confirm", _):
                _value--;
                _isEditing = false;
                break;
            case ("select" or "change", _):
                _isEditing = false;
                break;
        }
    }

    private void Write(string id, string item, DataValue data) =>
        ask(id, new WriteRequest(new VariableAccess.List([new VariableSpecification(ObjectName.In("PV1LD0", item))]), [data]));
}
