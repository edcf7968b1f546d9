using System.Text;

namespace DerAgent.Devices.Tests;

/// <summary>Messages of line protocols: how they are made, found in what comes, and what they say.</summary>
public sealed class LineMessageTests
{
    [Theory] // the checksums of the catalogue of CRC algorithms' check string, worked out by hand
    [InlineData("xor", false, false, "31")]
    [InlineData("sum", false, false, "DD")]
    [InlineData("crc16", false, false, "4B37")]
    [InlineData("crc16", false, true, "374B")]
    [InlineData("crc16", true, true, "7K")]
    [InlineData("none", false, false, "")]
    public void A_checksum_is_what_others_make_of_it(string kind, bool isOctets, bool isLowFirst, string expected)
    {
        var checksum = new LineChecksum { Kind = Enum.Parse<ChecksumKind>(kind, ignoreCase: true), IsOctets = isOctets, IsLowFirst = isLowFirst };
        Assert.Equal(expected, checksum.Of("123456789"));
        Assert.Equal(checksum.Width, expected.Length);
        Assert.True(checksum.Fits("123456789", isOctets ? expected : expected.ToLowerInvariant()));
        Assert.False(expected.Length > 0 && checksum.Fits("123456788", expected));
    }

    [Theory]
    [InlineData("S{unit}", 7, "S7")]
    [InlineData("S{unit:00}{{}}", 7, "S07{}")]
    [InlineData("{unit:X2}!", 31, "1F!")]
    [InlineData("P{P}", 1, "P60")]
    [InlineData("P{P:000.0}", 1, "P060.0")]
    [InlineData("P{P:X4}", 1, "P003C")]
    public void A_template_has_places_for_values(string source, byte unit, string text)
    {
        var template = MessageTemplate.Parse(source, out _)!;
        var values = template.Points.ToDictionary(p => p.Key, p => p.Value.Write(60)!, StringComparer.Ordinal);
        Assert.Equal(text, template.Fill(unit, values));
    }

    [Theory]
    [InlineData("S{", 2)]
    [InlineData("S}x", 2)]
    [InlineData("{}", 1)]
    [InlineData("{P:abc}", 1)]
    [InlineData("Ā", 0)]
    public void What_is_no_template_is_told(string source, int at)
    {
        Assert.Null(MessageTemplate.Parse(source, out var fault));
        Assert.Contains(at > 0 ? $"character {at}" : "no octet", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("000.0", 5.25, "005.3")]
    [InlineData("000", 1000, null)]
    [InlineData("000", -5, "-005")]
    [InlineData("0.0", 1234.5, "1234.5")]
    [InlineData("X2", 256, null)]
    [InlineData("X", 256, "100")]
    [InlineData("X2", -1, null)]
    public void A_number_has_the_room_its_place_has(string format, double number, string? text) => Assert.Equal(text, NumberFormat.Parse(format)!.Value.Write((decimal)number));

    [Theory] // begin, end, checksum; each message in every pair of pieces, with noise around it
    [InlineData("$", "\r\n", "xor", false, "*")]
    [InlineData("", "\r", "none", false, "")]
    [InlineData("", "\r", "sum", false, "")]
    [InlineData("\u0002", "\u0003", "xor", true, "")]
    [InlineData("\u0002", "\u0003", "crc16", true, "")]
    public void A_message_is_found_wherever_it_is_cut(string begin, string end, string kind, bool isAfterEnd, string separator)
    {
        var question = Question(new() { Begin = begin, End = end, Checksum = new() { Kind = Enum.Parse<ChecksumKind>(kind, ignoreCase: true), IsAfterEnd = isAfterEnd, IsOctets = isAfterEnd, Separator = separator } });
        var octets = question.Messages.Format.Wrap("A12.5");
        for (var cut = 0; cut <= octets.Length; cut++)
        {
            var parser = new MessageParser();
            parser.Expect(question);
            var found = new List<LineMessage>();
            parser.Feed(begin.Length > 0 ? [0xFF, .. Encoding.Latin1.GetBytes("x"), .. octets.AsSpan(0, cut)] : octets.AsSpan(0, cut), found);
            Assert.Equal(cut == octets.Length ? 1 : 0, found.Count);
            parser.Feed([.. octets.AsSpan(cut), .. octets], found);
            Assert.Equal([new("A12.5"), new LineMessage("A12.5")], found);
            Assert.Null(parser.Fault);
        }
    }

    [Fact]
    public void A_message_that_begins_in_the_middle_of_another_one_begins_there()
    {
        var question = Question(new() { Begin = "$", End = "\r", Checksum = new() { Kind = ChecksumKind.Xor, Separator = "*" } });
        var parser = new MessageParser();
        parser.Expect(question);
        var found = new List<LineMessage>();
        parser.Feed([.. Encoding.ASCII.GetBytes("$A1"), .. question.Messages.Format.Wrap("A2")], found);
        Assert.Equal("A2", Assert.Single(found).Text);
    }

    [Fact]
    public void A_wrong_checksum_is_named_and_the_next_message_found()
    {
        var question = Question(new() { End = "\r\n", Checksum = new() { Kind = ChecksumKind.Xor, Separator = "*" } });
        var parser = new MessageParser();
        parser.Expect(question);
        var found = new List<LineMessage>();
        parser.Feed(Encoding.ASCII.GetBytes("A12*00\r\n"), found);
        Assert.Empty(found);
        Assert.Equal("a message came with the wrong checksum: \"*00\" is said and \"*42\" is right", parser.Fault);
        parser.Feed(Encoding.ASCII.GetBytes("A12*42\r\nA\r\n"), found);
        Assert.Equal("A12", Assert.Single(found).Text);
    }

    [Fact]
    public void An_answer_without_end_is_as_long_as_its_exchange_says()
    {
        var question = Question(new() { Begin = "\u0001", Checksum = new() { Kind = ChecksumKind.Sum, IsOctets = true } }, length: 5);
        var parser = new MessageParser();
        parser.Expect(question);
        var found = new List<LineMessage>();
        parser.Feed([0x7F, .. question.Messages.Format.Wrap("A1\u0001")], found);
        Assert.Equal("A1\u0001", Assert.Single(found).Text);
    }

    [Theory] // a stranger's octets: bounded, and nothing of them is a message
    [InlineData("", "\r")]
    [InlineData("$", "\r")]
    public void Octets_without_end_take_no_memory(string begin, string end)
    {
        var question = Question(new() { Begin = begin, End = end });
        var parser = new MessageParser();
        parser.Expect(question);
        var found = new List<LineMessage>();
        parser.Feed([.. Encoding.ASCII.GetBytes(begin), .. Enumerable.Repeat((byte)'x', 100_000)], found);
        Assert.Empty(found);
        Assert.Contains("4096 octets came without the end", parser.Fault, StringComparison.Ordinal);
        parser.Expect(question);
        parser.Feed(question.Messages.Format.Wrap("A1"), found);
        Assert.Single(found);
    }

    [Theory]
    [InlineData("in: x", "230.5", 230.5)]
    [InlineData("in: x", "230,5", 230.5)]
    [InlineData("in: x", " -7 ", -7)]
    [InlineData("in: x, scale: 1000, unit: W", "1.5", 1500)]
    [InlineData("in: x, offset: 10", "5", 15)]
    [InlineData("in: x, none: [999]", "999", null)]
    [InlineData("in: x", "---.-", null)]
    [InlineData("in: x", "", null)]
    [InlineData("in: x", "1e5", null)]
    [InlineData("in: x", "99999999999999999999999", null)]
    [InlineData("in: x, type: hex", "1F", 31)]
    [InlineData("in: x, type: hex, bits: [4, 7]", "F3", 15)]
    [InlineData("in: x, words: {RUN: 3}", "RUN", 3)]
    [InlineData("in: x, words: {RUN: 3}", "JAM", null)]
    public void What_is_said_is_worth_what_the_profile_says(string point, string said, object? number)
    {
        var value = SaidCodec.Decode(Point(point), said);
        Assert.Equal(number is null, value.IsNone);
        Assert.Equal(number is null ? double.NaN : Convert.ToDouble(number, System.Globalization.CultureInfo.InvariantCulture), value.Number);
    }

    [Theory]
    [InlineData("to: y, access: write", 59.96, "60.0")]
    [InlineData("to: y, access: write, range: [0, 100], round: down", 59.96, "59.9")]
    [InlineData("to: y, access: write, scale: 0.1", 6, "60.0")]
    [InlineData("to: y, access: write", 1e13, null)]
    [InlineData("to: y, access: write, words: {STOP: 0, GO: 1}", 1, "GO")]
    [InlineData("to: y, access: write, words: {STOP: 0, GO: 1}", 2, null)]
    [InlineData("to: y, access: write, map: {7: \"on\", 8: \"off\"}", 7, "7.0")]
    public void A_value_is_written_as_its_place_wants_it(string point, double value, string? text)
    {
        var definition = Point($"in: x, {point}");
        Assert.Equal(text, SaidCodec.Encode(definition, value, definition.Writing!.Rounding ?? WriteRounding.Nearest));
    }

    private static PointDefinition Point(string text)
    {
        var load = ProfileReader.Load(new StringReader($"profile: p\nserial: {{end: \"\\r\"}}\nexchanges:\n  x: {{send: X, answer: 'X(?<P>.*)'}}\n  y: {{send: \"Y{{P:0.0}}\", answer: OK}}\npoints:\n  P: {{{text}}}\n"), "p.yaml");
        Assert.Empty(load.Findings);
        return load.Profile!.Points["P"];
    }

    private static LineQuestion Question(MessageFormat format, int? length = null)
    {
        var exchange = new LineExchange("x", MessageTemplate.Parse("X", out _)!, "A(?<P>.*)", length, ["P"]);
        var traits = new SerialTraits { Format = format, Exchanges = new Dictionary<string, LineExchange>(StringComparer.Ordinal) { ["x"] = exchange } };
        return new(1, exchange, new(traits, 1), true, new byte[] { 1 }, default);
    }
}
