using DerAgent.Acsi;
using DerAgent.Agent.Clock;
using DerAgent.Devices;
using DerAgent.Storage;
using DerAgent.Xmpp;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DerAgent.Agent.Hosting;

/// <summary>The running agent: starts with a configuration, takes a new one when its files change or when it is told to.</summary>
internal sealed class AgentService(Configuration configuration, SqliteStore store, StanzaTrace? trace, TimeProvider time, ILoggerFactory logs, IHostApplicationLifetime lifetime, ReloadSignal reload, ServiceNotifier notifier) : BackgroundService
{
    /// <summary>Octets that all connections together may hold: a data logger has 64 MB to spare.</summary>
    private const long MostHeld = 24 << 20;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private readonly ILogger _log = logs.CreateLogger("der-agent");

    /// <summary>What its files say: it is in force, or could not be.</summary>
    private readonly Configuration _onDisk = configuration.Instead ?? configuration;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var start = time.GetTimestamp();
        _log.LogInformation("der-agent {Build} starts with configuration {Revision} of {Path}", BuildInfo.Line, configuration.Revision, _onDisk.Path);
        try
        {
            await RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped.
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _log.LogCritical(e, "The agent stops: {Message}", e.Message);
            Environment.ExitCode = ExitCodes.Failure;
            lifetime.StopApplication();
        }
        finally
        {
            _log.LogInformation("der-agent has stopped after {Time}", DurationText.Of(time.GetElapsedTime(start)));
        }
    }

    private async Task RunAsync(CancellationToken cancel)
    {
        var held = new OctetBudget(MostHeld);
        var clock = new DisciplinedTime(time);
        var folder = configuration.DataFolder;
        using var watchdog = new Watchdog(notifier, _log, time, ServiceNotifier.WatchdogOf(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), Environment.GetEnvironmentVariable("WATCHDOG_PID")));
        watchdog.Watch("The store", store.Beat);
        await using var runtime = new AgentRuntime(
            store,
            OpenFiles(folder),
            clock,
            configuration.Storage,
            (setup, services) => new XmppConnection(setup.Xmpp, services, clock, held) { Trace = trace?.For(setup.Name), KnownServers = new KnownServersFile(folder, setup.Name, _log) },
            clock,
            logs,
            cancel) { Watchdog = watchdog };
        watchdog.Ailments = runtime.Ailments;
        await runtime.UseAsync(configuration, configuration.BuildSite(clock)!);
        if (configuration.Instead is null)
        {
            Keep(configuration);
        }
        else
        {
            _log.LogError("The configuration cannot be used, and the last one that ran is in force: {Finding} LLN0.Health says Warning until a good one is there. Look at it with: der-agent check --config {Path}", _onDisk.Findings.First(static f => f.IsError), _onDisk.Path);
            runtime.RaiseAlarm(AgentAlarm.Configuration);
        }

        using var watcher = new ConfigurationWatcher(_onDisk, reload, time);
        notifier.Ready(runtime.Status);
        var wear = new WearReport(store.Meter, _log);
        using var daily = time.CreateTimer(_ => wear.Tell(), null, Day, Day);
        try
        {
            while (true)
            {
                var why = await reload.WaitAsync(cancel);
                await ReloadOrGoOnAsync(runtime, clock, why, watcher, cancel);
                notifier.Ready(runtime.Status);
            }
        }
        finally
        {
            notifier.Stopping();
        }
    }

    /// <summary>Opens the file store; an agent without one serves everything else.</summary>
    private FolderStore? OpenFiles(string folder)
    {
        try
        {
            var files = FolderStore.Open(folder, configuration.Storage.Files);
            files.Check = new SetConfiguration(_onDisk.Path, time).FaultOf;
            files.Changed = name =>
            {
                if (FileNames.IsWithin(name, FileRights.Configuration))
                {
                    reload.Raise($"a client has set or deleted {name}");
                }
            };
            return files;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.LogError("The file store in {Folder} cannot be used, and clients get no files: {Message}", folder, e.Message);
            return null;
        }
    }

    private void Keep(Configuration running)
    {
        if (LastConfiguration.Keep(running) is { } fault)
        {
            _log.LogWarning("The configuration could not be kept in {Folder} for a start on which its files are broken: {Fault}", running.DataFolder, fault);
        }
    }

    /// <summary>A reload that fails leaves running what runs.</summary>
    private async Task ReloadOrGoOnAsync(AgentRuntime runtime, DisciplinedTime clock, string why, ConfigurationWatcher watcher, CancellationToken cancel)
    {
#pragma warning disable CA1031 // whatever a new configuration brings to light, the agent goes on
        try
        {
            await ReloadAsync(runtime, clock, why, watcher);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            _log.LogError(e, "The new configuration could not be taken, which is a defect of the agent; what runs goes on: {Message}", e.Message);
            runtime.RaiseAlarm(AgentAlarm.Configuration);
        }
#pragma warning restore CA1031
    }

    private async Task ReloadAsync(AgentRuntime runtime, DisciplinedTime clock, string why, ConfigurationWatcher watcher)
    {
        _log.LogInformation("Reloading the configuration: {Why}", why);
        watcher.Seen();
        var next = Configuration.Load(_onDisk.Path);
        var site = next.BuildSite(clock);
        foreach (var finding in next.Findings)
        {
            _log.Log(finding.IsError ? LogLevel.Error : LogLevel.Warning, "{Finding}", finding);
        }

        watcher.Watch(next);
        if (next.IsUsable)
        {
            if (next.DataFolder != configuration.DataFolder || next.Storage != configuration.Storage)
            {
                _log.LogWarning("\"data\" and \"storage\" take effect with the next start of the agent; until then it keeps what it must in {Folder}", configuration.DataFolder);
            }

            await runtime.UseAsync(next, site!);
            Keep(next);
            return;
        }

        if (site is not null)
        {
            await site.DisposeAsync();
        }

        _log.LogError("The new configuration is refused; the old one goes on, and LLN0.Health says Warning until a good one is there. Look at it with: der-agent check --config {Path}", _onDisk.Path);
        runtime.RaiseAlarm(AgentAlarm.Configuration);
    }
}
