using System.Globalization;
using System.Text;

namespace DerAgent.Agent.Conformance;

/// <summary>Puts a page together.</summary>
internal sealed class Markdown
{
    private readonly StringBuilder _text = new();

    /// <summary>A heading.</summary>
    public Markdown Heading(int level, string text) => Add($"{(_text.Length > 0 && !(_text.Length > 1 && _text[^1] == '\n' && _text[^2] == '\n') ? "\n" : "")}{new string('#', level)} {text}\n\n");

    /// <summary>A paragraph.</summary>
    public Markdown Text(string text) => Add(text + "\n\n");

    /// <summary>A table; cells are escaped.</summary>
    public Markdown Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        Row(columns);
        Row([.. columns.Select(_ => "---")]);
        foreach (var row in rows)
        {
            Row(row);
        }

        return this;
    }

    /// <summary>A number.</summary>
    public static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' ');

    /// <summary>A time.</summary>
    public static string Time(TimeSpan value) => value == TimeSpan.Zero ? "none"
        : value < TimeSpan.FromSeconds(1) ? string.Create(CultureInfo.InvariantCulture, $"{value.TotalMilliseconds:0.###} ms")
        : value.TotalSeconds % 60 != 0 ? string.Create(CultureInfo.InvariantCulture, $"{value.TotalSeconds:0.###} s")
        : value.TotalDays >= 1 && value.TotalHours % 24 == 0 ? $"{value.TotalDays:0} d"
        : value.TotalMinutes % 60 == 0 ? $"{value.TotalHours:0} h"
        : $"{value.TotalMinutes:0} min";

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private void Row(IReadOnlyList<string> cells) => Add($"| {string.Join(" | ", cells.Select(c => c.Replace("|", "\\|", StringComparison.Ordinal).Replace('\n', ' ')))} |\n");

    private Markdown Add(string text)
    {
        _text.Append(text);
        return this;
    }
}
