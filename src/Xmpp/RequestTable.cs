namespace DerAgent.Xmpp;

/// <summary>Our iqs that wait for their answers.</summary>
internal sealed class RequestTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Pending> _open = new(StringComparer.Ordinal);

    /// <summary>Notes a request; the task ends with its answer.</summary>
    public Task<Stanza> Add(Stanza request)
    {
        var answer = new TaskCompletionSource<Stanza>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _open.Add(request.Id!, new(request.To, answer));
        }

        return answer.Task;
    }

    /// <summary>Forgets a request.</summary>
    public void Remove(Stanza request)
    {
        lock (_gate)
        {
            _open.Remove(request.Id!);
        }
    }

    /// <summary>Takes an answer; one from anybody but the addressee is dropped. Of one beyond our limits only the head is there: the request fails.</summary>
    public void Complete(Stanza answer, Jid? own)
    {
        Pending? pending;
        lock (_gate)
        {
            _open.TryGetValue(answer.Id ?? "", out pending);
        }

        if (pending is null || !pending.IsAnsweredBy(answer.From, own))
        {
            return;
        }

        if (answer.Element is null)
        {
            pending.Answer.TrySetException(new XmppException(new(XmppFailureKind.Protocol, "the answer is beyond our limits and was not read")));
            return;
        }

        pending.Answer.TrySetResult(answer);
    }

    /// <summary>The session is gone, and with it every answer.</summary>
    public void FailAll()
    {
        lock (_gate)
        {
            foreach (var pending in _open.Values)
            {
                pending.Answer.TrySetException(new XmppException(new(XmppFailureKind.Connection, "the session ended before the answer came")));
            }

            _open.Clear();
        }
    }

    private sealed record Pending(Jid? To, TaskCompletionSource<Stanza> Answer)
    {
        /// <summary>Nobody else may answer: the server for requests to it, else exactly the addressee (RFC 6120 §8.1.2.1).</summary>
        public bool IsAnsweredBy(Jid? from, Jid? own) => To is null ? from is null || from == own?.Bare || from == own : from == To;
    }
}
