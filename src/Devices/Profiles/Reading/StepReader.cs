namespace DerAgent.Devices;

/// <summary>Reads the steps of a write.</summary>
internal sealed class StepReader(ConstantReader constants, ModbusTraits traits, SerialTraits? serial)
{
    private static readonly string[] Verbs = ["write", "wait", "until"];
    private static readonly TimeSpan DefaultUntil = TimeSpan.FromSeconds(10);

    /// <summary>The steps under a key; empty where there are none.</summary>
    /// <param name="map">What holds the key.</param>
    /// <param name="key">The key.</param>
    /// <param name="self">The point they are of.</param>
    /// <param name="isRelease">Whether they let go: nothing is commanded.</param>
    public IReadOnlyList<WriteStep> List(YamlMap map, string key, PointDefinition self, bool isRelease = false)
    {
        var steps = new List<WriteStep>();
        foreach (var item in map.List(key))
        {
            if (Read(item, self) is { } step)
            {
                steps.Add(step);
            }

            item.RefuseRest();
        }

        var values = steps.OfType<WriteStep.Write>().SelectMany(w => w.Values).ToList();
        if (steps.Count > 0 && !isRelease && !values.Exists(v => v.Value is StepValue.Commanded))
        {
            map.Refuse(key, $"The steps of \"{self.Name}\" write the commanded value nowhere; write it as value, e.g. {{write: {{{self.Name}: value}}}}.");
        }

        if (isRelease && values.Exists(v => v.Value is StepValue.Commanded))
        {
            map.Refuse(key, "Nothing is commanded when a value is let go; write what then must stand there.");
        }

        return steps;
    }

    /// <summary>The exchange under <c>write</c>; null after a finding.</summary>
    public WriteStep.Write? Write(YamlMap map, PointDefinition self)
    {
        if (map.IsText("write"))
        {
            var point = map.Text("write");
            map.Refuse("write", $"write is a mapping of points and what is written into them, e.g. {{write: {{{point}: value}}}}.");
            return null;
        }

        if (map.Map("write") is not { } write)
        {
            return null;
        }

        var values = new List<(PointDefinition Point, StepValue Value)>();
        foreach (var name in write.Keys)
        {
            if (constants.Find(write, name, name) is { } point && Value(write, name, point) is { } value)
            {
                values.Add((point, value));
            }
        }

        values.Sort((a, b) => a.Point.Address.CompareTo(b.Point.Address));
        CheckExchange(write, values.ConvertAll(v => v.Point), self);
        return new([.. values.Select(v => new PointAssignment(v.Point.Name, v.Value))], Unless(map));
    }

    private WriteStep? Read(YamlMap map, PointDefinition self)
    {
        var verbs = Verbs.Where(map.Has).ToList();
        if (verbs is not [var verb])
        {
            map.Refuse("A step has one of write, wait and until.");
            return null;
        }

        switch (verb)
        {
            case "write":
                return Write(map, self);
            case "wait":
                return map.Duration("wait") is { } time ? new WriteStep.Wait(time, Unless(map)) : null;
            default:
                var refused = new List<decimal>();
                foreach (var text in map.Texts("refused"))
                {
                    if (YamlScalars.Whole(text) is { } raw)
                    {
                        refused.Add(raw);
                    }
                    else
                    {
                        map.Refuse("refused", $"refused is a list of raw values, not \"{text}\".");
                    }
                }

                var conditions = constants.Conditions(map.Map("until"));
                return new WriteStep.Until(conditions, map.Duration("within") ?? DefaultUntil, refused, Unless(map));
        }
    }

    private IReadOnlyList<PointCondition> Unless(YamlMap map) => constants.Conditions(map.Map("unless"));

    private StepValue? Value(YamlMap write, string name, PointDefinition point)
    {
        if (write.IsMap(name))
        {
            var map = write.Map(name)!;
            StepValue? value = map.Has("secret") ? map.Text("secret") is { } file ? new StepValue.Secret(file) : null
                : constants.Name(map, "from", required: true) is { } from ? new StepValue.From(from) : null;
            map.RefuseRest();
            return value;
        }

        return write.Text(name) switch
        {
            null => null,
            "value" => new StepValue.Commanded(),
            "current" => new StepValue.Current(),
            var text => ConstantReader.Value(write, name, point, text) is { } number ? new StepValue.Constant(number) : null,
        };
    }

    /// <summary>One exchange writes adjoining registers of one kind, and no more than the device takes.</summary>
    private void CheckExchange(YamlMap write, List<PointDefinition> points, PointDefinition self)
    {
        foreach (var point in points)
        {
            if (point.Kind is RegisterKind.Input or RegisterKind.Discrete)
            {
                write.Refuse(point.Name, $"The point \"{point.Name}\" is an {(point.Kind == RegisterKind.Input ? "input register" : "discrete input")}, which nobody can write.");
            }
        }

        if (points.Exists(p => p.Said is not null))
        {
            CheckMessage(write, points);
            return;
        }

        if (points.Exists(p => p.Bits is not null))
        {
            CheckBits(write, points);
            return;
        }

        for (var i = 1; i < points.Count; i++)
        {
            if ((points[i].Kind, points[i].Model, points[i].Address) != (points[i - 1].Kind, points[i - 1].Model, points[i - 1].End))
            {
                write.Refuse(points[i].Name, $"The registers of \"{points[i - 1].Name}\" and \"{points[i].Name}\" do not adjoin; one write is one exchange. Make two steps of it.");
            }
        }

        if (points.Count == 0)
        {
            write.Refuse($"A write of \"{self.Name}\" names no point.");
        }
        else if (points[^1].End - points[0].Address is var count && points[0].Type != PointType.Bit && count > traits.MaxWrite)
        {
            write.Refuse($"It writes {count} registers; one exchange writes {traits.MaxWrite} (max-write).");
        }
    }

    /// <summary>One message carries all of them, and needs no other value.</summary>
    private void CheckMessage(YamlMap write, List<PointDefinition> points)
    {
        foreach (var point in points)
        {
            if (point.Said?.To is not { } to || serial?.Exchanges.GetValueOrDefault(to) is not { } exchange)
            {
                write.Refuse(point.Name, $"No message writes the point \"{point.Name}\"; give it to: the exchange that does.");
            }
            else if (to != points[0].Said?.To)
            {
                write.Refuse(point.Name, $"\"{points[0].Name}\" and \"{point.Name}\" are written by different messages, \"{points[0].Said?.To}\" and \"{to}\"; one write is one exchange. Make two steps of it.");
            }
            else if (point == points[0] && exchange.Send.Points.Keys.Except(points.Select(p => p.Name), StringComparer.Ordinal).ToList() is [_, ..] missing)
            {
                write.Refuse(point.Name, $"The message \"{to}\" carries {string.Join(", ", missing.Select(m => $"\"{m}\""))}, too; write it with the others, e.g. {missing[0]}: current.");
            }
        }
    }

    /// <summary>Bits are written of one register at a time, each once.</summary>
    private static void CheckBits(YamlMap write, List<PointDefinition> points)
    {
        var first = points[0];
        foreach (var point in points.Skip(1))
        {
            if ((point.Kind, point.Model, point.Address) != (first.Kind, first.Model, first.Address) || point.Bits is null || first.Bits is null || point.WriteFunction != first.WriteFunction)
            {
                write.Refuse(point.Name, $"\"{first.Name}\" and \"{point.Name}\" are not bits of one register that are written alike; one write changes bits of one register. Make two steps of it.");
            }
            else if (points.TakeWhile(p => p != point).Any(p => p.Bits is { } other && point.Bits is { } own && other.Low <= own.High && own.Low <= other.High))
            {
                write.Refuse(point.Name, $"\"{point.Name}\" has bits that another point of the write has, too.");
            }
        }
    }
}
