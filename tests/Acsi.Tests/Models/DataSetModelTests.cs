using CsCheck;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Storage;

namespace DerAgent.Acsi.Tests;

/// <summary>Whoever creates, uses and deletes data sets, goes away or restarts the agent in whatever order: what is there is what a list of names says (acsi-semantics §3).</summary>
public sealed class DataSetModelTests
{
    private const string Block = "LLN0$RP$urcbMeas01";
    private const int Most = 4;
    private static readonly IedModel Model = TestIed.Load(TestScl.Shipped.Replace("<DynDataSet max=\"16\"", $"<DynDataSet max=\"{Most}\"", StringComparison.Ordinal));
    private static readonly string[] Members = ["MMXU1$MX$TotW", "MMXU1$MX$TotVAr", "MMXU1$MX$Hz", "MMXU1$MX$None"];
    private static readonly string[] Predefined = ["Measurements", "Status", "Energy"];
    private static readonly Gen<(int Kind, int Client, int Name, int Argument)[]> Moves = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 1], Gen.Int[0, 6], Gen.Int[0, 40]).Array[1, 60];

    [Fact] // sDset and sDsetN in whatever order
    public void Data_sets_do_what_the_semantics_say() => Moves.Sample(
        moves =>
        {
            var world = new World();
            foreach (var (kind, client, name, argument) in moves)
            {
                world.Move(kind, client, name, argument);
                world.Compare();
            }
        },
        iter: 500,
        threads: 2);

    private sealed class World
    {
        private readonly Dictionary<string, List<string>> _created = [];
        private readonly Dictionary<string, List<string>>[] _own = [[], []];
        private readonly MemoryStore _store = new();
        private readonly Association[] _peers = new Association[2];
        private TestIed _ied;
        private (string Reference, int Owner) _used = ("PV1LD0/LLN0$Measurements", -1);
        private int _associations;

        public World()
        {
            _ied = new(Model, null, _store);
            Associate();
        }

        public void Move(int kind, int client, int name, int argument)
        {
            var text = name < 5 ? $"s{name}" : Predefined[argument % 3];
            switch (kind)
            {
                case 0 or 1 or 2:
                    Create(client, NameScope.Domain, text, argument);
                    break;
                case 3 or 4:
                    Create(client, NameScope.Association, text, argument);
                    break;
                case 5 or 6:
                    Delete(client, argument % 2 == 0 ? NameScope.Domain : NameScope.Association, text);
                    break;
                case 7:
                    Use(client, argument % 3 == 0 ? "" : argument % 3 == 1 ? $"PV1LD0/LLN0${text}" : $"@{text}");
                    break;
                case 8 when argument % 3 == 0:
                    End(client);
                    break;
                case 9 when argument % 4 == 0:
                    // An unbuffered block goes on with what outlived the process.
                    _used = _used.Reference.StartsWith('@') ? ("", -1) : (_used.Reference, -1);
                    Array.ForEach(_own, o => o.Clear());
                    _ied = new(Model, null, _store, null, new(_ied.Time.GetUtcNow()));
                    Associate();
                    break;
            }
        }

        public void Compare()
        {
            Assert.Equal(_created.Keys.Concat(Predefined).Select(n => "LLN0$" + n).Order(StringComparer.Ordinal), Names(0, NameScope.Domain));
            for (var client = 0; client < 2; client++)
            {
                Assert.Equal(_own[client].Keys.Order(StringComparer.Ordinal), Names(client, NameScope.Association));
                foreach (var (name, members) in _own[client])
                {
                    Assert.Equal(members, Directory(client, new(NameScope.Association, "", name)));
                }
            }

            foreach (var (name, members) in _created)
            {
                Assert.Equal(members, Directory(0, Persistent(name)));
            }

            Assert.Equal(_used.Reference, _ied.Read(_peers[0], Block + "$DatSet").Value.AsText());
        }

        private void Create(int client, NameScope scope, string name, int argument)
        {
            var members = Enumerable.Range(0, argument % 4).Select(i => Members[(argument + i) % 4]).ToList();
            var (there, taken) = scope == NameScope.Domain ? (_created, _created.ContainsKey(name) || Predefined.Contains(name)) : (_own[client], _own[client].ContainsKey(name));
            var expected = taken ? "definition/object-exists" : there.Count >= Most ? "resource/capability-unavailable" : members.Count == 0 ? "definition/type-inconsistent" : members.Contains(Members[3]) ? "definition/object-undefined" : null;
            var answer = _ied.Ask(_peers[client], new DefineNamedVariableListRequest(Name(scope, name), [.. members.Select(m => new VariableSpecification(ObjectName.In("PV1LD0", m)))]));
            Assert.Equal(expected, (answer as ConfirmedError)?.Error.ToString().Split(':')[0]);
            if (expected is null)
            {
                there.Add(name, members);
            }
        }

        private void Delete(int client, NameScope scope, string name)
        {
            var there = scope == NameScope.Domain ? _created : _own[client];
            var isUsed = _used == (scope == NameScope.Domain ? ($"PV1LD0/LLN0${name}", _used.Owner) : ($"@{name}", client)) && there.ContainsKey(name);
            var answer = _ied.Ask(_peers[client], new DeleteNamedVariableListRequest(ScopeOfDelete.Specific, [Name(scope, name)]));
            if (isUsed)
            {
                Assert.Equal("service/object-constraint-conflict", Assert.IsType<ConfirmedError>(answer).Error.ToString().Split(':')[0]);
                return;
            }

            var isPredefined = scope == NameScope.Domain && Predefined.Contains(name);
            var (matched, deleted) = (isPredefined || there.ContainsKey(name) ? 1u : 0, there.Remove(name) ? 1u : 0);
            Assert.Equal(new DeleteNamedVariableListResponse(matched, deleted), Assert.IsType<ConfirmedResponse>(answer).Service);
        }

        private void Use(int client, string reference)
        {
            var isThere = reference.Length == 0 || (reference[0] == '@' ? _own[client].ContainsKey(reference[1..]) : _created.ContainsKey(reference["PV1LD0/LLN0$".Length..]) || Predefined.Contains(reference["PV1LD0/LLN0$".Length..]));

            // It is free again at once: who set it keeps nobody else from it.
            Assert.Null(_ied.Write(_peers[client], Block + "$Resv", DataValue.Boolean(true)));
            Assert.Equal(isThere ? null : DataAccessError.ObjectValueInvalid, _ied.Write(_peers[client], Block + "$DatSet", DataValue.VisibleString(reference)));
            Assert.Null(_ied.Write(_peers[client], Block + "$Resv", DataValue.Boolean(false)));
            _used = isThere ? (reference, reference.StartsWith('@') ? client : -1) : _used;
        }

        private void End(int client)
        {
            _ied.Server.Abort(_peers[client], AssociationEndCause.PeerGone, "gone");
            _ied.Drain();
            _own[client].Clear();
            _used = _used.Owner == client ? ("", -1) : _used;
            _peers[client] = _ied.Associate($"c{client}@dso.example/1", id: $"{++_associations}");
        }

        private static ObjectName Persistent(string name) => ObjectName.In("PV1LD0", "LLN0$" + name);

        private static ObjectName Name(NameScope scope, string name) => scope == NameScope.Domain ? Persistent(name) : new(scope, "", name);

        private IEnumerable<string> Names(int client, NameScope scope) =>
            _ied.Ask<GetNameListResponse>(_peers[client], new GetNameListRequest(ObjectClass.NamedVariableList, scope, scope == NameScope.Domain ? "PV1LD0" : "")).Identifiers;

        private IEnumerable<string> Directory(int client, ObjectName name) =>
            _ied.Ask<GetNamedVariableListAttributesResponse>(_peers[client], new GetNamedVariableListAttributesRequest(name)).Members.Select(m => m.Name.Item);

        private void Associate()
        {
            for (var client = 0; client < 2; client++)
            {
                _peers[client] = _ied.Associate($"c{client}@dso.example/1", id: $"{++_associations}");
            }
        }
    }
}
