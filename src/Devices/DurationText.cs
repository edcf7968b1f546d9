using System.Globalization;

namespace DerAgent.Devices;

/// <summary>Times as people say them.</summary>
internal static class DurationText
{
    /// <summary>E.g. <c>75 s</c>, <c>12 min</c>, <c>3.5 h</c>, <c>12.5 d</c>.</summary>
    public static string Of(TimeSpan time) =>
        time < TimeSpan.FromMinutes(2) ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s")
        : time < TimeSpan.FromHours(2) ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min")
        : time < TimeSpan.FromDays(2) ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#} h")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0.#} d");
}
