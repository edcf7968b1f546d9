namespace DerAgent.Devices;

/// <summary>Which variants of its profile a device turns out to be: those whose point reads so.</summary>
/// <param name="basis">The profile without them.</param>
/// <param name="isKnown">Whether a point can be read before the device is known.</param>
/// <param name="read">Reads a point.</param>
internal sealed class VariantFinder(DeviceProfile basis, Func<PointDefinition, bool> isKnown, Func<PointDefinition, Task<PointValue>> read)
{
    private DeviceProfile? _found;

    /// <summary>The profile with what was found laid over it, once the steps are done.</summary>
    public DeviceProfile Profile => _found ?? basis;

    /// <summary>Asks for one point after the other.</summary>
    /// <exception cref="DeviceException">The device does not answer.</exception>
    public async IAsyncEnumerable<DiscoveryStep> FindAsync()
    {
        var applied = new List<string>(basis.Applied);
        foreach (var variant in basis.Variants)
        {
            if (variant.Point is not { } name || !basis.Points.TryGetValue(name, out var point) || !isKnown(point))
            {
                continue;
            }

            var value = await read(point);
            if (variant.Values.Any(v => value.Is(v, point)))
            {
                applied.Add(variant.Name);
            }

            yield return new($"{name} reads {value.Number}");
        }

        _found = applied.Count == basis.Applied.Count ? basis : ProfileReader.Apply(basis, applied).Profile ?? basis;
    }
}
