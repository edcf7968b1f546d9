namespace DerAgent.Agent.Tests;

/// <summary>Nothing that is lost is silent, and nobody fills a log.</summary>
public sealed class LossTallyTests
{
    private readonly LossTally _tally = new();

    [Fact]
    public void A_few_have_lines_of_their_own_and_the_rest_is_one_line_a_minute()
    {
        Assert.Equal(5, Enumerable.Range(0, 1_000).Count(i => _tally.Add(Loss.Unreadable, $"a{i}")));
        _tally.Add(Loss.Refused, "b");
        Assert.Equal(("1000 requests that could not be read (last: a999)", null), _tally.Tick());
        Assert.Equal((null, null), _tally.Tick());
        Assert.True(_tally.Add(Loss.Unreadable, "c"));
        Assert.Equal((1_001, 1), (_tally[Loss.Unreadable], _tally[Loss.Refused]));
    }

    [Fact]
    public void Once_an_hour_all_of_it_is_said()
    {
        _tally.Add(Loss.Stranger, "s@dso.example", 20_000);
        _tally.Add(Loss.GivenUp, count: 3);
        var lines = Enumerable.Range(0, 120).Select(_ => _tally.Tick()).ToList();
        Assert.Equal("20000 stanzas of strangers (last: s@dso.example)", lines[0].Minute);
        Assert.Equal("20000 stanzas of strangers (last: s@dso.example), 3 stanzas given up with their session", lines[59].Hour);
        Assert.Single(lines, l => l.Hour is not null);
        Assert.Single(lines, l => l.Minute is not null);
    }
}
