using DerAgent.Agent.Clock;

namespace DerAgent.Agent;

/// <summary>What <c>time</c> of agent.json says.</summary>
internal static class TimeSetup
{
    private const int MostServers = 10;

    /// <summary>Reads the settings; what is wrong is told, and the default taken.</summary>
    public static ClockSetup Read(TimeSettings? settings, Action<string> wrong)
    {
        if (settings is null)
        {
            return ClockSetup.System;
        }

        TimeSpan Time(string name, string text, double least, double most, string range, double otherwise) =>
            TimeSpan.FromSeconds(Quantity.Read($"time: {name}", text, Quantity.Times, (least, most), range, otherwise, wrong));

        foreach (var server in settings.Servers.Where(s => ClockService.Endpoint(s) is null))
        {
            wrong($"time: \"{server}\" is no server; write host or host:port.");
        }

        if (settings.Servers.Count > MostServers || settings.Servers.Distinct(StringComparer.OrdinalIgnoreCase).Count() < settings.Servers.Count)
        {
            wrong($"time: write {MostServers} servers at most, each once.");
        }

        if (settings.Alarms.Count > 2)
        {
            wrong($"time: alarms has {settings.Alarms.Count} entries; write one for the warning and one for the alarm, e.g. [\"1s\", \"2s\"].");
        }

        TimeSpan Alarm(int index, double otherwise) => index < settings.Alarms.Count ? Time("alarms", settings.Alarms[index], 0.001, 3_600, "1ms to 60m", otherwise) : TimeSpan.FromSeconds(otherwise);
        var warning = Alarm(0, 1);
        return new(
            [.. settings.Servers.Where(s => ClockService.Endpoint(s) is not null).Distinct(StringComparer.OrdinalIgnoreCase).Take(MostServers)],
            Time("poll", settings.Poll, 16, 3_600, "16s to 60m", 64),
            (warning, Alarm(1, 2 * warning.TotalSeconds)));
    }

    /// <summary>Whether two are the same.</summary>
    public static bool IsSame(ClockSetup one, ClockSetup other) => one with { Servers = other.Servers } == other && one.Servers.SequenceEqual(other.Servers, StringComparer.Ordinal);
}
