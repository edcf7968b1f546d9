using DerAgent.Acsi;
using DerAgent.Devices;
using DerAgent.Model;

namespace DerAgent.Agent;

/// <summary>Carries commands of the server to the hardware, and values of the hardware to the server.</summary>
public sealed class SiteOutput : IProcessOutput
{
    private readonly Dictionary<DataNode, ProcessPoint> _points = [];
    private readonly Site _site;
    private readonly TimeProvider _time;
    private readonly CancellationToken _stop;
    private IedLoop? _loop;

    /// <summary>An output to a site.</summary>
    public SiteOutput(Site site, TimeProvider time, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(site);
        (_site, _time, _stop) = (site, time, stop);
        site.OnValues = Take;
    }

    /// <summary>Where outcomes and values go.</summary>
    public void Attach(IedLoop loop) => Volatile.Write(ref _loop, loop);

    /// <inheritdoc/>
    public bool IsBound(DataNode leaf) => _site.IsBound(leaf);

    /// <inheritdoc/>
    public void Start(ProcessCommand command) => _ = RunAsync(command);

    private async Task RunAsync(ProcessCommand command)
    {
        CommandOutcome outcome;
        using var limit = command.TimeLimit is { } time ? new CancellationTokenSource(time, _time) : new CancellationTokenSource();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop);
        try
        {
            outcome = Outcome(await _site.ExecuteAsync(command.Target, command.Value, () => Volatile.Read(ref _loop)?.Post(s => s.CommandAccepted(command.Id)), both.Token));
        }
        catch (OperationCanceledException)
        {
            outcome = new(_stop.IsCancellationRequested ? AddCause.AbortionByCommand : AddCause.TimeLimitOver, "the time for the execution is over");
        }

        Volatile.Read(ref _loop)?.Post(s => s.CommandCompleted(command.Id, outcome));
    }

    private static CommandOutcome Outcome(CommandResult result) => new(
        result.Status switch
        {
            CommandStatus.Succeeded => AddCause.None,
            CommandStatus.Refused => AddCause.BlockedByProcess,
            CommandStatus.NoAnswer => AddCause.AbortionByCommunicationLoss,
            CommandStatus.OutOfRange => AddCause.InconsistentParameters,
            CommandStatus.Deviation => AddCause.AbortionDueToDeviation,
            _ => AddCause.TimeLimitOver,
        },
        result.Description);

    private void Take(IReadOnlyList<BoundValue> values) => Volatile.Read(ref _loop)?.Post(server => server.Update(values.Select(v => new ProcessValue(PointOf(v.Target), v.Value, v.Quality, v.Time))));

    /// <summary>Touched on the loop only.</summary>
    private ProcessPoint PointOf(DataNode leaf) => _points.TryGetValue(leaf, out var point) ? point : _points[leaf] = new ProcessPoint(leaf);
}
