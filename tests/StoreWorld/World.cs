using System.Globalization;
using System.Text;
using DerAgent.Acsi;
using DerAgent.Agent;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Scl;
using DerAgent.Security;
using DerAgent.Storage;
using DerAgent.Tests;

namespace DerAgent.StoreWorld;

/// <summary>Writes settings one after the other, measures and commands all the while, and reports from a buffered block; its hardware obeys at once.</summary>
internal sealed class World : IProcessOutput
{
    private const string Setting = "MMXU1$CF$TotW$db";
    private const string Counter = "MMTR1$ST$SupWh$actVal";
    private const string Block = "LLN0$BR$brcbEnergy01";
    private static readonly Stream Out = Console.OpenStandardOutput();
    private readonly IedModel _model;
    private readonly IedLoop _loop;
    private readonly Association _peer;
    private readonly long _after;
    private readonly ServiceLoad _load;
    private readonly FileLoad _files;
    private readonly FileWorker _worker;
    private uint _invokeId;
    private uint _setting;

    private World(string scl, SqliteStore store, FolderStore files, long after)
    {
        _after = after;
        _worker = new(files);
        _model = SclLoader.Load(scl).Model!;
        var part = store.Part("AP1");
        var server = new AcsiServer(_model, new(this, part, new Authority(), new XerMeasure()) { Stored = part.Load() }, new(), TimeProvider.System);
        _loop = new(server, part, this, _worker.Serve, new OutboxOptions(), TimeProvider.System) { OnEffect = Take, OnDefect = (what, e) => Print($"D {what}: {e.Message}") };
        var key = new AssociationKey("x", "a@b/c", "1");
        server.Associate(new(key, new("a@b", Right.View | Right.Read | Right.Reporting | Right.Config | Right.Control | Right.SettingGroup | Right.Logging | Right.FileWrite, [])), new InitiateRequest());
        _peer = server.Find(key)!;
        _setting = (uint)server.Values[_model.Node("PV1LD0", Setting)!.FirstSlot].AsUnsigned();
        Print($"S {_setting}");
        var active = server.Values[_model.Node("PV1LD0", ServiceLoad.Setting)!.FirstSlot].AsInteger();
        Print($"GS {active}");
        _load = new(Ask, Print, active);
        _files = new(Ask, Print);
    }

    public static async Task RunAsync(string scl, string folder, long counter, long after, bool isSynchronous)
    {
        using var store = SqliteStore.Open(folder, new() { IsSynchronous = isSynchronous, CheckpointOctets = 200_000 }, TimeProvider.System, damage => Print("D " + damage));
        var files = FolderStore.Open(folder, new());
        files.Provide(["LD/PV1LD0"]);
        var world = new World(scl, store, files, after);
        var running = world._loop.RunAsync(CancellationToken.None);
        _ = world._worker.RunAsync(CancellationToken.None);
        world._files.Begin(NumberedFile.Read(Path.Combine(files.Root, NumberedFile.Name), damage => Print("D " + damage)));
        if (after > 0)
        {
            world.Write("id", Block + "$EntryID", EntryIds.ToValue(after));
        }

        world.Write("enable", Block + "$RptEna", DataValue.Boolean(true));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        for (var i = 0; await timer.WaitForNextTickAsync(); i++)
        {
            world.Measure(counter++);
            if (i % 50 == 0)
            {
                world.MeasurePower(i);
            }

            if (i % 10 == 5)
            {
                world._load.Edit();
                world._load.Read();
            }

            if (i % 10 == 0)
            {
                world.Write("command", "DWMX1$CO$WMaxSptPct$Oper", Operate(i % 100));
            }
        }

        await running;
    }

    public bool IsBound(DataNode leaf) => leaf.ShortAddress is not null;

    public void Start(ProcessCommand command)
    {
        _loop.Post(s => s.CommandAccepted(command.Id));
        _loop.Post(s => s.CommandCompleted(command.Id, CommandOutcome.Success));
    }

    public void LetGo(DataNode leaf)
    {
    }

    public void ShowFailSafe(DataNode leaf, bool isActive, bool isExpired, bool isBlocked)
    {
        // Nobody looks.
    }

    public void Withdraw(long id)
    {
    }

    private static DataValue Operate(float value) => DataValue.Structure(
        DataValue.Structure(DataValue.Float32(value)), DataValue.Structure(DataValue.Integer(3), DataValue.Octets([1])), DataValue.Unsigned(1), Timestamp.From(DateTimeOffset.UtcNow).ToValue(), DataValue.Boolean(false), DataValue.Bits(0, 2));

    /// <summary>One line, handed to the system as a whole.</summary>
    private static void Print(string line)
    {
        lock (Out)
        {
            Out.Write(Encoding.UTF8.GetBytes(line + "\n"));
        }
    }

    private void Measure(long value) =>
        _loop.Post(s => s.Update([new ProcessValue(_model.Node("PV1LD0", Counter)!.FirstSlot, DataValue.Integer(value), Quality.Good, DateTimeOffset.UtcNow)]));

    private void MeasurePower(float value) =>
        _loop.Post(s => s.Update([new ProcessValue(_model.Node("PV1LD0", "MMXU1$MX$TotW$mag$f")!.FirstSlot, DataValue.Float32(value), Quality.Good, DateTimeOffset.UtcNow)]));

    private void Write(string id, string item, DataValue value) => Ask(id, new WriteRequest(new VariableAccess.List([new VariableSpecification(ObjectName.In("PV1LD0", item))]), [value]));

    private void Ask(string id, ServiceRequest service) => _loop.Post(s => s.Handle(_peer, id, new ConfirmedRequest(_invokeId++, service)));

    private void WriteSetting()
    {
        Print($"T {++_setting}");
        Write("setting", Setting, DataValue.Unsigned(_setting));
    }

    /// <summary>On the loop.</summary>
    private void Take(AcsiEffect effect)
    {
        switch (effect)
        {
            case AcsiEffect.Respond { Pdu: var pdu, RequestId: "select" or "change" or "confirm" or "log" } answer:
                _load.Answered(answer.RequestId, (pdu as ConfirmedResponse)?.Service);
                break;
            case AcsiEffect.Ask ask:
                _loop.Post(s => s.Answered(ask.Association, ask.Id, new ConfirmedResponse(1, _files.Answer(ask.Request))));
                break;
            case AcsiEffect.Respond { Pdu: var pdu, RequestId: "file" }:
                _files.Answered(pdu);
                _ = Task.Delay(pdu is ConfirmedResponse ? 20 : 100).ContinueWith(_ => _loop.Post(_ => _files.Next()), TaskScheduler.Default);
                break;
            case AcsiEffect.Respond { Pdu: ConfirmedResponse { Service: WriteResponse { Results: var results } }, RequestId: var id }:
                Answered(id, results[0]);
                break;
            case AcsiEffect.Respond { Pdu: RejectPdu, RequestId: "setting" }:
                // As many commands are outstanding as may be: the store is slow, or tried again and again.
                Again();
                break;
            case AcsiEffect.SendReport { Heading.IsBuffered: false } report:
                Print("U");
                _loop.Post(s => s.ReportSent(report.Association, report.Ticket));
                break;
            case AcsiEffect.StoreState state:
                Print(state.Failure is null ? "W" : "X " + state.Failure);
                break;
            case AcsiEffect.SendReport report:
                Print(string.Create(CultureInfo.InvariantCulture, $"R {report.Ticket} {report.Entry.Members[0].Value.Items[0].AsInteger()}"));
                _loop.Post(s => s.ReportSent(report.Association, report.Ticket));
                break;
        }
    }

    private void Again()
    {
        _setting--;
        _ = Task.Delay(100).ContinueWith(_ => _loop.Post(_ => WriteSetting()), TaskScheduler.Default);
    }

    private void Answered(string id, DataAccessError? failure)
    {
        switch (id)
        {
            case "id":
                Print(failure is null ? $"I {_after}" : $"D entry {_after} is unknown");
                break;
            case "enable":
                Print("E");
                Write("live", "LLN0$RP$urcbMeas01$RptEna", DataValue.Boolean(true));
                WriteSetting();
                break;
            case "setting" when failure is null:
                Print($"A {_setting}");
                WriteSetting();
                break;
            case "setting":
                // What is refused is tried again, and was not written.
                Print($"F {failure}");
                Again();
                break;
            case "command" when failure is null:
                Print("C");
                break;
        }
    }
}
