namespace DerAgent.Devices;

/// <summary>The powers of ten that a device scales its numbers with, as last read.</summary>
internal sealed class ScaleFactors
{
    private readonly Dictionary<string, int> _powers = new(StringComparer.Ordinal);

    /// <summary>The power of ten of a point; null: what should say it says nothing.</summary>
    public int? Of(PointDefinition point)
    {
        ArgumentNullException.ThrowIfNull(point);
        return point.ScaleFactor is null ? 0 : _powers.TryGetValue(point.ScaleFactor, out var power) ? power : null;
    }

    /// <summary>Takes what a scale factor reads.</summary>
    public void Remember(PointDefinition factor, decimal? raw)
    {
        ArgumentNullException.ThrowIfNull(factor);

        // A scale factor is a power of ten from -10 to 10; anything else is nonsense and scales nothing.
        if (raw is >= -10 and <= 10)
        {
            _powers[factor.Name] = (int)raw;
        }
        else
        {
            _powers.Remove(factor.Name);
        }
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => _powers.Clear();
}
