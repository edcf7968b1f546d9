using System.Text;

namespace DerAgent.Scl.Tests;

/// <summary>Mending what is certain: the findings are gone, the rest stays octet for octet, and doing it again changes nothing.</summary>
public sealed class FixTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 6, 0, 0, TimeSpan.Zero);

    private static SclFixed Fix(byte[] octets)
    {
        var mended = SclFix.Run(octets, "a.cid", "b.cid", static (s, n) => SclInspector.Inspect(s, n), Now, out var fault);
        Assert.True(mended is not null, fault);
        return mended;
    }

    /// <summary>Mends, and holds the result against what was promised.</summary>
    private static SclFixed Check(byte[] octets)
    {
        var mended = Fix(octets);
        Assert.Empty(mended.Added);
        var before = Inspect(octets);
        var after = Inspect(mended.Octets.ToArray());
        Assert.Equal(before.Count - mended.Mended.Count, after.Count);
        Assert.Equal(mended.Diff.Length == 0, octets.AsSpan().SequenceEqual(mended.Octets.Span));
        Assert.Equal(mended.Octets.ToArray(), Patch(octets, mended.Diff));

        var again = Fix(mended.Octets.ToArray());
        Assert.Empty(again.Diff);
        Assert.Equal(mended.Octets.ToArray(), again.Octets.ToArray());
        return mended;
    }

    private static IReadOnlyList<SclFinding> Inspect(byte[] octets)
    {
        using var stream = new MemoryStream(octets);
        return SclInspector.Inspect(stream, "a.cid").Findings;
    }

    /// <summary>All lines that the diff does not name stay as they are, with their ends; what it names is taken from it.</summary>
    private static byte[] Patch(byte[] octets, string diff)
    {
        if (diff.Length == 0)
        {
            return octets;
        }

        var text = Encoding.Latin1.GetString(octets);
        var end = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var lines = text.Split(end);
        var result = new List<string>();
        var at = 0;
        foreach (var line in diff.Split('\n').Skip(2).Where(l => l.Length > 0))
        {
            var content = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(line[1..]));
            switch (line[0])
            {
                case '@':
                    var start = int.Parse(line.Split(' ')[1].Split(',')[0][1..], System.Globalization.CultureInfo.InvariantCulture) - 1;
                    result.AddRange(lines[at..start]);
                    at = start;
                    break;
                case '+':
                    result.Add(content);
                    break;
                default:
                    Assert.Equal(lines[at], content);
                    result.AddRange(line[0] == ' ' ? [lines[at]] : []);
                    at++;
                    break;
            }
        }

        result.AddRange(lines[at..]);
        return Encoding.Latin1.GetBytes(string.Join(end, result));
    }

    private static SclFixed Check(string text) => Check(Encoding.UTF8.GetBytes(text));

    private static string Small(string good, string bad)
    {
        Assert.Contains(good, SclText.Small, StringComparison.Ordinal);
        return SclText.Small.Replace(good, bad, StringComparison.Ordinal);
    }

    [Theory] // what can only mean one thing
    [InlineData("buffered=\"true\"", "buffered=\"TRUE\"", "buffered=\"true\"")]
    [InlineData("buffered=\"true\"", "buffered='False'", "buffered='false'")]
    [InlineData("<RptEnabled max=\"2\">", "<RptEnabled max=\"2.0\">", "max=\"2\"")]
    [InlineData("datSet=\"Conf\"", "datSet=\"CONF\"", "datSet=\"Conf\"")]
    [InlineData("<EnumVal ord=\"1\">on", "<EnumVal ord=\"1.0\">on", "ord=\"1\"")]
    [InlineData("actSG=\"2\"", "actSG=\"+2.00\"", "actSG=\"2\"")]
    public void Flags_numbers_and_words_are_mended_where_their_meaning_is_sure(string good, string bad, string mended)
    {
        var result = Check(Small(good, bad));
        Assert.NotEmpty(result.Mended);
        Assert.All(result.Mended, f => Assert.True(f.Code is SclCodes.BadAttribute or SclCodes.DuplicateName, f.ToString()));
        Assert.Contains(mended, Encoding.UTF8.GetString(result.Octets.Span), StringComparison.Ordinal);
    }

    [Theory] // no guesses, and never a value, a name, an inst or a reference
    [InlineData("buffered=\"true\"", "buffered=\"yes\"")]
    [InlineData("confRev=\"1\"", "confRev=\"one\"")]
    [InlineData("<RptEnabled max=\"2\">", "<RptEnabled max=\"2.5\">")]
    [InlineData("<RptEnabled max=\"2\">", "<RptEnabled max=\"200\">")]
    [InlineData("<Val>7</Val>", "<Val>seven</Val>")]
    [InlineData("datSet=\"Ds\"", "datSet=\"ds\"")]
    [InlineData("lnType=\"P\"", "lnType=\"p\"")]
    [InlineData("<DO name=\"AnIn1\"", "<DO name=\"anIn1\"")]
    [InlineData("<DOI name=\"Har\">", "<DOI name=\"Set\"/><DOI name=\"Har\">")]
    [InlineData("<FCDA ldInst=\"LD0\"", "<FCDA ldInst=\"LD9\"")]
    public void What_is_not_certain_is_left_to_people(string good, string bad) => Assert.Empty(Check(Small(good, bad)).Diff);

    [Fact]
    public void Doubles_that_are_equal_go()
    {
        var result = Check(Small("<DOI name=\"Har\">", "<DOI name=\"Har\"><SDI name=\"har\" ix=\"1\"><DAI name=\"f\"><Val>7</Val></DAI></SDI>\n  </DOI>\n        <DOI name=\"Har\">"));
        Assert.Equal(SclCodes.DuplicateName, Assert.Single(result.Mended).Code);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Members_that_name_nothing_go_and_the_revision_says_so(string newLine)
    {
        var text = Small("fc=\"MX\"/></DataSet>", "fc=\"MX\"/>\n          <!-- kept --><FCDA ldInst=\"LD0\" lnClass=\"GGIO\" lnInst=\"9\" doName=\"AnIn1\" fc=\"MX\"/>\n          <FCDA ldInst=\"LD0\" lnClass=\"GGIO\" lnInst=\"8\" doName=\"AnIn1\" fc=\"MX\"></FCDA>\n          </DataSet>").Replace("\n", newLine, StringComparison.Ordinal);
        var result = Check(text);
        Assert.Equal(2, result.Mended.Count(f => f.Code == SclCodes.UnresolvedMember));
        var written = Encoding.UTF8.GetString(result.Octets.Span);
        Assert.Contains("confRev=\"10001\"", written, StringComparison.Ordinal);
        Assert.Contains("<!-- kept -->" + newLine, written, StringComparison.Ordinal);
        Assert.DoesNotContain("lnInst=\"8\"", written, StringComparison.Ordinal);
        Assert.Contains("confRev raised from 1 to 10001", Assert.Single(result.Remarks), StringComparison.Ordinal);

        // Its history says so.
        Assert.Contains("<Hitem version=\"1\" revision=\"0\" when=\"2026-11-26T06:00:00Z\" who=\"der-agent check --fix\" what=\"mended: 2 SCL040\"/>", written, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_name_space_gets_it()
    {
        var result = Check(Small(" xmlns=\"http://www.iec.ch/61850/2003/SCL\"", ""));
        Assert.Equal(SclCodes.NoNamespace, Assert.Single(result.Mended).Code);
    }

    [Fact] // what enumerations are called since the second edition
    public void Classes_of_the_first_edition_get_their_new_names()
    {
        var result = Check(SclText.Small.Replace("cdc=\"ENS\"", "cdc=\"INS\"", StringComparison.Ordinal).Replace("cdc=\"ENC\"", "cdc=\"INC\"", StringComparison.Ordinal));
        Assert.Equal([SclCodes.WrongClass, SclCodes.WrongAttribute], result.Mended.Select(f => f.Code).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(SclText.Load(SclText.Small).Model!.Slots.Select(s => s.Reference), SclText.Load(result.Octets.ToArray()).Model!.Slots.Select(s => s.Reference));
    }

    [Theory] // of whatever encoding, with whatever in its history
    [InlineData("utf-8", "<Header id=\"t\"/>")]
    [InlineData("utf-16", "<Header id=\"t\" version=\"3\" revision=\"2\"></Header>")]
    [InlineData("utf-16BE", "<Header id=\"t\">\n    <Text>ä</Text>\n  </Header>")]
    [InlineData("iso-8859-1", "<Header id=\"tä\">\n    <History>\n      <Hitem version=\"1\" revision=\"0\" when=\"x\"/>\n    </History>\n  </Header>")]
    [InlineData("windows-1252", "<Header id=\"t€\"><History/></Header>")]
    public void Everything_else_stays_octet_for_octet(string name, string header)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var encoding = Encoding.GetEncoding(name);
        var text = Small("buffered=\"true\"", "buffered=\"TRUE\"").Replace("<Header id=\"t\"/>", header, StringComparison.Ordinal).Replace("UTF-8", name == "utf-16BE" ? "utf-16" : name, StringComparison.Ordinal);
        byte[] octets = [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];
        var result = Fix(octets);
        Assert.Empty(result.Added);
        Assert.Equal(SclCodes.BadAttribute, Assert.Single(result.Mended).Code);

        // But for the flag and the entry it is the same.
        var written = encoding.GetString(result.Octets.Span[encoding.GetPreamble().Length..]);
        Assert.Equal(encoding.GetPreamble(), result.Octets[..encoding.GetPreamble().Length].ToArray());
        var entry = System.Text.RegularExpressions.Regex.Match(written, "[ \n]*<Hitem [^>]*der-agent[^>]*/>", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(5));
        Assert.True(entry.Success);
        Assert.Contains("buffered=\"true\"", written, StringComparison.Ordinal);
        Assert.StartsWith(text[..text.IndexOf("<Header", StringComparison.Ordinal)], written, StringComparison.Ordinal);
        Assert.EndsWith(text[text.IndexOf("<Communication", StringComparison.Ordinal)..].Replace("TRUE", "true", StringComparison.Ordinal), written, StringComparison.Ordinal);
        Assert.Empty(Fix(result.Octets.ToArray()).Diff);
    }

    [Theory]
    [InlineData(new byte[] { (byte)'<', (byte)'S' }, "not well-formed")]
    [InlineData(new byte[] { (byte)'<', 0xFF, (byte)'/', (byte)'>' }, "no text in the encoding")]
    public void What_cannot_be_read_cannot_be_mended(byte[] octets, string why)
    {
        Assert.Null(SclFix.Run(octets, "a", "b", static (s, n) => SclInspector.Inspect(s, n), Now, out var fault));
        Assert.Contains(why, fault, StringComparison.Ordinal);
    }

    [Theory] // real files: none gets worse, and twice is once
    [MemberData(nameof(SchemaTests.Files), MemberType = typeof(SchemaTests))]
    public void Real_files_are_mended_or_left(string file)
    {
        Assert.SkipUnless(File.Exists(file), "It is not here.");
        var octets = File.ReadAllBytes(file);
        if (SclFix.Run(octets, "a", "b", static (s, n) => SclInspector.Inspect(s, n), Now, out _) is { } mended)
        {
            Assert.Empty(mended.Added);
            Assert.Empty(Fix(mended.Octets.ToArray()).Diff);
        }
    }
}
