using DerAgent.Agent.Logs;
using Microsoft.Extensions.Logging;

namespace DerAgent.Agent.Hosting;

/// <summary>
/// Asks what must turn whether it does, and tells the service manager that all is well while it does: where it does not, or lines hang again and again, the manager is told
/// nothing, and ends and starts the agent when its patience is over (sd_notify(3), WATCHDOG=1). A medium that blocks for half a minute is none of that.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    /// <summary>How long a part may take to answer: SD cards pause for half a minute.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    /// <summary>Lines that may hang within an hour before that is more than a driver's defect.</summary>
    public const int LinesAnHour = 2;

    private const int LooksInPatience = 3;
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Part> _parts = new(StringComparer.Ordinal);
    private readonly Queue<long> _hung = new();
    private readonly ServiceNotifier _notifier;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private int _isLooking;
    private bool _isFeeding = true;

    private sealed class Part(Action<Action> ask)
    {
        public Action<Action> Ask => ask;

        public long Asked { get; set; }

        public bool HasAnswered { get; set; } = true;
    }

    /// <summary>Nothing is watched yet.</summary>
    /// <param name="notifier">Who tells the manager.</param>
    /// <param name="log">Where it tells people.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="patience">That of the manager; null: it has no watchdog.</param>
    public Watchdog(ServiceNotifier notifier, ILogger log, TimeProvider time, TimeSpan? patience = null)
    {
        (_notifier, _log, _time) = (notifier, log, time);
        var period = patience / LooksInPatience is { } third && third < LongestPeriod ? third : LongestPeriod;
        _timer = time.CreateTimer(_ => Look(), null, period, period);
    }

    /// <summary>What is not well; null: nobody keeps that.</summary>
    public Ailments? Ailments { get; set; }

    /// <summary>Watches a part from now on.</summary>
    /// <param name="name">Its name, for people.</param>
    /// <param name="ask">Asks it: it calls back when it has turned.</param>
    public void Watch(string name, Action<Action> ask)
    {
        lock (_gate)
        {
            _parts[name] = new(ask);
        }
    }

    /// <summary>A part is no more.</summary>
    public void Forget(string name)
    {
        lock (_gate)
        {
            _parts.Remove(name);
        }
    }

    /// <summary>A line hung, and was left behind.</summary>
    public void Hung()
    {
        lock (_gate)
        {
            _hung.Enqueue(_time.GetTimestamp());
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    /// <summary>Asks those that have answered, and feeds while all have in time. Called by its timer.</summary>
    internal void Look()
    {
        // Who is asked may answer on this thread, or hang on it: then the next one to come finds it so.
        if (Interlocked.Exchange(ref _isLooking, 1) != 0)
        {
            return;
        }

        List<Part> due;
        string? ill;
        lock (_gate)
        {
            while (_hung.TryPeek(out var hung) && _time.GetElapsedTime(hung) > Hour)
            {
                _hung.Dequeue();
            }

            var late = _parts.Where(p => !p.Value.HasAnswered && _time.GetElapsedTime(p.Value.Asked) >= Patience).Select(static p => p.Key).ToList();
            ill = late.Count > 0 ? $"{string.Join(", ", late)} {(late.Count == 1 ? "has" : "have")} not turned for {Patience.TotalSeconds:0} s"
                : _hung.Count > LinesAnHour ? $"{_hung.Count} lines hung within an hour"
                : null;
            due = [.. _parts.Values.Where(static p => p.HasAnswered)];
            foreach (var part in due)
            {
                (part.Asked, part.HasAnswered) = (_time.GetTimestamp(), false);
            }
        }

        if (ill is null)
        {
            _notifier.Alive();
        }

        Tell(ill);
        foreach (var part in due)
        {
            part.Ask(() =>
            {
                lock (_gate)
                {
                    part.HasAnswered = true;
                }
            });
        }

        Volatile.Write(ref _isLooking, 0);
    }

    private void Tell(string? ill)
    {
        if (ill is null == _isFeeding)
        {
            return;
        }

        _isFeeding = ill is null;
        if (ill is null)
        {
            Ailments?.Well(nameof(Watchdog));
            _log.LogWarning("Everything turns again");
        }
        else
        {
            Ailments?.Ill(nameof(Watchdog), ill, isAlarm: true);
            _log.LogCritical("{What}, which is a defect of the agent: the service manager is not told any more that all is well, and starts it anew", ill);
        }
    }
}
