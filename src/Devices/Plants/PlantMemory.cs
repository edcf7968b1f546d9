namespace DerAgent.Devices;

/// <summary>What of a plant outlives a restart: its limits, and what its members said they were built for.</summary>
/// <param name="setup">The plant.</param>
/// <param name="memory">Where it is kept.</param>
/// <param name="time">The wall clock.</param>
internal sealed class PlantMemory(PlantSetup setup, IDeviceMemory memory, TimeProvider time)
{
    /// <summary>Takes what was kept, of the plant and of what its members have of it.</summary>
    public void Load(PlantControl control)
    {
        ArgumentNullException.ThrowIfNull(control);
        var own = memory.Of(setup.Name);
        foreach (var stored in own?.InForce ?? [])
        {
            if (setup.IsLimited && PlantPoints.IsLimit(stored.Point))
            {
                control.Resume(stored.Point, stored.Value);
            }
        }

        for (var i = 0; i < setup.Members.Count; i++)
        {
            var member = setup.Members[i];
            var whole = own?.Before.TryGetValue(member.Name, out var known) == true ? known : member.Rating;
            var demand = memory.Of(member.Name)?.Demands.FirstOrDefault(d => d.Point == member.Limit?.Name && d.Demand.Source == setup.Name).Demand;
            double? taken = whole is { } rating && demand is { Value: { } number } ? member.IsPercent ? number * rating / 100 : number * member.UnitOf(PlantPoints.LimitPower) : null;
            control.Resume(i, whole, taken);
        }
    }

    /// <summary>Keeps it; the task ends when it would survive a power cut.</summary>
    public Task KeepAsync(PlantControl control)
    {
        ArgumentNullException.ThrowIfNull(control);
        var now = time.GetUtcNow();
        var ratings = setup.Members.Select((m, i) => (m.Name, control.States[i].Whole)).Where(m => m.Whole is not null).ToDictionary(m => m.Name, m => m.Whole!.Value, StringComparer.Ordinal);
        return memory.KeepAsync(setup.Name, new("", [.. control.Limits.Select(l => new StoredPoint(l.Key, l.Value, now, true, false, null, null))], [], [], ratings, []));
    }
}
