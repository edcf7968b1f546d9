using System.Text;
using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>The names of points and what each feeds in which template, as a table: <c>docs/points.md</c> and <c>scaffold --points</c> are made of it.</summary>
public static class PointTable
{
    /// <summary>Where points are used: template, logical node and data object by the point's name.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Uses { get; } = ReadUses();

    /// <summary>The table in Markdown.</summary>
    public static string Markdown()
    {
        var text = new StringBuilder();
        foreach (var role in PointContract.All.GroupBy(p => p.Role))
        {
            text.Append("## ").Append(Title(role.Key)).Append("\n\n| point | what it is | unit | positive is | feeds |\n|---|---|---|---|---|\n");
            foreach (var point in role)
            {
                text.Append("| `").Append(point.Name).Append("` | ").Append(point.Meaning).Append(" | ").Append(point.Unit).Append(" | ").Append(point.Sign).Append(" | ")
                    .AppendJoin("<br>", Uses.GetValueOrDefault(point.Name, [])).Append(" |\n");
            }

            text.Append('\n');
        }

        text.Append("## Made by the agent, for every device\n\n| point | what it is | feeds |\n|---|---|---|\n");
        foreach (var (name, meaning) in PointContract.Own)
        {
            text.Append("| `").Append(name).Append("` | ").Append(meaning).Append(" | ").AppendJoin("<br>", Uses.GetValueOrDefault(name, [])).Append(" |\n");
        }

        return text.ToString();
    }

    private static string Title(PointRole role) => role switch
    {
        PointRole.Identity => "Who the device is",
        PointRole.Rating => "Ratings and settings",
        PointRole.Measurement => "Measured",
        PointRole.Counter => "Counted",
        PointRole.State => "States",
        PointRole.Limit => "Limits: the top of their range is \"no limit\"",
        PointRole.SetPoint => "Set points",
        _ => "Switches",
    };

    private static Dictionary<string, IReadOnlyList<string>> ReadUses()
    {
        // By point and place the templates that have it.
        var uses = new Dictionary<string, Dictionary<string, List<string>>>(StringComparer.Ordinal);
        foreach (var template in ScaffoldTemplates.Names)
        {
            var node = "";
            foreach (var line in ScaffoldTemplates.Find(template)!.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                var words = line.Split(' ');
                if (words[0] is not ("-" or "!" or "LD" or "EACH") && !words[0].StartsWith('*'))
                {
                    node = words[0].TrimEnd('?');
                    continue;
                }

                foreach (var point in words[0] is "-" or "!" ? TemplateReader.Points(line).Distinct(StringComparer.Ordinal) : [])
                {
                    var places = uses.TryGetValue(point, out var known) ? known : uses[point] = new(StringComparer.Ordinal);
                    var place = $"{node}.{words[1]}";
                    (places.TryGetValue(place, out var templates) ? templates : places[place] = []).Add(template);
                }
            }
        }

        return uses.ToDictionary(u => u.Key, u => (IReadOnlyList<string>)[.. u.Value.Select(p => $"{p.Key} ({string.Join(", ", p.Value.Distinct(StringComparer.Ordinal))})")], StringComparer.Ordinal);
    }
}
