namespace DerAgent.Tests;

/// <summary>Time that goes from one timer to the next. The wall clock may be set while it passes.</summary>
internal sealed class VirtualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<(Timer Timer, int Version), (long Due, long Order)> _due = new();
    private long _now;
    private long _order;

    /// <summary>By how much the wall clock is wrong.</summary>
    public TimeSpan Offset { get; set; }

    /// <summary>What has passed.</summary>
    public TimeSpan Now => new(Interlocked.Read(ref _now));

    /// <summary>Timers that wait for something.</summary>
    public int Timers { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public override DateTimeOffset GetUtcNow() => start + Now + Offset;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets time pass; everything that is due meanwhile happens.</summary>
    public void RunUntil(TimeSpan until)
    {
        while (Next(until) is { } timer)
        {
            timer.Fire();
        }

        Interlocked.Exchange(ref _now, Math.Max(_now, until.Ticks));
    }

    private Timer? Next(TimeSpan until)
    {
        lock (_gate)
        {
            while (_due.TryPeek(out var next, out var at) && at.Due <= until.Ticks)
            {
                _due.Dequeue();
                if (next.Timer.Take(next.Version, at.Due))
                {
                    return next.Timer;
                }
            }

            return null;
        }
    }

    private sealed class Timer(VirtualTime time, Action callback) : ITimer
    {
        private int _version;
        private bool _isSet;
        private TimeSpan _period;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                Stop();
                _period = period;
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Set(dueTime);
                }
            }

            return true;
        }

        public bool Take(int version, long due)
        {
            if (!_isSet || version != _version)
            {
                return false;
            }

            Interlocked.Exchange(ref time._now, Math.Max(time._now, due));
            Stop();
            if (_period > TimeSpan.Zero)
            {
                Set(_period);
            }

            return true;
        }

        public void Fire() => callback();

        public void Dispose()
        {
            lock (time._gate)
            {
                Stop();
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Set(TimeSpan after)
        {
            _isSet = true;
            time.Timers++;
            time._due.Enqueue((this, _version), (time._now + after.Ticks, time._order++));
        }

        private void Stop()
        {
            _version++;
            time.Timers -= _isSet ? 1 : 0;
            _isSet = false;
        }
    }
}
