using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>What a device said of one point.</summary>
/// <param name="Point">The point.</param>
/// <param name="Value">Its value.</param>
/// <param name="Quality">Its quality.</param>
/// <param name="Time">When it was read.</param>
internal readonly record struct Reading(string Point, PointValue Value, Quality Quality, DateTimeOffset Time);

/// <summary>One exchange that reads several points, as the line knows it.</summary>
/// <param name="Poll">How often.</param>
/// <param name="Names">Points in it.</param>
/// <param name="Expected">How long it takes on an idle line.</param>
internal abstract record ReadBlock(PollClass Poll, IReadOnlyList<string> Names, TimeSpan Expected);

/// <summary>Why an exchange with a device failed.</summary>
internal enum DeviceFailure
{
    /// <summary>It did not answer.</summary>
    Silent,
    /// <summary>There is no line to it.</summary>
    NoLine,
    /// <summary>It does not have some of what was asked.</summary>
    Absent,
    /// <summary>It is busy, or what stands between us and it: ask again.</summary>
    Busy,
    /// <summary>It answered and refused, or made no sense.</summary>
    Refused,
}

/// <summary>An exchange with a device failed.</summary>
internal sealed class DeviceException(DeviceFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Why.</summary>
    public DeviceFailure Failure { get; } = failure;
}

/// <summary>Knows how a device is asked, not the logical nodes. It is used by its line alone, one exchange at a time.</summary>
internal interface IDeviceDriver
{
    /// <summary>Whether the line to it stands. A device behind it may be silent all the same.</summary>
    bool IsConnected { get; }

    /// <summary>How long its answer may take.</summary>
    TimeSpan Timeout { get; }

    /// <summary>The points it has, once discovered.</summary>
    IReadOnlySet<string> Points { get; }

    /// <summary>Finds out what the device has: each step is one exchange. To be run before anything else and after a long silence.</summary>
    /// <param name="limit">How long an answer may take.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="DeviceException">The device does not answer or is not of the kind.</exception>
    IAsyncEnumerable<string> DiscoverAsync(TimeSpan limit, CancellationToken cancel);

    /// <summary>The exchanges of least line time for <paramref name="points"/>; the line knows a block by its points, class and expected duration only.</summary>
    IReadOnlyList<ReadBlock> Plan(IReadOnlyCollection<string> points);

    /// <summary>Learns that the device does not have all of a block. False where there was nothing left to split: its points are absent from now on.</summary>
    bool Split(ReadBlock block);

    /// <summary>Reads every point of <paramref name="block"/> in one exchange; a point the device does not have comes back with quality invalid, never as a number.</summary>
    /// <param name="block">The block.</param>
    /// <param name="limit">How long the answer may take.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="DeviceException">The device refused or did not answer.</exception>
    ValueTask<IReadOnlyList<Reading>> ReadAsync(ReadBlock block, TimeSpan limit, CancellationToken cancel);

    /// <summary>Writes one point and tells what the device answered; the caller verifies the effect.</summary>
    ValueTask<CommandOutcome> WriteAsync(string point, double value, CancellationToken cancel);
}
