using CsCheck;
using DerAgent.Client;
using DerAgent.Model;
using DerAgent.Storage;

namespace DerAgent.Acsi.Tests;

/// <summary>Whatever clients command, and whatever the process does meanwhile: answers, errors, terminations and orders are those of the reference model, and what is refused changes nothing.</summary>
public sealed class ControlModelTests
{
    private static readonly IedModel Model = TestIed.PvInverter().Model;
    private static readonly string[] Clients = ["a@dso.example/1", "a@dso.example/2", "b@dso.example/1", "view@dso.example/1"];
    private static readonly string[] Items = [ControlModel.Limit, ControlModel.Position, ControlModel.LocSta, ControlModel.Mode];
    private static readonly int[] Categories = [3, 3, 3, 3, 0, 2, 9];

    private static readonly Gen<(int Kind, int Client, int Item, int Value, int Category, int Argument)[]> Moves =
        Gen.Select(Gen.Int[0, 11], Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 4], Gen.Int[0, 6], Gen.Int[0, 59]).Array[1, 60];

    [Fact] // sDOns, sDOes, sSBOns, sSBOes, sCtlN and their combinations
    public void Controls_do_what_the_semantics_say() => Moves.Sample(
        moves =>
        {
            var world = new World();
            foreach (var move in moves)
            {
                world.Move(move.Kind, Clients[move.Client], Items[move.Item], move.Value, Categories[move.Category], move.Argument);
                world.Compare();
            }
        },
        iter: 2_000,
        threads: 2);

    private sealed class World
    {
        private readonly MemoryStore _store = new(capacity: 5_000);
        private readonly ControlModel _model = new();
        private readonly TestIed _ied;
        private readonly Dictionary<string, Association> _peers = [];
        private readonly List<(string Client, ControlModel.Notice Notice)> _told = [];
        private readonly Association _observer;
        private int _associations;
        private int _accepted;

        public World()
        {
            _ied = new(Model, store: _store);
            _observer = _ied.Associate("observer@dso.example/1");
            Array.ForEach(Clients, Associate);
        }

        public void Move(int kind, string client, string item, int value, int category, int argument)
        {
            switch (kind)
            {
                case 0 or 1 when item == ControlModel.LocSta && client != Clients[3]:
                    Select(client);
                    break;
                case 0 or 1 when item == ControlModel.Position:
                    Write(client, item, "SBOw", value, category, argument);
                    break;
                case 2 when item is ControlModel.Position or ControlModel.LocSta:
                    Write(client, item, "Cancel", value, category, argument);
                    break;
                case 3 when argument % 4 == 0:
                    Take(client);
                    _ied.Server.Abort(_peers[client], AssociationEndCause.PeerGone, "gone");
                    _ied.Drain();
                    _model.Gone(client);
                    Associate(client);
                    break;
                case 4 or 5 when _ied.Commands.TryPeek(out var command):
                    _ied.Server.CommandAccepted(command.Id);
                    _ied.Drain();
                    if (kind == 5)
                    {
                        var cause = argument % 3 == 0 ? AddCause.AbortionDueToDeviation : AddCause.None;
                        _ied.Commands.Dequeue();
                        _ied.Server.CommandCompleted(command.Id, new(cause, ""));
                        _ied.Drain();
                        _model.Ended((int)cause);
                    }

                    break;
                case 6:
                    Advance(_ied.Time.GetUtcNow().AddSeconds(argument));
                    break;
                case > 6:
                    Write(client, item, "Oper", value, category, argument);
                    break;
            }
        }

        /// <summary>Results of writes are compared where they come; everything else here.</summary>
        public void Compare()
        {
            Array.ForEach(Clients, Take);
            Assert.Equal(_model.Told.OrderBy(t => t.Client, StringComparer.Ordinal), _told.OrderBy(t => t.Client, StringComparer.Ordinal));
            _model.Told.Clear();
            _told.Clear();
            Assert.Equal(_model.Orders.Count, _ied.Commands.Count);
            Assert.Equal(_model.ModeValue, _ied.Read(_observer, "LLN0$ST$Mod$stVal").Value.AsInteger());
            Assert.Equal(_model.StationIsInControl, _ied.Read(_observer, "LLN0$ST$LocSta$stVal").Value.AsBoolean());
            Assert.Equal(_model.IsSelected(ControlModel.Position), _ied.Read(_observer, "CSWI1$ST$Pos$stSeld").Value.AsBoolean());
            Assert.Equal(_model.IsSelected(ControlModel.LocSta), _ied.Read(_observer, "LLN0$ST$LocSta$stSeld").Value.AsBoolean());
            Assert.Equal(_accepted, TestRecords.Accepted(_store));
        }

        private void Select(string client)
        {
            var before = Snapshot();
            var granted = _model.Select(client, ControlModel.LocSta, _ied.Time.GetUtcNow());
            Assert.Equal(granted ? "PV1LD0/" + ControlModel.LocSta : "", _ied.Read(_peers[client], ControlModel.LocSta + "$SBO").Value.AsText());
            if (!granted)
            {
                Assert.Equal(before, Snapshot());
            }
        }

        private void Write(string client, string item, string verb, int value, int category, int argument)
        {
            var wanted = item switch { ControlModel.Limit => value * 40d, ControlModel.Mode => value + 1, _ => value % 2 };
            var command = new ControlModel.Command(wanted, category, (uint)(argument % 2), argument % 5 == 0);
            var data = item switch
            {
                ControlModel.Limit => DataValue.Structure(DataValue.Float32((float)wanted)),
                ControlModel.Mode => DataValue.Integer((long)wanted),
                _ => DataValue.Boolean(wanted != 0),
            };
            var members = new List<DataValue>
            {
                data, DataValue.Structure(DataValue.Integer(category), DataValue.Octets([1])), DataValue.Unsigned(command.Number),
                Timestamp.From(_ied.Time.GetUtcNow()).ToValue(), DataValue.Boolean(command.Test), DataValue.Bits(0, 2),
            };
            var (before, wasSelected, orders) = (Snapshot(), _model.IsSelected(item), _ied.Commands.Count);
            var expected = _model.Write(client, item, verb, command, _ied.Time.GetUtcNow());
            var actual = _ied.Write(_peers[client], $"{item}${verb}", DataValue.Structure([.. verb == "Cancel" ? members.SkipLast(1) : members]));
            Assert.Equal((item, verb, command, expected), (item, verb, command, actual));
            _accepted += actual is null && verb == "Oper" ? 1 : 0;
            if (actual is not null)
            {
                Assert.Equal(orders, _ied.Commands.Count);
                if (wasSelected == _model.IsSelected(item))
                {
                    Assert.Equal(before, Snapshot());
                }
            }
        }

        private DataValue[] Snapshot() => [.. Model.Slots.Select(s => _ied.Server.Values[s.FirstSlot])];

        private void Advance(DateTimeOffset end)
        {
            while (_model.Due is { } due && due <= end)
            {
                _model.Tick(due);
            }

            _ied.Advance((end - _ied.Time.GetUtcNow()).TotalSeconds);
        }

        private void Take(string client)
        {
            foreach (var notice in _ied.Reports(_peers[client]).Select(ControlNotice.From))
            {
                _told.Add((client, new(notice!.Reference, notice.AddCause, notice.IsTermination)));
            }
        }

        private void Associate(string client) =>
            _peers[client] = client == Clients[3] ? _ied.Associate(client, Right.View | Right.Read, $"{++_associations}") : _ied.Associate(client, id: $"{++_associations}");
    }
}
