using DerAgent.Model;

namespace DerAgent.Acsi.Tests;

/// <summary>The agent's own clock and connections in the model (IEC 61850-7-4: LTMS, LTIM, LCCH), and in the quality of each time.</summary>
public sealed class SupervisionTests
{
    private readonly TestIed _ied = new(SupervisionScl.Text());
    private readonly Association _peer;

    public SupervisionTests() => _peer = _ied.Associate();

    [Fact]
    public void The_clock_is_shown_and_each_time_stamp_says_how_good_it_is()
    {
        _ied.Measure("MMXU1$MX$TotW$mag$f", DataValue.Float32(1));
        Assert.Equal(0x20 | 31, QualityOf("MMXU1$MX$TotW$t"));
        Show(new ClockReport(0x80 | 7, "ntp.example", 2, 2, [true, false]));
        Assert.Equal(("ntp.example", 2L, 2L, 7L), (Text("LTMS1$ST$TmSrc$stVal"), Number("LTMS1$ST$TmSrcTyp$stVal"), Number("LTMS1$ST$TmSyn$stVal"), Number("LTMS1$ST$TmAcc$stVal")));
        Assert.Equal((true, false), (Is("LTMS1$ST$TmChSt1$stVal"), Is("LTMS1$ST$TmChSt2$stVal")));
        Assert.True(Is("LTIM1$ST$TmDT$stVal"));
        Assert.Equal(Quality.Good, Quality.FromValue(_ied.Read(_peer, "LTMS1$ST$TmSyn$q").Value));

        _ied.Advance(1);
        _ied.Measure("MMXU1$MX$TotW$mag$f", DataValue.Float32(2));
        Assert.Equal(0x80 | 7, QualityOf("MMXU1$MX$TotW$t"));
        Show(new ClockReport(0x20 | 31, "", 1, 0, [false, false]));
        _ied.Advance(1);
        _ied.Measure("MMXU1$MX$TotW$mag$f", DataValue.Float32(3));
        Assert.Equal(0x20 | 31, QualityOf("MMXU1$MX$TotW$t"));
        Assert.Equal((1L, 0L, false), (Number("LTMS1$ST$TmSrcTyp$stVal"), Number("LTMS1$ST$TmSyn$stVal"), Is("LTMS1$ST$TmChSt1$stVal")));
    }

    [Fact] // a connection of its name, and one in the order of both
    public void Connections_are_shown_with_their_counts()
    {
        Show([new("dso", true, 10, 20, 0), new("vpp", false, 1, 2, 5), new("third", true, 7, 8, 9)]);
        Assert.Equal((true, 10L, 20L, 0L), Channel(1));
        Assert.Equal((false, 1L, 2L, 5L), Channel(2));
        _ied.Advance(1);
        Show([new("dso", false, 11, 20, 0), new("vpp", true, 1, 2, 5)]);
        Assert.Equal((false, 11L, 20L, 0L), Channel(1));
        Assert.Equal((true, 1L, 2L, 5L), Channel(2));
    }

    [Fact] // a model without them, and one whose objects come from a device
    public void What_the_model_does_not_have_is_not_shown()
    {
        var ied = TestIed.PvInverter();
        ied.Server.ShowClock(new(0x87, "a", 2, 2, [true]), isDaylight: false);
        ied.Server.ShowChannels([new("dso", true, 1, 2, 3)]);
        ied.Drain();
        var bound = new TestIed(SupervisionScl.Text().Replace("<LN lnClass=\"LTIM\" inst=\"1\" lnType=\"LTIM\"/>", "<LN lnClass=\"LTIM\" inst=\"1\" lnType=\"LTIM\"><DOI name=\"TmDT\"><DAI name=\"stVal\" sAddr=\"inv1/St\"/></DOI></LN>", StringComparison.Ordinal));
        bound.Server.ShowClock(new(0x87, "a", 2, 2, [true]), isDaylight: true);
        Assert.False(bound.Read(bound.Associate(), "LTIM1$ST$TmDT$stVal").Value.AsBoolean());
    }

    private void Show(ClockReport report)
    {
        _ied.Server.ShowClock(report, isDaylight: true);
        _ied.Drain();
    }

    private void Show(IReadOnlyList<ChannelReport> channels)
    {
        _ied.Server.ShowChannels(channels);
        _ied.Drain();
    }

    private (bool Live, long Rx, long Tx, long Fer) Channel(int number) =>
        (Is($"LCCH{number}$ST$ChLiv$stVal"), Number($"LCCH{number}$ST$RxCnt$actVal"), Number($"LCCH{number}$ST$TxCnt$actVal"), Number($"LCCH{number}$ST$FerCh$stVal"));

    private int QualityOf(string item) => Timestamp.FromValue(_ied.Read(_peer, item).Value).TimeQuality;

    private string Text(string item) => _ied.Read(_peer, item).Value.AsText();

    private long Number(string item) => _ied.Read(_peer, item).Value.AsInteger();

    private bool Is(string item) => _ied.Read(_peer, item).Value.AsBoolean();
}
