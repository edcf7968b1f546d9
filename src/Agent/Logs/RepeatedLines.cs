using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace DerAgent.Agent.Logs;

/// <summary>
/// Keeps a log readable and a medium alive whatever peers and devices do: of equal lines of one subject one a minute goes on, with a count, and of a subject's lines of any kind
/// so many a minute. What was left out is said. May be told things from several threads.
/// </summary>
internal sealed class RepeatedLines : ILogEventSink, IDisposable
{
    /// <summary>Lines of one peer, device or connection a minute.</summary>
    public const int LinesOfSubject = 60;

    /// <summary>Lines a minute that are nobody's in particular.</summary>
    public const int LinesOfNobody = 240;

    private const int MostSubjects = 256;
    private const int MostLines = 2_048;
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    private const string OurOwn = "Connection";
    private static readonly string[] SubjectProperties = ["Peer", "Key", "Association", "Device", OurOwn];
    private static readonly MessageTemplateParser Parser = new();

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Subject, string Text), Repeated> _lines = [];
    private readonly Dictionary<string, Budget> _subjects = new(StringComparer.Ordinal);
    private readonly ILogEventSink _next;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private bool _isTicking;

    private sealed record Repeated(LogEvent First, long Since)
    {
        public int Count { get; set; }
    }

    private sealed class Budget(long since)
    {
        public long Since { get; } = since;

        public int Lines { get; set; }
    }

    /// <summary>In front of another sink.</summary>
    public RepeatedLines(ILogEventSink next, TimeProvider time)
    {
        (_next, _time) = (next, time);
        _timer = time.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        ArgumentNullException.ThrowIfNull(logEvent);
        var (subject, isOurs) = SubjectOf(logEvent);
        var text = isOurs ? "" : LogText.Of(logEvent);
        lock (_gate)
        {
            if (!_isTicking)
            {
                _isTicking = true;
                _timer.Change(Look, Look);
            }

            if (!isOurs && _lines.TryGetValue((subject, text), out var repeated))
            {
                repeated.Count++;
                return;
            }

            // Beyond the bound of what is remembered the subject's own bound holds.
            if (!isOurs && _lines.Count < MostLines)
            {
                _lines[(subject, text)] = new(logEvent, _time.GetTimestamp());
            }

            if (!_subjects.TryGetValue(subject, out var budget))
            {
                subject = _subjects.Count < MostSubjects ? subject : "";
                budget = _subjects.TryGetValue(subject, out var others) ? others : _subjects[subject] = new(_time.GetTimestamp());
            }

            if (++budget.Lines > (subject.Length == 0 ? LinesOfNobody : LinesOfSubject))
            {
                return;
            }
        }

        _next.Emit(logEvent);
    }

    /// <summary>What was left out until now is said.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        Tick(isLast: true);
        (_next as IDisposable)?.Dispose();
    }

    private void Tick(bool isLast = false)
    {
        var told = new List<LogEvent>();
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            foreach (var (key, line) in _lines.Where(l => isLast || _time.GetElapsedTime(l.Value.Since) >= Period).ToList())
            {
                _lines.Remove(key);
                if (line.Count > 0)
                {
                    // Said with its count it stands for the next minute as well.
                    told.Add(Again(line, now));
                    _lines[key] = new(line.First, _time.GetTimestamp());
                }
            }

            foreach (var (subject, budget) in _subjects.Where(s => isLast || _time.GetElapsedTime(s.Value.Since) >= Period).ToList())
            {
                _subjects.Remove(subject);
                if (budget.Lines - (subject.Length == 0 ? LinesOfNobody : LinesOfSubject) is > 0 and var left)
                {
                    told.Add(LeftOut(subject, left, now));
                }
            }

            if (_lines.Count == 0 && _subjects.Count == 0)
            {
                _isTicking = false;
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }

        told.ForEach(_next.Emit);
    }

    private static LogEvent Again(Repeated line, DateTimeOffset now)
    {
        var again = new LogEvent(now, line.First.Level, null, Parser.Parse(line.First.MessageTemplate.Text + " (again {Repeated} times within a minute)"), line.First.Properties.Select(static p => new LogEventProperty(p.Key, p.Value)));
        again.AddPropertyIfAbsent(new("Repeated", new ScalarValue(line.Count)));
        return again;
    }

    private static LogEvent LeftOut(string subject, int count, DateTimeOffset now) => new(
        now, LogEventLevel.Warning, null, Parser.Parse("{Subject:l}: {LeftOut} more lines within a minute are left out here"),
        [new("Subject", new ScalarValue(subject.Length == 0 ? "der-agent" : subject)), new("LeftOut", new ScalarValue(count))]);

    /// <summary>Whose line it is, a peer's, a device's, a connection's, empty: nobody's in particular; and whether it is one of the agent's own, which are few and all count.</summary>
    private static (string Subject, bool IsOurs) SubjectOf(LogEvent logEvent)
    {
        if (logEvent.Properties.TryGetValue("EventId", out var id) && id is StructureValue structure && structure.Properties.FirstOrDefault(static p => p.Name == "Name")?.Value is ScalarValue { Value: string { Length: > 0 } name })
        {
            return (name, false);
        }

        foreach (var property in SubjectProperties)
        {
            if (logEvent.Properties.TryGetValue(property, out var value) && value is ScalarValue { Value: { } scalar } && scalar.ToString() is { Length: > 0 } text)
            {
                // A resource and an association are made up by the peer, as many as it likes.
                var end = text.IndexOfAny(['/', '#']);
                return (end > 0 ? text[..end] : text, property == OurOwn);
            }
        }

        return ("", true);
    }
}
