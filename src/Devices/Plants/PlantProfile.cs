using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>What a plant looks like: the points of the contract that its members have, whatever hardware they are.</summary>
internal static class PlantProfile
{
    /// <summary>Name of the profile in the SCL file.</summary>
    public const string Name = "plant";

    /// <summary>More than any plant gives, in W: the top of its limit in W, which nobody knows before its members have said their ratings.</summary>
    private const double MostPower = 1e12;

    /// <summary>The points of a plant.</summary>
    /// <param name="members">Its members.</param>
    /// <param name="meter">Profile of the meter at its connection point; null: there is none.</param>
    public static DeviceProfile Of(IReadOnlyList<PlantMember> members, DeviceProfile? meter)
    {
        ArgumentNullException.ThrowIfNull(members);
        var points = new Dictionary<string, PointDefinition>(StringComparer.Ordinal);
        foreach (var (name, making) in PlantPoints.All)
        {
            if (Point(name, making, members, meter) is { } point)
            {
                points[name] = point;
            }
        }

        return new() { Name = Name, Maker = "der-agent", Points = points, Own = [.. points.Keys] };
    }

    private static PointDefinition? Point(string name, PlantMaking making, IReadOnlyList<PlantMember> members, DeviceProfile? meter)
    {
        var point = new PointDefinition { Name = name, Type = PointType.Float64, Unit = PointContract.Find(name)?.Unit ?? "" };
        var inMembers = members.Any(m => m.Says(name));
        return making switch
        {
            PlantMaking.Limit => members.Any(m => m.Limit is not null) ? Limit(point, members) : null,
            PlantMaking.Split or PlantMaking.Each => SetPoint(point, members),
            PlantMaking.OfMeter => meter?.Points.ContainsKey(name) == true ? point : null,
            PlantMaking.AtMeter => inMembers || meter?.Points.ContainsKey(name) == true ? point : null,
            PlantMaking.PowerFactor => members.Any(m => m.Profile.Points.ContainsKey("W") && m.Profile.Points.ContainsKey("VAr")) ? point : null,
            _ => inMembers ? point : null,
        };
    }

    private static PointDefinition Limit(PointDefinition point, IReadOnlyList<PlantMember> members)
    {
        var top = point.Name == PlantPoints.LimitPercent ? 100 : MostPower;
        return point with
        {
            Access = PointAccess.Write,
            Range = (0, top),
            Writing = new()
            {
                Steps = [Step(point.Name)],
                IsVolatile = true,
                Release = new WriteRelease.Value(top),
                Verify = new(null, null, 0, PlantControl.WrittenWithin(members)),
                Effect = new(PlantPoints.Power, point.Name == PlantPoints.LimitPercent ? "WMax" : null, 3, PlantControl.ShowsWithin(members), true),
            },
        };
    }

    private static PointDefinition? SetPoint(PointDefinition point, IReadOnlyList<PlantMember> members)
    {
        var taking = members.Where(m => m.Takes(point.Name)).Select(m => m.Profile.Points[point.Name]).ToList();
        return taking.Count == 0 ? null : point with
        {
            Access = taking.Exists(p => p.IsReadable) ? PointAccess.Write : PointAccess.WriteOnly,
            Writing = new() { Steps = [Step(point.Name)], IsVolatile = true, Verify = new(null, null, 0, taking.Max(WriteDuration.Longest)) },
        };
    }

    private static WriteStep.Write Step(string name) => new([new(name, new StepValue.Commanded())], []);
}
