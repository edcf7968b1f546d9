using System.Globalization;
using DerAgent.Agent.Logs;
using Microsoft.Extensions.Time.Testing;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Compact;
using Serilog.Parsing;

namespace DerAgent.Agent.Tests;

/// <summary>What of the log goes on, and in which form.</summary>
public sealed class LogLinesTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly TextSink _sink = new();
    private readonly Logger _log;

    public LogLinesTests() => _log = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(new RepeatedLines(_sink, _time)).CreateLogger();

    public void Dispose() => _log.Dispose();

    [Fact]
    public void Equal_lines_are_one_a_minute_with_a_count()
    {
        for (var second = 0; second < 190; second++)
        {
            _log.Warning("{Device}: {State}", "inv1", "it is silent");
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(4, _sink.Lines.Count);
        Assert.Equal("inv1: it is silent", _sink.Lines[0]);
        Assert.All(_sink.Lines.Skip(1), static l => Assert.Matches("^inv1: it is silent \\(again [56][0-9] times within a minute\\)$", l));
    }

    [Fact]
    public void What_is_said_once_is_said_at_once_and_once()
    {
        _log.Information("{Device}: {State}", "inv1", "it answers");
        Assert.Equal(["inv1: it answers"], _sink.Lines);
        _time.Advance(TimeSpan.FromHours(1));
        _log.Information("{Device}: {State}", "inv1", "it answers");
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(["inv1: it answers", "inv1: it answers"], _sink.Lines);
    }

    [Fact]
    public void Who_fills_the_log_does_not_take_it_from_others()
    {
        for (var i = 0; i < 10_000; i++)
        {
            _log.Information("{Key} {Outcome}", $"dso:evil@dso.example/{i}#{i}", "associated");
        }

        _log.Information("{Device}: {State}", "inv1", "it answers");
        Assert.Equal(RepeatedLines.LinesOfSubject + 1, _sink.Lines.Count);
        Assert.Equal("inv1: it answers", _sink.Lines[^1]);
        _time.Advance(TimeSpan.FromSeconds(66));
        Assert.Equal($"dso:evil@dso.example: {10_000 - RepeatedLines.LinesOfSubject} more lines within a minute are left out here", _sink.Lines[^1]);
    }

    [Fact] // a stranger makes up names without end
    public void Nothing_grows_with_the_number_of_those_who_fill_it()
    {
        for (var i = 0; i < 100_000; i++)
        {
            _log.Information("{Peer} is strange {Number}", $"p{i}@dso.example", i);
        }

        Assert.InRange(_sink.Lines.Count, 256, 600);
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Contains(_sink.Lines, static l => l.StartsWith("der-agent: ", StringComparison.Ordinal) && l.EndsWith("left out here", StringComparison.Ordinal));
    }

    [Fact]
    public void What_was_left_out_is_said_at_the_end()
    {
        _log.Information("{Device}: {State}", "inv1", "x");
        _log.Information("{Device}: {State}", "inv1", "x");
        _log.Dispose();
        Assert.Equal(["inv1: x", "inv1: x (again 1 times within a minute)"], _sink.Lines);
    }

    [Theory]
    [InlineData(LogEventLevel.Fatal, 2)]
    [InlineData(LogEventLevel.Error, 3)]
    [InlineData(LogEventLevel.Warning, 4)]
    [InlineData(LogEventLevel.Information, 6)]
    [InlineData(LogEventLevel.Debug, 7)]
    public void The_journal_gets_a_priority_with_each_line(LogEventLevel level, int priority)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        new JournalFormatter().Format(Event(level, new InvalidOperationException("why")), text);
        Assert.Equal($"<{priority}>it is\n<{priority}>System.InvalidOperationException: why\n", text.ToString());
    }

    [Fact]
    public void The_journal_gets_JSON_with_its_priority()
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        new JournalFormatter(new RenderedCompactJsonFormatter()).Format(Event(LogEventLevel.Warning, null), text);
        Assert.StartsWith("<4>{\"@t\":\"", text.ToString(), StringComparison.Ordinal);
        Assert.Single(text.ToString().TrimEnd().Split('\n'));
    }

    [Theory] // systemd names the socket; a redirection leads elsewhere
    [InlineData("8:12345", "socket:[12345]", true)]
    [InlineData("8:12345", "/tmp/out", false)]
    [InlineData("8:12345", "socket:[9]", false)]
    [InlineData("nonsense", "socket:[12345]", false)]
    [InlineData(null, "socket:[12345]", false)]
    public void Standard_output_is_the_journal_where_systemd_says_so(string? stream, string target, bool isJournal) => Assert.Equal(isJournal, JournalFormatter.IsJournal(stream, () => target));

    [Fact]
    public void A_file_is_turned_before_it_is_too_great()
    {
        var folder = Directory.CreateTempSubdirectory("der-agent-log.").FullName;
        try
        {
            using (var log = new LogSetup(Path.Combine(folder, "der-agent.log"), IsJson: false, LogEventLevel.Information).Create(TimeProvider.System))
            {
                log.Debug("not of interest");
                log.Error("{Device}: {State}", "inv1", "silent");
            }

            var line = Assert.Single(File.ReadAllLines(Assert.Single(Directory.GetFiles(folder))));
            Assert.Matches("^20[0-9T:.+-]+ ERR inv1: silent$", line);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static LogEvent Event(LogEventLevel level, Exception? exception) => new(DateTimeOffset.UnixEpoch, level, exception, new MessageTemplateParser().Parse("it is"), []);
}

/// <summary>Keeps lines as they are written.</summary>
internal sealed class TextSink : ILogEventSink
{
    public List<string> Lines { get; } = [];

    /// <summary>Octets as standard output has them.</summary>
    public long Octets { get; private set; }

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        var line = LogText.Of(logEvent);
        Lines.Add(line);

        // Time and level stand in front.
        Octets += System.Text.Encoding.UTF8.GetByteCount(line) + "2026-11-27T22:31:32.465+00:00 INF \n".Length;
    }
}
