using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>
/// Whether a number can be what it says: outside its range, or of a size nobody could mean, it is questionable; a state without a meaning is invalid. What has no range in the profile is judged
/// by what it measures, and by the rating of the device once that is known.
/// </summary>
internal sealed class Plausibility
{
    private const double MostVolts = 100_000;
    private static readonly Quality OutOfRange = new(Validity.Questionable, QualityDetail.OutOfRange);
    private static readonly Quality Inconsistent = new(Validity.Questionable, QualityDetail.Inconsistent);
    private readonly Dictionary<string, (double Highest, double Before)> _counters = new(StringComparer.Ordinal);
    private double _rating;

    /// <summary>The quality of a value that was read just now.</summary>
    public Quality QualityOf(PointDefinition point, in PointValue value)
    {
        ArgumentNullException.ThrowIfNull(point);
        if (value.IsNone)
        {
            return Quality.Invalid;
        }

        if (double.IsNaN(value.Number))
        {
            return Quality.Good;
        }

        var known = PointContract.Find(Short(point.Name));
        if (known is { Role: PointRole.Counter })
        {
            return CountedUp(point.Name, value.Number);
        }

        if (known?.Name is "WRtg" or "WMax" && value.Number > 0 && point.Unit.Length > 0)
        {
            _rating = Math.Max(_rating, InBase(point, value.Number));
        }

        // What lets go of a limit may stand beside its range: 255 is "no limit".
        return point.Writing?.Release is WriteRelease.Value release && value.Is(release.Number, point) ? Quality.Good
            : Bounds(point, known) is { } bounds && (value.Number < bounds.Low || value.Number > bounds.High) ? OutOfRange : Quality.Good;
    }

    /// <summary>Why a value is not good, for people.</summary>
    public string Explain(PointDefinition point, in PointValue value)
    {
        ArgumentNullException.ThrowIfNull(point);
        if (value.IsUnknown)
        {
            return $"{point.Name} reads a value that its map does not know: it is invalid until it reads one that is known";
        }

        var known = PointContract.Find(Short(point.Name));
        var why = known is { Role: PointRole.Counter } ? "less than before" : Bounds(point, known) is { } bounds ? $"not within {bounds.Low:0.###} to {bounds.High:0.###}" : "questionable";
        var hint = point.Length > 1 && point.Type != PointType.Bit ? "; if the words are swapped, turn order in the profile" : "; look at type, scale and address in the profile";
        return $"{point.Name} reads {value.Number:0.###} {point.Unit}, {why}{hint}";
    }

    private Quality CountedUp(string name, double number)
    {
        if (number < 0)
        {
            return OutOfRange;
        }

        var (highest, before) = _counters.TryGetValue(name, out var counted) ? counted : (number, number);

        // One reading may be a slip; where the next one counts on from it, the counter has begun anew.
        var isNew = before < highest && number >= before;
        _counters[name] = (isNew ? number : Math.Max(highest, number), number);
        return number >= highest || isNew ? Quality.Good : Inconsistent;
    }

    /// <summary>What makes sense: the profile's range, else that of the quantity.</summary>
    private (double Low, double High)? Bounds(PointDefinition point, ContractPoint? known)
    {
        if (point.Range is { } range)
        {
            return range;
        }

        var scale = Math.Pow(10, -PointUnit.Of(point.Unit).Power);
        return known?.Quantity switch
        {
            _ when known is { Role: not PointRole.Measurement } => null,
            PointQuantity.Frequency => (40, 70),
            PointQuantity.Voltage => (-MostVolts * scale, MostVolts * scale),
            PointQuantity.Charge => (0, 100),
            PointQuantity.PowerFactor => PointUnit.Of(point.Unit).Name == "%" ? (-100, 100) : (-1, 1),
            PointQuantity.ActivePower or PointQuantity.ReactivePower or PointQuantity.ApparentPower when _rating > 0 => (-2 * _rating * scale, 2 * _rating * scale),
            _ => null,
        };
    }

    private static double InBase(PointDefinition point, double number) => number * Math.Pow(10, PointUnit.Of(point.Unit).Power);

    /// <summary>The name without the SunSpec model.</summary>
    private static string Short(string name) => name.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot && name[..dot].All(char.IsAsciiDigit) ? name[(dot + 1)..] : name;
}
