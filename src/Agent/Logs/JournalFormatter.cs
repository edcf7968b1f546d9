using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;

namespace DerAgent.Agent.Logs;

/// <summary>Lines for the journal of systemd: each with its priority in front (sd-daemon(3)), and without the time, which the journal knows.</summary>
/// <param name="inner">Writes the text; null: the message and its exception.</param>
internal sealed class JournalFormatter(ITextFormatter? inner = null) : ITextFormatter
{
    /// <inheritdoc/>
    public void Format(LogEvent logEvent, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(logEvent);
        ArgumentNullException.ThrowIfNull(output);
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        if (inner is null)
        {
            text.Write(LogText.Of(logEvent));
            if (logEvent.Exception is { } exception)
            {
                text.Write('\n');
                text.Write(exception);
            }
        }
        else
        {
            inner.Format(logEvent, text);
        }

        // Each line is an entry of its own there.
        foreach (var line in text.ToString().AsSpan().TrimEnd("\r\n").EnumerateLines())
        {
            output.Write($"<{PriorityOf(logEvent.Level)}>");
            output.Write(line);
            output.Write('\n');
        }
    }

    /// <summary>The priority of a level (syslog(3)).</summary>
    public static int PriorityOf(LogEventLevel level) => level switch
    {
        LogEventLevel.Fatal => 2,
        LogEventLevel.Error => 3,
        LogEventLevel.Warning => 4,
        LogEventLevel.Information => 6,
        _ => 7,
    };

    /// <summary>Whether standard output goes to the journal: systemd says which socket that is, and a redirection leads elsewhere (systemd.exec(5), JOURNAL_STREAM).</summary>
    public static bool IsJournal(string? stream, Func<string> outputTarget)
    {
        ArgumentNullException.ThrowIfNull(outputTarget);
        return stream?.Split(':') is [_, { Length: > 0 } inode] && outputTarget() == $"socket:[{inode}]";
    }

    /// <summary>What standard output of this process is; empty where nobody can say.</summary>
    public static string OutputTarget()
    {
        try
        {
            return new FileInfo("/proc/self/fd/1").LinkTarget ?? "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
