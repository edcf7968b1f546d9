using DerAgent.Devices;
using Microsoft.Extensions.Logging;

namespace DerAgent.Agent.Logs;

/// <summary>Something that is not well.</summary>
/// <param name="Who">Whose it is: a device, a connection, a part of the agent.</param>
/// <param name="What">One sentence.</param>
/// <param name="IsAlarm">Whether something cannot be done until it is mended.</param>
/// <param name="Since">When it began.</param>
internal sealed record Ailment(string Who, string What, bool IsAlarm, DateTimeOffset Since);

/// <summary>
/// All that is not well: told when it begins by whoever finds it, once an hour together while it lasts, and how long it lasted when it is over. May be told things from
/// several threads.
/// </summary>
internal sealed class Ailments : IDisposable
{
    private const int MostNamed = 10;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (Ailment Ailment, long Begun)> _ill = new(StringComparer.Ordinal);
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    /// <summary>Nothing is ill yet.</summary>
    /// <param name="log">Where reminders go.</param>
    /// <param name="time">Clock and timers.</param>
    public Ailments(ILogger log, TimeProvider time)
    {
        (_log, _time) = (log, time);
        _timer = time.CreateTimer(_ => Remind(), null, Hour, Hour);
    }

    /// <summary>All there are, the oldest first.</summary>
    public IReadOnlyList<Ailment> All
    {
        get
        {
            lock (_gate)
            {
                return [.. Sorted().Select(static i => i.Ailment)];
            }
        }
    }

    /// <summary>Somebody is not well, or in another way than before; since when stays as it was.</summary>
    public void Ill(string who, string what, bool isAlarm = false)
    {
        lock (_gate)
        {
            var (since, begun) = _ill.TryGetValue(who, out var known) ? (known.Ailment.Since, known.Begun) : (_time.GetUtcNow(), _time.GetTimestamp());
            _ill[who] = (new(who, what, isAlarm, since), begun);
        }
    }

    /// <summary>Somebody is well; how long it was not, null where it was.</summary>
    public TimeSpan? Well(string who)
    {
        lock (_gate)
        {
            return _ill.Remove(who, out var known) ? _time.GetElapsedTime(known.Begun) : null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private IEnumerable<(Ailment Ailment, long Begun)> Sorted() => _ill.Values.OrderBy(static i => i.Begun);

    private void Remind()
    {
        List<(Ailment Ailment, long Begun)> ill;
        lock (_gate)
        {
            ill = [.. Sorted()];
        }

        if (ill.Count == 0)
        {
            return;
        }

        var named = string.Join("; ", ill.Take(MostNamed).Select(i => $"{i.Ailment.Who} for {DurationText.Of(_time.GetElapsedTime(i.Begun))}: {i.Ailment.What}"));
        _log.Log(
            ill.Exists(static i => i.Ailment.IsAlarm) ? LogLevel.Error : LogLevel.Warning,
            "Still not well: {What}{More}", named, ill.Count > MostNamed ? $"; and {ill.Count - MostNamed} more" : "");
    }
}
