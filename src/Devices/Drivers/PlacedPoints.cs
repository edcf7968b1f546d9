using System.Collections.Immutable;

using Key = (System.Collections.Generic.IReadOnlyDictionary<string, DerAgent.Devices.PointDefinition> Points, string Places);

namespace DerAgent.Devices;

/// <summary>
/// The points of a profile where devices have them: one set for all devices with the same models in the same places, for a plant may have a thousand of a kind.
/// </summary>
/// <remarks>On any loop: what is known is one immutable value. Where two loops find the same at once, one set is lost and made again; that costs memory, nothing else.</remarks>
internal sealed class PlacedPoints
{
    /// <summary>More ways to place the models of one profile than any plant has.</summary>
    private const int Most = 100;
    private volatile ImmutableDictionary<Key, IReadOnlyDictionary<string, PointDefinition>> _known = ImmutableDictionary<Key, IReadOnlyDictionary<string, PointDefinition>>.Empty;

    /// <summary>The points that a device has.</summary>
    /// <param name="points">Those of its profile.</param>
    /// <param name="models">The SunSpec models it was found to have.</param>
    public IReadOnlyDictionary<string, PointDefinition> Of(IReadOnlyDictionary<string, PointDefinition> points, IReadOnlyDictionary<int, SunSpecPlace> models)
    {
        ArgumentNullException.ThrowIfNull(points);
        var places = string.Join(' ', models.OrderBy(m => m.Key).Select(m => $"{m.Key}@{m.Value.Address}+{m.Value.Length}/{m.Value.CurvePoints}"));
        var known = _known;
        if (known.TryGetValue((points, places), out var found))
        {
            return found;
        }

        found = points.Values.Select(p => Placed(p, models)).OfType<PointDefinition>().Where(p => p.End <= RegisterSpace.Size).ToDictionary(p => p.Name, StringComparer.Ordinal);
        _known = (known.Count < Most ? known : known.Clear()).SetItem((points, places), found);
        return found;
    }

    /// <summary>A point where the device has it; of several models the first that it has counts. The length on the wire bounds what a model has, whatever its definition says. Null: it has none.</summary>
    private static PointDefinition? Placed(PointDefinition point, IReadOnlyDictionary<int, SunSpecPlace> models)
    {
        if (point.Model == 0)
        {
            return point;
        }

        foreach (var one in point.Alternatives.Prepend(point))
        {
            if (models.TryGetValue(one.Model, out var place) && place.Of(one) is { } address)
            {
                // How it is written is said once, for whichever it is.
                return one with { Name = point.Name, Address = address, Writing = point.Writing };
            }
        }

        return null;
    }
}
