using System.Globalization;
using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>Whether a binding leads somewhere, and whether its units agree.</summary>
internal sealed class BindingCheck(IedModel model, IReadOnlyDictionary<string, DeviceProfile> profiles, List<SiteFinding> findings)
{
    private static readonly HashSet<FunctionalConstraint> Writable = [FunctionalConstraint.CO, FunctionalConstraint.SP, FunctionalConstraint.SG, FunctionalConstraint.SE, FunctionalConstraint.CF];

    /// <summary>Whether an attribute is a parameter: what is written to it goes to the device it is bound to.</summary>
    public static bool IsParameter(DataNode leaf) => Writable.Contains(leaf.Fc) && leaf.ValueKind == ValueKind.Set;

    /// <summary>The binding of an attribute; null after a finding says why it is none.</summary>
    public BindingExpression? Accept(DataNode leaf)
    {
        if (BindingExpression.Parse(leaf.ShortAddress!, leaf.Device, out var fault) is not { } expression)
        {
            findings.Add(SiteFinding.OfBinding(leaf, fault, "Correct sAddr."));
            return null;
        }

        var known = true;
        foreach (var term in expression.Terms)
        {
            known &= AcceptTerm(leaf, term);
        }

        if (!known)
        {
            return null;
        }

        if (leaf.Fc == FunctionalConstraint.CO && expression is { Single: null, IsEach: false })
        {
            findings.Add(SiteFinding.OfBinding(leaf, $"sAddr \"{leaf.ShortAddress}\" commands no single point.", "Bind a command to one point of one device, or to several with commas between them."));
            return null;
        }

        if (leaf.Fc != FunctionalConstraint.CO && expression.IsEach)
        {
            findings.Add(SiteFinding.OfBinding(leaf, $"sAddr \"{leaf.ShortAddress}\" has commas, which command several points; this attribute is read.", "Write a sum, e.g. inv1/W+inv2/W."));
            return null;
        }

        foreach (var commanded in expression.Terms.Select(Point).OfType<PointDefinition>())
        {
            CheckTime(leaf, commanded);
        }

        if (expression.Single is { } single && Point(single) is { } point)
        {
            CheckVerification(leaf, point);
            CheckWords(leaf, point);
            CheckUnits(leaf, single, point);
        }

        return expression;
    }

    /// <summary>A command must have the time that its profile gives it: else it ends as failed while it is still on its way.</summary>
    private void CheckTime(DataNode leaf, PointDefinition point)
    {
        if (leaf.Fc == FunctionalConstraint.CO && leaf.DataObject?.Node(FunctionalConstraint.CF)?.Child("operTimeout") is { IsLeaf: true } timeout && timeout.InitialValue.Kind != DataKind.None
            && timeout.InitialValue.AsInteger() is > 0 and var given && WriteDuration.Longest(point).TotalMilliseconds is var needed && given < needed)
        {
            findings.Add(SiteFinding.OfBinding(leaf, $"operTimeout is {given} ms, and a command of \"{point.Name}\" may take {needed:0} ms: pauses, reading back and effect of its profile together.", $"Give it at least {WriteDuration.OperTimeout(point).TotalMilliseconds:0}.", isError: false));
        }
    }

    private PointDefinition? Point(BindingTerm term) => profiles[term.Device].Points.GetValueOrDefault(term.Point);

    private bool AcceptTerm(DataNode leaf, BindingTerm term)
    {
        if (!profiles.TryGetValue(term.Device, out var profile))
        {
            // A declared device without profile is told once, at the device.
            if (model.Devices.All(d => d.Name != term.Device))
            {
                findings.Add(SiteFinding.OfBinding(leaf, $"sAddr \"{leaf.ShortAddress}\" names the device \"{term.Device}\", which the IED does not declare.", $"Declare it in DerAgent:Devices, or use one of {Names(model.Devices.Select(d => d.Name))}."));
            }

            return false;
        }

        if (PointContract.Own.Any(o => o.Name == term.Point) && (term.Point != PlantPoints.Ill || profile.Name == PlantProfile.Name))
        {
            return true;
        }

        if (!profile.Points.TryGetValue(term.Point, out var point))
        {
            findings.Add(SiteFinding.OfBinding(leaf, $"sAddr \"{leaf.ShortAddress}\" names the point \"{term.Point}\", which the profile \"{profile.Name}\" does not have.", Similar(term.Point, profile) is { } similar ? $"Did you mean \"{similar}\"?" : "Look at the points of the profile."));
            return false;
        }

        if (leaf.Fc == FunctionalConstraint.CO && !point.IsWritable)
        {
            findings.Add(SiteFinding.OfBinding(leaf, $"sAddr \"{leaf.ShortAddress}\" commands the point \"{term.Point}\", which the profile \"{profile.Name}\" does not let be written.", "Give the point access: write in the profile, if the device allows it."));
            return false;
        }

        return true;
    }

    private void CheckVerification(DataNode leaf, PointDefinition point)
    {
        if (IsParameter(leaf) && point.Writing is { Verify: null, Effect: null })
        {
            findings.Add(new(SiteFindingKind.Unverified, leaf.Reference, false, $"The point \"{point.Name}\" can be written and its profile says neither verify nor effect: nobody learns whether a value took hold.", "Give the point verify, and effect where something measured follows it.", leaf));
        }
    }

    /// <summary>A point that says words is of no use where an attribute knows none of them: its value would be invalid for ever.</summary>
    private void CheckWords(DataNode leaf, PointDefinition point)
    {
        var words = point.Map.IsNumeric ? [] : point.Map.Texts.Select(t => t.Value).ToList();
        if (words.Count > 0 && leaf.Type is { Basic: BasicType.Boolean } or { Basic: BasicType.Enumerated or BasicType.BitString, Enumeration: not null } && words.TrueForAll(w => ValueConversion.ToData(leaf.Type, 0, w).Kind == DataKind.None))
        {
            var known = leaf.Type.Enumeration is { } enumeration ? Names(enumeration.Literals.Values.Take(5)) : "\"on\" and \"off\"";
            findings.Add(SiteFinding.OfBinding(leaf, $"The point \"{point.Name}\" says {Names(words.Take(5))}; the attribute knows none of these, and its value is never valid.", $"Give the point a map to words of the attribute: {known}.", isError: false));
        }
    }

    private void CheckUnits(DataNode leaf, BindingTerm term, PointDefinition point)
    {
        var units = leaf.DataObject?.Node(FunctionalConstraint.CF)?.Child("units");
        if (leaf.Type.Basic is not (BasicType.Float or BasicType.Integer or BasicType.Unsigned) || leaf.Name is not ("f" or "i" or "stVal" or "actVal" or "setVal" or "ctlVal")
            || units?.Child("SIUnit") is not { IsLeaf: true } si || si.InitialValue.Kind == DataKind.None || si.Type.Enumeration?.LiteralOf(si.InitialValue.AsInteger()) is not { Length: > 0 } literal
            || PointUnit.Of(point.Unit) is not { IsKnown: true } measured || leaf.Parent?.Name == "ang")
        {
            return;
        }

        if (PointUnit.Of(literal) is { IsKnown: true } wanted && wanted.Name != measured.Name)
        {
            findings.Add(SiteFinding.OfBinding(leaf, $"The point \"{point.Name}\" is in {point.Unit}; units of the attribute say {literal}.", "Bind another point, or correct units.", isError: false));
            return;
        }

        var scaled = leaf.Name == "i" ? leaf.DataObject!.Node(FunctionalConstraint.CF)?.Child("sVC")?.Child("scaleFactor") : null;
        if (scaled is { IsLeaf: true, InitialValue: { Kind: not DataKind.None } factor } && factor.AsDouble() is 0 or double.NaN)
        {
            findings.Add(SiteFinding.OfBinding(leaf, "sVC.scaleFactor is 0: no integer stands for a value. It is taken as 1.", "Write what an integer stands for, e.g. 0.1.", isError: false));
        }

        var multiplier = units.Child("multiplier") is { IsLeaf: true } m && m.InitialValue.Kind != DataKind.None ? m.InitialValue.AsInteger() : 0;
        var due = Math.Pow(10, measured.Power - multiplier);
        if (leaf.Name != "actVal" && Math.Abs(Math.Abs(term.Factor) - due) > due * 1e-9)
        {
            findings.Add(SiteFinding.OfBinding(leaf, $"The point \"{point.Name}\" is in {point.Unit} and units of the attribute have the multiplier {multiplier}; the binding scales by {term.Factor.ToString(CultureInfo.InvariantCulture)}.", $"Write sAddr=\"{term.Device}/{term.Point}*{due.ToString(CultureInfo.InvariantCulture)}\", or correct the multiplier.", isError: false));
        }
    }

    private static string? Similar(string name, DeviceProfile profile) =>
        profile.Points.Keys.FirstOrDefault(p => string.Equals(p, name, StringComparison.OrdinalIgnoreCase)) ?? profile.Points.Keys.FirstOrDefault(p => p.EndsWith("." + name, StringComparison.OrdinalIgnoreCase)) ?? Spelling.Nearest(name, profile.Points.Keys);

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(n => $"\"{n}\""));
}
