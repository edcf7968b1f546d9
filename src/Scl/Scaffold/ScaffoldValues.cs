using System.Globalization;

namespace DerAgent.Scl;

/// <summary>Values that the installer gives in place of what a scaffold leaves to be found out.</summary>
internal static class ScaffoldValues
{
    /// <summary>Sets them.</summary>
    /// <param name="devices">The logical devices of a scaffold.</param>
    /// <param name="values">Values by <c>LN.DO</c> or <c>LD/LN.DO</c>.</param>
    /// <exception cref="ArgumentException">A name means nothing that is to be found out, or several; or a value is no number, as all of them are.</exception>
    public static IReadOnlyList<ScaffoldLogicalDevice> Set(IReadOnlyList<ScaffoldLogicalDevice> devices, IReadOnlyDictionary<string, string> values)
    {
        var open = devices.SelectMany(d => d.Nodes.SelectMany(n => n.Objects.Where(o => o.ToDo is not null).Select(o => (Device: d, Node: n, Object: o)))).ToList();
        foreach (var (name, value) in values)
        {
            var slash = name.IndexOf('/', StringComparison.Ordinal);
            var meant = open.FindAll(o => $"{o.Node.Name}.{o.Object.Name}" == name[(slash + 1)..] && (slash < 0 || o.Device.Inst == name[..slash]));
            if (meant.Count != 1)
            {
                var names = open.Select(o => $"{o.Device.Inst}/{o.Node.Name}.{o.Object.Name} ({o.Object.ToDo})").ToList();
                throw new ArgumentException(
                    meant.Count > 1 ? $"\"{name}\" means {meant.Count} values; write {string.Join(" or ", meant.Select(m => $"{m.Device.Inst}/{name}"))}."
                    : names.Count == 0 ? $"\"{name}\" is nothing to be set: the devices give all values." : $"\"{name}\" is nothing to be set; there are {string.Join(", ", names)}.", nameof(values));
            }

            var (_, node, found) = meant[0];
            if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
            {
                throw new ArgumentException($"\"{value}\" is no number for {name} ({found.ToDo}).", nameof(values));
            }

            node.Objects[node.Objects.IndexOf(found)] = found with { Values = [.. found.Values.Select(v => v.ToDo is null ? v : v with { ToDo = null, Constant = value })] };
        }

        return devices;
    }
}
