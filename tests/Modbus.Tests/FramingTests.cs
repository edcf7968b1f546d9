using System.Text;

namespace DerAgent.Modbus.Tests;

/// <summary>Frames are found wherever octets are cut, whatever comes in between, and nothing else is taken for one.</summary>
public sealed class FramingTests
{
    private static readonly ModbusRequest Question = ModbusRequest.Read(ModbusFunction.ReadHoldingRegisters, 107, 3);

    [Fact] // the example of the specification: Modbus over Serial Line V1.02, appendix B; AN6 of many manuals
    public void The_CRC_is_that_of_the_specification()
    {
        Assert.Equal(0x1241, RtuFraming.Crc([0x02, 0x07]));
        Assert.Equal(Convert.FromHexString("01030000000AC5CD"), new RtuFraming().Frame(1, Convert.FromHexString("030000000A")));
    }

    [Fact]
    public void ASCII_frames_are_those_of_the_specification() => Assert.Equal(":F7031389000A60\r\n", Encoding.ASCII.GetString(new AsciiFraming().Frame(0xF7, Convert.FromHexString("031389000A"))));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Cuts_noise_and_frames_of_others_do_not_hide_the_answer(bool isAscii)
    {
        IModbusFraming framing = isAscii ? new AsciiFraming() : new RtuFraming();
        var random = new Random(7);
        var answer = Answer();
        for (var round = 0; round < 4000; round++)
        {
            var noise = new byte[random.Next(12)];
            random.NextBytes(noise);
            byte[] others = random.Next(2) == 0 ? [] : framing.Frame(9, Convert.FromHexString("0300100002"));
            byte[] octets = [.. noise, .. others, .. framing.Frame(17, answer), .. random.Next(2) == 0 ? noise : []];
            var parser = framing.NewParser();
            parser.Expect(ModbusQuestion.Of(17, Question, framing));
            var frames = new List<LineFrame>();
            for (var at = 0; at < octets.Length;)
            {
                var count = Math.Min(octets.Length - at, 1 + random.Next(9));
                Assert.True(parser.Feed(octets.AsSpan(at, count), frames));
                at += count;
            }

            parser.End(frames);
            Assert.Contains(frames, f => f.Unit == 17 && !f.IsQuestion && f.Pdu.Span.SequenceEqual(answer));
            Assert.All(frames, f => Assert.Contains((int)f.Unit, new[] { 9, 17 }));
        }
    }

    [Fact] // eModbus#74: a pause inside the frame is not its end
    public void A_frame_is_as_long_as_its_function_says()
    {
        var parser = new RtuParser(readsRequests: false);
        parser.Expect(ModbusQuestion.Of(17, Question, new RtuFraming()));
        var frames = new List<LineFrame>();
        var octets = new RtuFraming().Frame(17, Answer());
        for (var i = 0; i < octets.Length - 1; i++)
        {
            parser.Feed([octets[i]], frames);
            Assert.Empty(frames);
            Assert.True(parser.HasPart);
        }

        parser.Feed(octets.AsSpan()[^1..], frames);
        Assert.Equal(Answer(), Assert.Single(frames).Pdu.ToArray());
        Assert.False(parser.HasPart);
    }

    [Fact]
    public void What_looks_like_the_answer_and_is_noise_hides_it_until_the_time_is_over_only()
    {
        var parser = new RtuParser(readsRequests: false);
        parser.Expect(ModbusQuestion.Of(17, Question, new RtuFraming()));
        var frames = new List<LineFrame>();
        parser.Feed([17, 3, 6, .. new RtuFraming().Frame(17, Answer())], frames);
        parser.End(frames);
        Assert.Equal(Answer(), Assert.Single(frames).Pdu.ToArray());
    }

    [Fact]
    public void One_wrong_bit_is_no_frame()
    {
        var octets = new RtuFraming().Frame(17, Answer());
        for (var bit = 0; bit < octets.Length * 8; bit++)
        {
            var wrong = (byte[])octets.Clone();
            wrong[bit / 8] ^= (byte)(1 << (bit % 8));
            var parser = new RtuParser(readsRequests: false);
            parser.Expect(ModbusQuestion.Of(17, Question, new RtuFraming()));
            var frames = new List<LineFrame>();
            parser.Feed(wrong, frames);
            parser.End(frames);
            Assert.Empty(frames);
        }
    }

    [Fact]
    public void Noise_without_end_takes_no_memory_and_hides_nothing()
    {
        var parser = new RtuParser(readsRequests: false);
        parser.Expect(ModbusQuestion.Of(17, Question, new RtuFraming()));
        var frames = new List<LineFrame>();
        var noise = Enumerable.Repeat((byte)0x11, 100_000).ToArray();
        parser.Feed(noise, frames);
        parser.Feed(new RtuFraming().Frame(17, Answer()), frames);
        parser.End(frames);
        Assert.Contains(frames, f => f.Pdu.Span.SequenceEqual(Answer()));
    }

    [Fact]
    public void Questions_of_others_and_their_answers_are_frames_too()
    {
        var framing = new RtuFraming();
        var parser = framing.NewParser();
        var frames = new List<LineFrame>();
        parser.Feed([.. framing.Frame(5, Question.Pdu.Span), .. framing.Frame(5, Answer()), .. framing.Frame(6, ModbusRequest.WriteRegisters(10, [1, 2]).Pdu.Span), .. framing.Frame(6, Convert.FromHexString("10000A0002"))], frames);
        Assert.Equal([(5, true), (5, false), (6, true), (6, false)], frames.Select(f => ((int)f.Unit, f.IsQuestion)));
    }

    [Fact]
    public async Task Identification_is_read_over_several_answers()
    {
        var asked = new List<int>();
        var said = await ModbusIdentification.ReadAsync(
            request =>
            {
                asked.Add(request.Address);
                return Task.FromResult<ReadOnlyMemory<byte>>(request.Address == 0
                    ? (byte[])[0x2B, 14, 1, 1, 0xFF, 2, 2, 0, 3, (byte)'A', (byte)'C', (byte)'M', 1, 2, (byte)'X', 7]
                    : [0x2B, 14, 1, 1, 0, 0, 1, 2, 2, (byte)'v', (byte)'1']);
            });
        Assert.Equal(("ACM", "X?", "v1"), (said.Maker, said.ProductCode, said.Revision));
        Assert.Equal([0, 2], asked);
    }

    [Theory] // its length tells of itself, so any cut must be found out
    [InlineData("2B0E01010000020003414D31")]
    [InlineData("2B0E0101000001")]
    [InlineData("2B0D010100000100")]
    public void Half_an_identification_is_none(string pdu) => Assert.Null(ModbusIdentification.Part.Read(Convert.FromHexString(pdu)));

    [Fact]
    public async Task A_device_that_says_the_same_again_and_again_is_not_asked_for_ever()
    {
        var asked = 0;
        _ = await ModbusIdentification.ReadAsync(
            _ =>
            {
                asked++;
                return Task.FromResult<ReadOnlyMemory<byte>>((byte[])[0x2B, 14, 1, 1, 0xFF, 0, 1, 0, 1, (byte)'A']);
            });
        Assert.Equal(2, asked);
    }

    [Theory] // Modbus over Serial Line V1.02 §2.5.1.1
    [InlineData(9600, 10, 3.646)]
    [InlineData(9600, 11, 4.010)]
    [InlineData(19_200, 11, 2.005)]
    [InlineData(38_400, 11, 1.750)]
    [InlineData(115_200, 10, 1.750)]
    public void Silence_is_three_and_a_half_octets_down_to_a_least(int baud, int bits, double milliseconds)
    {
        var timing = new SerialTiming(baud, bits);
        Assert.Equal(milliseconds, timing.Silence.TotalMilliseconds, 3);
        Assert.Equal(256.0 * bits / baud, timing.Of(256).TotalSeconds, 6);
    }

    private static byte[] Answer() => Convert.FromHexString("0306022B00000064");
}
