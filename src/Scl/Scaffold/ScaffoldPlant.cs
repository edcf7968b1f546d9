using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>The plant that a scaffold declares for its inverters: one device that is read and commanded as all of them.</summary>
internal static class ScaffoldPlant
{
    /// <summary>Its profile, which is none of a file: it is made of its members.</summary>
    public const string Profile = "plant";

    /// <summary>The request with the plant, where its template is about one and it has none yet.</summary>
    public static ScaffoldRequest Complete(ScaffoldRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var members = request.Devices.Where(d => d.Kind == "inverter").ToList();
        return request.Template != "plant" || members.Count == 0 || request.Devices.Any(d => d.Members is not null)
            ? request
            : request with { Devices = [Of(members, request.Devices), .. request.Devices] };
    }

    private static ScaffoldDevice Of(List<ScaffoldDevice> members, IReadOnlyList<ScaffoldDevice> devices)
    {
        var points = new Dictionary<string, ScaffoldPoint>(StringComparer.Ordinal);
        foreach (var point in PointContract.All.Where(p => p.Role != PointRole.Identity))
        {
            var own = members.Where(m => m.Points.ContainsKey(point.Name)).Select(m => m.Points[point.Name]).ToList();
            if (own.Count > 0)
            {
                // A limit that is split anew takes a write after the other.
                points[point.Name] = new(own.Exists(p => p.IsWritable), point.Unit, own.Max(p => p.OperTimeout) * 2);
            }
        }

        // A limit in percent is one in W, and the other way round.
        if (points.GetValueOrDefault("WMaxLimPct") is { IsWritable: true } percent)
        {
            points.TryAdd("WMaxLim", percent with { Unit = "W" });
        }
        else if (points.GetValueOrDefault("WMaxLim") is { IsWritable: true } power)
        {
            points["WMaxLimPct"] = power with { Unit = "%" };
        }

        var name = Enumerable.Range(0, devices.Count + 1).Select(i => i == 0 ? Profile : $"{Profile}{i + 1}").First(n => devices.All(d => d.Name != n));
        return new(name, Profile, "", points) { Members = string.Join(' ', members.Select(m => m.Name)), Meter = devices.FirstOrDefault(d => d.Kind == "meter")?.Name };
    }
}
