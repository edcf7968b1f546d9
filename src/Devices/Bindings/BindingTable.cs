using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>An attribute and what feeds it.</summary>
/// <param name="Target">The leaf.</param>
/// <param name="Expression">What feeds it.</param>
/// <param name="IsRead">Whether readings go into the attribute; false for commands.</param>
internal sealed record Binding(DataNode Target, BindingExpression Expression, bool IsRead)
{
    private static readonly Quality Overflow = new(Validity.Invalid, QualityDetail.Overflow);
    private readonly (double Factor, double Offset) _scaling = Target.Scaling;

    /// <summary>The number that a value of the attribute stands for, in the unit of its data object; NaN where it has none.</summary>
    /// <param name="value">The value.</param>
    /// <param name="map">Literals of the point's raw values.</param>
    public double NumberOf(in DataValue value, ValueMap map) => (ValueConversion.ToNumber(Target.Type, value, map) * _scaling.Factor) + _scaling.Offset;

    /// <summary>The value from the last readings; null while one of them is missing.</summary>
    public ProcessValue? Evaluate(IReadOnlyDictionary<(string Device, string Point), Reading> readings)
    {
        var (sum, quality, time, text, isNone) = (Expression.Offset, Quality.Good, DateTimeOffset.UnixEpoch, (string?)null, false);
        foreach (var term in Expression.Terms)
        {
            if (!readings.TryGetValue((term.Device, term.Point), out var reading))
            {
                return null;
            }

            sum += reading.Value.Number * term.Factor;
            text = reading.Value.Text;
            isNone |= reading.Value.IsNone;
            quality = quality.Worse(reading.Quality);
            time = reading.Time > time ? reading.Time : time;
        }

        var value = isNone ? default : ValueConversion.ToData(Target.Type, (sum - _scaling.Offset) / _scaling.Factor, Expression.Terms.Count == 1 ? text : null);
        var isBeyond = value.Kind is DataKind.Integer or DataKind.Unsigned && Target.Type.Basic is BasicType.Integer or BasicType.Unsigned && Target.Type.Accept(value, out _) != ValueFault.None;
        return new(Target.FirstSlot, isBeyond ? default : value, isBeyond ? Overflow : isNone || value.Kind != DataKind.None ? quality : Quality.Invalid, time);
    }
}

/// <summary>All bindings of a site.</summary>
internal sealed class BindingTable
{
    private static readonly HashSet<string> None = new(StringComparer.Ordinal);
    private readonly Dictionary<DataNode, Binding> _byLeaf = [];
    private readonly Dictionary<(string Device, string Point), List<Binding>> _readers = [];
    private readonly Dictionary<string, HashSet<string>> _points = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, List<DataNode>>> _commanders = new(StringComparer.Ordinal);

    public IReadOnlyList<Binding> All => [.. _byLeaf.Values];

    public static BindingTable Of(IReadOnlyList<IedModel> models, IReadOnlyDictionary<string, DeviceProfile> profiles, List<SiteFinding> findings)
    {
        var table = new BindingTable();

        // Without devices an sAddr is some other tool's business.
        foreach (var model in models.Where(m => m.Devices.Count > 0))
        {
            var check = new BindingCheck(model, profiles, findings);
            foreach (var leaf in model.Slots.Where(l => l.ShortAddress is not null && !IsEdited(l)))
            {
                if (check.Accept(leaf) is { } expression)
                {
                    table.Add(new Binding(leaf, expression, leaf.Fc != FunctionalConstraint.CO));
                }
            }
        }

        table.AddCommanders(profiles);
        table.CheckTwins(profiles, findings);
        table.AddEchoes();
        return table;
    }

    public Binding? OfLeaf(DataNode leaf) => _byLeaf.GetValueOrDefault(leaf);

    /// <summary>Points of a device that are read.</summary>
    public IReadOnlySet<string> PointsOf(string device) => _points.GetValueOrDefault(device, None);

    /// <summary>The attributes through which the points of a device are written, by point.</summary>
    public IReadOnlyDictionary<string, List<DataNode>> CommandersOf(string device) => _commanders.GetValueOrDefault(device) ?? [];

    /// <summary>Bindings that some of the readings feed, each once.</summary>
    public IEnumerable<Binding> Touched(string device, IReadOnlyList<Reading> readings) =>
        readings.SelectMany(r => _readers.GetValueOrDefault((device, r.Point), [])).Distinct();

    /// <summary>Whether an attribute shows what is being edited: the device has the active value, whichever of the two the template declares.</summary>
    private static bool IsEdited(DataNode leaf) => leaf.Fc == FunctionalConstraint.SE && leaf.LogicalNode.Constraint(FunctionalConstraint.SG) is not null;

    private void Add(Binding binding)
    {
        _byLeaf[binding.Target] = binding;
        foreach (var term in binding.Expression.Terms)
        {
            (_points.TryGetValue(term.Device, out var points) ? points : _points[term.Device] = new(StringComparer.Ordinal)).Add(term.Point);
            if (binding.IsRead)
            {
                (_readers.TryGetValue((term.Device, term.Point), out var list) ? list : _readers[(term.Device, term.Point)] = []).Add(binding);
            }
        }
    }

    private void AddCommanders(IReadOnlyDictionary<string, DeviceProfile> profiles)
    {
        foreach (var binding in _byLeaf.Values.Where(b => b.Expression is { Single: not null } or { IsEach: true } && (!b.IsRead || BindingCheck.IsParameter(b.Target))))
        {
            foreach (var term in binding.Expression.Terms.Where(t => profiles[t.Device].Points.GetValueOrDefault(t.Point) is { IsWritable: true }))
            {
                var points = _commanders.TryGetValue(term.Device, out var known) ? known : _commanders[term.Device] = new(StringComparer.Ordinal);
                (points.TryGetValue(term.Point, out var leaves) ? leaves : points[term.Point] = []).Add(binding.Target);
            }
        }
    }

    /// <summary>Of limits the strictest is in force, whoever set it; what else several objects command at once is nobody's.</summary>
    private void CheckTwins(IReadOnlyDictionary<string, DeviceProfile> profiles, List<SiteFinding> findings)
    {
        foreach (var (device, points) in _commanders)
        {
            foreach (var (name, leaves) in points.Where(p => !WriteChecks.IsLimit(profiles[device].Points[p.Key])))
            {
                var first = leaves[0].DataObject;
                foreach (var leaf in leaves.Where(l => l.DataObject != first))
                {
                    findings.Add(SiteFinding.OfBinding(leaf, $"{leaf.DataObject!.Reference} and {first!.Reference} both command \"{name}\" of \"{device}\", which is no limit: the last one wins, and the other shows what it did not command.", "Let one of them command it.", isError: false));
                }
            }
        }
    }

    /// <summary>What several points commanded alike read back: their mean.</summary>
    private static BindingExpression Mean(BindingExpression command) =>
        command.IsEach ? new([.. command.Terms.Select(t => t with { Factor = t.Factor / command.Terms.Count })], 0) : command;

    /// <summary>The status of a commanded object that nothing feeds is fed by reading back what was commanded: status follows the process.</summary>
    private void AddEchoes()
    {
        foreach (var command in _byLeaf.Values.Where(b => !b.IsRead).ToList())
        {
            var dataObject = command.Target.DataObject!;
            var status = dataObject.Attribute("stVal") ?? dataObject.Attribute("mxVal")?.Leaves().FirstOrDefault();
            if (status is { IsLeaf: true } && !_byLeaf.ContainsKey(status))
            {
                Add(new Binding(status, Mean(command.Expression), IsRead: true));
            }
        }
    }
}
