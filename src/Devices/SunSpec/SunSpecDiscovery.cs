using System.Runtime.CompilerServices;

namespace DerAgent.Devices;

/// <summary>Finds the SunSpec models of a device (SunSpec Device Information Model Specification §4): probes the bases, walks the chain to its end marker or to the first nonsense.</summary>
internal static class SunSpecDiscovery
{
    private const ushort EndMarker = 0xFFFF;
    private const int MaxModels = 64;

    /// <summary>Reads registers; null where the device refuses the address.</summary>
    public delegate Task<ushort[]?> RegisterReader(int address, int count, CancellationToken cancel);

    /// <summary>Looks for models, one exchange a step: the line may do other things between them.</summary>
    /// <param name="bases">Where a device may begin.</param>
    /// <param name="read">Reads registers.</param>
    /// <param name="found">Takes the addresses of the id registers by model number; the first of a kind counts.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="DeviceException">There is no SunSpec marker at any base.</exception>
    public static async IAsyncEnumerable<string> FindAsync(IReadOnlyList<int> bases, RegisterReader read, Dictionary<int, int> found, [EnumeratorCancellation] CancellationToken cancel)
    {
        var address = -1;
        foreach (var start in bases)
        {
            if (await read(start, 2, cancel) is [0x5375, 0x6E53])
            {
                address = start + 2;
                break;
            }

            yield return $"no marker at {start}";
        }

        if (address < 0)
        {
            throw new DeviceException(DeviceFailure.Refused, $"no SunSpec marker at {string.Join(", ", bases)}: the device is not a SunSpec device, or SunSpec is switched off in its settings");
        }

        yield return "marker";
        for (var i = 0; i < MaxModels && address + 2 <= RegisterSpace.Size; i++)
        {
            // A missing end marker shows as a refused address or as a model nobody could have.
            if (await read(address, 2, cancel) is not [var id, var length] || id is EndMarker or 0 || length == 0)
            {
                yield break;
            }

            found.TryAdd(id, address);
            address += 2 + Lengthen(id, length);
            yield return $"model {id}";
        }
    }

    /// <summary>A model known to have a fixed length is believed over its length register only if that is one off: some devices count the header.</summary>
    private static int Lengthen(int id, int length) =>
        SunSpecModel.Find(id) is { } model && length == model.Length ? model.Length - 2 : length;
}
