using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>What a device said of one point.</summary>
/// <param name="Point">The point.</param>
/// <param name="Value">Its value.</param>
/// <param name="Quality">Its quality.</param>
/// <param name="Time">When it was read.</param>
public readonly record struct Reading(string Point, PointValue Value, Quality Quality, DateTimeOffset Time);

/// <summary>How a write ended at the device.</summary>
public enum WriteResult
{
    /// <summary>The device took it.</summary>
    Accepted,
    /// <summary>The device answered with an exception.</summary>
    Refused,
    /// <summary>The device did not answer.</summary>
    NoAnswer,
    /// <summary>The value does not fit the registers.</summary>
    OutOfRange,
}

/// <summary>How a write ended, with a sentence for people.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Description">One sentence.</param>
public readonly record struct WriteOutcome(WriteResult Status, string Description);

/// <summary>Knows the registers of a device, not the logical nodes.</summary>
public interface IDeviceDriver : IAsyncDisposable
{
    /// <summary>Finds out what the device has; to be called before anything else and after a long silence.</summary>
    /// <exception cref="Modbus.ModbusException">The device does not answer or is not of the kind.</exception>
    ValueTask<IReadOnlyList<PointDefinition>> DiscoverAsync(CancellationToken cancel);

    /// <summary>Reads every point of <paramref name="block"/> in one exchange; a point the device does not have comes back with quality invalid, never as a number.</summary>
    /// <exception cref="Modbus.ModbusException">The device refused or did not answer.</exception>
    ValueTask<IReadOnlyList<Reading>> ReadAsync(ReadBlock block, CancellationToken cancel);

    /// <summary>Writes one point and reports what the device answered; the caller verifies the effect.</summary>
    ValueTask<WriteOutcome> WriteAsync(string point, double value, CancellationToken cancel);
}
