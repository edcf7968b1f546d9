using System.Globalization;

namespace DerAgent.Agent.Cli;

/// <summary>Times as people write them: UTC where nothing else is said.</summary>
internal static class TimeText
{
    /// <summary>Reads one that may be left out.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static DateTimeOffset? ParseOptional(string? text) => text is null ? null : Parse(text);

    /// <summary>Reads one.</summary>
    /// <param name="text">E.g. <c>2026-03-01T06:00Z</c>.</param>
    /// <param name="others">How else it may be written, for who has to be told.</param>
    /// <exception cref="FormatException">It is none.</exception>
    public static DateTimeOffset Parse(string text, string others = "") =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time
        : throw new FormatException($"\"{text}\" is no time; write e.g. 2026-03-01T06:00Z{others}");
}
