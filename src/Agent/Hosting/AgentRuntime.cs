using DerAgent.Acsi;
using DerAgent.Agent.Clock;
using DerAgent.Agent.Logs;
using DerAgent.Devices;
using DerAgent.Model;
using DerAgent.Storage;
using DerAgent.Xmpp;
using Microsoft.Extensions.Logging;

namespace DerAgent.Agent.Hosting;

/// <summary>Everything that runs: hardware, servers, connections. A new configuration takes the place of the old one part by part; what did not change goes on.</summary>
internal sealed class AgentRuntime(IAgentStore store, FolderStore? files, DisciplinedTime? clock, StorageSetup storage, ConnectionFactory connect, TimeProvider time, ILoggerFactory logs, CancellationToken cancel) : IAsyncDisposable
{
    private readonly ILogger _log = logs.CreateLogger("der-agent");
    private readonly Dictionary<string, ServedIed> _servers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RunningConnection> _connections = new(StringComparer.Ordinal);
    private readonly Supervision _supervision = new(logs.CreateLogger("der-agent"), time);
    private readonly (DeviceMemory Memory, SiteLines Lines) _devices = DevicesOf(store, time, logs);
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
    private readonly FileWorker _files = new(files);
    private Task? _filing;
    private readonly RunningClock? _clock = clock is null ? null : new(clock, logs.CreateLogger("der-agent"));
    private RunningSite? _site;

    // Replaced as a whole: the store's thread reads it.
    private volatile ServedIed[] _alarmed = [];

    // Replaced as a whole: the servers' loops read it.
    private volatile UplinkConnection[] _carrying = [];

    private sealed record RunningConnection(UplinkConnection Connection, CancellationTokenSource Stop, Task Running)
    {
        /// <summary>The renewal of its line under way, or the last one.</summary>
        public Task Renewing { get; set; } = Task.CompletedTask;
    }

    private sealed record RunningSite(Site Site, string Fingerprint, CancellationTokenSource Stop, Task Running);

    /// <summary>What must turn is watched by it; null: nothing is.</summary>
    public Watchdog? Watchdog { get; init; }

    /// <summary>What is not well.</summary>
    public Ailments Ailments { get; } = new(logs.CreateLogger("der-agent"), time);

    /// <summary>Runs a configuration, in place of the one that runs.</summary>
    /// <param name="configuration">A usable configuration.</param>
    /// <param name="site">Its site.</param>
    public async Task UseAsync(Configuration configuration, Site site)
    {
        store.Damaged = () => RaiseAlarm(AgentAlarm.Damage);
        _files.OnDefect = OnDefect;
        _filing ??= _supervision.RunAsync("The file store", _files.RunAsync, _end.Token);
        // A site that did not change goes on; of one that did the devices go on that are as they were, with what is under way on them.
        var goesOn = _site is { } running && running.Fingerprint == configuration.SiteFingerprint;
        var before = goesOn ? null : await StopSiteAsync();

        var replaced = await ReplaceServersAsync(configuration);
        _alarmed = [.. _servers.Values];
        Ailments.Well(Of(AgentAlarm.Configuration));
        foreach (var server in _servers.Values)
        {
            // A connection may find that it is not usable after all.
            server.Output.Alarm(AgentAlarm.Configuration, false);
            server.Output.Alarm(AgentAlarm.Damage, store.IsDamaged);
        }

        if (_clock is not null)
        {
            await _clock.UseAsync(configuration.Clock, _alarmed, _supervision, _end.Token);
        }

        foreach (var served in configuration.Servers)
        {
            var options = configuration.Disturbances.GetValueOrDefault(served.Model) ?? new();
            _servers[served.AccessPoint].Loop.Post(s => s.Record(options));
        }

        await ReplaceConnectionsAsync(configuration);

        // Only now does nothing lead to them any more.
        foreach (var old in replaced)
        {
            old.Abort();
            await old.DisposeAsync();
        }

        if (goesOn)
        {
            await site.DisposeAsync();
        }
        else
        {
            await StartSiteAsync(configuration, site, before);
        }

        _files.Provide(
            ["COMTRADE", .. configuration.Servers.SelectMany(s => s.Model.LogicalDevices).Select(d => $"LD/{d.Name}")],
            configuration.SclFile,
            failure => _log.LogError("The file store cannot be made ready: {Failure}", failure));
        var models = configuration.Servers.Select(s => s.Model).ToList();
        _log.LogInformation("Serving {Ied} ({Leaves} attributes, {Bindings} bound to {Devices}, {Peers} may ask) over {Connections}", models[0].Name, models.Sum(m => m.Declared.Count()), site.BindingCount, Counted.Of(site.Devices.Count, "device"), Counted.Of(configuration.Connections.Sum(static c => c.Access.Jids.Count), "peer"), string.Join(", ", _connections.Keys));
    }

    /// <summary>What is served over what, for people.</summary>
    public string Status => $"Serving {string.Join(", ", _servers.Values.Select(s => s.Model.Name).Distinct(StringComparer.Ordinal))} over {string.Join(", ", _connections.Keys)}";

    /// <summary>Shows clients that something is wrong with the agent itself.</summary>
    public void RaiseAlarm(AgentAlarm alarm)
    {
        Ailments.Ill(Of(alarm), alarm == AgentAlarm.Configuration ? "the new one was refused; the old one is in force" : "some of what it kept was lost", isAlarm: true);
        // The store calls from its own thread.
        foreach (var server in _alarmed)
        {
            server.Output.Alarm(alarm, true);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections.Values)
        {
            await StopAsync(connection);
        }

        if (await StopSiteAsync() is { } site)
        {
            await site.DisposeAsync();
        }

        await _devices.Lines.DisposeAsync();
        await _devices.Memory.DisposeAsync();
        foreach (var server in _servers.Values)
        {
            await server.DisposeAsync();
        }

        Ailments.Dispose();

        // These run until the end, whyever it comes.
        await _end.CancelAsync();
        await (_filing ?? Task.CompletedTask);
        await (_clock?.StopAsync() ?? Task.CompletedTask);
        _end.Dispose();
    }

    private static string Of(AgentAlarm alarm) => $"The {alarm.ToString().ToLowerInvariant()}";

    private static (DeviceMemory Memory, SiteLines Lines) DevicesOf(IAgentStore store, TimeProvider time, ILoggerFactory logs)
    {
        var memory = new DeviceMemory(store.State(DeviceMemory.Part), time, logs.CreateLogger("der-agent"));
        return (memory, new SiteLines(time, memory));
    }

    private async Task<List<ServedIed>> ReplaceServersAsync(Configuration configuration)
    {
        var wanted = configuration.Servers.ToDictionary(s => s.AccessPoint, s => s.Model, StringComparer.Ordinal);
        var replaced = new List<ServedIed>();
        foreach (var (accessPoint, model) in wanted)
        {
            ConfigurationRevisions? before = null;
            var fingerprint = ModelFingerprint.Of(model);
            if (_servers.TryGetValue(accessPoint, out var old))
            {
                if (old.Fingerprint == fingerprint)
                {
                    continue;
                }

                _log.LogInformation("{Ied}/{AccessPoint}: the model changed; its associations are aborted", model.Name, accessPoint);
                before = await old.RetireAsync();
                replaced.Add(old);
            }

            _servers[accessPoint] = ServedIed.Start(model, fingerprint, store.Part(accessPoint), _files, configuration.Server(storage), storage.Commits, before, time, _supervision, Dispatch, Drain, OnDefect, cancel);
            var loop = _servers[accessPoint].Loop;
            Watchdog?.Watch($"The server {accessPoint}", answer => loop.Post(_ => answer()));
        }

        foreach (var gone in _servers.Keys.Except(wanted.Keys, StringComparer.Ordinal).ToList())
        {
            await _servers[gone].RetireAsync();
            replaced.Add(_servers[gone]);
            _servers.Remove(gone);
            Watchdog?.Forget($"The server {gone}");
        }

        return replaced;
    }

    private async Task ReplaceConnectionsAsync(Configuration configuration)
    {
        foreach (var gone in _connections.Values.Where(c => configuration.Connections.All(n => n.Name != c.Connection.Name || !IsSameStream(n, c.Connection.Setup))).ToList())
        {
            await gone.Connection.RetireAsync();
            await StopAsync(gone);
            _connections.Remove(gone.Connection.Name);
            Watchdog?.Forget(ConnectionLog.Ailment(gone.Connection.Name));
            Ailments.Well(ConnectionLog.Ailment(gone.Connection.Name));
            _carrying = [.. _connections.Values.Select(c => c.Connection)];
        }

        foreach (var setup in configuration.Connections)
        {
            var server = _servers[setup.Server.AccessPoint];
            if (_connections.TryGetValue(setup.Name, out var running))
            {
                running.Connection.Use(setup, server.Loop);
                if (!HasSameCredentials(setup.Xmpp, running.Connection.Stream))
                {
                    running.Renewing = RenewAsync(running, running.Renewing);
                }

                continue;
            }

            var connection = new UplinkConnection(setup, server.Model.Name, server.Loop, logs.CreateLogger("uplink"), time, connect, Ailments) { OnChannel = ShowChannels };
            var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);

            // Before it runs: what it brings finds its way back.
            _carrying = [.. _carrying, connection];
            _connections[setup.Name] = new(connection, stop, _supervision.RunAsync(ConnectionLog.Ailment(setup.Name), connection.RunAsync, stop.Token));
            Watchdog?.Watch(ConnectionLog.Ailment(setup.Name), connection.Beat);
        }
    }

    /// <summary>One renewal after the other; what fails is shown, and tried again with the next reload.</summary>
    private async Task RenewAsync(RunningConnection running, Task before)
    {
        await before;
        try
        {
            if (!await running.Connection.RenewAsync(running.Stop.Token))
            {
                RaiseAlarm(AgentAlarm.Configuration);
            }
        }
        catch (OperationCanceledException) when (running.Stop.IsCancellationRequested)
        {
            // The connection is stopped.
        }
    }

    /// <summary>Whether two setups can share a session: the same account at the same servers.</summary>
    private static bool IsSameStream(ConnectionSetup one, ConnectionSetup other) =>
        one.Xmpp.Jid.ToString() == other.Xmpp.Jid.ToString() && one.Xmpp.Servers.SequenceEqual(other.Xmpp.Servers);

    private static bool HasSameCredentials(XmppOptions one, XmppOptions other) =>
        one.Password == other.Password
        && one.TrustAnchors.Select(a => a.Thumbprint).SequenceEqual(other.TrustAnchors.Select(a => a.Thumbprint), StringComparer.Ordinal);

    private async Task StartSiteAsync(Configuration configuration, Site site, Site? before)
    {
        var outputs = new Dictionary<IedModel, SiteOutput>();
        foreach (var served in configuration.Servers)
        {
            var output = _servers[served.AccessPoint].Output;
            output.Use(site, served.Model);
            outputs[served.Model] = output;
        }

        site.OnValues = (model, values) => outputs[model].Take(values);
        site.OnState = new DeviceLog(_log, Ailments).Take;
        site.OnHung = _ => Watchdog?.Hung();
        foreach (var gone in before?.Devices.ExceptBy(site.Devices.Select(static d => d.Name), static d => d.Name, StringComparer.Ordinal) ?? [])
        {
            Ailments.Well(gone.Name);
        }

        await site.TakeOverAsync(_devices.Lines, before);
        foreach (var output in outputs.Values)
        {
            output.Ready();
        }

        if (before is not null)
        {
            await before.DisposeAsync();
        }

        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _site = new(site, configuration.SiteFingerprint, stop, _supervision.RunAsync("The hardware", site.RunAsync, stop.Token));
    }

    /// <summary>Ends the loop of the site; its lines run on.</summary>
    private async Task<Site?> StopSiteAsync()
    {
        if (_site is not { } site)
        {
            return null;
        }

        _site = null;
        await site.Stop.CancelAsync();
        await site.Running;
        site.Stop.Dispose();
        return site.Site;
    }

    private static async Task StopAsync(RunningConnection connection)
    {
        await connection.Stop.CancelAsync();
        await connection.Running;
        await connection.Renewing;
        connection.Stop.Dispose();
    }

    private void OnDefect(string what, Exception e) => _log.LogError(e, "{What} could not be processed, which is a defect of the agent; everything else goes on: {Message}", what, e.Message);

    private UplinkConnection? Connection(string name) => Array.Find(_carrying, c => c.Name == name);

    /// <summary>Each server shows the connections that lead to it.</summary>
    private void ShowChannels()
    {
        foreach (var connections in _carrying.GroupBy(c => c.Loop))
        {
            ChannelReport[] channels = [.. connections.Select(c => c.Channel)];
            connections.Key.Post(s => s.ShowChannels(channels));
        }
    }

    /// <summary>Called when a server's loop has done what there was, outside of it: what it left for connections is encoded and sent.</summary>
    private void Drain()
    {
        foreach (var connection in _carrying)
        {
            connection.Drain();
        }
    }

    /// <summary>Called on the servers' loops.</summary>
    private void Dispatch(AcsiEffect effect)
    {
        switch (effect)
        {
            case AcsiEffect.Respond { Association.Key.Connection: var name }:
                Connection(name)?.Carry(effect);
                break;
            case AcsiEffect.Notify { Association.Key.Connection: var name }:
                Connection(name)?.Carry(effect);
                break;
            case AcsiEffect.Ask { Association.Key.Connection: var name }:
                Connection(name)?.Carry(effect);
                break;
            case AcsiEffect.SendReport { Association.Key.Connection: var name }:
                Connection(name)?.Carry(effect);
                break;
            case AcsiEffect.Ended ended:
                _log.LogInformation("{Association} ended: {Reason}", ended.Association, ended.Reason);
                Connection(ended.Association.Key.Connection)?.Carry(effect);
                break;
            case AcsiEffect.StoreState { Failure: { } failure }:
                Ailments.Ill("The store", $"it takes nothing: {failure}", isAlarm: true);
                _log.LogError("The store takes nothing: {Failure}; what would have to be durable is refused until it does", failure);
                break;
            case AcsiEffect.StoreState:
                _log.LogInformation("The store takes again{After}", Ailments.Well("The store") is { } time ? $" after {DurationText.Of(time)}" : "");
                break;
            case AcsiEffect.SettingDoubt { Doubt: { } doubt }:
                _log.LogError("{Doubt}; it is shown as not known until the device was read", doubt);
                break;
            case AcsiEffect.SettingDoubt:
                _log.LogInformation("The settings of the devices are known again");
                break;
            case AcsiEffect.Defect defect:
                OnDefect(defect.What, defect.Exception);
                break;
            case AcsiEffect.Log log:
                _log.Log(log.IsWarning ? LogLevel.Warning : LogLevel.Information, new EventId(0, log.Client), "{Text}", log.Text);
                break;
        }
    }
}
