using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Model;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Acsi.Tests;

/// <summary>
/// A server whose store commits late, in groups, and fails; clients that write, command and reserve at random; and what they were told. After every move the
/// power may be cut: a new server on what was committed must be as its clients were told.
/// </summary>
internal sealed class DurableWorld
{
    private const string Limit = "DWMX1$CO$WMaxSptPct";
    private const string Brcb = "LLN0$BR$brcbStatus01";
    private const string Reader = "reader@dso.example";
    private static readonly string[] Settings = ["MMXU1$CF$TotW$db", "MMXU1$CF$TotVAr$db", "MMXU1$CF$TotVA$db", "MMXU1$CF$Hz$db"];
    private static readonly IedModel Model = TestIed.Load(ActivationScl.Text());
    private readonly LateStore _store = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly TestIed _ied;
    private readonly Association _reader;
    private readonly Dictionary<string, Client> _clients = [];
    private readonly Dictionary<string, ulong> _told = [];
    private readonly HashSet<string> _untold = [];
    private readonly List<long> _delivered = [];
    private readonly HashSet<long> _purged = [];
    private readonly HashSet<long> _interrogations = [];
    private readonly HashSet<long> _started = [];
    private readonly HashSet<long> _ended = [];
    private int _read;
    private int _accepted;
    private uint _value = 100;
    private uint _invokeId = 1;
    private (float Value, DateTimeOffset Due)? _waiting;

    /// <summary>A request under way: what is true when it succeeds.</summary>
    private sealed record Asked(uint InvokeId, Action Succeeded, Func<bool> IsCommitted, string Setting);

    private sealed class Client(Association peer)
    {
        public Association Peer { get; set; } = peer;

        public Queue<Asked> Open { get; } = new();
    }

    public DurableWorld()
    {
        _store.IsPrompt = true;
        _ied = new TestIed(Model, new() { ImplicitReservation = TimeSpan.FromDays(1) }, _store, null, _time);
        foreach (var name in new[] { "a", "b" })
        {
            _clients[name] = new(_ied.Associate($"{name}@dso.example/1"));
        }

        _reader = _ied.Associate(Reader + "/1");
        _clients["reader"] = new(_reader);
        Assert.Null(_ied.Write(_reader, Brcb + "$RptEna", DataValue.Boolean(true)));
        _store.IsPrompt = false;
        _read = _ied.Left.Count;
    }

    public void Move(int kind, int argument)
    {
        var client = _clients[argument % 2 == 0 ? "a" : "b"];
        switch (kind)
        {
            case 0 or 1:
                WriteSetting(client, Settings[argument % Settings.Length]);
                break;
            case 2:
                WriteBlock(argument);
                break;
            case 3:
                Ask(client, TestIed.Writing(Limit + "$Oper", Operate(argument % 100, 0)), () => _accepted++, () => true);
                break;
            case 13:
                Later(client, argument);
                break;
            case 4:
                Ask(client, new ReadRequest(new VariableAccess.List([new VariableSpecification(ObjectName.In("PV1LD0", Settings[argument % Settings.Length]))])), () => { }, () => true);
                break;
            case 5 when _ied.Commands.TryDequeue(out var command):
                _started.Add(command.Id);
                _ied.Server.CommandAccepted(command.Id);
                _ied.Drain();
                _ied.Server.CommandCompleted(command.Id, argument % 3 == 0 ? CommandOutcome.Refused("no") : CommandOutcome.Success);
                _ended.Add(command.Id);
                _ied.Drain();
                break;
            case 6:
                _ied.Measure("CSWI1$ST$Pos$stVal", DataValue.Bits((ulong)argument % 3, 2));
                break;
            case 7 or 8 or 9 when _store.IsBusy:
                Doubt(_store.IsAbandoned);
                _store.Succeed();
                break;
            case 10 when _store.IsBusy:
                Doubt(argument % 4 == 0);
                _store.Fail(isCarriedOut: argument % 4 == 0);
                break;
            case 11:
                _ied.Advance(argument % 20 / 10.0);
                break;
            case 12:
                Return(argument % 2 == 0 ? "a" : "b");
                break;
        }

        _ied.Drain();
        TakeWhatLeft();
    }

    /// <summary>The store recovers: everybody who still waits is answered.</summary>
    public void End()
    {
        for (var i = 0; i < 20; i++)
        {
            if (_store.IsBusy)
            {
                _store.Succeed();
            }

            _ied.Drain();
            TakeWhatLeft();
            _ied.Advance(1);

            // Before the next commit, which may well drop what has just left.
            TakeWhatLeft();
        }

        // Commands whose hardware never answers are over by now as well.
        _ied.Advance(100);
        while (_store.IsBusy)
        {
            _store.Succeed();
            _ied.Drain();
            TakeWhatLeft();
        }

        Assert.All(_clients.Values, c => Assert.Empty(c.Open));
        Assert.False(_ied.Outbox.IsRefusing);
        Assert.InRange(_accepted, 0, TestRecords.Accepted(_store.AfterPowerCut()));
        Assert.All(Settings.Except(_untold), s => Assert.Equal(_told.GetValueOrDefault(s), Value(_ied, s)));
    }

    /// <summary>What a server finds that starts on what was committed so far.</summary>
    public void CutPower(bool reads)
    {
        if (_store.IsInDoubt)
        {
            return;
        }

        var store = _store.AfterPowerCut();
        var after = new TestIed(Model, new() { ImplicitReservation = TimeSpan.FromDays(1) }, store, null, new FakeTimeProvider(_time.GetUtcNow()));
        Assert.All(Settings.Except(_untold), s => Assert.Equal(_told.GetValueOrDefault(s), Value(after, s)));

        // A command whose order left is told of and not written again; so is none that was never begun.
        var isOpen = _started.Concat(_ied.Commands.Select(c => c.Id)).Except(_ended).Except(_ied.Withdrawn).Any();
        var logged = after.Left.OfType<AcsiEffect.Log>().Count(l => l.Text.Contains("under way", StringComparison.Ordinal));
        Assert.Empty(after.Commands);
        Assert.InRange(logged, isOpen ? 1 : 0, 1);
        Assert.InRange(_accepted, 0, TestRecords.Accepted(store));
        Assert.Empty(after.Server.Door.Open);

        var peer = after.Associate(Reader + "/2");
        Assert.False(after.Read(peer, Brcb + "$RptEna").Value.AsBoolean());
        Assert.Equal(_told.GetValueOrDefault("IntgPd", 900_000ul), after.Read(peer, Brcb + "$IntgPd").Value.AsUnsigned());
        Assert.Equal(Reader, System.Text.Encoding.UTF8.GetString(after.Read(peer, Brcb + "$Owner").Value.AsOctets()));
        var stranger = after.Associate("stranger@dso.example/1");
        Assert.Equal(DataAccessError.TemporarilyUnavailable, after.Write(stranger, Brcb + "$RptEna", DataValue.Boolean(true)));
        if (reads)
        {
            Assert.Null(after.Write(peer, Brcb + "$RptEna", DataValue.Boolean(true)));
            var ids = Ids(after.Reports(peer));
            Assert.Equal(ids.Distinct().Order(), ids);

            // Of general interrogations only the last one is kept.
            Assert.Empty(_delivered.Except(_interrogations).Except(ids));
            Assert.Empty(_purged.Intersect(ids));
            if (_waiting is { } waiting)
            {
                after.Advance((waiting.Due - _time.GetUtcNow()).TotalSeconds + 0.1);
                Assert.Equal(waiting.Value, (float)Assert.Single(after.Commands).Targets[0].Value.AsDouble());
            }
        }
    }

    private void Later(Client client, int argument)
    {
        var (value, seconds) = (argument % 100, 20 + (argument % 40));
        var due = _time.GetUtcNow().AddSeconds(seconds);
        Ask(client, TestIed.Writing(Limit + "$Oper", Operate(value, seconds)), () =>
        {
            _accepted++;
            _waiting = due > _time.GetUtcNow() ? (value, due) : null;
        }, () => true);
    }

    /// <summary>A purge that is carried out in a commit that failed, and refused in the end: its entries are gone, and that is told.</summary>
    private void Doubt(bool isInDoubt)
    {
        if (isInDoubt && _store.UnderWay.Any(c => c.Kind == StateChangeKind.Trim))
        {
            _delivered.Clear();
        }
    }

    private void WriteSetting(Client client, string item)
    {
        var value = _value++;
        Ask(client, TestIed.Writing(item, DataValue.Unsigned(value)), () => (_told[item], _) = (value, _untold.Remove(item)), () => Stored(item) >= value, item);
    }

    /// <summary>Disables the block, sets a period that purges it, or does not, and enables it again.</summary>
    private void WriteBlock(int argument)
    {
        var client = _clients["reader"];
        var value = (ulong)(argument % 3) + 5_000;
        var enabled = argument % 5 != 0;
        if (argument % 5 == 0)
        {
            Ask(client, TestIed.Writing(Brcb + "$RptEna", DataValue.Boolean(false)), () => { }, () => true);
            Ask(client, TestIed.Writing(Brcb + "$IntgPd", DataValue.Unsigned(value)), () => Purged(value), () => true);
        }
        else if (argument % 5 == 1)
        {
            Ask(client, TestIed.Writing(Brcb + "$GI", DataValue.Boolean(true)), () => { }, () => true);
        }
        else
        {
            Ask(client, TestIed.Writing(Brcb + "$RptEna", DataValue.Boolean(enabled)), () => { }, () => true);
        }
    }

    private void Purged(ulong period)
    {
        if (_told.GetValueOrDefault("IntgPd", 900_000ul) != period)
        {
            _purged.UnionWith(_delivered);
            _delivered.Clear();
        }

        _told["IntgPd"] = period;
    }

    /// <summary>An association ends and comes again: what it waited for is nobody's.</summary>
    private void Return(string name)
    {
        var client = _clients[name];
        _ied.Server.Abort(client.Peer, AssociationEndCause.PeerGone, "gone");
        _ied.Drain();
        TakeWhatLeft();
        _untold.UnionWith(client.Open.Select(o => o.Setting));
        client.Open.Clear();
        client.Peer = _ied.Associate($"{name}@dso.example/1", id: $"{_invokeId++}");
    }

    private void Ask(Client client, ServiceRequest service, Action succeeded, Func<bool> isCommitted, string setting = "")
    {
        var asked = new Asked(_invokeId++, succeeded, isCommitted, setting);
        client.Open.Enqueue(asked);
        _ied.Server.Handle(client.Peer, $"iq{asked.InvokeId}", new ConfirmedRequest(asked.InvokeId, service));
        _ied.Drain();
        TakeWhatLeft();
    }

    private void TakeWhatLeft()
    {
        _store.Watch(_ied.Outbox);
        if (_waiting?.Due <= _time.GetUtcNow())
        {
            _waiting = null;
        }

        for (; _read < _ied.Left.Count; _read++)
        {
            switch (_ied.Left[_read])
            {
                case AcsiEffect.Respond { Association: var peer, Pdu: var pdu }:
                    Answered(_clients.Values.Single(c => c.Peer == peer), pdu);
                    break;
                case AcsiEffect.SendReport { Association: var reader, Ticket: var id, Entry.Trigger: var trigger } when reader == _reader:
                    Assert.True(_store.Contains("PV1LD0/" + Brcb, id), "a buffered report left before its entry was committed");
                    _delivered.Add(id);
                    if (trigger == TriggerConditions.GeneralInterrogation)
                    {
                        _interrogations.Add(id);
                    }

                    break;
                case AcsiEffect.Order when !_store.IsInDoubt:
                    Assert.True(_store.Load().ContainsKey("control/PV1LD0/" + Limit), "an order left before its record was committed");
                    break;
            }
        }
    }

    /// <summary>In order, each once, none before its commit.</summary>
    private void Answered(Client client, MmsPdu pdu)
    {
        var (id, succeeded) = pdu switch
        {
            ConfirmedResponse { Service: WriteResponse written } response => (response.InvokeId, written.Results[0] is null),
            ConfirmedResponse response => (response.InvokeId, true),
            RejectPdu reject => (reject.OriginalInvokeId!.Value, false),
            _ => throw new InvalidOperationException(pdu.ToString()),
        };
        var asked = client.Open.Dequeue();
        Assert.Equal(asked.InvokeId, id);
        if (succeeded)
        {
            Assert.True(_store.IsInDoubt || asked.IsCommitted(), "an answer left before its commit");
            asked.Succeeded();
        }
    }

    private static List<long> Ids(IEnumerable<InformationReport> reports) =>
        [.. reports.Select(r => System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(ReportFormat.Read(r)!.EntryId!.Value.Span))];

    private ulong Stored(string item) =>
        _store.Load().TryGetValue("setting/PV1LD0/" + item, out var octets) && StoredSetting.Read(octets) is { } found ? found.Value.AsUnsigned() : 0;

    private static ulong Value(TestIed ied, string item) => ied.Server.Values[Model.Node("PV1LD0", item)!.FirstSlot].AsUnsigned();

    private DataValue Operate(float value, int seconds) => DataValue.Structure(
        DataValue.Structure(DataValue.Float32(value)),
        (seconds == 0 ? Timestamp.Zero : Timestamp.From(_time.GetUtcNow().AddSeconds(seconds))).ToValue(),
        DataValue.Structure(DataValue.Integer(3), DataValue.Octets([1])),
        DataValue.Unsigned(1),
        Timestamp.From(_time.GetUtcNow()).ToValue(),
        DataValue.Boolean(false),
        DataValue.Bits(0, 2));
}
