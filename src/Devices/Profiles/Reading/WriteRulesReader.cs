namespace DerAgent.Devices;

/// <summary>Reads how a point is written, once all points are known.</summary>
internal sealed class WriteRulesReader(ConstantReader constants, ModbusTraits traits, SerialTraits? serial)
{
    private static readonly string[] Keys = ["steps", "refresh", "release", "verify", "effect", "volatile", "budget", "min-interval", "hold", "ends", "round"];
    private static readonly TimeSpan DefaultEffect = TimeSpan.FromSeconds(60);

    public PointDefinition Read(PointDefinition point, YamlMap map)
    {
        if (!point.IsWritable)
        {
            foreach (var key in Keys.Where(map.Has))
            {
                map.Refuse(key, $"\"{key}\" is for points that are written; give the point access: write.");
            }

            return point with { Writing = null };
        }

        var steps = new StepReader(constants, traits, serial);
        var own = steps.List(map, "steps", point);
        var rules = new WriteRules
        {
            Steps = own.Count > 0 || map.Has("steps") ? own : [new WriteStep.Write([new(point.Name, new StepValue.Commanded())], [])],
            Refresh = ReadRefresh(map, steps, point),
            Release = ReadRelease(map, steps, point),
            Verify = ReadVerify(map.Map("verify")),
            Effect = ReadEffect(map.Map("effect")),
            IsVolatile = map.Truth("volatile") ?? false,
            Budget = ReadBudget(map),
            MinInterval = map.Duration("min-interval") ?? TimeSpan.Zero,
            Hold = ReadHold(map.Map("hold")),
            Ends = constants.Name(map, "ends"),
            Rounding = map.Word("round", "down", "up", "nearest") switch { "down" => WriteRounding.Down, "up" => WriteRounding.Up, "nearest" => WriteRounding.Nearest, _ => null },
        };
        return point with { Writing = rules };
    }

    private WriteRefresh? ReadRefresh(YamlMap map, StepReader steps, PointDefinition point)
    {
        if (!map.Has("refresh"))
        {
            return null;
        }

        if (map.IsText("refresh"))
        {
            return map.Duration("refresh") is { } time && Positive(map, "refresh", time) ? new(time, null, 1, null) : null;
        }

        if (map.Map("refresh") is not { } refresh)
        {
            return null;
        }

        var every = refresh.Duration("every");
        var from = constants.Name(refresh, "from");
        var factor = refresh.Real("factor");
        var write = refresh.Has("write") ? steps.Write(refresh, point) : null;
        refresh.RefuseRest();
        if (every is null == (from is null) && !(refresh.Has("from") && from is null))
        {
            refresh.Refuse("refresh needs either every, e.g. 10s, or from: the point with the device's own time-out in seconds.");
        }

        if (every is { } period && !Positive(refresh, "every", period))
        {
            return null;
        }

        if (factor is { } share && (share <= 0 || share >= 1 || from is null))
        {
            refresh.Refuse("factor", "factor is the share of from, above 0 and below 1, e.g. 0.5.");
        }

        return new(every, from, factor ?? 0.5, write);
    }

    private static bool Positive(YamlMap map, string key, TimeSpan time)
    {
        if (time >= TimeSpan.FromMilliseconds(100))
        {
            return true;
        }

        map.Refuse(key, "Nothing is refreshed more often than every 100ms.");
        return false;
    }

    private static WriteRelease? ReadRelease(YamlMap map, StepReader steps, PointDefinition point)
    {
        if (map.Map("release") is not { } release)
        {
            return null;
        }

        var list = steps.List(release, "steps", point, isRelease: true);
        WriteRelease?[] ways =
        [
            release.Real("value") is { } value ? new WriteRelease.Value(value) : null,
            list.Count > 0 ? new WriteRelease.Steps(list) : null,
            release.Duration("after") is { } after ? new WriteRelease.After(after) : null,
        ];
        release.RefuseRest();
        if (ways.Count(w => w is not null) != 1)
        {
            release.Refuse("release is one of value: 100, steps: [...], after: 120s.");
        }

        return Array.Find(ways, w => w is not null);
    }

    private WriteVerification? ReadVerify(YamlMap? verify)
    {
        if (verify is null)
        {
            return null;
        }

        var rules = new WriteVerification(constants.Name(verify, "read"), constants.Name(verify, "of"), ReadTolerance(verify), verify.Duration("within") ?? WriteRules.DefaultReadBack);
        verify.RefuseRest();
        return rules;
    }

    private WriteEffect? ReadEffect(YamlMap? effect)
    {
        if (effect is null)
        {
            return null;
        }

        var rules = new WriteEffect(
            constants.Name(effect, "point", required: true) ?? "",
            constants.Name(effect, "of"),
            ReadTolerance(effect),
            effect.Duration("within") ?? DefaultEffect,
            effect.Word("kind", "limit", "set-point") != "set-point");
        effect.RefuseRest();
        return rules;
    }

    private static double ReadTolerance(YamlMap map)
    {
        var tolerance = map.Real("tolerance") ?? 0;
        if (tolerance < 0)
        {
            map.Refuse("tolerance", "A tolerance is not negative.");
        }

        return tolerance;
    }

    private static int? ReadBudget(YamlMap map)
    {
        if (map.Text("budget") is not { } text)
        {
            return null;
        }

        if (text.EndsWith("/day", StringComparison.Ordinal) && YamlScalars.Whole(text[..^4].Trim()) is { } count and >= 1 and <= 100_000)
        {
            return (int)count;
        }

        map.Refuse("budget", $"budget is a number of writes a day, e.g. 24/day, not \"{text}\".");
        return null;
    }

    private static WriteHold? ReadHold(YamlMap? hold)
    {
        if (hold is null)
        {
            return null;
        }

        var rules = new WriteHold(hold.Duration("on") ?? TimeSpan.Zero, hold.Duration("off") ?? TimeSpan.Zero);
        hold.RefuseRest();
        return rules;
    }
}
