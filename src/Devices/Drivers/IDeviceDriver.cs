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
    /// <summary>It did not answer, or a gateway says that it does not.</summary>
    Silent,
    /// <summary>There is no line to it.</summary>
    NoLine,
    /// <summary>It may not have some of what was asked; which part, a smaller question tells.</summary>
    Absent,
    /// <summary>It is busy: ask again.</summary>
    Busy,
    /// <summary>It answered and refused.</summary>
    Refused,
    /// <summary>Its answer made no sense.</summary>
    Nonsense,
}

/// <summary>An exchange with a device failed.</summary>
internal sealed class DeviceException(DeviceFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Why.</summary>
    public DeviceFailure Failure { get; } = failure;
}

/// <summary>What a device answered to a write.</summary>
internal enum WriteAnswer
{
    /// <summary>It took it.</summary>
    Taken,
    /// <summary>It is busy, or what stands between us and it: ask again.</summary>
    Busy,
    /// <summary>It did not answer: nobody knows whether it took it.</summary>
    Unanswered,
    /// <summary>There is no line to it: it never came there.</summary>
    NoLine,
    /// <summary>It does not do it.</summary>
    Refused,
    /// <summary>The value does not suit.</summary>
    OutOfRange,
}

/// <summary>How a write went.</summary>
/// <param name="Answer">What the device answered.</param>
/// <param name="Text">A sentence where it was not taken.</param>
internal readonly record struct WriteResult(WriteAnswer Answer, string Text)
{
    /// <summary>It was taken.</summary>
    public static WriteResult Taken => new(WriteAnswer.Taken, "");
}

/// <summary>A point and the number to write into it.</summary>
/// <param name="Point">The point.</param>
/// <param name="Value">The number, in the point's unit; the raw one of a literal.</param>
/// <param name="Rounding">Where a value between two steps of the registers goes.</param>
/// <param name="IsSecret">Whether the number is never told.</param>
internal readonly record struct PointWrite(string Point, double Value, WriteRounding Rounding = WriteRounding.Nearest, bool IsSecret = false);

/// <summary>What was learned of a block that a device refuses.</summary>
internal enum SplitResult
{
    /// <summary>It is read without the registers that nobody needs.</summary>
    WithoutGaps,
    /// <summary>It is read in two parts.</summary>
    InTwo,
    /// <summary>There is nothing left to split: the device refuses just this.</summary>
    Nothing,
}

/// <summary>One step of finding out what a device has.</summary>
/// <param name="Text">What was found.</param>
/// <param name="Pause">How long to wait before the next one.</param>
internal readonly record struct DiscoveryStep(string Text, TimeSpan Pause = default);

/// <summary>Knows how a device is asked, not the logical nodes. It is used by its line alone, one exchange at a time.</summary>
internal interface IDeviceDriver
{
    /// <summary>Whether the line to it stands. A device behind it may be silent all the same.</summary>
    bool IsConnected { get; }

    /// <summary>How often a line to it was made: each time it may be another device, or the same one with other registers.</summary>
    long Connections { get; }

    /// <summary>What was odd on its line since the start.</summary>
    LineOddities Oddities { get; }

    /// <summary>How long it is not asked at most while it is silent.</summary>
    TimeSpan LongestWait { get; }

    /// <summary>How long its answer may take.</summary>
    TimeSpan Timeout { get; }

    /// <summary>The points it has, once discovered.</summary>
    IReadOnlyDictionary<string, PointDefinition> Points { get; }

    /// <summary>How often the poll classes are read.</summary>
    PollPeriods Polls { get; }

    /// <summary>Finds out what the device has: each step is one exchange. To be run before anything else and after a long silence.</summary>
    /// <param name="limit">How long an answer may take.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="DeviceException">The device does not answer or is not of the kind.</exception>
    IAsyncEnumerable<DiscoveryStep> DiscoverAsync(TimeSpan limit, CancellationToken cancel);

    /// <summary>The exchanges of least line time for <paramref name="points"/>; the line knows a block by its points, class and expected duration only.</summary>
    IReadOnlyList<ReadBlock> Plan(IReadOnlyCollection<string> points);

    /// <summary>Learns that the device refuses a block: the next plan asks for less of it at once.</summary>
    SplitResult Split(ReadBlock block);

    /// <summary>Forgets what <see cref="Split"/> learned: the device may have it now.</summary>
    void Forget();

    /// <summary>Reads every point of <paramref name="block"/> in one exchange; a point the device does not have comes back with quality invalid, never as a number.</summary>
    /// <param name="block">The block.</param>
    /// <param name="limit">How long the answer may take.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="DeviceException">The device refused or did not answer.</exception>
    ValueTask<IReadOnlyList<Reading>> ReadAsync(ReadBlock block, TimeSpan limit, CancellationToken cancel);

    /// <summary>Why a value that was read is not good, for people.</summary>
    string Explain(PointDefinition point, in PointValue value);

    /// <summary>Writes adjoining points in one exchange and tells what the device answered; it is never sent twice here, and the caller verifies the effect.</summary>
    ValueTask<WriteResult> WriteAsync(IReadOnlyList<PointWrite> values, CancellationToken cancel);
}
