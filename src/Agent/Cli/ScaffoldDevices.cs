using DerAgent.Devices;
using DerAgent.Scl;

namespace DerAgent.Agent.Cli;

/// <summary>Devices as the scaffold wants them: what a profile gives, and where the device is.</summary>
internal static class ScaffoldDevices
{
    /// <summary>One of a profile.</summary>
    public static ScaffoldDevice Of(DeviceProfile profile, string name, string url)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var points = profile.Points.ToDictionary(p => p.Key, p => new ScaffoldPoint(p.Value.IsWritable, p.Value.Unit, WriteDuration.OperTimeout(p.Value)), StringComparer.Ordinal);
        return new(name, profile.Name, url, points);
    }
}
