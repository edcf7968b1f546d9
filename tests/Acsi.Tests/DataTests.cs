using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi.Tests;

public sealed class DataTests
{
    private readonly TestIed _ied = TestIed.PvInverter();

    [Fact] // Srv4
    public void Measurements_are_read_with_quality_and_time()
    {
        var peer = _ied.Associate();
        Assert.Equal(Quality.Invalid, Quality.FromValue(_ied.Read(peer, "MMXU1$MX$TotW$q").Value));
        _ied.Measure("MMXU1$MX$TotW$mag$f", DataValue.Float32(1234));
        var value = _ied.Read(peer, "MMXU1$MX$TotW").Value;
        Assert.Equal(1234, value.Items[1].Items[0].AsDouble());
        Assert.True(Quality.FromValue(value.Items[2]).IsGood);
        Assert.Equal(_ied.Time.GetUtcNow(), Timestamp.FromValue(value.Items[3]).ToDateTimeOffset());
    }

    [Fact] // 0 would be a value nobody has given
    public void A_setting_of_a_device_that_was_never_read_is_not_available()
    {
        var peer = _ied.Associate();
        var setting = _ied.Model.Node("PV1LD0", "DGEN1$SP$WMaxRtg$setMag$f")!;
        Assert.NotNull(setting.ShortAddress);
        foreach (var name in new[] { "DGEN1$SP$WMaxRtg$setMag$f", "DGEN1$SP$WMaxRtg$setMag", "DGEN1$SP$WMaxRtg" })
        {
            Assert.Equal(DataAccessError.TemporarilyUnavailable, _ied.Read(peer, name).Failure);
        }

        // What is around it can be read, and so can it once it is known, 0 too.
        Assert.Null(_ied.Read(peer, "DGEN1$SP").Failure);
        _ied.Server.Update([new(setting.FirstSlot, DataValue.Float32(0), Quality.Good, _ied.Time.GetUtcNow())]);
        Assert.Equal(0, _ied.Read(peer, "DGEN1$SP$WMaxRtg$setMag$f").Value.AsDouble());
    }

    [Theory] // IEC 61850-7-3 Ed 2.1: db in 0.001 % of dbRef; of the last value where dbRef is 0
    [InlineData("10000", 8090, 8110)]
    [InlineData("0", 8070, 8090)]
    public void The_deadband_relates_to_dbRef(string reference, float within, float beyond)
    {
        var scl = TestScl.Shipped.Replace("<DOI name=\"TotW\">", $"<DOI name=\"TotW\"><DAI name=\"db\"><Val>1000</Val></DAI><DAI name=\"dbRef\"><Val>{reference}</Val></DAI>", StringComparison.Ordinal);
        var ied = new TestIed(scl);
        var peer = ied.Associate();
        foreach (var (value, expected) in new[] { (8000f, 8000f), (within, 8000f), (beyond, beyond) })
        {
            ied.Measure("MMXU1$MX$TotW$mag$f", DataValue.Float32(value));
            Assert.Equal(expected, ied.Read(peer, "MMXU1$MX$TotW$mag$f").Value.AsDouble());
            Assert.Equal(value, ied.Read(peer, "MMXU1$MX$TotW$instMag$f").Value.AsDouble());
        }
    }

    [Fact] // IEC 61850-7-3 §6.2.1: t belongs to the value that stands
    public void A_value_older_than_the_one_that_stands_is_dropped_and_counts_for_its_bad_quality_only()
    {
        var ied = TestIed.PvInverter();
        var peer = ied.Associate();
        var point = ied.Model.Node("PV1LD0", "MMXU1$MX$TotW$mag$f")!.FirstSlot;
        void Update(double second, float value, Quality quality) =>
            ied.Server.Update([new(point, DataValue.Float32(value), quality, ied.Time.GetUtcNow().AddSeconds(second))]);
        (double Value, Quality Quality, DateTimeOffset Time) Present()
        {
            var read = ied.Read(peer, "MMXU1$MX$TotW").Value;
            return (read.Items[1].Items[0].AsDouble(), Quality.FromValue(read.Items[2]), Timestamp.FromValue(read.Items[3]).ToDateTimeOffset());
        }

        ied.Advance(60);
        var now = ied.Time.GetUtcNow();
        Update(-10, 1, Quality.Good);
        Update(-15, 2, Quality.Good);
        Assert.Equal((1d, Quality.Good, now.AddSeconds(-10)), Present());
        Update(-15, 3, new(Validity.Invalid, QualityDetail.OldData));
        Assert.Equal((1d, new Quality(Validity.Invalid, QualityDetail.OldData), now.AddSeconds(-10)), Present());
        Update(-15, 4, Quality.Good);
        Assert.False(Present().Quality.IsGood);
        Update(-10, 5, Quality.Good);
        Assert.Equal((5d, Quality.Good, now.AddSeconds(-10)), Present());
    }

    [Fact]
    public void A_time_in_the_future_of_our_clock_compares_with_nothing()
    {
        var ied = TestIed.PvInverter();
        var peer = ied.Associate();
        var point = ied.Model.Node("PV1LD0", "MMXU1$MX$TotW$mag$f")!.FirstSlot;
        ied.Server.Update([new(point, DataValue.Float32(1), Quality.Good, ied.Time.GetUtcNow().AddHours(1))]);
        ied.Server.Update([new(point, DataValue.Float32(2), Quality.Good, ied.Time.GetUtcNow())]);
        Assert.Equal(2, ied.Read(peer, "MMXU1$MX$TotW").Value.Items[1].Items[0].AsDouble());
    }

    [Fact] // the value of the SCL file is not the value of a device that never spoke
    public void A_device_silent_from_the_start_makes_its_data_invalid_though_the_file_gives_a_value()
    {
        var scl = TestScl.Shipped.Replace("<DAI name=\"f\" sAddr=\"inv1/W\"/>", "<DAI name=\"f\" sAddr=\"inv1/W\"><Val>7</Val></DAI>", StringComparison.Ordinal);
        var ied = new TestIed(scl);
        var peer = ied.Associate();
        var started = ied.Time.GetUtcNow();
        var given = ied.Read(peer, "MMXU1$MX$TotW").Value;
        Assert.Equal((7d, Quality.Good), (given.Items[1].Items[0].AsDouble(), Quality.FromValue(given.Items[2])));

        // What a device that never answered gives after three missed polls.
        ied.Advance(10);
        ied.Server.Update([new(ied.Model.Node("PV1LD0", "MMXU1$MX$TotW$mag$f")!.FirstSlot, default, new(Validity.Invalid, QualityDetail.OldData | QualityDetail.Failure), DateTimeOffset.UnixEpoch)]);
        var silent = ied.Read(peer, "MMXU1$MX$TotW").Value;
        Assert.Equal(new Quality(Validity.Invalid, QualityDetail.OldData | QualityDetail.Failure), Quality.FromValue(silent.Items[2]));
        Assert.Equal(started, Timestamp.FromValue(silent.Items[3]).ToDateTimeOffset());
    }

    [Fact]
    public void The_time_stamp_moves_only_with_value_or_quality()
    {
        var peer = _ied.Associate();
        _ied.Measure("MMXU1$MX$TotW$mag$f", DataValue.Float32(1));
        var first = _ied.Read(peer, "MMXU1$MX$TotW$t").Value;
        _ied.Advance(5);
        _ied.Measure("MMXU1$MX$TotW$mag$f", DataValue.Float32(1));
        Assert.Equal(first, _ied.Read(peer, "MMXU1$MX$TotW$t").Value);
        _ied.Measure("MMXU1$MX$TotW$mag$f", default, new Quality(Validity.Invalid, QualityDetail.OldData));
        Assert.NotEqual(first, _ied.Read(peer, "MMXU1$MX$TotW$t").Value);
        Assert.Equal(1, _ied.Read(peer, "MMXU1$MX$TotW$mag$f").Value.AsDouble());
    }

    [Theory] // SrvN1
    [InlineData("MMXU1$MX$None")]
    [InlineData("NONE1$MX$TotW")]
    [InlineData("MMXU1$XX$TotW")]
    [InlineData("MMXU1$MX$TotW$mag$f$g")]
    public void What_does_not_exist_is_a_failure_in_its_place(string item) => Assert.Equal(DataAccessError.ObjectNonExistent, _ied.Read(_ied.Associate(), item).Failure);

    [Fact] // GetAllDataValues
    public void A_constraint_or_a_whole_logical_node_is_read_at_once()
    {
        var peer = _ied.Associate();
        Assert.Equal(7, _ied.Read(peer, "MMXU1$MX").Value.Items.Count);
        Assert.Equal(_ied.Model.LogicalDevice("PV1LD0")!.LogicalNode("MMXU1")!.Constraints.Count, _ied.Read(peer, "MMXU1").Value.Items.Count);
    }

    [Fact] // Dset2
    public void A_data_set_is_read_member_by_member()
    {
        var request = new ReadRequest(new VariableAccess.Named(ObjectName.In("PV1LD0", "LLN0$Measurements")));
        Assert.Equal(6, _ied.Ask<ReadResponse>(_ied.Associate(), request).Results.Count);
    }

    [Theory] // SrvN: what is not writable
    [InlineData("MMXU1$MX$TotW$mag$f")]
    [InlineData("MMXU1$DC$NamPlt$d")]
    [InlineData("DWMX1$CF$WMaxSptPct$ctlModel")]
    [InlineData("LLN0$ST$Beh$stVal")]
    public void Only_settings_are_writable(string item)
    {
        var peer = _ied.Associate();
        Assert.Equal(DataAccessError.ObjectAccessDenied, _ied.Write(peer, item, _ied.Read(peer, item).Value));
    }

    [Fact]
    public void A_setting_of_the_agent_is_written_at_once_and_checked_by_type()
    {
        var peer = _ied.Associate();
        Assert.Null(_ied.Write(peer, "DWMX1$SP$RmpRteUse$setVal", DataValue.Boolean(true)));
        Assert.True(_ied.Read(peer, "DWMX1$SP$RmpRteUse$setVal").Value.AsBoolean());
        Assert.Equal(DataAccessError.TypeInconsistent, _ied.Write(peer, "DWMX1$SP$RmpRteUse$setVal", DataValue.Integer(1)));
        Assert.Equal(DataAccessError.ObjectValueInvalid, _ied.Write(peer, "DGEN1$SP$DERTyp$setVal", DataValue.Integer(77)));
        Assert.Equal(DataAccessError.ObjectAccessDenied, _ied.Write(_ied.Associate(id: "2", rights: Right.View | Right.Read), "DWMX1$SP$RmpRteUse$setVal", DataValue.Boolean(false)));
    }

    [Fact]
    public void A_setting_of_the_hardware_is_answered_when_the_hardware_took_it()
    {
        var peer = _ied.Associate();
        _ied.Measure("DGEN1$SP$WMax$setMag$f", DataValue.Float32(10_000));
        Assert.Null(_ied.Ask(peer, TestIed.Writing("DGEN1$SP$WMax$setMag$f", DataValue.Float32(9000))));
        Assert.Equal(10_000, _ied.Read(peer, "DGEN1$SP$WMax$setMag$f").Value.AsDouble());
        _ied.HardwareObeys();
        Assert.IsType<ConfirmedResponse>(_ied.LateAnswer(peer));
        Assert.Equal(9000, _ied.Read(peer, "DGEN1$SP$WMax$setMag$f").Value.AsDouble());
    }

    [Theory] // the device says no or cannot; it is silent; the value fits no register
    [InlineData(AddCause.BlockedByProcess, nameof(DataAccessError.ObjectAccessDenied))]
    [InlineData(AddCause.AbortionByCommunicationLoss, nameof(DataAccessError.HardwareFault))]
    [InlineData(AddCause.AbortionDueToDeviation, nameof(DataAccessError.HardwareFault))]
    [InlineData(AddCause.InconsistentParameters, nameof(DataAccessError.ObjectValueInvalid))]
    public void The_old_value_stays_when_the_hardware_refuses(AddCause cause, string error)
    {
        var peer = _ied.Associate();
        _ied.Measure("DGEN1$SP$WMax$setMag$f", DataValue.Float32(10_000));
        Assert.Null(_ied.Ask(peer, TestIed.Writing("DGEN1$SP$WMax$setMag$f", DataValue.Float32(9000))));
        _ied.Server.CommandCompleted(_ied.Commands.Dequeue().Id, new(cause, "refused"));
        var answer = Assert.IsType<WriteResponse>(Assert.IsType<ConfirmedResponse>(_ied.LateAnswer(peer)).Service);
        Assert.Equal(Enum.Parse<DataAccessError>(error), Assert.Single(answer.Results));
        Assert.Equal(10_000, _ied.Read(peer, "DGEN1$SP$WMax$setMag$f").Value.AsDouble());
    }

    [Fact]
    public void Several_variables_are_written_each_by_itself()
    {
        var peer = _ied.Associate();
        var request = new WriteRequest(
            new VariableAccess.List([new VariableSpecification(ObjectName.In("PV1LD0", "DWMX1$SP$RmpRteUse$setVal")), new VariableSpecification(ObjectName.In("PV1LD0", "MMXU1$MX$TotW$q"))]),
            [DataValue.Boolean(true), Quality.Good.ToValue()]);
        Assert.Equal([null, DataAccessError.ObjectAccessDenied], _ied.Ask<WriteResponse>(peer, request).Results);
    }

    [Fact] // SetDataSetValues: one result for each member; measured ones are refused each by itself
    public void A_data_set_is_written_member_by_member()
    {
        var set = new VariableAccess.Named(ObjectName.In("PV1LD0", "LLN0$Energy"));
        var peer = _ied.Associate();
        var present = _ied.Ask<ReadResponse>(peer, new ReadRequest(set)).Results[0].Value;
        Assert.Equal([DataAccessError.ObjectAccessDenied], _ied.Ask<WriteResponse>(peer, new WriteRequest(set, [present])).Results);
        Assert.IsType<ConfirmedError>(_ied.Ask(peer, new WriteRequest(set, [])));
        Assert.IsType<ConfirmedError>(_ied.Ask(peer, new WriteRequest(new VariableAccess.Named(ObjectName.In("PV1LD0", "LLN0$None")), [present])));
    }

    [Fact] // SCL Val
    public void Constants_of_the_SCL_file_are_good_from_the_start()
    {
        var peer = _ied.Associate();
        Assert.True(_ied.Read(peer, "LPHD1$ST$Proxy$stVal").Value.AsBoolean());
        Assert.True(Quality.FromValue(_ied.Read(peer, "LPHD1$ST$Proxy$q").Value).IsGood);
        Assert.Equal(1, _ied.Read(peer, "MMXU1$ST$Beh$stVal").Value.AsInteger());
    }
}
