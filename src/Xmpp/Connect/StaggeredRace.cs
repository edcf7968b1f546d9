namespace DerAgent.Xmpp;

/// <summary>How a race ended.</summary>
/// <param name="Winner">Which attempt succeeded first; -1: none did.</param>
/// <param name="Value">What it brought.</param>
/// <param name="Failures">Why others failed; null where one did not, or had no time to.</param>
internal sealed record RaceResult<T>(int Winner, T? Value, IReadOnlyList<Exception?> Failures);

/// <summary>Starts attempts one after the other, each with a head start before the next, or as soon as the ones before have failed, until one succeeds (RFC 8305 §5).</summary>
/// <param name="headStart">Time before the next one is started as well.</param>
/// <param name="time">Clock and timers.</param>
internal sealed class StaggeredRace(TimeSpan headStart, TimeProvider time)
{
    /// <summary>Runs until one attempt succeeds or all have failed.</summary>
    /// <param name="attempts">The attempts in the order of preference.</param>
    /// <param name="cancel">Gives up all of them.</param>
    public async Task<RaceResult<T>> RunAsync<T>(IReadOnlyList<Func<CancellationToken, Task<T>>> attempts, CancellationToken cancel)
        where T : IDisposable
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var failures = new Exception?[attempts.Count];
        var running = new List<(int Index, Task<T> Attempt)>();
        for (var started = 0; started < attempts.Count || running.Count > 0;)
        {
            if (started < attempts.Count)
            {
                running.Add((started, attempts[started](stop.Token)));
                started++;
            }

            var pause = started < attempts.Count ? Task.Delay(headStart, time, stop.Token) : Task.Delay(Timeout.InfiniteTimeSpan, time, stop.Token);
            var done = await Task.WhenAny([.. running.Select(r => r.Attempt), pause]);
            var ended = running.FindIndex(r => r.Attempt == done);
            if (ended < 0)
            {
                cancel.ThrowIfCancellationRequested();
                continue;
            }

            var (index, attempt) = running[ended];
            running.RemoveAt(ended);
            if (attempt.IsCompletedSuccessfully)
            {
                await stop.CancelAsync();
                running.ForEach(static loser => _ = AbandonAsync(loser.Attempt));
                return new(index, await attempt, failures);
            }

            cancel.ThrowIfCancellationRequested();
            failures[index] = attempt.Exception?.InnerException;
        }

        return new(-1, default, failures);
    }

    /// <summary>What an attempt that lost brings in the end is given back.</summary>
    private static async Task AbandonAsync<T>(Task<T> attempt)
        where T : IDisposable
    {
#pragma warning disable CA1031 // however it ends, it lost
        try
        {
            (await attempt).Dispose();
        }
        catch (Exception)
        {
            // It lost anyway.
        }
#pragma warning restore CA1031
    }
}
