using DerAgent.Modbus;

namespace DerAgent.Devices;

/// <summary>Whether the devices of a line can share it.</summary>
internal static class LineChecks
{
    /// <summary>What is wrong.</summary>
    public static IEnumerable<SiteFinding> Of(IReadOnlyList<DevicePlacement> placements)
    {
        foreach (var line in placements.GroupBy(p => p.Url.Endpoint, StringComparer.Ordinal))
        {
            var first = line.First();
            foreach (var other in line.Where(d => d.Url.Settings != first.Url.Settings))
            {
                yield return SiteFinding.OfDevice(other.Name, $"Device \"{other.Name}\" wants {line.Key} with {other.Url.Settings}, and \"{first.Name}\" with {first.Url.Settings}; a line has one setting.", "Give both the same, in the URL or in the device, or another port to one of them.");
            }

            // Two views of one unit have two profiles, e.g. its inverter and its meter.
            foreach (var twins in line.GroupBy(d => (d.Url.Unit, d.Profile.Name)).Where(g => g.Count() > 1))
            {
                yield return SiteFinding.OfDevice(twins.Last().Name, $"Devices {string.Join(" and ", twins.Select(d => $"\"{d.Name}\""))} are unit {twins.Key.Unit} of {line.Key} with the same profile: one device, asked twice and counted twice.", "Correct the url of one of them.", isError: false);
            }

            foreach (var device in line)
            {
                if (device.Profile.Serial?.Exchanges.Values.FirstOrDefault(e => !e.Send.Takes(device.Url.Unit!.Value)) is { } exchange)
                {
                    yield return SiteFinding.OfDevice(device.Name, $"Device \"{device.Name}\" is unit {device.Url.Unit}, for which the messages of \"{device.Profile.Name}\" have no room (\"{exchange.Send.Source}\").", "Write a unit id in its url that has as many digits.");
                }
            }

            // Of a URL that says no unit id the profile's counts, and may be one that only Modbus TCP has.
            foreach (var device in line.Where(d => !d.Url.MayHaveUnit(d.Url.Unit!.Value)))
            {
                yield return SiteFinding.OfDevice(device.Name, $"Device \"{device.Name}\" is unit {device.Url.Unit}, which on a serial line is {(device.Url.Unit == 0 ? "everybody (broadcast)" : "reserved")}.", "Write unit=1..247 in its url.");
            }
        }

        foreach (var port in placements.Where(p => p.Url.IsSerial).GroupBy(p => SerialPorts.Resolve(p.Url.Place), StringComparer.Ordinal).Where(g => g.Select(p => p.Url.Place).Distinct(StringComparer.Ordinal).Count() > 1))
        {
            yield return SiteFinding.OfDevice(port.Last().Name, $"Devices {string.Join(" and ", port.Select(d => $"\"{d.Name}\""))} name one port, {port.Key}, in different ways: {string.Join(", ", port.Select(p => p.Url.Place).Distinct(StringComparer.Ordinal))}; two lines cannot share it.", "Write the port in one way, best as it stands under /dev/serial/by-id.");
        }
    }
}
