using DerAgent.Devices;

namespace DerAgent.Agent;

/// <summary>What agent.json says of devices otherwise than the SCL file and their profiles.</summary>
internal static class DeviceOverrides
{
    /// <summary>The URLs by device.</summary>
    public static IReadOnlyDictionary<string, string> Urls(AgentOptions options) =>
        options.Devices.Where(d => d.Value.Url is not null).ToDictionary(d => d.Key, d => d.Value.Url!, StringComparer.Ordinal);

    /// <summary>The periods by device.</summary>
    /// <param name="options">What agent.json says.</param>
    /// <param name="refuse">Takes what is wrong.</param>
    public static IReadOnlyDictionary<string, PollOverride> Polls(AgentOptions options, Action<string> refuse)
    {
        var polls = new Dictionary<string, PollOverride>(StringComparer.Ordinal);
        foreach (var (name, device) in options.Devices)
        {
            if (device.Polls is not { } own)
            {
                continue;
            }

            TimeSpan? Period(string key, string? text)
            {
                if (text is null)
                {
                    return null;
                }

                var period = YamlScalars.Duration(text, out var fault);
                if (period < PollPeriods.Least)
                {
                    fault = $"is shorter than {PollPeriods.Least.TotalMilliseconds:0}ms.";
                }

                if (fault.Length > 0)
                {
                    refuse($"devices.{name}.polls.{key} {fault}");
                    return null;
                }

                return period;
            }

            polls[name] = new(Period("fast", own.Fast), Period("normal", own.Normal), Period("slow", own.Slow));
        }

        return polls;
    }

    /// <summary>All of it in one line a device, to tell whether it changed.</summary>
    public static IEnumerable<string> Lines(AgentOptions options) => options.Devices.Select(d => $"{d.Key}={d.Value.Url} {d.Value.Polls} {d.Value.Tls}");
}
