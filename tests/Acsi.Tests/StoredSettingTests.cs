using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Storage;

namespace DerAgent.Acsi.Tests;

/// <summary>Values that outlive a power cut: with who wrote them and when.</summary>
public sealed class StoredSettingTests
{
    private const string Band = "MMXU1$CF$TotW$db";
    private const string Key = "setting/PV1LD0/" + Band;
    private readonly MemoryStore _store = new();

    [Fact] // SetDataValues, and what the agent carries out itself
    public void A_value_is_stored_with_its_writer_and_the_time()
    {
        var ied = TestIed.PvInverter(store: _store);
        var peer = ied.Associate();
        ied.Advance(5);
        Assert.Null(ied.Write(peer, Band, DataValue.Unsigned(77)));
        Assert.Null(ied.Write(peer, "LLN0$CO$Mod$Oper", ied.Command(DataValue.Integer(3))));
        var at = ied.Time.GetUtcNow();
        Assert.Equal(new(DataValue.Unsigned(77), "control@dso.example", at), StoredSetting.Read(_store.Load()[Key]));
        Assert.Equal(new(DataValue.Integer(3), "control@dso.example", at), StoredSetting.Read(_store.Load()["setting/PV1LD0/LLN0$ST$Mod$stVal"]));

        // Over a restart, and where somebody else writes something else.
        var after = TestIed.PvInverter(store: _store, time: new(at.AddDays(1)));
        Assert.Null(after.Write(after.Associate("other@dso.example/1"), "MMXU1$CF$Hz$db", DataValue.Unsigned(1)));
        Assert.Equal("control@dso.example", StoredSetting.Read(_store.Load()[Key])!.Value.Writer);
        Assert.Equal(77u, after.Read(after.Associate(), Band).Value.AsUnsigned());
    }

    [Fact] // a write that is refused because the store takes nothing was nobody's
    public void What_is_taken_back_has_its_writer_of_before()
    {
        var store = new LateStore { IsPrompt = true };
        var ied = TestIed.PvInverter(store: store);
        Assert.Null(ied.Write(ied.Associate("first@dso.example/1"), Band, DataValue.Unsigned(1)));
        store.IsPrompt = false;
        Assert.Null(ied.Ask(ied.Associate(), TestIed.Writing(Band, DataValue.Unsigned(2))));
        store.FailForLong(ied);
        store.Recover(ied);
        Assert.Equal((DataValue.Unsigned(1), "first@dso.example"), (StoredSetting.Read(store.Load()[Key])!.Value.Value, StoredSetting.Read(store.Load()[Key])!.Value.Writer));
    }

    [Fact]
    public void The_value_alone_that_the_first_versions_stored_is_read_and_damaged_octets_are_not()
    {
        Assert.Equal(new(DataValue.Unsigned(5), "", DateTimeOffset.MinValue), StoredSetting.Read(DataValueBinary.ToArray(o => DataValueBinary.Write(o, DataValue.Unsigned(5)))));
        var octets = new StoredSetting(DataValue.Unsigned(5), "a@b", DateTimeOffset.UnixEpoch).ToArray();
        Assert.All(Enumerable.Range(0, octets.Length).Except([2]), n => Assert.Null(StoredSetting.Read(octets.AsMemory(0, n))));
        Assert.Null(StoredSetting.Read((byte[])[.. octets, 0]));
    }

    [Fact] // SetDataSetValues: members of CO are refused, each by itself
    public void Nobody_commands_by_a_data_set()
    {
        var scl = TestScl.Shipped;
        scl = scl.Before("<DataSet name=\"Status\"", "<DataSet name=\"Mixed\"><FCDA ldInst=\"LD0\" lnClass=\"DWMX\" lnInst=\"1\" doName=\"WMaxSptPct\" daName=\"Oper\" fc=\"CO\"/><FCDA ldInst=\"LD0\" lnClass=\"MMXU\" lnInst=\"1\" doName=\"TotW\" daName=\"db\" fc=\"CF\"/></DataSet>");
        var ied = new TestIed(scl, null, _store);
        var answer = ied.Ask<WriteResponse>(ied.Associate(), new WriteRequest(new VariableAccess.Named(ObjectName.In("PV1LD0", "LLN0$Mixed")), [ied.Command(DataValue.Structure(DataValue.Float32(50))), DataValue.Unsigned(9)]));
        Assert.Equal([DataAccessError.ObjectAccessDenied, null], answer.Results);
        Assert.Empty(ied.Commands);
        Assert.Equal("PV1LD0/LLN0.Mixed: SetDataSetValues of control@dso.example refused with AccessViolation", Assert.Single(TestRecords.Of(_store)).ToString());
    }
}
