namespace DerAgent.Devices.Tests;

/// <summary>A profile with one thing wrong, for each thing a profile says: the facts must tell every one of them from the right one.</summary>
internal static class FamilyMutants
{
    public static IEnumerable<(string What, DeviceProfile Profile)> Of(DeviceProfile profile)
    {
        foreach (var name in profile.Own)
        {
            var point = profile.Points[name];
            foreach (var (what, mutant) in Of(point, profile))
            {
                var points = new Dictionary<string, PointDefinition>(profile.Points, StringComparer.Ordinal) { [name] = mutant };
                yield return ($"{name}: {what}", profile with { Points = points });
            }
        }

        // SunSpec has one order, and so has what has one register.
        if (profile.SunSpecBases.Count == 0 && profile.Points.Values.Any(p => p is { Length: > 1, Order: null, Type: not (PointType.Text or PointType.Bit) }))
        {
            yield return ("the device's word order", profile with { Modbus = profile.Modbus with { Order = Other(profile.Modbus.Order) } });
        }

        // A frame of two registers and more has one function only.
        if (profile.Points.Values.Any(p => p is { IsWritable: true, Length: 1, WriteFunction: null, Kind: RegisterKind.Holding }))
        {
            yield return ("the device's function of writes", profile with { Modbus = profile.Modbus with { WriteFunction = profile.Modbus.WriteFunction == 6 ? 16 : 6 } });
        }

        for (var i = 0; i < profile.Needs.Count; i++)
        {
            var at = i;
            yield return ($"without need {i}", profile with { Needs = [.. profile.Needs.Where((_, n) => n != at)] });
            yield return ($"need {i}", profile with { Needs = [.. profile.Needs.Select((n, k) => k == at ? n with { Is = n.Is + 1 } : n)] });
        }

        foreach (var code in profile.WriteExceptions.Keys)
        {
            yield return ($"exception {code}", profile with { WriteExceptions = profile.WriteExceptions.Where(e => e.Key != code).ToDictionary() });
        }
    }

    private static IEnumerable<(string What, PointDefinition Point)> Of(PointDefinition point, DeviceProfile profile)
    {
        // Of a scale factor the raw number counts and nothing else.
        var isFactor = profile.Points.Values.Any(p => p.ScaleFactor == point.Name);
        yield return ("address", point with { Address = point.Address + 1 });
        yield return ("kind", point with { Kind = !point.IsReadable ? point.Kind == RegisterKind.Coil ? RegisterKind.Holding : RegisterKind.Coil : point.Kind == RegisterKind.Holding ? RegisterKind.Input : RegisterKind.Holding });
        if (point.Type != PointType.Text && point.Map.IsEmpty && !isFactor)
        {
            yield return ("scale", point with { Scale = point.Scale * 10 });
            yield return ("offset", point with { Offset = 1 });
            yield return ("sign", point with { Scale = -point.Scale });
        }

        if (point.ScaleFactor is not null)
        {
            yield return ("scale factor", point with { ScaleFactor = null });
        }

        if (point.Bits is { } bits)
        {
            yield return ("bits", point with { Bits = (bits.Low + 1, bits.High + 1) });
        }

        if (Twin(point.Type) is { } twin && point.Map.IsEmpty && !point.IsWritable && point.Writing is null)
        {
            yield return ($"type {twin}", point with { Type = twin });
        }

        // What a map does not have is invalid anyway.
        if (point.None.Count > 0 && !isFactor && point.Map.IsEmpty)
        {
            yield return ("none", point with { None = [] });
        }

        if (point.Length > 1 && point.Type is not (PointType.Text or PointType.Bit))
        {
            yield return ("order", point with { Order = Other(point.Order ?? profile.Modbus.Order) });
        }

        for (var i = 0; i < point.Map.Texts.Count; i++)
        {
            yield return ($"map {point.Map.Texts[i].Key}", point with { Map = new([.. point.Map.Texts.Select((t, at) => at == i ? new(t.Key + 10_007, t.Value) : t)]) });
        }

        foreach (var mutant in point.Writing is { } rules ? Of(rules, point) : [])
        {
            yield return (mutant.What, point with { Writing = mutant.Rules });
        }
    }

    private static IEnumerable<(string What, WriteRules Rules)> Of(WriteRules rules, PointDefinition point)
    {
        for (var i = 0; i < rules.Steps.Count; i++)
        {
            var at = i;
            if (rules.Steps.Count > 1)
            {
                yield return ($"step {i} left out", rules with { Steps = [.. rules.Steps.Where((_, s) => s != at)] });
            }

            if (rules.Steps[i] is WriteStep.Write { Unless.Count: > 0 } conditional)
            {
                yield return ($"unless of step {i}", rules with { Steps = [.. rules.Steps.Select((s, n) => n == at ? conditional with { Unless = [] } : s)] });
            }

            if (rules.Steps[i] is WriteStep.Write { Values.Count: > 1 } several)
            {
                yield return ($"last of step {i}", rules with { Steps = [.. rules.Steps.Select((s, n) => n == at ? several with { Values = [.. several.Values.SkipLast(1)] } : s)] });
                yield return ($"first of step {i}", rules with { Steps = [.. rules.Steps.Select((s, n) => n == at ? several with { Values = [.. several.Values.Skip(1)] } : s)] });
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
                yield return ("release", rules with { Release = new WriteRelease.Value(value.Number - Math.Max(1, point.Map.IsNumeric ? 30 : 2 * point.Step)) });
                break;
            case WriteRelease.Steps steps:
                yield return ("release", rules with { Release = new WriteRelease.Steps([.. steps.List.Select(s => s is WriteStep.Write w ? Changed(w) : s)]) });
                break;
        }

        // Without one the top of the range is written, which may be the same.
        if (rules.Release is not null && !(rules.Release is WriteRelease.Value top && top.Number == point.Range?.High))
        {
            yield return ("no release", rules with { Release = null });
        }

        if (rules.Refresh is { } refresh)
        {
            yield return ("no refresh", rules with { Refresh = null });
            yield return ("period of the refresh", rules with { Refresh = refresh with { Every = refresh.Every * 2, Factor = refresh.Factor * 2 } });
            if (refresh.Write is { } beat)
            {
                yield return ("what is refreshed", rules with { Refresh = refresh with { Write = null } });
                yield return ("what is echoed", rules with { Refresh = refresh with { Write = beat with { Values = [.. beat.Values.Select(v => v with { Value = new StepValue.Constant(1) })] } } });
            }
        }

        if (rules.Hold is { } hold)
        {
            yield return ("least time on", rules with { Hold = hold with { On = hold.On / 2 } });
            yield return ("least time off", rules with { Hold = hold with { Off = hold.Off / 2 } });
            yield return ("on and off", rules with { Hold = new(hold.Off, hold.On) });
        }

        if (rules.Verify is { Read: not null } verify)
        {
            yield return ("where it reads back", rules with { Verify = verify with { Read = null } });
        }

        if (rules.Effect is not null)
        {
            yield return ("no effect", rules with { Effect = null });
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
