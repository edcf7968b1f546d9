using DerAgent.Devices;

namespace DerAgent.Agent.Cli;

/// <summary><c>der-agent probe --command</c>: tries a set point, shows what it does and lets go of it.</summary>
internal static class ProbeTrial
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>How long letting go may take after Ctrl-C.</summary>
    public static readonly TimeSpan LongestEnd = TimeSpan.FromMinutes(5);

    public static async Task<int> RunAsync(DeviceUrl url, DeviceProfile? profile, string command, string? duration, bool isSure, CancellationToken cancel)
    {
        if (profile is null)
        {
            return await ProbeCommand.ToldAsync("--command needs --profile: it says how a set point is written, verified and let go of.", ExitCodes.Configuration);
        }

        if (duration is null || YamlScalars.Duration(duration, out var fault) is not { } time || time <= TimeSpan.Zero || time > Longest)
        {
            return await ProbeCommand.ToldAsync("--command needs --for, e.g. 60s, at most 1h.", ExitCodes.Configuration);
        }

        var (point, value) = Read(profile, command, out fault);
        if (fault.Length > 0)
        {
            return await ProbeCommand.ToldAsync(fault, ExitCodes.Configuration);
        }

        if (!isSure && !await IsSureAsync(url, point, value, time))
        {
            return await ProbeCommand.ToldAsync("Nothing was written.", ExitCodes.Configuration);
        }

        // Whoever looks on wants to see it soon, whatever the device turns out to be.
        var soon = new PollOverride(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        var setup = new DeviceSetup("device", profile with { SitePolls = soon, Polls = soon.Over(profile.Polls) }, CommandTrial.Watched(point));
        var trial = new CommandTrial(new(setup, url), point, TimeProvider.System, Console.WriteLine);
        return await trial.RunAsync(value, time, (u, t) => LineMaster.OpenBus(u, t, TimeProvider.System), null, cancel) ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static (PointDefinition Point, double Value) Read(DeviceProfile profile, string command, out string fault)
    {
        fault = "";
        var equals = command.IndexOf('=', StringComparison.Ordinal);
        var (name, text) = equals > 0 ? (command[..equals], command[(equals + 1)..]) : (command, "");
        var writable = profile.Own.Where(n => profile.Points[n] is { IsWritable: true, Writing: not null }).ToList();
        if (!writable.Contains(name, StringComparer.Ordinal))
        {
            fault = $"\"{name}\" is no set point of {profile.Name}; it has {(writable.Count == 0 ? "none" : string.Join(", ", writable))}. Write --command POINT=value.";
            return (new() { Name = name }, 0);
        }

        var point = profile.Points[name];
        var value = point.Map is { IsEmpty: false, IsNumeric: false } && point.Map.RawOf(text) is { } raw ? raw : YamlScalars.Real(text);
        if (value is not { } number || (point.Range is { } range && (number < range.Low || number > range.High)))
        {
            fault = $"\"{text}\" is no value of {name}{(point.Range is { } known ? $", which goes from {known.Low} to {known.High} {point.Unit}" : "")}. Write --command {name}=value.";
        }

        return (point, value ?? 0);
    }

    /// <summary>Asks; without a terminal nobody can answer.</summary>
    private static async Task<bool> IsSureAsync(DeviceUrl url, PointDefinition point, double value, TimeSpan time)
    {
        if (Console.IsInputRedirected)
        {
            await Console.Error.WriteLineAsync("There is no terminal to ask at; --yes says that it is meant.");
            return false;
        }

        Console.Write($"This WRITES {point.Name} = {value:0.###} {point.Unit} to {url.Endpoint} for {time.TotalSeconds:0} s and then lets go of it. {(point.Writing!.IsVolatile ? "" : "Its memory wears. ")}Type yes: ");
        return string.Equals(Console.ReadLine()?.Trim(), "yes", StringComparison.Ordinal);
    }
}
