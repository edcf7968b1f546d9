namespace DerAgent.Devices.Tests;

/// <summary>A profile with one thing wrong, for each thing a profile says: the facts must tell every one of them from the right one.</summary>
internal static class FamilyMutants
{
    public static IEnumerable<(string What, DeviceProfile Profile)> Of(DeviceProfile profile)
    {
        foreach (var name in profile.Own)
        {
            var point = profile.Points[name];
            foreach (var (what, mutant) in Of(point))
            {
                var points = new Dictionary<string, PointDefinition>(profile.Points, StringComparer.Ordinal) { [name] = mutant };
                yield return ($"{name}: {what}", profile with { Points = points });
            }
        }

        yield return ("the device's word order", profile with { Modbus = profile.Modbus with { Order = Other(profile.Modbus.Order) } });
        yield return ("the device's function of writes", profile with { Modbus = profile.Modbus with { WriteFunction = profile.Modbus.WriteFunction == 6 ? 16 : 6 } });
        foreach (var code in profile.WriteExceptions.Keys)
        {
            yield return ($"exception {code}", profile with { WriteExceptions = profile.WriteExceptions.Where(e => e.Key != code).ToDictionary() });
        }
    }

    private static IEnumerable<(string What, PointDefinition Point)> Of(PointDefinition point)
    {
        yield return ("address", point with { Address = point.Address + 1 });
        yield return ("kind", point with { Kind = !point.IsReadable ? RegisterKind.Coil : point.Kind == RegisterKind.Holding ? RegisterKind.Input : RegisterKind.Holding });
        if (point.Type != PointType.Text && point.Map.IsEmpty)
        {
            yield return ("scale", point with { Scale = point.Scale * 10 });
            yield return ("offset", point with { Offset = 1 });
            yield return ("sign", point with { Scale = -point.Scale });
        }

        if (Twin(point.Type) is { } twin && point.Map.IsEmpty && !point.IsWritable && point.Writing is null)
        {
            yield return ($"type {twin}", point with { Type = twin });
        }

        if (point.None.Count > 0)
        {
            yield return ("none", point with { None = [] });
        }

        if (point.Length > 1 && point.Type != PointType.Text)
        {
            yield return ("order", point with { Order = WordOrder.HighFirst });
        }

        for (var i = 0; i < point.Map.Texts.Count; i++)
        {
            yield return ($"map {point.Map.Texts[i].Key}", point with { Map = new([.. point.Map.Texts.Select((t, at) => at == i ? new(t.Key + 10_007, t.Value) : t)]) });
        }

        foreach (var mutant in point.Writing is { } rules ? Of(rules) : [])
        {
            yield return (mutant.What, point with { Writing = mutant.Rules });
        }
    }

    private static IEnumerable<(string What, WriteRules Rules)> Of(WriteRules rules)
    {
        for (var i = 0; i < rules.Steps.Count; i++)
        {
            var at = i;
            if (rules.Steps.Count > 1)
            {
                yield return ($"step {i} left out", rules with { Steps = [.. rules.Steps.Where((_, s) => s != at)] });
            }

            if (rules.Steps[i] is WriteStep.Write write && write.Values.Any(v => v.Value is StepValue.Constant))
            {
                yield return ($"constant of step {i}", rules with { Steps = [.. rules.Steps.Select((s, n) => n == at ? Changed(write) : s)] });
            }
        }

        if (rules.Steps.Count > 1)
        {
            yield return ("order of steps", rules with { Steps = [.. rules.Steps.Reverse()] });
        }

        switch (rules.Release)
        {
            case WriteRelease.Value value:
                yield return ("release", rules with { Release = new WriteRelease.Value(value.Number + 1) });
                break;
            case WriteRelease.Steps steps:
                yield return ("release", rules with { Release = new WriteRelease.Steps([.. steps.List.Select(s => s is WriteStep.Write w ? Changed(w) : s)]) });
                break;
        }

        if (rules.Release is not null)
        {
            yield return ("no release", rules with { Release = null });
        }

        if (rules.Effect is { Of: not null } effect)
        {
            yield return ("base of the effect", rules with { Effect = effect with { Of = effect.Point } });
        }
    }

    private static WriteStep.Write Changed(WriteStep.Write write) => write with { Values = [.. write.Values.Select(v => v.Value is StepValue.Constant c ? v with { Value = new StepValue.Constant(c.Number + 1) } : v)] };

    private static PointType? Twin(PointType type) => type switch
    {
        PointType.Int16 => PointType.UInt16,
        PointType.Int32 => PointType.UInt32,
        _ => null,
    };

    private static WordOrder Other(WordOrder order) => order == WordOrder.HighFirst ? WordOrder.LowFirst : WordOrder.HighFirst;
}
