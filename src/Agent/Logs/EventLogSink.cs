using System.Diagnostics;
using System.Runtime.Versioning;
using Serilog.Core;
using Serilog.Events;

namespace DerAgent.Agent.Logs;

/// <summary>Writes warnings and errors to the event log of Windows. The source is made at installation; without it nothing is written.</summary>
[SupportedOSPlatform("windows")]
internal sealed class EventLogSink : ILogEventSink
{
    /// <summary>Name of the source, and of the service.</summary>
    public const string Source = "der-agent";

    private const int MostCharacters = 30_000;
    private bool _isBroken;

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        ArgumentNullException.ThrowIfNull(logEvent);
        if (_isBroken)
        {
            return;
        }

        var text = LogText.Of(logEvent) + (logEvent.Exception is { } exception ? "\n" + exception : "");
        try
        {
            EventLog.WriteEntry(Source, text[..Math.Min(text.Length, MostCharacters)], logEvent.Level switch
            {
                LogEventLevel.Fatal or LogEventLevel.Error => EventLogEntryType.Error,
                LogEventLevel.Warning => EventLogEntryType.Warning,
                _ => EventLogEntryType.Information,
            });
        }
        catch (Exception e) when (e is InvalidOperationException or System.Security.SecurityException or System.ComponentModel.Win32Exception or ArgumentException)
        {
            // The file has it all the same.
            _isBroken = true;
        }
    }
}
