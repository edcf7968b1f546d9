namespace DerAgent.Xmpp.Tests;

/// <summary>Pauses between attempts (wire profile §1.2, §1.5).</summary>
public sealed class BackOffTests
{
    private static readonly XmppOptions Options = new() { Jid = Jid.Parse("a@b"), Password = "x" };
    private readonly BackOff _most = new(Options, () => 1);

    [Theory]
    [InlineData(0, 10)]
    [InlineData(299, 10)]
    [InlineData(300, 60)]
    [InlineData(3_599, 60)]
    [InlineData(3_600, 300)]
    [InlineData(1_000_000, 300)]
    public void Pauses_double_up_to_what_the_length_of_the_outage_allows(double outage, double most)
    {
        Assert.Equal([1, 2, 4, 8], Enumerable.Range(0, 4).Select(_ => Next(0)));
        Assert.Equal(most, Enumerable.Range(0, 40).Select(_ => Next(outage)).ToList()[^1]);
    }

    [Fact]
    public void A_session_that_served_starts_over()
    {
        Assert.Equal(10, Enumerable.Range(0, 9).Select(_ => Next(0)).ToList()[^1]);
        _most.SessionEnded(TimeSpan.FromSeconds(9), XmppFailureKind.Connection);
        Assert.Equal(10, Next(0));
        _most.SessionEnded(TimeSpan.FromSeconds(10), XmppFailureKind.Connection);
        Assert.Equal(1, Next(0));
    }

    [Fact]
    public void After_a_conflict_it_waits_longer_each_time_it_repeats_and_no_longer_than_that()
    {
        var least = new BackOff(Options, () => 0);
        double[] Conflicts(BackOff backOff, int count) => [.. Enumerable.Range(0, count).Select(_ => backOff.Next(new(XmppFailureKind.Conflict, ""), TimeSpan.Zero).TotalSeconds)];
        Assert.Equal([15, 30, 60, 120, 240, 300, 300], Conflicts(_most, 7));
        Assert.Equal([5, 10, 20], Conflicts(least, 3));

        // Another copy that comes again after a long session is another copy that comes again.
        least.SessionEnded(TimeSpan.FromHours(1), XmppFailureKind.Conflict);
        Assert.Equal([40], Conflicts(least, 1));
        least.SessionEnded(TimeSpan.FromSeconds(1), XmppFailureKind.Silence);
        Assert.Equal([5], Conflicts(least, 1));
    }

    [Fact] // accounts get locked
    public void A_refused_password_is_tried_three_times_in_the_first_minute_and_then_each_five()
    {
        var refused = new XmppFailure(XmppFailureKind.Authentication, "") { IsRefused = true };
        Assert.Equal([25, 25, 300, 300], Enumerable.Range(0, 4).Select(_ => _most.Next(refused, TimeSpan.Zero).TotalSeconds).ToList());
        var least = new BackOff(Options, () => 0);
        Assert.Equal([20, 20, 240], Enumerable.Range(0, 3).Select(_ => least.Next(refused, TimeSpan.Zero).TotalSeconds).ToList());

        // It was the server that was not there, and no password.
        Assert.Equal(1, Next(0));
        Assert.Equal(25, _most.Next(refused, TimeSpan.Zero).TotalSeconds);
    }

    [Fact]
    public void Chance_decides_all_of_a_pause_but_a_moment_in_which_a_server_finishes_what_came_before()
    {
        var shares = new BackOff(Options, BackOff.RandomShare);
        var pauses = Enumerable.Range(0, 200).Select(_ => shares.Next(new(XmppFailureKind.Connection, ""), TimeSpan.Zero).TotalSeconds).ToList();
        Assert.All(pauses, p => Assert.InRange(p, 0.2, 10));
        Assert.Contains(pauses, p => p < 1);
        Assert.Contains(pauses, p => p > 9);
    }

    private double Next(double outage) => _most.Next(new(XmppFailureKind.Connection, ""), TimeSpan.FromSeconds(outage)).TotalSeconds;
}
