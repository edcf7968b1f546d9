using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>Reads where a point stands in the messages of a line protocol.</summary>
/// <param name="serial">The exchanges.</param>
internal sealed class SaidPointReader(SerialTraits serial)
{
    private readonly Dictionary<(string?, string), int> _numbers = [];

    /// <summary>Reads one.</summary>
    public PointDefinition Read(string name, YamlMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        var (source, target) = (Exchange(map, "in"), Exchange(map, "to"));
        if (!map.Has("in") && !map.Has("to"))
        {
            map.Refuse($"Point \"{name}\" needs in: the exchange whose answer says it, or to: the one that writes it.");
        }

        var capture = map.Text("capture") ?? name;
        if (source is not null && !source.Groups.Contains(capture, StringComparer.Ordinal))
        {
            map.Refuse(map.Has("capture") ? "capture" : "in", $"The answer of \"{source.Name}\" has no group \"{capture}\"; write (?<{capture}>…) in its pattern, or capture: the name of one.");
        }

        if (source?.Send.Points.Keys.FirstOrDefault() is { } value)
        {
            map.Refuse("in", $"What \"{source.Name}\" sends carries the value of \"{value}\"; nobody writes to read. Make an exchange of its own that reads.");
        }

        var format = NumberFormat.Plain;
        if (target is not null && !target.Send.Points.TryGetValue(name, out format))
        {
            map.Refuse("to", $"What \"{target.Name}\" sends has no place for \"{name}\"; write {{{name}}} or {{{name}:000.0}} in it.");
        }

        if (target?.Send.Points.Keys.FirstOrDefault(p => p != name) is { } other && !map.Has("steps") && map.Has("access"))
        {
            map.Refuse("to", $"The message \"{target.Name}\" carries \"{other}\", too; write both in one step, e.g. steps: [{{write: {{{name}: value, {other}: current}}}}].");
        }

        var kind = map.Word("type", "number", "hex", "string") switch { "hex" => SaidAs.Hex, "string" => SaidAs.Text, _ => SaidAs.Number };
        var place = new SaidPlace(source?.Name, capture, target?.Name, kind, format, ReadWords(map.Map("words")));
        var number = _numbers.TryGetValue((source?.Name, capture), out var known) ? known : _numbers[(source?.Name, capture)] = _numbers.Count;
        var point = PointReader.ReadValue(new() { Name = name, Type = PointType.Said, Said = place, Address = number }, map);
        if (point.IsReadable && !map.Has("in"))
        {
            map.Refuse($"Point \"{name}\" is read from no answer: give it in, or access: write-only.");
        }

        if (point.IsWritable != map.Has("to") && !(point.IsWritable && map.Has("steps")))
        {
            map.Refuse(point.IsWritable ? $"Point \"{name}\" is written by no message: give it to, or steps." : $"Point \"{name}\" has to, and is not written: give it access: write.");
        }

        return point;
    }

    private LineExchange? Exchange(YamlMap map, string key)
    {
        if (map.Text(key) is not { } name)
        {
            return null;
        }

        if (serial.Exchanges.TryGetValue(name, out var exchange))
        {
            return exchange;
        }

        map.Refuse(key, $"There is no exchange \"{name}\"{(Spelling.Nearest(name, serial.Exchanges.Keys) is { } near ? $"; did you mean \"{near}\"?" : ".")}");
        return null;
    }

    private static List<KeyValuePair<string, long>> ReadWords(YamlMap? map)
    {
        var words = new List<KeyValuePair<string, long>>();
        foreach (var (word, text) in map?.Texts() ?? [])
        {
            if (YamlScalars.Whole(text) is { } raw && Math.Abs(raw) < 1_000_000_000)
            {
                words.Add(new(word, (long)raw));
            }
            else
            {
                map!.Refuse(word, $"words gives each word its number, e.g. {{RUN: 3}}, not \"{text}\".");
            }
        }

        return words;
    }
}
