using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi.Tests;

/// <summary>Confirmed requests under way: any service may answer later, once, and to nobody but who asked.</summary>
public sealed class CallTableTests
{
    private readonly Queue<AcsiEffect> _effects = new();
    private readonly StepJournal _journal = new();
    private readonly CallTable _calls;
    private readonly Association _peer = new(
        new(new("dso", "control@dso.example/1", "1"), new("control@dso.example", Right.View, [])), new InitiateResponse { MaxServOutstandingCalling = 2 }, DateTimeOffset.UnixEpoch);

    public CallTableTests() => _calls = new(_effects, _journal);

    [Fact]
    public void A_service_that_is_no_write_answers_later_and_once()
    {
        var call = Begin(7);
        _journal.Next();
        Assert.Empty(_effects);
        _calls.Complete(call, new IdentifyResponse("a", "b", "c"));
        _calls.Complete(call, new IdentifyResponse("d", "e", "f"));
        var answer = Assert.IsType<AcsiEffect.Respond>(Assert.Single(_effects));
        Assert.Equal(("iq7", new ConfirmedResponse(7, new IdentifyResponse("a", "b", "c"))), (answer.RequestId, answer.Pdu));
    }

    [Fact]
    public void What_outlives_its_association_answers_nobody()
    {
        var call = Begin(7);
        _peer.Outstanding.Clear();
        _calls.Complete(call, new IdentifyResponse("a", "b", "c"));
        Assert.Empty(_effects);
    }

    [Fact]
    public void A_step_that_is_undone_has_neither_asked_nor_answered()
    {
        var first = Begin(1);
        _journal.Next();
        Begin(2);
        _calls.Complete(first, new IdentifyResponse("a", "b", "c"));
        _journal.Undo();
        Assert.Equal([1u], _peer.Outstanding.Keys);
        _effects.Clear();
        _calls.Complete(first, ServiceErrors.Failed);
        Assert.IsType<ConfirmedError>(Assert.IsType<AcsiEffect.Respond>(Assert.Single(_effects)).Pdu);
    }

    [Fact]
    public void More_than_was_negotiated_and_an_id_in_use_are_rejected()
    {
        Begin(1);
        Assert.Equal(3, CallTable.Reject(_peer, Request(1))!.Reason.Code);
        Assert.Null(CallTable.Reject(_peer, Request(2)));
        Begin(2);
        Assert.Equal(RejectCode.MaxServOutstandingExceeded, CallTable.Reject(_peer, Request(3))!.Reason.Code);
    }

    [Fact] // a refusal in place of a late answer says what the service can say
    public void A_request_whose_answer_is_not_known_yet_is_refused_in_its_own_form()
    {
        _calls.Begin(_peer, "iq1", new(1, TestIed.Writing("MMXU1$CF$TotW$db", DataValue.Unsigned(1))));
        _calls.Refuse(_calls.End()!);
        Begin(2);
        _calls.Refuse(_calls.End()!);
        var answers = _effects.Cast<AcsiEffect.Respond>().Select(r => r.Pdu).ToList();
        Assert.Equal(DataAccessError.TemporarilyUnavailable, Assert.Single(((WriteResponse)((ConfirmedResponse)answers[0]).Service).Results));
        Assert.Equal(new ConfirmedError(2, ServiceErrors.Failed), answers[1]);
    }

    private ServiceCall Begin(uint id) => _calls.Begin(_peer, $"iq{id}", Request(id));

    private static ConfirmedRequest Request(uint id) => new(id, new IdentifyRequest());
}
