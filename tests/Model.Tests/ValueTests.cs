using CsCheck;

namespace DerAgent.Model.Tests;

public sealed class ValueTests
{
    [Fact] // IEC 61850-8-1 §8.1.3.7: steps of 2^-24 s
    public void A_time_stamp_keeps_its_ticks()
    {
        foreach (var ticks in Enumerable.Range(0, 1_000).Select(ms => ms * TimeSpan.TicksPerMillisecond).Concat([1L, 9_999_999L, 4_999_999L, 1_234_567L]))
        {
            var time = new DateTimeOffset(2026, 11, 26, 6, 0, 0, TimeSpan.Zero).AddTicks(ticks);
            Assert.Equal(time, Timestamp.FromValue(Timestamp.From(time).ToValue()).ToDateTimeOffset());
        }
    }

    [Fact] // IEC 61850-8-1 §8.1.3.7
    public void Time_stamps_round_trip_to_60_nanoseconds() => Gen.Long[0, TimeSpan.TicksPerDay * 40_000].Sample(ticks =>
    {
        var time = DateTimeOffset.UnixEpoch.AddTicks(ticks);
        var stamp = Timestamp.FromValue(Timestamp.From(time, 7).ToValue());
        return Math.Abs((stamp.ToDateTimeOffset() - time).Ticks) <= 1 && stamp.TimeQuality == 7;
    });

    [Fact] // IEC 61850-8-1 §8.1.3.6
    public void Entry_times_count_from_1984() =>
        Assert.Equal(new EntryTime(1, 1), EntryTime.From(new DateTimeOffset(1984, 1, 2, 0, 0, 0, 1, TimeSpan.Zero)));

    [Theory] // IEC 61850-7-3 §6.2: bits of the packed list
    [InlineData(Validity.Good, QualityDetail.None, "0000000000000")]
    [InlineData(Validity.Invalid, QualityDetail.None, "0100000000000")]
    [InlineData(Validity.Questionable, QualityDetail.OutOfRange, "1101000000000")]
    [InlineData(Validity.Invalid, QualityDetail.OldData | QualityDetail.Failure, "0100001100000")]
    [InlineData(Validity.Good, QualityDetail.Test, "0000000000010")]
    public void Qualities_have_their_bits(Validity validity, QualityDetail detail, string bits) => Assert.Equal(bits, new Quality(validity, detail).ToValue().ToString());

    [Fact]
    public void The_worse_quality_wins_and_details_add_up()
    {
        var worse = new Quality(Validity.Questionable, QualityDetail.OutOfRange).Worse(new(Validity.Invalid, QualityDetail.OldData));
        Assert.Equal("invalid|outOfRange|oldData", worse.ToString());
        Assert.Equal(Validity.Questionable, Quality.Good.Worse(new(Validity.Questionable)).Validity);
    }

    [Theory] // wire profile §6, acsi-semantics §2: what an attribute accepts
    [InlineData(BasicType.Integer, 8, 127, ValueFault.None)]
    [InlineData(BasicType.Integer, 8, 128, ValueFault.Range)]
    [InlineData(BasicType.Integer, 8, -128, ValueFault.None)]
    [InlineData(BasicType.Unsigned, 8, 255, ValueFault.None)]
    [InlineData(BasicType.Unsigned, 8, 256, ValueFault.Range)]
    [InlineData(BasicType.Unsigned, 32, -1, ValueFault.Range)]
    [InlineData(BasicType.Integer, 64, long.MaxValue, ValueFault.None)]
    [InlineData(BasicType.Boolean, 0, 1, ValueFault.Type)]
    [InlineData(BasicType.Float, 32, 1, ValueFault.Type)]
    public void Numbers_are_accepted_within_their_type(BasicType basic, int size, long number, ValueFault fault) =>
        Assert.Equal(fault, new AttributeType(basic, size).Accept(DataValue.Integer(number), out _));

    [Fact]
    public void Strings_and_enumerations_are_bounded()
    {
        Assert.Equal(ValueFault.Range, new AttributeType(BasicType.VisibleString, 3).Accept(DataValue.VisibleString("abcd"), out _));
        Assert.Equal(ValueFault.Range, new AttributeType(BasicType.OctetString, 1).Accept(DataValue.Octets([1, 2]), out _));

        // Characters, whatever octets they take: é takes two, the sun four.
        Assert.Equal(ValueFault.None, new AttributeType(BasicType.UnicodeString, 3).Accept(DataValue.MmsString("éé\U0001F31E"), out _));
        Assert.Equal(ValueFault.Range, new AttributeType(BasicType.UnicodeString, 3).Accept(DataValue.MmsString("éé\U0001F31E."), out _));
        var type = new AttributeType(BasicType.Enumerated, 8, new("E", [new(1, "on"), new(5, "off")]));
        Assert.Equal(ValueFault.Range, type.Accept(DataValue.Integer(2), out _));
        Assert.Equal(ValueFault.None, type.Accept(DataValue.Unsigned(5), out var accepted));
        Assert.Equal(DataValue.Integer(5), accepted);
    }

    [Fact]
    public void Long_bit_strings_keep_every_bit() => Gen.Bool.Array[0, 200].Sample(bits =>
    {
        var value = DataValue.Bits(bits.AsSpan());
        return value.BitCount == bits.Length && bits.Select((b, i) => value.Bit(i) == b).All(x => x) && value == DataValue.Bits(bits.AsSpan());
    });
}
