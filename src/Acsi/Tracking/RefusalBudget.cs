namespace DerAgent.Acsi;

/// <summary>How many refusals of a client leave a record each: who is refused again and again wears out no medium and fills no log. The rest is counted, and told when the minute is over.</summary>
internal sealed class RefusalBudget
{
    /// <summary>Refusals of a client in a period that leave a record each.</summary>
    internal const int Records = 20;

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private readonly Dictionary<string, (DateTimeOffset Until, int Count)> _clients = new(StringComparer.Ordinal);

    /// <summary>When the first period is over; null where there is none.</summary>
    public DateTimeOffset? NextDue { get; private set; }

    /// <summary>A client was refused: whether that leaves a record.</summary>
    public bool Take(string client, DateTimeOffset now)
    {
        var (until, count) = _clients.GetValueOrDefault(client, (now + Period, 0));
        _clients[client] = (until, count + 1);
        NextDue = DueQueue.Earliest(NextDue, until);
        return count < Records;
    }

    /// <summary>The clock was set: what is due stays as far away as it was.</summary>
    public void Shift(TimeSpan by)
    {
        NextDue += by;
        foreach (var (client, (until, count)) in _clients.ToList())
        {
            _clients[client] = (until + by, count);
        }
    }

    /// <summary>Ends what is over: clients with the number of their refusals that left no record.</summary>
    public IReadOnlyList<(string Client, int Count)> End(DateTimeOffset now)
    {
        var over = _clients.Where(c => c.Value.Until <= now).Select(c => (c.Key, c.Value.Count - Records)).ToList();
        NextDue = null;
        foreach (var (client, _) in over)
        {
            _clients.Remove(client);
        }

        foreach (var (until, _) in _clients.Values)
        {
            NextDue = DueQueue.Earliest(NextDue, until);
        }

        return [.. over.Where(o => o.Item2 > 0)];
    }
}
