namespace DerAgent.Devices;

/// <summary>What somebody wants of a point.</summary>
/// <param name="Source">Who: the reference of the attribute it is commanded through, or the name of a plant.</param>
/// <param name="Value">What he wants, in the point's unit; the raw one of a literal. Null: nothing any more.</param>
internal readonly record struct Demand(string Source, double? Value)
{
    /// <summary>Whether the device was seen to have taken it.</summary>
    public bool IsTaken { get; init; }

    /// <summary>What he wanted before, and wants again where this does not take hold; null: nothing.</summary>
    public double? Before { get; init; }
}

/// <summary>
/// Who wants what of a device's points. Several objects may lead to one register: of a limit the strictest counts, and is followed by the next one when it goes; of anything else the last one.
/// Touched by the device's line only.
/// </summary>
internal sealed class Demands
{
    private readonly Dictionary<string, List<Demand>> _of = new(StringComparer.Ordinal);

    /// <summary>All of them, by point.</summary>
    public IEnumerable<(string Point, Demand Demand)> All => _of.SelectMany(p => p.Value.Select(d => (p.Key, d)));

    /// <summary>What counts of a point; null: nobody wants anything of it.</summary>
    public double? Of(string point) => _of.TryGetValue(point, out var all) ? all.Min(d => d.Value) : null;

    /// <summary>Whether it is known of somebody what he wants of a point.</summary>
    public bool Has(string point, string source) => _of.TryGetValue(point, out var all) && all.Exists(d => d.Source == source);

    /// <summary>What was stored.</summary>
    public void Load(string point, in Demand demand) => (_of.TryGetValue(point, out var all) ? all : _of[point] = []).Add(demand);

    /// <summary>Somebody wants something of a point, or nothing any more; it is not taken yet.</summary>
    /// <param name="point">The point.</param>
    /// <param name="source">Who.</param>
    /// <param name="value">What; null: nothing any more.</param>
    /// <param name="isLimit">Whether others may want something else at the same time.</param>
    public void Place(string point, string source, double? value, bool isLimit)
    {
        var all = _of.TryGetValue(point, out var known) ? known : _of[point] = [];
        var at = all.FindIndex(d => d.Source == source);

        // What was never taken is nothing to go back to.
        var before = at < 0 ? null : all[at].IsTaken ? all[at].Value : all[at].Before;
        if (!isLimit)
        {
            all.Clear();
        }
        else if (at >= 0)
        {
            all.RemoveAt(at);
        }

        all.Add(new(source, value) { Before = before });
    }

    /// <summary>The device took what somebody wanted.</summary>
    public void Take(string point, string source, double? value) => Change(point, d => d.Source == source && d.Value == value ? d.Value is null ? null : d with { IsTaken = true, Before = null } : d);

    /// <summary>It did not: he wants what he wanted before, unless he has asked for something else since.</summary>
    public void GoBack(string point, string source, double? value) => Change(point, d => d.Source == source && d.Value == value ? Undone(d) : d);

    /// <summary>It is known of everything that was asked for whether the device took it.</summary>
    public void Settle(string point, bool isTaken) => Change(point, d => d.IsTaken ? d : !isTaken ? Undone(d) : d.Value is null ? null : d with { IsTaken = true, Before = null });

    /// <summary>Somebody wants nothing of a point any more, whatever becomes of it.</summary>
    public void Withdraw(string point, string source) => Change(point, d => d.Source == source ? null : d);

    private static Demand? Undone(in Demand demand) => demand.Before is { } before ? demand with { Value = before, IsTaken = true, Before = null } : null;

    private void Change(string point, Func<Demand, Demand?> change)
    {
        if (_of.TryGetValue(point, out var all))
        {
            _of[point] = [.. all.Select(change).OfType<Demand>()];
        }
    }
}
