using DerAgent.Modbus;

namespace DerAgent.Devices;

/// <summary>What a site says of a device otherwise than its SCL file and the profile; null: nothing.</summary>
/// <param name="Url">Where it is.</param>
/// <param name="Polls">How often it is read.</param>
/// <param name="Tls">How its connection is secured.</param>
internal sealed record DeviceOverride(string? Url = null, PollOverride? Polls = null, ModbusTls? Tls = null)
{
    /// <summary>Nothing of any device.</summary>
    public static IReadOnlyDictionary<string, DeviceOverride> None { get; } = new Dictionary<string, DeviceOverride>(StringComparer.Ordinal);
}
