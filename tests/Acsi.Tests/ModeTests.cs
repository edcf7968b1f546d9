using DerAgent.Model;
using DerAgent.Storage;

namespace DerAgent.Acsi.Tests;

/// <summary>Mode and behaviour in the quality of what a logical node produces (IEC 61850-7-4 annex A; tissues 711, 712, 1331).</summary>
public sealed class ModeTests
{
    private const string Power = "MMXU1$MX$TotW$mag$f";
    private readonly MemoryStore _store = new();
    private readonly TestIed _ied;
    private readonly Association _peer;

    public ModeTests()
    {
        _ied = TestIed.PvInverter(store: _store);
        _peer = _ied.Associate();
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Test_shows_at_once_on_all_but_mode_behaviour_and_health(int mode)
    {
        _ied.Measure(Power, DataValue.Float32(8000));
        Assert.Equal(Validity.Good, Quality("LPHD1$ST$Proxy$q").Validity);
        Set(mode);
        var now = _ied.Time.GetUtcNow();

        // Measured, constant, never bound.
        Assert.Equal(new(Validity.Good, QualityDetail.Test), Quality("MMXU1$MX$TotW$q"));
        Assert.Equal(now, Timestamp.FromValue(_ied.Read(_peer, "MMXU1$MX$TotW$t").Value).ToDateTimeOffset());
        Assert.Equal(new(Validity.Good, QualityDetail.Test), Quality("LPHD1$ST$Proxy$q"));
        Assert.Equal(new(Validity.Invalid, QualityDetail.Test), Quality("MMXU1$MX$PhV$phsA$q"));
        foreach (var ln in _ied.Model.LogicalDevices[0].LogicalNodes)
        {
            foreach (var item in ln.DataObjects.SelectMany(d => d.SelfAndDescendants()).SelectMany(d => d.Nodes).Select(n => n.Child("q")).OfType<DataNode>())
            {
                var isExempt = item.DataObject!.Name is "Mod" or "Beh" or "Health";
                Assert.Equal(!isExempt, (Quality(item.ItemId).Detail & QualityDetail.Test) != QualityDetail.None);
            }
        }

        _ied.Measure(Power, DataValue.Float32(8100), new(Validity.Questionable, QualityDetail.OldData));
        Assert.Equal(new(Validity.Questionable, QualityDetail.OldData | QualityDetail.Test), Quality("MMXU1$MX$TotW$q"));
        Set(1);
        Assert.Equal(new(Validity.Questionable, QualityDetail.OldData), Quality("MMXU1$MX$TotW$q"));
        Assert.Equal(Model.Quality.Invalid, Quality("MMXU1$MX$PhV$phsA$q"));
        Assert.Equal(Model.Quality.Good, Quality("LPHD1$ST$Proxy$q"));
    }

    [Fact] // blocked is not operatorBlocked
    public void Blocked_changes_no_quality()
    {
        _ied.Measure(Power, DataValue.Float32(8000));
        Set(2);
        Assert.Equal(Model.Quality.Good, Quality("MMXU1$MX$TotW$q"));
        Assert.Equal(2, _ied.Read(_peer, "MMXU1$ST$Beh$stVal").Value.AsInteger());
    }

    [Fact] // qchg: who reports the quality is told
    public void The_change_of_the_mode_is_reported_as_one_of_the_quality()
    {
        _ied.Measure(Power, DataValue.Float32(8000));
        Assert.Null(_ied.Write(_peer, "LLN0$RP$urcbMeas01$RptEna", DataValue.Boolean(true)));
        Set(3);
        var report = Assert.Single(_ied.Reports(_peer), r => r.Results.Count > 6);
        Assert.NotEmpty(report.Results);
        Set(3);
        Assert.DoesNotContain(_ied.Reports(_peer), r => r.Results.Count > 6);
    }

    [Fact]
    public void Off_makes_all_invalid_once_and_holds_back_what_comes()
    {
        _ied.Measure(Power, DataValue.Float32(8000));
        Assert.Null(_ied.Write(_peer, "LLN0$RP$urcbMeas01$RptEna", DataValue.Boolean(true)));
        Set(5);
        Assert.Equal(Validity.Invalid, Quality("MMXU1$MX$TotW$q").Validity);
        Assert.Equal(Validity.Invalid, Quality("LLN0$ST$Health$q").Validity);
        Assert.Equal(Model.Quality.Good, Quality("LLN0$ST$Mod$q"));
        Assert.Equal(Model.Quality.Good, Quality("MMXU1$ST$Beh$q"));
        Assert.NotEmpty(_ied.Reports(_peer));
        _ied.Advance(1);
        _ied.Measure(Power, DataValue.Float32(8500));
        Assert.Equal(8000, _ied.Read(_peer, Power).Value.AsDouble());
        Assert.Empty(_ied.Reports(_peer));
        _ied.Advance(1);
        Set(1);
        Assert.Equal(8500, _ied.Read(_peer, Power).Value.AsDouble());
        Assert.Equal(Model.Quality.Good, Quality("MMXU1$MX$TotW$q"));
        Assert.Equal(_ied.Time.GetUtcNow(), Timestamp.FromValue(_ied.Read(_peer, "MMXU1$MX$TotW$t").Value).ToDateTimeOffset());
    }

    [Fact]
    public void A_mode_outlives_a_restart_with_what_it_shows()
    {
        Set(3);
        var next = TestIed.PvInverter(store: _store);
        var peer = next.Associate();
        Assert.Equal(new(Validity.Good, QualityDetail.Test), Model.Quality.FromValue(next.Read(peer, "LPHD1$ST$Proxy$q").Value));
        next.Measure(Power, DataValue.Float32(8000));
        Assert.Equal(new(Validity.Good, QualityDetail.Test), Model.Quality.FromValue(next.Read(peer, "MMXU1$MX$TotW$q").Value));
    }

    [Fact] // release is the top of the range, or Mod off
    public void Off_lets_go_of_what_was_commanded_through_the_logical_node_and_of_nothing_else()
    {
        Assert.Null(_ied.Write(_peer, "DWMX1$CO$WMaxSptPct$Oper", _ied.Command(DataValue.Structure(DataValue.Float32(50)))));
        _ied.HardwareObeys();
        Assert.Null(_ied.Write(_peer, "DWMX1$CO$Mod$Oper", _ied.Command(DataValue.Integer(3))));
        Assert.Empty(_ied.ToldToLetGo);
        Assert.Null(_ied.Write(_peer, "DWMX1$CO$Mod$Oper", _ied.Command(DataValue.Integer(5))));
        Assert.Equal("PV1LD0/DWMX1$CO$WMaxSptPct$Oper$ctlVal$f", Assert.Single(_ied.ToldToLetGo));
        var leaf = _ied.Model.Node("PV1LD0", "DWMX1$CO$WMaxSptPct$Oper$ctlVal$f")!;
        Assert.Empty(_ied.Server.Door.Arbiter.Of(leaf.FirstSlot));

        // The whole logical device: every control of it that leads to hardware.
        Set(5);
        Assert.Contains("PV1LD0/CSWI1$CO$Pos$Oper$ctlVal", _ied.ToldToLetGo);
    }

    [Fact] // the power may have gone before the hardware was told
    public void What_is_off_at_the_start_is_let_go_of_once_more()
    {
        Assert.Null(_ied.Write(_peer, "DWMX1$CO$Mod$Oper", _ied.Command(DataValue.Integer(5))));
        var next = TestIed.PvInverter(store: _store);
        Assert.Equal("PV1LD0/DWMX1$CO$WMaxSptPct$Oper$ctlVal$f", Assert.Single(next.ToldToLetGo));
    }

    [Fact] // a mode that could not be stored is taken back, with all it showed
    public void What_is_taken_back_shows_no_more()
    {
        var store = new LateStore { IsPrompt = true };
        var ied = TestIed.PvInverter(store: store);
        var peer = ied.Associate();
        ied.Measure(Power, DataValue.Float32(8000));
        store.IsPrompt = false;
        Assert.Null(ied.Ask(peer, TestIed.Writing("LLN0$CO$Mod$Oper", ied.Command(DataValue.Integer(3)))));
        Assert.Equal(new(Validity.Good, QualityDetail.Test), Shown(ied));
        ied.Advance(6);
        Assert.Equal(Model.Quality.Good, Shown(ied));
    }

    private static Quality Shown(TestIed ied) => Model.Quality.FromValue(ied.Server.Values[ied.Model.Node("PV1LD0", "MMXU1$MX$TotW$q")!.FirstSlot]);

    private void Set(int mode)
    {
        Assert.Null(_ied.Write(_peer, "LLN0$CO$Mod$Oper", _ied.Command(DataValue.Integer(mode))));
        Assert.Equal(mode, _ied.Read(_peer, "LLN0$ST$Mod$stVal").Value.AsInteger());
    }

    private Quality Quality(string item) => Model.Quality.FromValue(_ied.Read(_peer, item).Value);
}
