using DerAgent.Devices;

namespace DerAgent.Agent;

/// <summary>What agent.json says of devices otherwise than the SCL file and their profiles.</summary>
internal static class DeviceOverrides
{
    /// <summary>All that is said, by device.</summary>
    /// <param name="options">What agent.json says.</param>
    /// <param name="resolve">Makes a path of what stands there.</param>
    /// <param name="refuse">Takes what is wrong.</param>
    public static IReadOnlyDictionary<string, DeviceOverride> Read(AgentOptions options, Func<string, string> resolve, Action<string> refuse) =>
        options.Devices.ToDictionary(
            d => d.Key,
            d => new DeviceOverride(
                d.Value.Url,
                d.Value.Polls is { } polls ? Polls($"devices.{d.Key}.polls", polls, refuse) : null,
                d.Value.Tls is { } tls ? DeviceTls.Read($"devices.{d.Key}.tls", tls, resolve, refuse) : null),
            StringComparer.Ordinal);

    private static PollOverride Polls(string place, PollOptions own, Action<string> refuse)
    {
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
                refuse($"{place}.{key} {fault}");
                return null;
            }

            return period;
        }

        return new(Period("fast", own.Fast), Period("normal", own.Normal), Period("slow", own.Slow));
    }

    /// <summary>All of it in one line a device, to tell whether it changed.</summary>
    public static IEnumerable<string> Lines(AgentOptions options) => options.Devices.Select(d => $"{d.Key}={d.Value.Url} {d.Value.Polls} {d.Value.Tls}");
}
