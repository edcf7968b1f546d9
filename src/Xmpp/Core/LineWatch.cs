namespace DerAgent.Xmpp;

/// <summary>What is due on a line.</summary>
internal enum WatchStep
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>Ping the server (XEP-0199).</summary>
    Ping,
    /// <summary>Ask for acknowledgement (XEP-0198).</summary>
    RequestAcknowledge,
    /// <summary>Give up: a ping or a request for acknowledgement is not answered.</summary>
    Silent,
    /// <summary>Give up: the server resumed the session and does not hear.</summary>
    Deaf,
    /// <summary>Give up: an element does not come to its end.</summary>
    Dripping,
    /// <summary>Give up: the server lets too much go unacknowledged.</summary>
    Overdue,
}

/// <summary>A question to the server that is not answered.</summary>
/// <param name="Since">When its time began: asked, or the last sign that it was still on its way.</param>
/// <param name="Position">Octets given to TCP with it; as many as there can be while it waits to be written.</param>
/// <param name="Acknowledged">Octets that the other side's TCP had acknowledged at the last sign.</param>
/// <param name="Received">Octets received when it was asked.</param>
/// <param name="Grace">What it is given more where TCP tells nothing: the octets before it take their time.</param>
/// <param name="IsFirst">Whether it is the first one of a resumed session.</param>
internal readonly record struct OpenQuestion(TimeSpan Since, long Position, long Acknowledged, long Received, TimeSpan Grace, bool IsFirst);

/// <summary>
/// What is known of a line's life, and what follows from it by the clock (wire profile §1.6, §1.7). Slow is not dead: a question's time stands still while TCP
/// still brings it there, or while an element before its answer still grows.
/// </summary>
/// <param name="RoundTrip">When the last question was answered, or the line began.</param>
/// <param name="Owed">When the first stanza since then was written that is not acknowledged; null: none is owed.</param>
/// <param name="Question">The question that is not answered, or null.</param>
/// <param name="Element">When the unfinished element last grew enough, and how much had come then; null: none is unfinished.</param>
/// <param name="Heavy">Since when too much is unacknowledged, or null.</param>
/// <param name="WrittenAtRoundTrip">Octets given to TCP at the last round trip.</param>
internal readonly record struct LineWatch(TimeSpan RoundTrip, TimeSpan? Owed, OpenQuestion? Question, (TimeSpan Since, long Received)? Element, TimeSpan? Heavy, long WrittenAtRoundTrip)
{
    /// <summary>An element that grew by less in the time of a ping is unfinished.</summary>
    private const int LeastGrowth = 1024;

    /// <summary>Octets that may come before an answer: what lay on the way when it was asked for.</summary>
    private const long MostBeforeAnswer = 1 << 20;

    /// <summary>A line begins.</summary>
    public static LineWatch Of(TimeSpan now, in LineProgress line) => new() { RoundTrip = now, WrittenAtRoundTrip = line.Written };

    /// <summary>A stanza was written.</summary>
    public LineWatch Wrote(TimeSpan now) => this with { Owed = Owed ?? now };

    /// <summary>The server is asked: what it answers is a round trip. A question that is open already stays the one that counts.</summary>
    /// <param name="now">The time.</param>
    /// <param name="line">The line.</param>
    /// <param name="position">Octets given to TCP with it; null: it waits still.</param>
    /// <param name="isFirst">Whether it is the first one of a resumed session.</param>
    public LineWatch Asked(TimeSpan now, in LineProgress line, long? position, bool isFirst = false) => this with
    {
        Owed = null,
        Question = Question is { } open ? open with { Position = Math.Min(open.Position, position ?? long.MaxValue) }
            : new(now, position ?? long.MaxValue, line.Acknowledged ?? 0, line.Received, line.Acknowledged is null ? TimeSpan.FromSeconds((line.Written - WrittenAtRoundTrip) / 1024.0) : TimeSpan.Zero, isFirst),
    };

    /// <summary>The server answered.</summary>
    /// <param name="now">The time.</param>
    /// <param name="line">The line.</param>
    /// <param name="isOwing">Whether stanzas are unacknowledged all the same.</param>
    public LineWatch Answered(TimeSpan now, in LineProgress line, bool isOwing) =>
        this with { RoundTrip = now, Question = null, Owed = isOwing ? now : null, Heavy = null, WrittenAtRoundTrip = line.Written };

    /// <summary>What is due now, and what is known from now on.</summary>
    /// <param name="now">The time.</param>
    /// <param name="line">The line.</param>
    /// <param name="unacknowledged">Octets written and not acknowledged by the server.</param>
    /// <param name="options">How long to wait for what.</param>
    public (LineWatch Next, WatchStep Step) Tick(TimeSpan now, in LineProgress line, long unacknowledged, XmppOptions options)
    {
        var next = this with { Heavy = unacknowledged >= options.MaxUnacknowledged ? Heavy ?? now : null };
        if (now - next.Heavy >= options.PingTimeout)
        {
            return (next, WatchStep.Overdue);
        }

        if (line.IsReadingPaused)
        {
            // It is we who do not listen.
            return (next with { Question = Question is { } waits ? waits with { Since = now } : null, Element = Element is null ? null : (now, line.Received) }, WatchStep.None);
        }

        next = next with { Element = !line.IsMidElement ? null : Element is { } element && line.Received - element.Received < LeastGrowth ? element : (now, line.Received) };
        if (next.Element is { } unfinished && now - unfinished.Since >= options.PingTimeout)
        {
            return (next, WatchStep.Dripping);
        }

        if (next.Question is not { } question)
        {
            return now - next.Owed >= options.AcknowledgeInterval ? (next, WatchStep.RequestAcknowledge)
                : now - next.RoundTrip >= options.KeepAlive ? (next, WatchStep.Ping)
                : (next, WatchStep.None);
        }

        var isOnItsWay = line.Acknowledged > question.Acknowledged && question.Acknowledged < question.Position;
        var isAnswerBehind = line.IsMidElement && line.Received - question.Received < MostBeforeAnswer;
        if (isOnItsWay || isAnswerBehind)
        {
            question = question with { Since = now, Acknowledged = line.Acknowledged ?? 0 };
            next = next with { Question = question };
        }

        return now - question.Since < options.PingTimeout + question.Grace ? (next, WatchStep.None)
            : (next, question.IsFirst && (line.Acknowledged is null || line.Acknowledged >= question.Position) ? WatchStep.Deaf : WatchStep.Silent);
    }
}
