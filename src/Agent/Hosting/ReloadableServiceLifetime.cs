using System.Runtime.Versioning;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.WindowsServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DerAgent.Agent.Hosting;

/// <summary>A Windows service that reads its configuration again on the service control 128: <c>sc control der-agent 128</c>.</summary>
[SupportedOSPlatform("windows")]
internal sealed class ReloadableServiceLifetime(
    IHostEnvironment environment, IHostApplicationLifetime lifetime, ILoggerFactory logs, IOptions<HostOptions> options, IOptions<WindowsServiceLifetimeOptions> service, ReloadSignal reload)
    : WindowsServiceLifetime(environment, lifetime, logs, options, service)
{
    /// <inheritdoc/>
    protected override void OnCustomCommand(int command)
    {
        reload.TakeServiceControl(command);
        base.OnCustomCommand(command);
    }
}
