using System.Text;

namespace DerAgent.Xmpp.Tests;

/// <summary>Our requests and who may answer them (RFC 6120 §8.1.2.1).</summary>
public sealed class RequestTableTests
{
    private static readonly Jid Own = Jid.Parse("pv1@dso.example/IEC");
    private readonly RequestTable _table = new();

    [Theory]
    [InlineData("control@dso.example/1", "control@dso.example/1", true)]
    [InlineData("control@dso.example/1", "control@dso.example/2", false)]
    [InlineData("control@dso.example/1", "control@dso.example", false)]
    [InlineData("control@dso.example/1", null, false)]
    [InlineData(null, null, true)]
    [InlineData(null, "pv1@dso.example", true)]
    [InlineData(null, "pv1@dso.example/IEC", true)]
    [InlineData(null, "stranger@dso.example/1", false)]
    [InlineData("dso.example", "dso.example", true)]
    public void Only_who_was_asked_answers(string? to, string? from, bool isAnswered)
    {
        var answer = Add(Request("1", to));
        _table.Complete(Answer("1", from), Own);
        Assert.Equal(isAnswered, answer.IsCompletedSuccessfully);
    }

    [Fact]
    public void An_answer_that_nobody_waits_for_is_nothing()
    {
        var request = Request("1", null);
        var answer = Add(request);
        _table.Complete(Answer("2", null), Own);
        Assert.False(answer.IsCompleted);
        _table.Remove(request);
        _table.Complete(Answer("1", null), Own);
        Assert.False(answer.IsCompleted);
    }

    [Fact]
    public async Task An_answer_beyond_our_limits_fails_its_request()
    {
        var answer = Add(Request("1", null));
        _table.Complete(Stanza.OfHead("iq", Namespaces.Client, "result", "1", null, null)!, Own);
        Assert.Equal(XmppFailureKind.Protocol, (await Assert.ThrowsAsync<XmppException>(() => answer)).Failure.Kind);
    }

    [Fact]
    public async Task With_the_session_every_answer_is_gone()
    {
        var (one, other) = (Add(Request("1", null)), Add(Request("2", "a@b/c")));
        _table.FailAll();
        await Assert.ThrowsAsync<XmppException>(() => one);
        await Assert.ThrowsAsync<XmppException>(() => other);
    }

    private Task<Stanza> Add(Stanza request)
    {
        var answer = new TaskCompletionSource<Stanza>();
        _table.Add(request, answer);
        return answer.Task;
    }

    private static Stanza Request(string id, string? to) => Stanza.Iq("get", id, Jid.Read(to), default);

    private static Stanza Answer(string id, string? from) =>
        Stanza.Of(new XmlElement(Encoding.UTF8.GetBytes($"<iq xmlns='jabber:client' type='result' id='{id}'{(from is null ? "" : $" from='{from}'")}/>"), null))!;
}
