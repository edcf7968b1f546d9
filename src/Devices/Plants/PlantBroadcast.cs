using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>Set points of a plant that are no limits: each member that can be given one is, in its own unit; powers are split by what the members were built for.</summary>
/// <param name="setup">The plant.</param>
/// <param name="writer">Takes set points of its members.</param>
/// <param name="ratings">What each member was built for, in W; null: it never said.</param>
internal sealed class PlantBroadcast(PlantSetup setup, IPointWriter writer, IReadOnlyList<double?> ratings)
{
    /// <summary>Commands a point of all that have it; succeeds when all did, else it ends like the first that failed, with its name.</summary>
    public Task<CommandOutcome> WriteAsync(string point, Func<ValueMap, double> value, Action accepted, CancellationToken cancel)
    {
        var parts = Parts(point);
        if (parts.Count == 0)
        {
            return Task.FromResult(CommandOutcome.Refused($"no member of {setup.Name} can be given {point}"));
        }

        var isSplit = PlantPoints.All.GetValueOrDefault(point) == PlantMaking.Split;
        var whole = parts.Sum(p => p.Rating ?? 0);
        if (isSplit && (whole <= 0 || parts.Exists(p => p.Rating is null)))
        {
            return Task.FromResult(CommandOutcome.Refused($"{point} is split by what the members were built for, and {string.Join(", ", parts.Where(p => p.Rating is null).Select(p => p.Member.Name))} never said that"));
        }

        return Site.TogetherAsync(
            parts,
            async (part, taken) =>
            {
                var share = isSplit ? part.Rating!.Value / whole : 1;
                var outcome = await writer.WriteAsync(part.Member.Name, point, setup.Name, map => value(map) * share / part.Member.UnitOf(point), taken, cancel);
                return outcome.Succeeded ? outcome : outcome with { Description = $"{part.Member.Name}: {outcome.Description}" };
            },
            accepted);
    }

    /// <summary>Nobody wants a point of the plant any more.</summary>
    public void LetGo(string point, bool isTold)
    {
        foreach (var part in Parts(point))
        {
            writer.LetGo(part.Member.Name, point, setup.Name, isTold);
        }
    }

    private List<(PlantMember Member, double? Rating)> Parts(string point) => [.. setup.Members.Zip(ratings).Where(m => m.First.Takes(point))];
}
