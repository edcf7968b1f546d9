using Microsoft.Extensions.Hosting.WindowsServices;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Compact;
using Serilog.Formatting.Display;

namespace DerAgent.Agent.Logs;

/// <summary>Where the log goes, and how.</summary>
/// <param name="File">The file it goes to; null: standard output.</param>
/// <param name="IsJson">Whether lines are JSON objects.</param>
/// <param name="Level">The least level that is written.</param>
internal sealed record LogSetup(string? File, bool IsJson, LogEventLevel Level)
{
    /// <summary>Octets of each file, and how many there are.</summary>
    private const long FileSize = 10_000_000;
    private const int Files = 5;

    /// <summary>Lines that may wait for a slow medium: beyond them lines are lost, and nothing else.</summary>
    private const int MostWaiting = 2_048;

    private const string Template = "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffzzz} {Level:u3} {Message:lj}{NewLine}{Exception}";

    /// <summary>The setup that agent.json and the command line ask for.</summary>
    /// <param name="settings">What agent.json says; null: nothing.</param>
    /// <param name="resolve">Makes a path of one relative to agent.json.</param>
    /// <param name="data">The data folder: a service of Windows has no other place.</param>
    /// <param name="format">What the command line says; null: nothing.</param>
    /// <param name="verbose">Whether everything is of interest.</param>
    public static LogSetup Of(LogSettings? settings, Func<string, string> resolve, string data, string? format, bool verbose)
    {
        ArgumentNullException.ThrowIfNull(resolve);
        var file = settings?.File is { } path ? resolve(path) : OperatingSystem.IsWindows() && WindowsServiceHelpers.IsWindowsService() ? Path.Combine(data, "log", "der-agent.log") : null;
        return new(file, (format ?? settings?.Format) == "json", verbose ? LogEventLevel.Debug : LevelOf(settings?.Level) ?? LogEventLevel.Information);
    }

    /// <summary>The level of a word; null: it is none.</summary>
    public static LogEventLevel? LevelOf(string? text) => text switch
    {
        "debug" => LogEventLevel.Debug,
        "information" => LogEventLevel.Information,
        "warning" => LogEventLevel.Warning,
        "error" => LogEventLevel.Error,
        _ => null,
    };

    /// <summary>The logger. Whoever writes to it waits for no medium.</summary>
    /// <param name="time">Clock and timers.</param>
    public Logger Create(TimeProvider time)
    {
        var behind = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Async(Outputs, MostWaiting, blockWhenFull: false).CreateLogger();
        return new LoggerConfiguration()
            .MinimumLevel.Is(Level)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .WriteTo.Sink(new RepeatedLines(behind, time))
            .CreateLogger();
    }

    private void Outputs(Serilog.Configuration.LoggerSinkConfiguration to)
    {
        if (OperatingSystem.IsWindows() && WindowsServiceHelpers.IsWindowsService())
        {
            to.Sink(new EventLogSink(), LogEventLevel.Warning);
        }

        if (File is not null)
        {
            to.File(Text(), File, fileSizeLimitBytes: FileSize, rollOnFileSizeLimit: true, retainedFileCountLimit: Files);
        }
        else
        {
            to.Console(JournalFormatter.IsJournal(Environment.GetEnvironmentVariable("JOURNAL_STREAM"), JournalFormatter.OutputTarget) ? new JournalFormatter(IsJson ? Text() : null) : Text());
        }
    }

    private ITextFormatter Text() => IsJson ? new RenderedCompactJsonFormatter() : new MessageTemplateTextFormatter(Template, System.Globalization.CultureInfo.InvariantCulture);
}
