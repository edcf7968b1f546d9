using DerAgent.Tests;

namespace DerAgent.Devices.Tests;

/// <summary>What makes no sense in a profile of a line protocol is told at its place.</summary>
public sealed class SerialProfileTests
{
    private const string Line = "serial: {end: \"\\r\"}";
    private const string Exchanges = "exchanges: {x: {send: X, answer: 'X(?<P>.*)'}, y: {send: \"Y{P}{Q}\", answer: OK}}";

    [Theory]
    [InlineData("modbus: {unit: 1}\n" + Line, Exchanges, "P: {in: x}", "serial or modbus, not both")]
    [InlineData("serial: {end: \"Ā\"}", Exchanges, "P: {in: x}", "at most 64 octets")]
    [InlineData("serial: {end: \"\\r\", checksum: {kind: xor, as: octets}}", Exchanges, "P: {in: x}", "may look like the end")]
    [InlineData("serial: {checksum: {kind: xor, place: after-end}}", Exchanges, "P: {in: x}", "needs end")]
    [InlineData("serial: {end: \"\\r\", checksum: {as: hex}}", Exchanges, "P: {in: x}", "checksum needs kind")]
    [InlineData("serial: {end: \"\\r\", refused: '(?=x)'}", Exchanges, "P: {in: x}", "looks ahead")]
    [InlineData("serial: {end: \"\\r\", busy: '['}", Exchanges, "P: {in: x}", "busy is no pattern")]
    [InlineData("serial: {end: \"\\r\", ende: x}", Exchanges, "P: {in: x}", "did you mean \"end\"")]
    [InlineData(Line, "", "P: {in: x}", "needs exchanges")]
    [InlineData(Line, "exchanges: {x: {answer: 'X(?<P>.*)'}}", "P: {in: x}", "\"exchanges.x.send\" is missing")]
    [InlineData(Line, "exchanges: {x: {send: \"{\", answer: 'X(?<P>.*)'}}", "P: {in: x}", "a place for a value")]
    [InlineData(Line, "exchanges: {x: {send: X, answer: '('}}", "P: {in: x}", "answer is no pattern")]
    [InlineData(Line, "exchanges: {x: {send: X, answer: 'X(?<P>.*)', length: 4}}", "P: {in: x}", "length is for protocols without end")]
    [InlineData("serial: {begin: \"$\"}", "exchanges: {x: {send: X, answer: 'X(?<P>.*)'}}", "P: {in: x}", "Without end nobody knows")]
    [InlineData(Line, Exchanges, "P: {}", "needs in")]
    [InlineData(Line, Exchanges, "P: {in: xx}", "There is no exchange \"xx\".")]
    [InlineData(Line, Exchanges, "R: {in: x}", "has no group \"R\"")]
    [InlineData(Line, Exchanges, "P: {in: y, capture: P}", "carries the value of")]
    [InlineData(Line, Exchanges, "R: {to: y, access: write-only}", "has no place for \"R\"")]
    [InlineData(Line, Exchanges, "P: {to: y, access: write}", "is read from no answer")]
    [InlineData(Line, Exchanges, "P: {in: x, to: y}", "is not written: give it access")]
    [InlineData(Line, Exchanges, "P: {in: x, access: write}", "written by no message")]
    [InlineData(Line, Exchanges, "P: {in: x, to: y, access: write}", "carries \"Q\", too")]
    [InlineData(Line, Exchanges, "P: {in: x, words: {RUN: three}}", "gives each word its number")]
    [InlineData(Line, Exchanges, "P: {in: x, bits: 3}", "type: hex")]
    [InlineData(Line, Exchanges, "P: {in: x, holding: 3}", "\"points.P.holding\" is not understood")]
    [InlineData(Line, Exchanges, "P: {in: x, group: g}", "\"points.P.group\" is not understood")]
    public void A_mistake_is_told(string serial, string exchanges, string point, string about)
    {
        var load = ProfileReader.Load(new StringReader($"profile: p\n{serial}\n{exchanges}\npoints:\n  {point}\n"), "p.yaml");
        Assert.Null(load.Profile);
        Assert.True(load.Findings.Any(f => f.IsError && f.Line > 1 && f.Text.Contains(about, StringComparison.Ordinal)), string.Join('\n', load.Findings));
    }

    [Fact] // with the checksum it shows
    public void The_example_of_the_documentation_is_a_profile_without_findings()
    {
        var text = File.ReadAllText(Path.Combine(Corpus.Root, "docs", "devices.md")).ReplaceLineEndings("\n");
        var start = text.IndexOf("profile: my-chp", StringComparison.Ordinal);
        var load = ProfileReader.Load(new StringReader(text[start..text.IndexOf("```", start, StringComparison.Ordinal)]), "docs/devices.md");
        Assert.Empty(load.Findings);
        var said = System.Text.Encoding.ASCII.GetString(load.Profile!.Serial!.Format.Wrap("U01 ST RUN 17.2 100.0"));
        Assert.Contains(MessageFormat.Shown(said), text, StringComparison.Ordinal);
        Assert.Contains("$U01 ST?*4C", MessageFormat.Shown(System.Text.Encoding.ASCII.GetString(load.Profile.Serial.Format.Wrap("U01 ST?"))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_that_writes_two_messages_is_two_steps()
    {
        var load = ProfileReader.Load(new StringReader($"profile: p\n{Line}\nexchanges: {{a: {{send: \"A{{P}}\", answer: OK}}, b: {{send: \"B{{Q}}\", answer: OK}}}}\npoints:\n  P: {{to: a, access: write-only, steps: [{{write: {{P: value, Q: 1}}}}]}}\n  Q: {{to: b, access: write-only}}\n"), "p.yaml");
        Assert.Contains("written by different messages, \"a\" and \"b\"", Assert.Single(load.Findings).Text, StringComparison.Ordinal);
    }
}
