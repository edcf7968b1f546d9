using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>What was last read of a device, and when by the line's clock. Touched by its line only.</summary>
internal sealed class DeviceReadings
{
    private static readonly Quality Old = new(Validity.Invalid, QualityDetail.OldData | QualityDetail.Failure);
    private readonly Dictionary<string, (Reading Reading, TimeSpan At)> _last = new(StringComparer.Ordinal);

    /// <summary>Takes readings of one exchange.</summary>
    /// <param name="readings">The readings.</param>
    /// <param name="asked">When it began: what was written since is not in them.</param>
    public void Take(IReadOnlyList<Reading> readings, TimeSpan asked)
    {
        foreach (var reading in readings)
        {
            _last[reading.Point] = (reading, asked);
        }
    }

    /// <summary>The last value of a point; null where it was never read.</summary>
    public PointValue? Of(string point) => _last.TryGetValue(point, out var last) ? last.Reading.Value : null;

    /// <summary>The last number of a point; null where there is none.</summary>
    public double? Number(string point) => Of(point) is { IsNone: false } value ? value.Number : null;

    /// <summary>Whether a point was read since a moment.</summary>
    public bool IsReadSince(string point, TimeSpan moment) => _last.TryGetValue(point, out var last) && last.At >= moment;

    /// <summary>The last value of a point as what it is now: old; none where there never was one.</summary>
    public Reading OldOf(string point) => _last.TryGetValue(point, out var last) ? last.Reading with { Quality = Old } : new(point, PointValue.None, Old, DateTimeOffset.UnixEpoch);
}
