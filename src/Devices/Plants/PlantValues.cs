using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>Makes the points of a plant of what its members last read. Touched by the plant's loop only.</summary>
internal sealed class PlantValues
{
    private readonly PlantSetup _setup;
    private readonly Dictionary<string, Reading>[] _last;
    private readonly Dictionary<string, Reading> _meter = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<(int Member, double Unit)>> _parts;

    /// <summary>The points of a plant.</summary>
    public PlantValues(PlantSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        _setup = setup;
        _last = [.. setup.Members.Select(_ => new Dictionary<string, Reading>(StringComparer.Ordinal))];
        _parts = setup.Wanted.Concat(["W", "VAr"]).Distinct(StringComparer.Ordinal).ToDictionary(p => p, PartsOf, StringComparer.Ordinal);
    }

    /// <summary>Takes readings of a member.</summary>
    public void Take(int member, IReadOnlyList<Reading> readings) => Take(_last[member], readings);

    /// <summary>Takes readings of the meter.</summary>
    public void TakeMeter(IReadOnlyList<Reading> readings) => Take(_meter, readings);

    /// <summary>Takes older readings of a member; tells whether there are any that it has no newer ones of.</summary>
    public bool Recall(int member, IReadOnlyList<Reading> readings) => Recall(_last[member], readings);

    /// <summary>Takes older readings of the meter.</summary>
    public bool RecallMeter(IReadOnlyList<Reading> readings) => Recall(_meter, readings);

    /// <summary>What a member last read of a point.</summary>
    public PointValue? Of(int member, string point) => _last[member].TryGetValue(point, out var reading) ? reading.Value : null;

    /// <summary>The plant's points as they are now, each that every part of it has said.</summary>
    /// <param name="states">What is known of the members.</param>
    public List<Reading> Now(IReadOnlyList<MemberState> states)
    {
        var readings = new List<Reading>(_setup.Wanted.Count);
        foreach (var point in _setup.Wanted)
        {
            if (Of(point, states) is { } reading)
            {
                readings.Add(reading);
            }
        }

        return readings;
    }

    private static bool Recall(Dictionary<string, Reading> last, IReadOnlyList<Reading> readings)
    {
        var isNew = false;
        foreach (var reading in readings)
        {
            isNew |= last.TryAdd(reading.Point, reading);
        }

        return isNew;
    }

    private static void Take(Dictionary<string, Reading> last, IReadOnlyList<Reading> readings)
    {
        foreach (var reading in readings)
        {
            last[reading.Point] = reading;
        }
    }

    private IReadOnlyList<(int Member, double Unit)> PartsOf(string point) =>
        [.. Enumerable.Range(0, _setup.Members.Count).Where(i => point.StartsWith('@') || _setup.Members[i].Says(point)).Select(i => (i, _setup.Members[i].UnitOf(point)))];

    private Reading? Of(string point, IReadOnlyList<MemberState> states)
    {
        if (point.StartsWith('@'))
        {
            return point is "@foreign" or "@overload" ? Parts(point, PlantMaking.Any, states) : point is "@health" or "@online" or PlantPoints.Ill ? Health(point) : null;
        }

        var making = PlantPoints.All[point];
        if (making is PlantMaking.OfMeter or PlantMaking.AtMeter && _setup.Meter is not null)
        {
            return _meter.TryGetValue(point, out var metered) ? metered : making == PlantMaking.OfMeter ? null : Parts(point, PlantMaking.Mean, states);
        }

        return making switch
        {
            PlantMaking.Limit => Limit(point, states),
            PlantMaking.PowerFactor => PowerFactor(states),
            PlantMaking.AtMeter => Parts(point, PlantMaking.Mean, states),
            PlantMaking.Split => Parts(point, PlantMaking.Sum, states),
            PlantMaking.Each => Parts(point, point is "Conn" or "Run" ? PlantMaking.Most : PlantMaking.Mean, states),
            _ => Parts(point, making, states),
        };
    }

    /// <summary>One point of all members that have it: quality the worst of them, time the latest; a part that says nothing is no part.</summary>
    private Reading? Parts(string point, PlantMaking making, IReadOnlyList<MemberState> states)
    {
        var (quality, time, known) = (Quality.Good, DateTimeOffset.UnixEpoch, 0);
        double sum = 0, weights = 0, least = double.PositiveInfinity, greatest = double.NegativeInfinity;
        Dictionary<string, double>? votes = null;
        foreach (var (member, unit) in _parts.GetValueOrDefault(point, []))
        {
            if (!_last[member].TryGetValue(point, out var reading))
            {
                return null;
            }

            quality = quality.Worse(reading.Quality);
            time = reading.Time > time ? reading.Time : time;
            if (reading.Value.IsNone)
            {
                continue;
            }

            known++;
            var weight = Weight(member, point, states);
            if (making is PlantMaking.Most or PlantMaking.Any)
            {
                var word = reading.Value.Text ?? (reading.Value.Number != 0 ? "on" : "off");
                (votes ??= new(StringComparer.Ordinal))[word] = votes.GetValueOrDefault(word) + weight;
                continue;
            }

            var number = reading.Value.Number * unit;
            (sum, weights) = (sum + (making == PlantMaking.Mean ? number * weight : number), weights + weight);
            (least, greatest) = (Math.Min(least, number), Math.Max(greatest, number));
        }

        if (known == 0)
        {
            return time == DateTimeOffset.UnixEpoch && quality.IsGood ? null : new(point, PointValue.None, quality.IsGood ? Quality.Invalid : quality, time);
        }

        var value = making switch
        {
            PlantMaking.Sum => Number(sum),
            PlantMaking.Mean => Number(sum / weights),
            PlantMaking.Least => Number(least),
            PlantMaking.Greatest => Number(greatest),
            PlantMaking.Any => Switch(votes!.ContainsKey("on")),
            _ => Word(votes!.MaxBy(v => v.Value).Key),
        };
        return new(point, value, quality, time);
    }

    private double Weight(int member, string point, IReadOnlyList<MemberState> states) =>
        point == "SoC" ? Of(member, "WhRtg") is { IsNone: false, Number: > 0 } capacity ? capacity.Number : 1 : states[member].Whole is > 0 and var whole ? whole : 1;

    /// <summary>The limits in force together: of who cannot be limited, what he can give.</summary>
    private Reading? Limit(string point, IReadOnlyList<MemberState> states)
    {
        var (quality, time) = (Quality.Good, DateTimeOffset.UnixEpoch);
        for (var i = 0; i < states.Count; i++)
        {
            var isKnown = states[i].Whole is not null;
            foreach (var tells in _setup.Members[i].Tells)
            {
                isKnown |= _last[i].ContainsKey(tells);
                quality = _last[i].TryGetValue(tells, out var reading) ? quality.Worse(reading.Quality) : quality.Worse(Quality.Invalid);
                time = reading.Time > time ? reading.Time : time;
            }

            if (!isKnown && !_last[i].ContainsKey("@online"))
            {
                return null;
            }
        }

        var (whole, stands) = (PlantVerdict.Whole(states), states.Sum(s => s.InForce));
        return new(point, whole <= 0 ? PointValue.None : Number(point == PlantPoints.LimitPercent ? stands / whole * 100 : stands), whole <= 0 ? Quality.Invalid : quality, time);
    }

    private Reading? PowerFactor(IReadOnlyList<MemberState> states)
    {
        if (Parts("W", PlantMaking.Sum, states) is not { } active || Parts("VAr", PlantMaking.Sum, states) is not { } reactive)
        {
            return null;
        }

        var apparent = Math.Sqrt((active.Value.Number * active.Value.Number) + (reactive.Value.Number * reactive.Value.Number));
        var factor = Math.Abs(active.Value.Number) / apparent * (reactive.Value.Number < 0 ? -1 : 1);
        return new("PF", double.IsFinite(factor) ? Number(factor) : PointValue.None, active.Quality.Worse(reactive.Quality), active.Time > reactive.Time ? active.Time : reactive.Time);
    }

    /// <summary>The worst of its parts; where one of several is of no use, the plant is not, but it is not well.</summary>
    private Reading? Health(string point)
    {
        var (worst, best, online, time) = (0, DeviceHealth.Alarm, 1, DateTimeOffset.UnixEpoch);
        var ill = new List<string>();
        for (var i = 0; i < _last.Length; i++)
        {
            if (!_last[i].TryGetValue("@health", out var health) || !_last[i].TryGetValue("@online", out var answers))
            {
                return null;
            }

            var number = (int)health.Value.Number;
            (worst, best, online) = (Math.Max(worst, number), Math.Min(best, number), Math.Min(online, (int)answers.Value.Number));
            time = health.Time > time ? health.Time : time;
            if (number > DeviceHealth.Ok)
            {
                ill.Add($"{_setup.Members[i].Name}: {(answers.Value.Number == 0 ? "no answer" : number == DeviceHealth.Alarm ? "alarm" : "warning")}");
            }
        }

        return point switch
        {
            "@online" => new(point, Number(online), Quality.Good, time),
            PlantPoints.Ill => new(point, new(double.NaN, string.Join(", ", ill), false), Quality.Good, time),
            _ => new(point, Number(worst == DeviceHealth.Alarm && best < DeviceHealth.Alarm ? DeviceHealth.Warning : worst), Quality.Good, time),
        };
    }

    private static PointValue Number(double number) => double.IsFinite(number) ? new(number, null, false) : PointValue.None;

    private static PointValue Word(string word) => new(word == "on" ? 1 : word == "off" ? 0 : double.NaN, word is "on" or "off" ? null : word, false);

    private static PointValue Switch(bool isOn) => new(isOn ? 1 : 0, null, false);
}
