using DerAgent.Model;
using DerAgent.Storage;

namespace DerAgent.Acsi.Tests;

/// <summary>What a server finds that starts on what another one committed: the attributes of report control blocks, and who claims what.</summary>
public sealed class RestartTests
{
    private const string Brcb = "LLN0$BR$brcbStatus01";
    private const string Urcb = "LLN0$RP$urcbMeas01";
    private readonly MemoryStore _store = new();

    public static TheoryData<string, string> Attributes =>
        [.. new[] { Brcb, Urcb }.SelectMany(b => new[] { "RptID", "DatSet", "OptFlds", "BufTm", "TrgOps", "IntgPd" }.Select(a => (b, a))), (Brcb, "ResvTms")];

    [Theory]
    [MemberData(nameof(Attributes))]
    public void Every_attribute_of_a_block_that_clients_write_is_there_again(string block, string attribute)
    {
        var value = attribute switch
        {
            "RptID" => DataValue.VisibleString("mine"),
            "DatSet" => DataValue.VisibleString("PV1LD0/LLN0$Energy"),
            "OptFlds" => DataValue.Bits(0x16, 10),
            "TrgOps" => DataValue.Bits(0x12, 6),
            "ResvTms" => DataValue.Integer(77),
            _ => DataValue.Unsigned(4_321),
        };
        var ied = TestIed.PvInverter(store: _store);
        Assert.Null(ied.Write(ied.Associate(), $"{block}${attribute}", value));
        var after = TestIed.PvInverter(store: _store, time: new(ied.Time.GetUtcNow()));
        var reader = after.Associate("reader@dso.example/1");
        Assert.Equal(value, after.Read(reader, $"{block}${attribute}").Value);
        Assert.Equal(attribute == "DatSet" ? 2u : 1u, after.Read(reader, $"{block}$ConfRev").Value.AsUnsigned());
        Assert.False(after.Read(reader, $"{block}$RptEna").Value.AsBoolean());

        // A buffered block stays its client's for ResvTms; an unbuffered one was free with its association.
        var other = after.Write(reader, $"{block}$RptID", DataValue.VisibleString("other"));
        Assert.Equal(block == Brcb, other is not null);
        after.Advance(78);
        Assert.Null(after.Write(after.Associate("late@dso.example/1"), $"{Brcb}$RptID", DataValue.VisibleString("late")));
    }

    [Fact] // a limit in force stays its claimant's, until he lets go of it
    public void A_claim_of_a_client_is_there_again()
    {
        const string limit = "DWMX1$CO$WMaxSptPct$Oper";
        var ied = TestIed.PvInverter(store: _store);
        var peer = ied.Associate();
        Assert.Null(ied.Write(peer, limit, ied.Command(DataValue.Structure(DataValue.Float32(50)))));
        ied.HardwareObeys();
        var slot = ied.Model.Node("PV1LD0", limit + "$ctlVal$f")!.FirstSlot;

        var after = TestIed.PvInverter(store: _store, time: new(ied.Time.GetUtcNow()));
        var claim = Assert.Single(after.Server.Door.Arbiter.Of(slot));
        Assert.Equal(("control@dso.example", 50, CommandSource.Operate), (claim.Claimant, claim.Value.AsDouble(), claim.Source));
        Assert.Empty(after.Commands);
        Assert.Null(after.Write(after.Associate(), limit, after.Command(DataValue.Structure(DataValue.Float32(100)))));
        after.HardwareObeys();
        Assert.Empty(after.Server.Door.Arbiter.Of(slot));
        Assert.DoesNotContain(_store.Load().Keys, k => k.StartsWith(StoredKeys.Claim, StringComparison.Ordinal));
    }
}
