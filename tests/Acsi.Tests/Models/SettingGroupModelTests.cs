using CsCheck;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Storage;

namespace DerAgent.Acsi.Tests;

/// <summary>Whoever edits, confirms, switches, goes away or restarts the agent in whatever order: answers, attributes and values are those of the reference model.</summary>
public sealed class SettingGroupModelTests
{
    private const string Sgcb = "LLN0$SP$SGCB";
    private const int Reservation = 20;
    private static readonly IedModel Model = TestIed.Load(SettingScl.Text(reservation: Reservation));
    private static readonly string[] Clients = ["a@dso.example/1", "a@dso.example/2", "b@dso.example/1"];
    private static readonly Gen<(int Kind, int Client, int Argument)[]> Moves = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 2], Gen.Int[0, 40]).Array[1, 60];

    [Fact] // sSg and sSgN in whatever order
    public void Setting_groups_do_what_the_semantics_say() => Moves.Sample(
        moves =>
        {
            var world = new World();
            foreach (var (kind, client, argument) in moves)
            {
                world.Move(kind, Clients[client], argument);
                world.Compare();
            }
        },
        iter: 1_000,
        threads: 2);

    private sealed class World
    {
        private readonly SettingGroupModel _model = new([.. Enumerable.Range(1, 3).Select(g => Enumerable.Range(1, SettingScl.Count).Select(s => SettingScl.Value(g, s)).ToArray())], Reservation);
        private readonly MemoryStore _store = new();
        private readonly Dictionary<string, Association> _peers = [];
        private TestIed _ied;
        private Association _observer = null!;
        private int _associations;

        public World()
        {
            _ied = new(Model, null, _store);
            Associate();
        }

        public void Move(int kind, string client, int argument)
        {
            var now = _ied.Time.GetUtcNow();
            switch (kind)
            {
                case 0:
                    var group = (uint)(argument % 5);
                    Assert.Equal(_model.Select(group, now), Write(client, Sgcb + "$ActSG", DataValue.Unsigned(group)));
                    break;
                case 1 or 2:
                    var edited = (uint)(argument % 5);
                    Assert.Equal(_model.Edit(client, edited, now), Write(client, Sgcb + "$EditSG", DataValue.Unsigned(edited)));
                    break;
                case 3 or 4 or 5:
                    var (setting, value) = (argument % SettingScl.Count, (argument * 30L) - 60);
                    Assert.Equal(_model.Set(client, setting, value), Write(client, SettingScl.Item("SE", setting + 1), DataValue.Integer(value)));
                    break;
                case 6:
                    Assert.Equal(_model.Confirm(client, argument % 4 != 0), Write(client, Sgcb + "$CnfEdit", DataValue.Boolean(argument % 4 != 0)));
                    break;
                case 7:
                    Advance(now.AddSeconds(argument));
                    break;
                case 8 when argument % 3 == 0:
                    _ied.Server.Abort(_peers[client], AssociationEndCause.PeerGone, "gone");
                    _ied.Drain();
                    _model.Gone(client);
                    _peers[client] = _ied.Associate(client, id: $"{++_associations}");
                    break;
                case 9 when argument % 5 == 0:
                    _model.Restart();
                    _ied = new(Model, null, _store, null, new(now));
                    Associate();
                    break;
            }
        }

        public void Compare()
        {
            var at = _model.ActivatedAt is { } time ? Timestamp.From(time) : Timestamp.Zero;
            Assert.Equal($"{{3, {_model.Active}, {_model.Edited}, false, {at}, {_model.Reservation}}}", _ied.Read(_observer, Sgcb).Value.ToString());
            Assert.Equal(_model.Shown, Shown("SG"));
            Assert.Equal(_model.Editing, Shown("SE"));
        }

        private long[]? Shown(string fc)
        {
            var values = Enumerable.Range(1, SettingScl.Count).Select(s => _ied.Read(_observer, SettingScl.Item(fc, s))).ToList();
            return values.TrueForAll(v => v.Failure == DataAccessError.TemporarilyUnavailable) ? null : [.. values.Select(v => v.Value.AsInteger())];
        }

        private DataAccessError? Write(string client, string item, DataValue value) => _ied.Write(_peers[client], item, value);

        private void Advance(DateTimeOffset end)
        {
            while (_model.Due is { } due && due <= end)
            {
                _model.Tick(due);
            }

            _ied.Advance((end - _ied.Time.GetUtcNow()).TotalSeconds);
        }

        private void Associate()
        {
            _observer = _ied.Associate("observer@dso.example/1");
            foreach (var client in Clients)
            {
                _peers[client] = _ied.Associate(client, id: $"{++_associations}");
            }
        }
    }
}
