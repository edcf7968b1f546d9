using DerAgent.Devices;
using Microsoft.Extensions.Logging;

namespace DerAgent.Agent.Logs;

/// <summary>What people read of devices, each line at the level of what it means.</summary>
/// <param name="log">Where it goes.</param>
/// <param name="ailments">What is not well.</param>
internal sealed class DeviceLog(ILogger log, Ailments ailments)
{
    /// <summary>Something happened to a device. Called on the loops of the lines.</summary>
    public void Take(DeviceState state)
    {
        if (state.Text.Length > 0)
        {
            log.Log(state.Severity switch { DeviceSeverity.Alarm => LogLevel.Error, DeviceSeverity.Warning => LogLevel.Warning, _ => LogLevel.Information }, "{Device}: {State}", state.Name, state.Text);
        }

        if (state.Health == DeviceHealth.Ok)
        {
            ailments.Well(state.Name);
        }
        else if (state is { Text.Length: > 0, Severity: not DeviceSeverity.Note })
        {
            ailments.Ill(state.Name, state.Text, state.Health == DeviceHealth.Alarm || state.Severity == DeviceSeverity.Alarm);
        }
    }
}
