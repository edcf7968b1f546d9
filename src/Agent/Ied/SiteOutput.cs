using DerAgent.Acsi;
using DerAgent.Devices;
using DerAgent.Model;

namespace DerAgent.Agent;

/// <summary>Carries commands of a server to the hardware, and values of the hardware to the server. The site behind it may change while the server lives on.</summary>
public sealed class SiteOutput(IedModel model, TimeProvider time, CancellationToken stop) : IProcessOutput
{
    private readonly DataNode? _health = model.LogicalDevices.Count == 0 ? null : model.LogicalDevices[0].LogicalNode("LLN0")?.DataObject("Health")?.Attribute("stVal");
    private volatile Hardware? _hardware;
    private volatile IedLoop? _loop;
    private bool _isAlarmed;
    private ProcessValue? _reported;

    private sealed record Hardware(Site Site, IedModel Model);

    /// <summary>Where outcomes and values go.</summary>
    public void Attach(IedLoop loop) => _loop = loop;

    /// <summary>Uses a site from now on.</summary>
    /// <param name="site">The site.</param>
    /// <param name="bound">The model its bindings belong to: of the same shape as the served one, slot by slot.</param>
    public void Use(Site site, IedModel bound) => _hardware = new(site, bound);

    /// <inheritdoc/>
    public bool IsBound(DataNode leaf)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        return leaf.IsLeaf && _hardware is { } hardware && hardware.Site.IsBound(hardware.Model.Slots[leaf.FirstSlot]);
    }

    /// <inheritdoc/>
    public void Start(ProcessCommand command) => _ = RunAsync(command);

    /// <summary>Takes a snapshot of values from the site; their slots are those of the model given to <see cref="Use"/>, which has the shape of the served one.</summary>
    public void Take(IReadOnlyList<ProcessValue> values) => _loop?.Post(server => server.Update([.. values.Select(v => Served(v))]));

    /// <summary>Raises or clears the alarm of the agent itself: <c>LLN0.Health</c> of the first logical device is at least Warning meanwhile.</summary>
    public void Alarm(bool isRaised)
    {
        _loop?.Post(server =>
        {
            if (_isAlarmed == isRaised || _health is not { IsLeaf: true })
            {
                return;
            }

            _isAlarmed = isRaised;
            var last = _reported ?? new(_health.FirstSlot, DataValue.Integer(1), Quality.Good, time.GetUtcNow());
            server.Update([Served(last with { Time = time.GetUtcNow() })]);
        });
    }

    private async Task RunAsync(ProcessCommand command)
    {
        CommandOutcome outcome;
        using var limit = command.TimeLimit is { } span ? new CancellationTokenSource(span, time) : new CancellationTokenSource();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            outcome = _hardware is { } hardware
                ? await hardware.Site.ExecuteAsync(hardware.Model.Slots[command.Target.FirstSlot], command.Value, () => _loop?.Post(s => s.CommandAccepted(command.Id)), both.Token)
                : new(AddCause.BlockedByProcess, "there is no hardware");
        }
        catch (OperationCanceledException)
        {
            outcome = new(stop.IsCancellationRequested ? AddCause.Unknown : AddCause.TimeLimitOver, "the time for the execution is over");
        }
        catch (ObjectDisposedException)
        {
            outcome = new(AddCause.Unknown, "the configuration was changed meanwhile");
        }
#pragma warning disable CA1031 // whatever it is, the command must end, and the client must be answered
        catch (Exception e)
        {
            outcome = new(AddCause.BlockedByProcess, $"a defect of the agent: {e.GetType().Name}: {e.Message}");
        }
#pragma warning restore CA1031

        _loop?.Post(s => s.CommandCompleted(command.Id, outcome));
    }

    /// <summary>The value for the served model; touched on the loop only.</summary>
    private ProcessValue Served(ProcessValue value)
    {
        if (_health is null || value.Slot != _health.FirstSlot)
        {
            return value;
        }

        _reported = value;
        return _isAlarmed && (value.Value.Kind == DataKind.None || value.Value.AsInteger() < 2) ? value with { Value = DataValue.Integer(2), Quality = Quality.Good } : value;
    }
}
