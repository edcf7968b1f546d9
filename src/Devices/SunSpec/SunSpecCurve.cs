namespace DerAgent.Devices;

/// <summary>What the place of a point of a curve depends on: how many points the device's curves have.</summary>
/// <param name="PerPoint">Registers before it for each point that curves have.</param>
/// <param name="Index">Which point of the curve it is of, from 1; it is there where curves have so many. 0: it is of none.</param>
internal readonly record struct CurvePlace(int PerPoint, int Index)
{
    /// <summary>The name of the point that says how many points curves have.</summary>
    public const string Count = "NPt";
}

/// <summary>Collects what stands in a curve behind its head: parts that are there once, and in them points that are there as often as the device says.</summary>
internal sealed class SunSpecCurve
{
    private readonly List<SunSpecPoint> _points = [];
    private readonly List<(SunSpecPoint Point, string Curve, int Offset)> _open = [];
    private string _part = "";
    private string _repeated = "";
    private int _most;
    private int _perPoint;
    private int _fixed;

    /// <summary>Whether the head is over.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>A part begins, or what is repeated in it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="most">How often it is there at most; 0: it is a part, there once.</param>
    public void Begin(string name, int most)
    {
        HasBegun = true;
        Close();
        (_repeated, _most) = (name, most);
        _part = most > 0 ? _part : name + ".";
    }

    /// <summary>A point of it.</summary>
    /// <param name="point">The point.</param>
    /// <param name="curve">The name of the curve.</param>
    /// <param name="start">Registers from the model's id register to behind the head.</param>
    public void Add(SunSpecPoint point, string curve, int start)
    {
        if (_most > 0)
        {
            // How long a point of the curve is shows when it ends.
            _open.Add((point, curve, start + _fixed + _open.Sum(p => p.Point.Size)));
            return;
        }

        _points.Add(point with { Name = curve + _part + point.Name, Offset = start + _fixed, Curve = new(_perPoint, 0) });
        _fixed += point.Size;
    }

    /// <summary>It is over; gives what was collected.</summary>
    public IReadOnlyList<SunSpecPoint> End()
    {
        Close();
        return _points;
    }

    private void Close()
    {
        var size = _open.Sum(p => p.Point.Size);
        for (var i = 1; i <= _most; i++)
        {
            _points.AddRange(_open.Select(p => p.Point with { Name = $"{p.Curve}{_part}{_repeated}{i}.{p.Point.Name}", Offset = p.Offset + ((i - 1) * size), Curve = new(_perPoint, i) }));
        }

        _perPoint += size;
        _open.Clear();
        _most = 0;
    }
}
