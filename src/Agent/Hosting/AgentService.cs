using DerAgent.Acsi;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DerAgent.Agent.Hosting;

/// <summary>The running agent: model, server, hardware and connections put together.</summary>
internal sealed class AgentService(Configuration configuration, StanzaTrace? trace, TimeProvider time, ILoggerFactory logs, IHostApplicationLifetime lifetime) : BackgroundService
{
    private readonly ILogger _log = logs.CreateLogger("der-agent");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _log.LogCritical(e, "The agent stops: {Message}", e.Message);
            Environment.ExitCode = ExitCodes.Failure;
            lifetime.StopApplication();
        }
    }

    private async Task RunAsync(CancellationToken cancel)
    {
        await using var site = configuration.BuildSite(time)!;
        var model = configuration.Model!;
        var output = new SiteOutput(site, time, cancel);
        // Entry ids rise over restarts: they start with the time.
        var journal = new MemoryJournal(firstId: time.GetUtcNow().ToUnixTimeMilliseconds() << 16);
        await using var loop = new IedLoop(new AcsiServer(model, output, journal, new AcsiOptions(), time), time);
        var connections = configuration.Connections
            .Select(c => new UplinkConnection(c, model.Name, loop, logs.CreateLogger("uplink"), trace, time))
            .ToDictionary(c => c.Name, StringComparer.Ordinal);
        loop.OnEffect = effect => Dispatch(effect, connections);
        loop.OnDefect = e => _log.LogError(e, "A message could not be processed, which is a defect of the agent: {Message}", e.Message);
        output.Attach(loop);
        site.OnState = s => _log.LogInformation("{Device}: {State}", s.Name, s.Text);
        _log.LogInformation("Serving {Ied} ({Leaves} attributes, {Bindings} bound to {Devices} devices) over {Connections}", model.Name, model.Slots.Count, site.BindingCount, site.Devices.Count, string.Join(", ", connections.Keys));

        var running = loop.RunAsync(cancel);
        var polling = site.RunAsync(cancel);
        var serving = connections.Values.Select(c => c.RunAsync(cancel)).ToList();
        Task[] all = [running, polling, .. serving];
        try
        {
            // None of them ends by itself: the first that does has failed.
            await await Task.WhenAny(all);
            await Task.WhenAll(all);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await Task.WhenAll(serving);
        }
    }

    private void Dispatch(AcsiEffect effect, Dictionary<string, UplinkConnection> connections)
    {
        switch (effect)
        {
            case AcsiEffect.Respond respond:
                connections[respond.Association.Key.Connection].Respond(respond.Association, respond.RequestId, respond.Pdu);
                break;
            case AcsiEffect.Notify notify:
                connections[notify.Association.Key.Connection].Notify(notify.Association, notify.Pdu);
                break;
            case AcsiEffect.Ended ended:
                _log.LogInformation("{Association} ended: {Reason}", ended.Association, ended.Reason);
                break;
            case AcsiEffect.Log log:
                _log.Log(log.IsWarning ? LogLevel.Warning : LogLevel.Information, "{Text}", log.Text);
                break;
        }
    }
}
