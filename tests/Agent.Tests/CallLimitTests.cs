namespace DerAgent.Agent.Tests;

/// <summary>What is within the negotiated number, and what becomes of the rest (wire profile §2).</summary>
public sealed class CallLimitTests
{
    private readonly CallLimit _calls = new(2);

    [Fact]
    public void A_call_counts_until_its_answer_is_handed_to_TLS()
    {
        Assert.True(_calls.TryBegin(isCounted: true));
        Assert.True(_calls.TryBegin(isCounted: true));
        Assert.False(_calls.TryBegin(isCounted: true));
        _calls.Finish();
        Assert.True(_calls.TryBegin(isCounted: true));
        Assert.Equal(2, _calls.Open);
    }

    [Fact] // MMS counts confirmed requests only
    public void Who_has_used_up_his_number_may_still_conclude_or_cancel()
    {
        Assert.True(_calls.TryBegin(isCounted: true) && _calls.TryBegin(isCounted: true));
        Assert.True(_calls.TryBegin(isCounted: false) && _calls.TryBegin(isCounted: false));
        Assert.False(_calls.TryBegin(isCounted: false));
    }

    [Fact]
    public void A_hundred_rejections_may_be_unsent_and_a_thousand_are_too_many()
    {
        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(Excess.Reject, _calls.Exceed()));
        Assert.All(Enumerable.Range(0, 899), _ => Assert.Equal(Excess.Drop, _calls.Exceed()));
        Assert.Equal(Excess.Abort, _calls.Exceed());
    }

    [Fact] // who asks too much now and then for years is not held to account for all of it
    public void Who_reads_his_rejections_starts_anew()
    {
        for (var i = 0; i < 5_000; i++)
        {
            Assert.Equal(Excess.Reject, _calls.Exceed());
            _calls.RejectionSent();
        }
    }
}
