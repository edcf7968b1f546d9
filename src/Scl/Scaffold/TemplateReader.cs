using System.Globalization;

namespace DerAgent.Scl;

/// <summary>Makes the logical devices of a template for the devices of a site: what they do not have is left out.</summary>
internal sealed class TemplateReader(ScaffoldRequest request)
{
    private readonly List<ScaffoldLogicalDevice> _devices = [];
    private readonly IReadOnlyList<ScaffoldDevice> _sources = request.Devices;
    private List<ScaffoldLogicalDevice> _current = [];
    private List<(ScaffoldNode Node, bool IsOptional)> _nodes = [];

    public IReadOnlyList<ScaffoldLogicalDevice> Read(string template)
    {
        foreach (var line in template.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            Take(line);
        }

        CloseNodes();
        return _devices;
    }

    private void Take(string line)
    {
        var words = line.Split(' ', 3);
        switch (words[0])
        {
            case "LD":
                Open([new(words[1], words[2], null)]);
                break;
            case "EACH":
                var rest = words[2].Split(' ', 2);
                Open(_sources.Where(d => d.Kind == words[1]).Select((d, i) =>
                {
                    var number = (i + 1).ToString(CultureInfo.InvariantCulture);
                    return new ScaffoldLogicalDevice(rest[0].Replace("#", number, StringComparison.Ordinal), rest[1].Replace("#", number, StringComparison.Ordinal), d.Name);
                }));
                break;
            case "-" or "!":
                foreach (var (ld, (node, _)) in _current.Zip(_nodes.TakeLast(_current.Count)))
                {
                    AddObject(ld, node, words[1], words.Length > 2 ? words[2] : "", words[0] == "!");
                }

                break;
            case ['*', .. var count]:
                var name = words[1];
                for (var i = 1; i <= int.Parse(count, CultureInfo.InvariantCulture); i++)
                {
                    AddObject(_current[0], _nodes[^1].Node, name.Replace("#", i.ToString("000", CultureInfo.InvariantCulture), StringComparison.Ordinal), words[2], always: true);
                }

                break;
            default:
                AddNode(line);
                break;
        }
    }

    private void Open(IEnumerable<ScaffoldLogicalDevice> devices)
    {
        CloseNodes();
        _current = [.. devices];
        _devices.AddRange(_current);
    }

    private void AddNode(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var (name, text) = space < 0 ? (line, "") : (line[..space], line[(space + 1)..]);
        var plain = name.TrimEnd('?');
        foreach (var ld in _current)
        {
            var node = new ScaffoldNode(plain[..4], plain == "LLN0" ? "" : plain[4..], text);
            ld.Nodes.Add(node);
            _nodes.Add((node, name.EndsWith('?')));
        }
    }

    /// <summary>Optional nodes stay only if something feeds them.</summary>
    private void CloseNodes()
    {
        foreach (var (node, isOptional) in _nodes)
        {
            if (isOptional && !node.Objects.Exists(o => o.IsBound))
            {
                _current.ForEach(d => d.Nodes.Remove(node));
            }
        }

        _nodes = [];
    }

    private void AddObject(ScaffoldLogicalDevice ld, ScaffoldNode node, string name, string text, bool always)
    {
        string? unit = null;
        var values = new List<ScaffoldValue>();
        var pairs = Pairs(text).ToList();
        unit = pairs.Find(p => p.Path == "units").Source;
        foreach (var (path, source) in pairs.Where(p => p.Path != "units"))
        {
            if (Value(ld, path, source, unit) is { } value)
            {
                values.Add(value);
            }
        }

        // How long a command may take the profile says, not the template.
        if (values.FindIndex(v => v.Path == "operTimeout") is >= 0 and var timeout && values.Find(v => v.Path.StartsWith("Oper.", StringComparison.Ordinal))?.Binding is { } command
            && TimeOf(ld, command) is var needed && needed > TimeSpan.Zero)
        {
            values[timeout] = values[timeout] with { Constant = needed.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture) };
        }

        if (always || values.Exists(v => v.Binding is not null) || (pairs.Count > 0 && pairs.TrueForAll(p => p.Source.StartsWith('\''))))
        {
            node.Objects.Add(new(name, values) { Unit = unit });
        }
    }

    /// <summary>The time that the slowest of the commanded points needs.</summary>
    private TimeSpan TimeOf(ScaffoldLogicalDevice ld, string command) => command.Split(',').Select(t => t.Split('*')[0].Split('/')).Max(t =>
        _sources.First(d => d.Name == (t.Length > 1 ? t[0] : ld.Device)).Points[t[^1]].OperTimeout);

    /// <summary>The points that a line of a template names.</summary>
    public static IEnumerable<string> Points(string line)
    {
        var words = line.Split(' ', 3);
        foreach (var (path, source) in words.Length < 3 ? [] : Pairs(words[2]))
        {
            var names = source.Split(':', 2)[0];
            if (path == "units" || names.Length == 0 || names[0] is '\'' or '?')
            {
                continue;
            }

            var open = names.IndexOf('(', StringComparison.Ordinal);
            foreach (var name in (open < 0 ? names : names[(open + 1)..^1]).Split('|'))
            {
                yield return name;
            }
        }
    }

    private static IEnumerable<(string Path, string Source)> Pairs(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            var equals = text.IndexOf('=', i);
            var path = text[i..equals].Trim();
            var quote = text.IndexOf('\'', equals);
            var space = text.IndexOf(' ', equals);
            var end = space < 0 ? text.Length : space;
            if (quote >= 0 && quote < end)
            {
                end = text.IndexOf('\'', quote + 1) + 1;
            }

            yield return (path, text[(equals + 1)..end]);
            i = end;
            while (i < text.Length && text[i] == ' ')
            {
                i++;
            }
        }
    }

    private ScaffoldValue? Value(ScaffoldLogicalDevice ld, string path, string source, string? unit)
    {
        if (source.Length == 0)
        {
            return new(path, null, null);
        }

        if (source.StartsWith('?'))
        {
            return new(path, null, null, source[1..].Trim('\''));
        }

        if (source.StartsWith('\''))
        {
            return new(path, null, source.Trim('\'') is ['@', .. var reference] ? request.Ied + reference : source.Trim('\''));
        }

        var colon = source.IndexOf(':', StringComparison.Ordinal);
        var otherwise = colon < 0 ? null : source[(colon + 1)..];
        if (Binding(ld, colon < 0 ? source : source[..colon], path.StartsWith("Oper", StringComparison.Ordinal), unit) is { } binding)
        {
            return new(path, binding, null);
        }

        return otherwise is null ? null : otherwise.StartsWith('?') ? new(path, null, null, otherwise[1..].Trim('\'')) : new(path, null, otherwise.Trim('\''));
    }

    private string? Binding(ScaffoldLogicalDevice ld, string source, bool isCommand, string? unit)
    {
        var parenthesis = source.IndexOf('(', StringComparison.Ordinal);
        if (parenthesis > 0)
        {
            var (kind, point) = (source[..parenthesis], source[(parenthesis + 1)..^1]);
            return _sources.FirstOrDefault(d => d.Kind == kind && d.Points.TryGetValue(point, out var p) && (!isCommand || p.IsWritable)) is { } found ? $"{found.Name}/{point}" : null;
        }

        var device = ld.Device is null ? _sources[0] : _sources.First(d => d.Name == ld.Device);
        if (source.StartsWith('@'))
        {
            return source == "@ill" && device.Members is null ? null : ld.Device is null ? $"{device.Name}/{source}" : source;
        }

        foreach (var point in source.Split('|'))
        {
            if (device.Points.TryGetValue(point, out var found) && (!isCommand || found.IsWritable))
            {
                return (ld.Device is null ? $"{device.Name}/{point}" : point) + Scale(found.Unit, unit);
            }
        }

        return null;
    }

    private static string Scale(string from, string? to) => (from, to) switch
    {
        ("Pct" or "%", "cos(phi)") => "*0.01",
        (['k', .. var rest], { } wanted) when rest == wanted => "*1000",
        _ => "",
    };
}
