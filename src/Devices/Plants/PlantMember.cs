using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>A device as a part of a plant: what of it makes the plant's points, and how it is limited.</summary>
internal sealed class PlantMember
{
    private static readonly string[] Bases = ["WMax", "WRtg"];

    /// <summary>A part of a plant.</summary>
    /// <param name="name">Name of the device.</param>
    /// <param name="profile">Its profile.</param>
    /// <param name="rating">What it was built for in W, where the site says so.</param>
    public PlantMember(string name, DeviceProfile profile, double? rating)
    {
        ArgumentNullException.ThrowIfNull(profile);
        (Name, Profile, Rating) = (name, profile, rating);
        Base = Array.Find(Bases, Says);

        // What wears is spared where there is something that does not.
        Limit = new[] { PlantPoints.LimitPercent, PlantPoints.LimitPower }.Where(Takes).Select(n => profile.Points[n]).OrderByDescending(p => p.Writing!.IsVolatile).FirstOrDefault();
    }

    /// <summary>Name of the device.</summary>
    public string Name { get; }

    /// <summary>Its profile.</summary>
    public DeviceProfile Profile { get; }

    /// <summary>What it was built for in W, as the site says; null: the device says it.</summary>
    public double? Rating { get; }

    /// <summary>The point that says what its percentages relate to; null: it has none.</summary>
    public string? Base { get; }

    /// <summary>The limit that the plant uses; null: it cannot be limited.</summary>
    public PointDefinition? Limit { get; }

    /// <summary>Whether that is a percentage.</summary>
    public bool IsPercent => Limit?.Name == PlantPoints.LimitPercent;

    /// <summary>Whether the limit may be written as often as needed.</summary>
    public bool IsVolatile => Limit?.Writing?.IsVolatile == true;

    /// <summary>How long a limit may take until it reads back.</summary>
    public TimeSpan WrittenWithin => Limit is { Writing: { } rules } limit ? WriteDuration.Longest(limit) - (rules.Effect?.Within ?? TimeSpan.Zero) : TimeSpan.Zero;

    /// <summary>How long it may take until it shows.</summary>
    public TimeSpan ShowsWithin => Limit?.Writing?.Effect?.Within ?? TimeSpan.FromSeconds(60);

    /// <summary>How long the limit stands where nobody refreshes it; null: for ever. What the device itself says of it is <see cref="WriteRefresh.From"/>.</summary>
    public WriteRefresh? Refresh => Limit?.Writing?.Refresh;

    /// <summary>The points that say which limit is in force.</summary>
    public IEnumerable<string> Tells => Limit?.Writing is not { } rules ? [] : new[] { Limit.IsReadable ? Limit.Name : null, rules.Verify?.Read, rules.Verify?.Of, rules.Refresh?.From }.OfType<string>();

    /// <summary>Whether a point of it can be read.</summary>
    public bool Says(string point) => Profile.Points.TryGetValue(point, out var own) && own.IsReadable;

    /// <summary>Whether a point of it can be written.</summary>
    public bool Takes(string point) => Profile.Points.TryGetValue(point, out var own) && own is { IsWritable: true, Writing: not null };

    /// <summary>What a number of a point of it must be multiplied with to be in the unit of the contract.</summary>
    public double UnitOf(string point)
    {
        if (PointContract.Find(point) is not { } known || !Profile.Points.TryGetValue(point, out var own))
        {
            return 1;
        }

        var (measured, due) = (PointUnit.Of(own.Unit), PointUnit.Of(known.Unit));
        return due.Name == "cos(phi)" && measured.Name == "%" ? 0.01 : measured.Name == due.Name ? Math.Pow(10, measured.Power - due.Power) : 1;
    }

    /// <summary>A limit in W as the number that is written.</summary>
    /// <param name="watts">The limit.</param>
    /// <param name="whole">What percentages relate to, in W.</param>
    public double Number(double watts, double whole) => IsPercent ? watts / whole * 100 : watts / UnitOf(PlantPoints.LimitPower);

    /// <summary>The limit in force in W as it reads; null where it does not say.</summary>
    /// <param name="look">What the device last read.</param>
    /// <param name="whole">What percentages relate to, in W.</param>
    public double? InForce(PointLookup look, double whole)
    {
        if (Limit?.Writing is not { } rules)
        {
            return whole;
        }

        var isElsewhere = rules.Verify?.Read is not null;
        if (look(rules.Verify?.Read ?? Limit.Name) is not { IsNone: false } value || double.IsNaN(value.Number))
        {
            return null;
        }

        // The top of its range is no limit.
        return !isElsewhere && Limit.Range is { } range && value.Number >= range.High ? whole
            : isElsewhere && rules.Verify!.Of is not null ? value.Number * UnitOf(rules.Verify.Read!)
            : IsPercent ? value.Number * whole / 100 : value.Number * UnitOf(PlantPoints.LimitPower);
    }
}
