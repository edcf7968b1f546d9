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

    private ServedIed(IedModel model, string fingerprint, AcsiServer server, SiteOutput output, TimeProvider time, Supervision supervision, Action<AcsiEffect> onEffect, Action<string, Exception> onDefect, CancellationToken cancel)
    {
        (Model, Fingerprint, Output) = (model, fingerprint, output);
        Loop = new(server, time) { OnEffect = onEffect, OnDefect = onDefect };
        output.Attach(Loop);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _running = supervision.RunAsync($"The server of {model.Name}", Loop.RunAsync, _stop.Token);
    }

    /// <summary>The model served.</summary>
    public IedModel Model { get; }

    /// <summary>What clients see of the model, as one string.</summary>
    public string Fingerprint { get; }

    /// <summary>The one writer.</summary>
    public IedLoop Loop { get; }

    /// <summary>The way to the hardware.</summary>
    public SiteOutput Output { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="model">The model.</param>
    /// <param name="fingerprint">Its <see cref="ModelFingerprint"/>.</param>
    /// <param name="before">Revisions of the server it replaces, or null.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="supervision">Starts the loop again should it end.</param>
    /// <param name="onEffect">Takes what the server sends.</param>
    /// <param name="onDefect">Takes defects of ours.</param>
    /// <param name="cancel">Ends it.</param>
    public static ServedIed Start(IedModel model, string fingerprint, ConfigurationRevisions? before, TimeProvider time, Supervision supervision, Action<AcsiEffect> onEffect, Action<string, Exception> onDefect, CancellationToken cancel)
    {
        var output = new SiteOutput(model, time, cancel);
        // Entry ids rise over restarts: they start with the time.
        var buffer = new MemoryReportBuffer(firstId: time.GetUtcNow().ToUnixTimeMilliseconds() << 16);
        var server = new AcsiServer(model, new(output, buffer, new Authority(), new XerMeasure()), Options(model), time);
        before?.RaiseIn(server, fingerprint);
        return new(model, fingerprint, server, output, time, supervision, onEffect, onDefect, cancel);
    }

    /// <summary>The limits of the agent, within those that the SCL file sets.</summary>
    private static AcsiOptions Options(IedModel model)
    {
        var options = new AcsiOptions();
        return model.Capabilities.Associations is { } most and > 0 ? options with { MaxAssociations = Math.Min(options.MaxAssociations, most) } : options;
    }

    /// <summary>Aborts every association, for the configuration has changed, and tells the revisions clients know.</summary>
    public Task<ConfigurationRevisions> RetireAsync()
    {
        var told = new TaskCompletionSource<ConfigurationRevisions>(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.Post(server =>
        {
            told.TrySetResult(ConfigurationRevisions.Of(server));
            foreach (var association in server.Associations.ToList())
            {
                server.Abort(association, AssociationEndCause.ConfigurationChanged, UplinkConnection.ConfigurationChanged);
            }
        });
        return told.Task;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await Loop.DisposeAsync();
        _stop.Dispose();
    }
}
