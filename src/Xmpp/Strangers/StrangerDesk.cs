namespace DerAgent.Xmpp;

/// <summary>
/// Deals with all that strangers send: they get what the own server answers for a resource that does not exist, few a second, and learn nothing else. Touched by the
/// connection's loop only; the counters may be read by others.
/// </summary>
/// <param name="own">Our JID.</param>
/// <param name="share">A random number from 0 to 1.</param>
/// <param name="limits">How many are answered.</param>
internal sealed class StrangerDesk(Jid own, Func<double> share, StrangerLimits limits)
{
    private const int MostWaiting = 32;
    private const int MostWaitingOctets = 64 << 10;
    private readonly AbsentAnswers _absent = new(own);
    private readonly OpenSubscriptions _subscriptions = new(share);
    private readonly Queue<Stanza> _waiting = new();
    private int _waitingOctets;

    /// <summary>Stanzas that came.</summary>
    public long Count { get; private set; }

    /// <summary>Who sent the last; null: none came.</summary>
    public Jid? Last { get; private set; }

    /// <summary>Those of them that got no answer although one was due: there were too many.</summary>
    public long Unanswered { get; private set; }

    /// <summary>What the own server answers to an iq to nobody; null: it is not known.</summary>
    public AbsentAnswer? AbsentIq => _absent.Iq;

    /// <summary>A session begins: what is to be asked. What waited for the one before is gone with it.</summary>
    public IEnumerable<Stanza> Begin(Func<string> newId, TimeSpan now)
    {
        _waiting.Clear();
        _waitingOctets = 0;
        return _absent.Begin(newId, now);
    }

    /// <summary>Whether a stanza answers a question of ours; what can be sent because of it.</summary>
    public bool TryTakeAnswer(Stanza stanza, TimeSpan now, out IEnumerable<Stanza> send)
    {
        var isTaken = _absent.TryTake(stanza);
        send = isTaken ? GoOn(now) : [];
        return isTaken;
    }

    /// <summary>Takes a stanza of a stranger; what is to be sent.</summary>
    public IEnumerable<Stanza> Take(Stanza stanza, TimeSpan now)
    {
        Count++;
        Last = stanza.From;
        if (stanza is { Kind: StanzaKind.Presence, Type: "subscribe" })
        {
            return _subscriptions.Add(stanza.From!.Bare, now) is { } oldest ? [Refusal(oldest)] : [];
        }

        return _waiting.Count > 0 ? Hold(stanza) : Give(stanza, now);
    }

    /// <summary>A second or so has passed; what is to be sent.</summary>
    /// <param name="isKnown">Who is no stranger any more.</param>
    /// <param name="now">The time.</param>
    public IEnumerable<Stanza> Tick(Func<Jid, bool> isKnown, TimeSpan now) =>
        _subscriptions.Count == 0 && _waiting.Count == 0 ? []
        : [.. _subscriptions.TakeWhere(isKnown).Select(j => Stanza.Presence("subscribed", j)), .. _subscriptions.TakeDue(now).Select(Refusal), .. GoOn(now)];

    private static Stanza Refusal(Jid stranger) => Stanza.Presence("unsubscribed", stranger);

    private static int Size(Stanza stanza) => stanza.Element?.Xml.Length ?? stanza.Payload.Length;

    private List<Stanza> GoOn(TimeSpan now)
    {
        var send = new List<Stanza>();
        while (_waiting.TryPeek(out var next))
        {
            var isKnown = _absent.TryAnswer(next, now, out var answer, out var toAsk);
            send.AddRange(toAsk);
            if (!isKnown)
            {
                break;
            }

            _waiting.Dequeue();
            _waitingOctets -= Size(next);
            send.AddRange(Give(next, answer, now));
        }

        return send;
    }

    private IEnumerable<Stanza> Give(Stanza stanza, TimeSpan now) =>
        _absent.TryAnswer(stanza, now, out var answer, out var toAsk) ? Give(stanza, answer, now) : [.. toAsk, .. Hold(stanza)];

    private IEnumerable<Stanza> Give(Stanza stanza, AbsentAnswer? answer, TimeSpan now)
    {
        if (answer is null)
        {
            return [];
        }

        if (limits.MayAnswer(stanza.From!.Bare, now) && (!answer.EchoesContent || limits.MayEcho(Size(stanza), now)))
        {
            return [answer.For(stanza)];
        }

        Unanswered++;
        return [];
    }

    /// <summary>It is not known yet what it is to be answered.</summary>
    private IEnumerable<Stanza> Hold(Stanza stanza)
    {
        if (_waiting.Count >= MostWaiting || _waitingOctets + Size(stanza) > MostWaitingOctets)
        {
            Unanswered++;
            return [];
        }

        _waiting.Enqueue(stanza);
        _waitingOctets += Size(stanza);
        return [];
    }
}
