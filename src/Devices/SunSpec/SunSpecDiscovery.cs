using DerAgent.Modbus;

namespace DerAgent.Devices;

/// <summary>Finds the SunSpec models of a device (SunSpec Device Information Model Specification §4): probes the bases, walks the chain to its end marker or to the first nonsense.</summary>
internal static class SunSpecDiscovery
{
    private const ushort EndMarker = 0xFFFF;
    private const int MaxModels = 64;

    /// <summary>Reads registers; null where the device refuses the address.</summary>
    public delegate Task<ushort[]?> RegisterReader(int address, int count, CancellationToken cancel);

    /// <summary>Addresses of the id registers of the models found, by model number; the first of a kind counts.</summary>
    /// <exception cref="ModbusException">There is no SunSpec marker at any base.</exception>
    public static async Task<IReadOnlyDictionary<int, int>> FindAsync(IReadOnlyList<int> bases, RegisterReader read, CancellationToken cancel)
    {
        foreach (var start in bases)
        {
            if (await read(start, 2, cancel) is [0x5375, 0x6E53])
            {
                return await WalkAsync(start + 2, read, cancel);
            }
        }

        throw new ModbusException(ModbusFailure.Protocol, $"no SunSpec marker at {string.Join(", ", bases)}: the device is not a SunSpec device, or SunSpec is switched off in its settings");
    }

    private static async Task<IReadOnlyDictionary<int, int>> WalkAsync(int address, RegisterReader read, CancellationToken cancel)
    {
        var found = new Dictionary<int, int>();
        for (var i = 0; i < MaxModels && address + 2 <= 65_536; i++)
        {
            // A missing end marker shows as a refused address or as a model nobody could have.
            if (await read(address, 2, cancel) is not [var id, var length] || id is EndMarker or 0 || length == 0)
            {
                break;
            }

            found.TryAdd(id, address);
            address += 2 + Lengthen(id, length);
        }

        return found;
    }

    /// <summary>A model known to have a fixed length is believed over its length register only if that is one off: some devices count the header.</summary>
    private static int Lengthen(int id, int length) =>
        SunSpecModel.Find(id) is { } model && length == model.Length ? model.Length - 2 : length;
}
