using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Scl;
using DerAgent.Security;
using DerAgent.Storage;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Acsi.Tests;

/// <summary>An IED on the bench: a real model, a hardware that does as it is told, and a clock that is moved by hand.</summary>
internal sealed class TestIed : IProcessOutput, IPduMeasure
{
    private readonly Dictionary<Association, Queue<MmsPdu>> _answers = [];
    private readonly List<(Association Peer, MmsPdu Pdu)> _sent = [];
    private readonly Queue<AcsiEffect.SendReport> _unwritten = new();
    private uint _invokeId;
    private Task? _ended;

    /// <param name="scl">The SCL file.</param>
    /// <param name="options">Limits of the server.</param>
    /// <param name="store">Where the state is kept, and its entries are read: a store in memory unless another is given.</param>
    /// <param name="isBound">What leads to hardware.</param>
    /// <param name="time">The clock of the bench.</param>
    public TestIed(string scl, AcsiOptions? options = null, IStateStore? store = null, Func<DataNode, bool>? isBound = null, FakeTimeProvider? time = null)
        : this(Load(scl), options, store, isBound, time)
    {
    }

    /// <inheritdoc cref="TestIed(string, AcsiOptions?, IStateStore?, Func{DataNode, bool}?, FakeTimeProvider?)"/>
    public TestIed(IedModel model, AcsiOptions? options = null, IStateStore? store = null, Func<DataNode, bool>? isBound = null, FakeTimeProvider? time = null)
    {
        Model = model;
        _isBound = isBound ?? (n => n.ShortAddress is not null);
        Time = time ?? new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        Store = store ?? new MemoryStore();
        Server = new AcsiServer(Model, new(this, (IEntryBuffer)Store, new Authority(), this) { Stored = Store.Load() }, options ?? new(), Time);
        Outbox = new Outbox(Server, new() { CommitInterval = TimeSpan.Zero, LazyInterval = TimeSpan.Zero }, Time);
        Drain();
    }

    /// <summary>The model of an SCL file.</summary>
    public static IedModel Load(string scl)
    {
        var load = SclLoader.Load(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(scl)), "test.cid");
        return load.Model ?? throw new InvalidOperationException(string.Join('\n', load.Findings));
    }

    private readonly Func<DataNode, bool> _isBound;

    public FakeTimeProvider Time { get; }

    public IStateStore Store { get; }

    /// <summary>Runs the server as the agent's loop does.</summary>
    public Outbox Outbox { get; }

    /// <summary>Whether the connection hands what it is given to the line at once.</summary>
    public bool LineIsFree
    {
        get;
        set
        {
            field = value;
            while (value && _unwritten.TryDequeue(out var send))
            {
                // What waited in the connection is written now.
                Server.ReportSent(send.Association, send.Ticket);
            }
        }
    } = true;

    /// <summary>Everything that left, in order.</summary>
    public List<AcsiEffect> Left { get; } = [];

    public IedModel Model { get; }

    public AcsiServer Server { get; }

    /// <summary>Commands on their way to the hardware, oldest first.</summary>
    public Queue<ProcessCommand> Commands { get; } = new();

    public List<string> Ended { get; } = [];

    /// <summary>Its files, on a disk that is as fast as one could wish.</summary>
    public FolderSession? Files { get; set; }

    /// <summary>What clients were asked, oldest first.</summary>
    public Queue<AcsiEffect.Ask> Asked { get; } = new();

    /// <summary>A client answers the oldest question.</summary>
    /// <returns>What it was asked.</returns>
    public ServiceRequest Answer(Func<ServiceRequest, ServiceResponse?> answer)
    {
        var ask = Asked.Dequeue();
        Server.Answered(ask.Association, ask.Id, answer(ask.Request) is { } response ? new ConfirmedResponse(1, response) : new ConfirmedError(1, new(ErrorClass.File, ErrorCode.FileNonExistent)));
        Drain();
        return ask.Request;
    }

    public static TestIed PvInverter(AcsiOptions? options = null, IStateStore? store = null, FakeTimeProvider? time = null) =>
        new(TestScl.Shipped, options, store, null, time);

    public int Envelope => 512;

    public int OfIdentifier(string name) => 25 + name.Length;

    public int OfEntry(JournalEntry entry) => Octets(w => JournalEntryCodec.Write(w, entry));

    public int OfFile(DirectoryEntry entry) => Octets(w => FileCodec.Write(w, entry));

    public int OfFileData(int room) => room / 2;

    private static int Octets(Action<XerWriter> write)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        write(new(output, MmsDialect.Ed2018));
        return output.WrittenCount;
    }

    public bool IsBound(DataNode leaf) => _isBound(leaf);

    public void Start(ProcessCommand command) => Commands.Enqueue(command);

    /// <summary>What the hardware was to let go of.</summary>
    public List<string> ToldToLetGo { get; } = [];

    public void LetGo(DataNode leaf) => ToldToLetGo.Add(leaf.Reference);

    /// <summary>Commands that were withdrawn.</summary>
    public List<long> Withdrawn { get; } = [];

    /// <summary>What fail-safes showed last, by leaf.</summary>
    public Dictionary<string, (bool IsActive, bool IsExpired, bool IsBlocked)> FailSafes { get; } = [];

    public void ShowFailSafe(DataNode leaf, bool isActive, bool isExpired, bool isBlocked) => FailSafes[leaf.Reference] = (isActive, isExpired, isBlocked);

    public void Withdraw(long id) => Withdrawn.Add(id);

    /// <summary>The hardware takes the oldest command, and its effect shows.</summary>
    public void HardwareObeys()
    {
        var command = Commands.Dequeue();
        Server.CommandAccepted(command.Id);
        Server.CommandCompleted(command.Id, CommandOutcome.Success);
        Drain();
    }

    public Association Associate(string peer = "control@dso.example/1", Right rights = Right.View | Right.Read | Right.Reporting | Right.Control | Right.Config | Right.SettingGroup | Right.DataSet, string id = "1", int? pduSize = 65_000, params string[] area)
    {
        var key = new AssociationKey("dso", peer, id);
        var answer = Server.Associate(new(key, new(key.BarePeer, rights, area)), new InitiateRequest { LocalDetailCalling = pduSize, DataStructureNestingLevel = 10, ParameterCbb = ParameterCbb.Iec61850 });
        Assert.IsType<InitiateResponse>(answer);
        return Server.Find(key)!;
    }

    public MmsPdu? Ask(Association peer, ServiceRequest service)
    {
        Server.Handle(peer, $"iq{_invokeId}", new ConfirmedRequest(_invokeId++, service));
        Drain();
        return _answers.TryGetValue(peer, out var answers) && answers.TryDequeue(out var answer) ? answer : null;
    }

    /// <summary>The answer that came later, or null.</summary>
    public MmsPdu? LateAnswer(Association peer)
    {
        Drain();
        return _answers.TryGetValue(peer, out var answers) && answers.TryDequeue(out var answer) ? answer : null;
    }

    public T Ask<T>(Association peer, ServiceRequest service)
        where T : ServiceResponse => Assert.IsType<T>(Assert.IsType<ConfirmedResponse>(Ask(peer, service)).Service);

    public AccessResult Read(Association peer, string item, params AccessStep[] steps) =>
        Assert.Single(Ask<ReadResponse>(peer, new ReadRequest(new VariableAccess.List([new VariableSpecification(ObjectName.In("PV1LD0", item), steps.ToValueList())]))).Results);

    public DataAccessError? Write(Association peer, string item, DataValue value) =>
        Assert.Single(Assert.IsType<WriteResponse>(Assert.IsType<ConfirmedResponse>(Ask(peer, Writing(item, value))).Service).Results);

    /// <summary>The members of Oper or SBOw in the shipped files.</summary>
    public DataValue Command(DataValue value, int category = 3, bool test = false) => DataValue.Structure(
        value,
        DataValue.Structure(DataValue.Integer(category), DataValue.Octets("test"u8.ToArray())),
        DataValue.Unsigned(7),
        Timestamp.From(Time.GetUtcNow()).ToValue(),
        DataValue.Boolean(test),
        DataValue.Bits(0, 2));

    public static WriteRequest Writing(string item, DataValue value) => new(new VariableAccess.List([new VariableSpecification(ObjectName.In("PV1LD0", item))]), [value]);

    /// <summary>Sets a value as a measurement would.</summary>
    public void Measure(string item, DataValue value, Quality? quality = null)
    {
        var node = Model.Node("PV1LD0", item)!;
        Server.Update([new ProcessValue(node.FirstSlot, value, quality ?? Quality.Good, Time.GetUtcNow())]);
        Drain();
    }

    /// <summary>Several measurements in one snapshot.</summary>
    public void Measure(params (string Item, DataValue Value)[] values)
    {
        Server.Update([.. values.Select(v => new ProcessValue(Model.Node("PV1LD0", v.Item)!.FirstSlot, v.Value, Quality.Good, Time.GetUtcNow()))]);
        Drain();
    }

    /// <summary>Lets time pass, as the loop does: from one due moment to the next.</summary>
    public void Advance(double seconds)
    {
        var end = Time.GetUtcNow() + TimeSpan.FromSeconds(seconds);
        while (Outbox.NextDue is { } due && due <= end)
        {
            if (due > Time.GetUtcNow())
            {
                Time.SetUtcNow(due);
            }

            Tick();
        }

        Time.SetUtcNow(end);
        Tick();
    }

    private void Tick()
    {
        Outbox.Tick();
        Drain();
    }

    /// <summary>Reports sent to a peer since the last call.</summary>
    public List<InformationReport> Reports(Association peer)
    {
        Drain();
        var reports = _sent.Where(s => s.Peer == peer).Select(s => ((UnconfirmedPdu)s.Pdu).Report).ToList();
        _sent.RemoveAll(s => s.Peer == peer);
        return reports;
    }

    /// <summary>What the loop does after a message: takes the step, commits, carries out what may leave.</summary>
    public void Drain()
    {
        if (_ended is { IsFaulted: true } broken)
        {
            throw broken.Exception!.InnerException!;
        }

        do
        {
            Outbox.Take();
            Commit();
        }
        while (CarryOut());
    }

    private void Commit()
    {
        while (Outbox.NextCommit() is { } changes)
        {
            var commit = Store.CommitAsync(changes, CancellationToken.None);
            if (!commit.IsCompleted)
            {
                // It comes back when the store says so.
                _ended = commit.AsTask().ContinueWith(c => EndCommit(c), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                return;
            }

            EndCommit(commit.AsTask());
        }
    }

    private void EndCommit(Task<CommitResult> commit)
    {
        if (commit.IsCompletedSuccessfully)
        {
            Outbox.Succeeded(commit.Result);
        }
        else
        {
            Outbox.Failed(commit.Exception!.InnerException!.Message);
        }
    }

    private bool CarryOut()
    {
        var any = false;
        while (Outbox.TryTake(out var effect))
        {
            any = true;
            Left.Add(effect);
            switch (effect)
            {
                case AcsiEffect.Respond respond:
                    (_answers.TryGetValue(respond.Association, out var answers) ? answers : _answers[respond.Association] = new()).Enqueue(respond.Pdu);
                    break;
                case AcsiEffect.SendReport report:
                    Send(report);
                    break;
                case AcsiEffect.Notify notify:
                    _sent.Add((notify.Association, notify.Pdu));
                    break;
                case AcsiEffect.Ended ended:
                    Ended.Add(ended.Reason);
                    break;
                case AcsiEffect.Files { Task: var task }:
                    var outcome = Files?.Do(task) ?? new FileOutcome.Failed(FileFailure.Other, "no file store");
                    if (task.Id != 0)
                    {
                        Server.FileDone(task.Id, outcome);
                    }

                    break;
                case AcsiEffect.Ask ask:
                    Asked.Enqueue(ask);
                    break;
                case AcsiEffect.Order order:
                    Start(order.Command);
                    break;
                case AcsiEffect.LetGo letGo:
                    foreach (var leaf in letGo.Leaves)
                    {
                        LetGo(leaf);
                    }

                    break;
                case AcsiEffect.ShowFailSafe shown:
                    ShowFailSafe(shown.Leaf, shown.IsActive, shown.IsExpired, shown.IsBlocked);
                    break;
                case AcsiEffect.Withdraw withdraw:
                    Withdraw(withdraw.Id);
                    break;
            }
        }

        return any;
    }

    /// <summary>As it goes on the wire, and back.</summary>
    private void Send(AcsiEffect.SendReport send)
    {
        var reader = send.Association;
        var end = new AssociationEnd("1", MmsDialect.Tr2015).Negotiated(new InitiateResponse { LocalDetailCalled = reader.MaxPduSize }, isCalling: false);
        var segments = ReportFormat.Write(send.Report, end);
        _sent.AddRange(segments.Select(s => (reader, end.Read(AssociationEnvelope.Read(new[] { "<message>"u8.ToArray(), s, "</message>"u8.ToArray() }.SelectMany(o => o).ToArray(), out _)!).Pdu!)));
        if (segments.Count == 0)
        {
            Server.ReportSkipped(reader, send.Ticket, "too large");
        }
        else if (LineIsFree)
        {
            Server.ReportSent(reader, send.Ticket);
        }
        else
        {
            _unwritten.Enqueue(send);
        }
    }
}
