using System.Globalization;

namespace DerAgent.Devices;

/// <summary>One thing a profile says.</summary>
/// <param name="Path">What it says it of, e.g. <c>points.W.where</c>.</param>
/// <param name="Value">What it says, for people.</param>
internal readonly record struct ProfileFact(string Path, string Value);

/// <summary>What a profile says, item by item: to be shown, and compared with another.</summary>
internal static class ProfileFacts
{
    /// <summary>What is said of the device as a whole.</summary>
    public static IEnumerable<ProfileFact> OfDevice(DeviceProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var modbus = profile.Modbus;
        List<(string Path, string? Value)> facts =
        [
            ("maker", profile.Maker), ("models", string.Join(", ", profile.Models)), ("verified", profile.Verified),
            .. profile.Serial is { } serial ? OfSerial(serial, modbus) : OfModbus(modbus),
            ("polls", $"fast {Time(profile.Polls.Fast)}, normal {Time(profile.Polls.Normal)}, slow {Time(profile.Polls.Slow)}"),
            ("sunspec", string.Join(", ", profile.SunSpecBases)), ("wake", profile.IsWoken ? "the first question after idle may go unanswered" : null), ("night", profile.IsSilentByNight ? "silence is expected" : null),
            ("refused-hint", profile.RefusedHint),
            .. profile.WriteExceptions.OrderBy(e => e.Key).Select(e => ($"write-exceptions.{e.Key}", (string?)e.Value.ToString())),
            .. profile.Needs.Select(n => ($"needs.{n.Point}", (string?)$"is {Text(n.Is)}: {n.Hint}")),
            .. profile.NoneWhen.Select(n => ($"none-when.{n.Point}", (string?)string.Join(", ", n.Values.Select(Text)))),
            .. profile.Variants.Select(v => ($"variants.{v.Name}", (string?)(v.Point is null ? "as the site says" : $"where {v.Point} reads {string.Join(" or ", v.Values.Select(Text))}"))),
        ];
        return facts.Where(f => f.Value is { Length: > 0 } and not "0ms").Select(f => new ProfileFact(f.Path, f.Value!));
    }

    /// <summary>What is said of a point.</summary>
    public static IEnumerable<ProfileFact> OfPoint(PointDefinition point)
    {
        ArgumentNullException.ThrowIfNull(point);
        List<(string Path, string? Value)> facts =
        [
            ("where", point.Said is { } said ? Where(said) : $"{(point.Model > 0 ? $"model {point.Model} + {point.Address}" : $"{point.Kind.ToString().ToLowerInvariant()} {point.Address}")}, {point.Type.ToString().ToLowerInvariant()}{(point.Length > 1 ? $" of {point.Length}" : "")}"),
            ("order", point is { Order: { } order, Length: > 1, Model: 0 } ? order == WordOrder.HighFirst ? "high word first" : "low word first" : null),
            ("bits", point.Bits is { } bits ? $"{bits.Low} to {bits.High}" : null),
            ("value", Formula(point)), ("unit", point.Unit), ("none", string.Join(", ", point.None.Select(n => n.ToString(CultureInfo.InvariantCulture)))),
            ("map", string.Join(", ", point.Map.Texts.Select(t => $"{t.Key}={t.Value}"))),
            ("range", point.Range is { } range ? $"{Text(range.Low)} to {Text(range.High)}" : null),
            ("poll", point.IsReadable ? point.Poll.ToString().ToLowerInvariant() : null), ("group", point.Group), ("alone", point.IsAlone ? "yes" : null),
            ("access", point.Access switch { PointAccess.Write => "write", PointAccess.WriteOnly => "write-only", _ => null }),
            ("write-function", point.WriteFunction is { } function ? Text(function) : null),
            .. point.Writing is { } rules ? OfWriting(rules) : [],
        ];
        return facts.Where(f => f.Value is { Length: > 0 }).Select(f => new ProfileFact(f.Path, f.Value!));
    }

    private static IEnumerable<(string Path, string? Value)> OfModbus(ModbusTraits modbus) =>
    [
        ("modbus.unit", Text(modbus.Unit)), ("modbus.port", Text(modbus.Port)), ("modbus.serial line", $"{modbus.Baud} bit/s, parity {modbus.Parity}, {modbus.StopBits} stop"),
        ("modbus.order", modbus.Order == WordOrder.HighFirst ? "high word first" : "low word first"),
        ("modbus.reads", $"at most {modbus.MaxRead} registers, {modbus.MaxGap} of them unneeded in a row"), ("modbus.writes", $"at most {modbus.MaxWrite} registers, one by function {modbus.WriteFunction}"),
        ("modbus.timeout", Time(modbus.Timeout)), ("modbus.gap", Time(modbus.Gap)), ("modbus.connect delay", Time(modbus.ConnectDelay)), ("modbus.unit change delay", Time(modbus.UnitChangeDelay)),
        ("modbus.single client", modbus.IsSingleClient ? "yes" : null), ("modbus.transaction id", modbus.IgnoresTransactionId ? "ignored" : null),
        ("modbus.borders", string.Join(", ", modbus.Borders)), ("modbus.forbidden", string.Join(", ", modbus.Forbidden.Select(f => $"{f.First} to {f.Last}"))),
    ];

    private static IEnumerable<(string Path, string? Value)> OfSerial(SerialTraits serial, ModbusTraits line) =>
    [
        ("serial.unit", Text(line.Unit)), ("serial.line", $"{line.Baud} bit/s, {line.DataBits} data bits, parity {line.Parity}, {line.StopBits} stop"),
        ("serial.timeout", Time(line.Timeout)), ("serial.gap", Time(line.Gap)), ("serial.connect delay", Time(line.ConnectDelay)), ("serial.unit change delay", Time(line.UnitChangeDelay)),
        ("serial.begin", MessageFormat.Shown(serial.Format.Begin)), ("serial.end", MessageFormat.Shown(serial.Format.End)),
        ("serial.checksum", serial.Format.Checksum is { Kind: not ChecksumKind.None } sum ? $"{sum.Kind.ToString().ToLowerInvariant()} as {(sum.IsOctets ? "octets" : "hexadecimal digits")}{(sum.IsLowFirst ? ", low octet first" : "")}{(sum.IsAfterEnd ? ", behind the end" : "")}{(sum.Separator.Length > 0 ? $", behind \"{MessageFormat.Shown(sum.Separator)}\"" : "")}" : null),
        ("serial.refused", serial.Refused), ("serial.busy", serial.Busy), ("serial.out-of-range", serial.OutOfRange), ("serial.unasked", serial.Unasked),
        .. serial.Exchanges.Values.Select(e => ($"exchanges.{e.Name}", (string?)$"\"{MessageFormat.Shown(e.Send.Source)}\" is answered {e.Answer}{(e.Length is { } length ? $", {length} octets" : "")}")),
    ];

    private static IEnumerable<(string Path, string? Value)> OfWriting(WriteRules rules) =>
    [
        ("steps", string.Join("; ", rules.Steps.Select(Step))),
        ("refresh", rules.Refresh is { } refresh ? $"every {(refresh.Every is { } every ? Time(every) : $"{Text(refresh.Factor)} × {refresh.From}")}{(refresh.Write is { } write ? $": {Step(write)}" : "")}" : null),
        ("release", rules.Release switch
        {
            WriteRelease.Value value => $"write {Text(value.Number)}",
            WriteRelease.Steps steps => string.Join("; ", steps.List.Select(Step)),
            WriteRelease.After after => $"no refresh; the device lets go after {Time(after.Time)}",
            _ => "what stood there before",
        }),
        ("verify", rules.Verify is { } verify ? $"{verify.Read ?? "the point itself"}{(verify.Of is null ? "" : $" as % of {verify.Of}")} ±{Text(verify.Tolerance)} within {Time(verify.Within)}" : null),
        ("effect", rules.Effect is { } effect ? $"{effect.Point} {(effect.IsLimit ? "at most" : "about")} the value{(effect.Of is null ? "" : $" as % of {effect.Of}")}, ±{Text(effect.Tolerance)} within {Time(effect.Within)}" : null),
        ("memory", rules.IsVolatile ? "volatile" : rules.Budget is { } budget ? $"{budget} writes a day" : null),
        ("min-interval", rules.MinInterval > TimeSpan.Zero ? Time(rules.MinInterval) : null),
        ("hold", rules.Hold is { } hold ? $"on at least {Time(hold.On)}, off at least {Time(hold.Off)}" : null),
        ("ends", rules.Ends),
        ("round", rules.Rounding?.ToString().ToLowerInvariant()),
    ];

    private static string Where(SaidPlace said) => string.Join(", ", new[]
    {
        said.In is null ? null : $"{said.Capture} in {said.In}, {said.As.ToString().ToLowerInvariant()}",
        said.To is null ? null : $"written by {said.To}",
        said.Words.Count == 0 ? null : string.Join(", ", said.Words.Select(w => $"{w.Key}={w.Value}")),
    }.OfType<string>());

    private static string Step(WriteStep step)
    {
        var text = step switch
        {
            WriteStep.Write write => "write " + string.Join(", ", write.Values.Select(v => $"{v.Point}={Value(v.Value)}")),
            WriteStep.Wait wait => $"wait {Time(wait.For)}",
            WriteStep.Until until => $"until {Conditions(until.Conditions)} within {Time(until.Within)}",
            _ => "",
        };
        return step.Unless.Count == 0 ? text : $"{text} unless {Conditions(step.Unless)}";
    }

    private static string Value(StepValue value) => value switch
    {
        StepValue.Constant constant => Text(constant.Number),
        StepValue.Secret secret => $"the number in {secret.File}",
        StepValue.From from => $"what {from.Point} reads",
        StepValue.Current => "as it is",
        _ => "value",
    };

    private static string Conditions(IReadOnlyList<PointCondition> conditions) => string.Join(" and ", conditions.Select(c => $"{c.Point}={Text(c.Value)}"));

    private static string? Formula(PointDefinition point)
    {
        var raw = point.Offset == 0 ? "raw" : $"(raw {(point.Offset < 0 ? "-" : "+")} {Text(Math.Abs(point.Offset))})";
        var scaled = $"{raw}{(point.Scale == 1 ? "" : $" × {Text(point.Scale)}")}{(point.ScaleFactor is null ? "" : $" × 10^{point.ScaleFactor}")}";
        return point.IsAbsolute ? $"|{scaled}|" : scaled == "raw" ? null : scaled;
    }

    private static string Text(double number) => number.ToString("0.##########", CultureInfo.InvariantCulture);

    private static string Time(TimeSpan time) => time switch
    {
        _ when time.TotalSeconds < 1 || time.Milliseconds != 0 => $"{Text(time.TotalMilliseconds)}ms",
        _ when time.TotalHours >= 1 && time.TotalHours % 1 == 0 => $"{Text(time.TotalHours)}h",
        _ when time.TotalMinutes >= 2 && time.TotalMinutes % 1 == 0 => $"{Text(time.TotalMinutes)}m",
        _ => $"{Text(time.TotalSeconds)}s",
    };
}
