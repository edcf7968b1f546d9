using DerAgent.Acsi;
using DerAgent.Agent.Clock;
using Microsoft.Extensions.Logging;

namespace DerAgent.Agent.Hosting;

/// <summary>The clock service that runs, and the servers that are told what is known of the clock.</summary>
/// <param name="clock">The clock.</param>
/// <param name="log">Where it tells people.</param>
internal sealed class RunningClock(DisciplinedTime clock, ILogger log)
{
    private ClockSetup? _setup;
    private CancellationTokenSource? _stop;
    private Task _running = Task.CompletedTask;

    // Replaced as a whole: the clock service reads it.
    private volatile ServedIed[] _servers = [];
    private volatile ClockReport? _last;

    /// <summary>Runs with a setup, in place of the one before unless it is the same, and tells these servers from now on.</summary>
    public async Task UseAsync(ClockSetup setup, ServedIed[] servers, Supervision supervision, CancellationToken cancel)
    {
        _servers = servers;
        if (_last is { } last)
        {
            Tell(last, null);
        }

        if (_setup is not null && TimeSetup.IsSame(_setup, setup))
        {
            return;
        }

        await StopAsync();
        _setup = setup;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var service = new ClockService(setup, clock, clock, log) { OnReport = (report, alarm) => Tell(_last = report, alarm) };
        _running = supervision.RunAsync("The clock", service.RunAsync, _stop.Token);
    }

    /// <summary>Ends it.</summary>
    public async Task StopAsync()
    {
        if (_stop is not null)
        {
            await _stop.CancelAsync();
            await _running;
            _stop.Dispose();
            _stop = null;
        }
    }

    private void Tell(ClockReport report, int? alarm)
    {
        var isDaylight = TimeZoneInfo.Local.IsDaylightSavingTime(clock.GetUtcNow());
        foreach (var server in _servers)
        {
            server.Loop.Post(s => s.ShowClock(report, isDaylight));
            if (alarm is { } level)
            {
                server.Output.Alarm(AgentAlarm.Clock, level > 0);
                server.Output.Alarm(AgentAlarm.ClockFar, level > 1);
            }
        }
    }
}
