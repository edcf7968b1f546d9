namespace DerAgent.Xmpp;

/// <summary>Our requests that wait for their answers. An answer counts only from whom was asked (RFC 6120 §8.1.2.1). Touched by the connection's loop only.</summary>
internal sealed class RequestTable
{
    private readonly Dictionary<string, Pending> _open = new(StringComparer.Ordinal);

    /// <summary>A request goes out. Of two with the same id the answer is for the later one.</summary>
    public void Add(Stanza request, TaskCompletionSource<Stanza> answer) => _open[request.Id!] = new(request.To, answer);

    /// <summary>Nobody waits for the answer any more.</summary>
    public void Remove(Stanza request) => _open.Remove(request.Id!);

    /// <summary>Takes an answer; false where nobody waits for it, or another sent it.</summary>
    /// <param name="answer">An iq of type result or error.</param>
    /// <param name="own">Our address.</param>
    public bool Complete(Stanza answer, Jid? own)
    {
        if (!_open.TryGetValue(answer.Id ?? "", out var pending) || !pending.IsAnsweredBy(answer.From, own))
        {
            return false;
        }

        return answer.Element is null
            ? pending.Answer.TrySetException(new XmppException(new(XmppFailureKind.Protocol, "the answer is beyond our limits and was not read")))
            : pending.Answer.TrySetResult(answer);
    }

    /// <summary>The session is gone, and every answer with it.</summary>
    public void FailAll()
    {
        foreach (var pending in _open.Values)
        {
            pending.Answer.TrySetException(new XmppException(new(XmppFailureKind.Connection, "the session ended before the answer came")));
        }

        _open.Clear();
    }

    private sealed record Pending(Jid? To, TaskCompletionSource<Stanza> Answer)
    {
        /// <summary>A request without addressee is for our own server, which answers without from, or in the name of our account.</summary>
        public bool IsAnsweredBy(Jid? from, Jid? own) => To is null ? from is null || from == own?.Bare || from == own : from == To;
    }
}
