using DerAgent.Acsi;
using DerAgent.Agent.Hosting;
using DerAgent.Model;
using DerAgent.Security;

namespace DerAgent.Agent;

/// <summary>A server with its loop and its way to the hardware, running.</summary>
internal sealed class ServedIed : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly Task _running;
    private FileWorker.ServedFiles? _files;

    private ServedIed(IedModel model, string fingerprint, IServerStore store, AcsiServer server, SiteOutput output, FileWorker files, OutboxOptions commits, TimeProvider time, Supervision supervision, Action<AcsiEffect> onEffect, Action afterwards, Action<string, Exception> onDefect, CancellationToken cancel)
    {
        (Model, Fingerprint, Store, Output) = (model, fingerprint, store, output);
        Loop = new(server, store, output, done => _files = files.Serve(done), commits, time) { OnEffect = Tell, Afterwards = afterwards, OnDefect = onDefect };
        output.Attach(Loop);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        void Tell(AcsiEffect effect)
        {
            if (effect is AcsiEffect.StoreState state)
            {
                Output.Alarm(AgentAlarm.Store, state.Failure is not null);
            }

            if (effect is AcsiEffect.SettingDoubt doubt)
            {
                Output.Alarm(AgentAlarm.Settings, doubt.Doubt is not null);
            }

            onEffect(effect);
        }

        _running = supervision.RunAsync($"The server of {model.Name}", Loop.RunAsync, _stop.Token);
    }

    /// <summary>The model served.</summary>
    public IedModel Model { get; }

    /// <summary>What clients see of the model, as one string.</summary>
    public string Fingerprint { get; }

    /// <summary>Where its state is kept: it lives on in the server that replaces this one.</summary>
    public IServerStore Store { get; }

    /// <summary>The one writer.</summary>
    public IedLoop Loop { get; }

    /// <summary>The way to the hardware.</summary>
    public SiteOutput Output { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="model">The model.</param>
    /// <param name="fingerprint">Its <see cref="ModelFingerprint"/>.</param>
    /// <param name="store">Where its state is kept, and was by the server it replaces.</param>
    /// <param name="files">Where its files are.</param>
    /// <param name="options">Limits and defaults, within those that the SCL file sets.</param>
    /// <param name="commits">When commits are made.</param>
    /// <param name="before">Revisions of the server it replaces, or null.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="supervision">Starts the loop again should it end.</param>
    /// <param name="onEffect">Takes what the server sends, on its loop.</param>
    /// <param name="afterwards">Called outside the loop when it has done what there was.</param>
    /// <param name="onDefect">Takes defects of ours.</param>
    /// <param name="cancel">Ends it.</param>
    public static ServedIed Start(IedModel model, string fingerprint, IServerStore store, FileWorker files, AcsiOptions options, OutboxOptions commits, ConfigurationRevisions? before, TimeProvider time, Supervision supervision, Action<AcsiEffect> onEffect, Action afterwards, Action<string, Exception> onDefect, CancellationToken cancel)
    {
        var output = new SiteOutput(model, time, cancel);
        var server = new AcsiServer(model, new(output, store, new Authority(), new XerMeasure()) { Stored = store.Load() }, Within(options, model), time);
        output.LeaveAtStart(server.LeftAtStart);
        before?.RaiseIn(server, fingerprint);
        return new(model, fingerprint, store, server, output, files, commits, time, supervision, onEffect, afterwards, onDefect, cancel);
    }

    /// <summary>The limits of the agent, within those that the SCL file sets.</summary>
    internal static AcsiOptions Within(AcsiOptions options, IedModel model) =>
        model.Capabilities.Associations is { } most and > 0 ? options with { MaxAssociations = most } : options;

    /// <summary>Aborts every association, for the configuration has changed. Not before another server is in its place: who is aborted comes again at once.</summary>
    public void Abort() => Loop.Post(static server => server.Abort(static _ => true, AssociationEndCause.ConfigurationChanged, UplinkConnection.ConfigurationChanged));

    /// <summary>Commits what waits and keeps nothing afterwards; tells the revisions clients know.</summary>
    public async Task<ConfigurationRevisions> RetireAsync()
    {
        var told = new TaskCompletionSource<ConfigurationRevisions>(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.Post(server =>
        {
            told.TrySetResult(ConfigurationRevisions.Of(server));
        });
        await Loop.RetireAsync();
        return await told.Task;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // What nobody waited for is not left to the next power cut.
        await Loop.RetireAsync();
        await _stop.CancelAsync();
        await _running;
        await Loop.DisposeAsync();
        _files?.Dispose();
        _stop.Dispose();
    }
}
