using Microsoft.Extensions.Logging;

namespace DerAgent.Agent.Hosting;

/// <summary>Runs a part of the agent that must not end by itself: what ends is said with its name and started again, and everything else goes on.</summary>
/// <param name="log">Where it is said.</param>
/// <param name="time">Clock and timers.</param>
internal sealed class Supervision(ILogger log, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Runs a part until cancelled; never throws.</summary>
    public async Task RunAsync(string name, Func<CancellationToken, Task> part, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
#pragma warning disable CA1031 // a part fails alone
            try
            {
                await part(cancel);
                if (!cancel.IsCancellationRequested)
                {
                    log.LogError("{Part} ended unasked, which is a defect of the agent; it is started again in {Pause:0} s", name, Pause.TotalSeconds);
                }
            }
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                log.LogError(e, "{Part} failed, which is a defect of the agent; it is started again in {Pause:0} s: {Message}", name, Pause.TotalSeconds, e.Message);
            }
            catch (Exception)
            {
                // It was stopped.
                return;
            }
#pragma warning restore CA1031

            await Task.Delay(Pause, time, cancel).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }
}
