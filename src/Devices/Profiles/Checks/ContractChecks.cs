using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>Whether points with names of the contract are what the contract says (<c>docs/points.md</c>): a name others bind to must mean one thing.</summary>
internal static class ContractChecks
{
    public static void Run(DeviceProfile profile, IReadOnlyDictionary<string, YamlMap> places)
    {
        foreach (var (name, place) in places)
        {
            var point = profile.Points[name];
            if (PointContract.Find(name) is not { } known)
            {
                continue;
            }

            var (own, due) = (PointUnit.Of(point.Unit), PointUnit.Of(known.Unit));
            if (own.Name.Length > 0 && due.Name.Length > 0 && own.Name != due.Name && !(due.Name == "cos(phi)" && own.Name == "%"))
            {
                place.Refuse("unit", $"\"{name}\" is {known.Meaning} in {known.Unit} (docs/points.md), and here it is in {point.Unit}; give it the unit, or another name.");
            }
        }
    }
}
