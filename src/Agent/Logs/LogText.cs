using System.Globalization;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace DerAgent.Agent.Logs;

/// <summary>The sentence of a line, without quotes around names.</summary>
internal static class LogText
{
    private static readonly MessageTemplateTextFormatter Sentence = new("{Message:lj}", CultureInfo.InvariantCulture);

    /// <summary>The sentence.</summary>
    public static string Of(LogEvent logEvent)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        Sentence.Format(logEvent, text);
        return text.ToString();
    }
}
