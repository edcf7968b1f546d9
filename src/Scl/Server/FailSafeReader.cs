using System.Globalization;
using System.Xml;
using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>
/// Reads <c>Private type="DerAgent:FailSafe"</c> of a logical node:
/// <c>&lt;da:FailSafe after="900s" value="60" ramp="10/min" start="last" back="resume"/&gt;</c>.
/// </summary>
internal static class FailSafeReader
{
    private const string Type = "DerAgent:FailSafe";
    private static readonly string[] Known = ["after", "value", "ramp", "start", "back"];

    /// <summary>The rule of a logical node; null where it has none, or none that makes sense.</summary>
    public static FailSafeRule? Read(SclElement element, string reference, SclFindings findings)
    {
        if (element.All("Private").FirstOrDefault(p => p["type"] == Type) is not { } found)
        {
            return null;
        }

        if (found.Children.Where(c => c.Name == "FailSafe" && c.Namespace == DeviceReader.Namespace).ToList() is not [var rule])
        {
            findings.Error(SclCodes.BadPrivate, found, reference, "A fail-safe is one element FailSafe.", $"Write <da:FailSafe after=\"900s\" value=\"60\"/> in namespace {DeviceReader.Namespace}.");
            return null;
        }

        var faults = 0;
        void Refuse(string text, string remedy)
        {
            faults++;
            findings.Error(SclCodes.BadPrivate, rule, reference, text, remedy);
        }

        foreach (var unknown in rule.AttributeNames.Where(a => !a.StartsWith("xmlns", StringComparison.Ordinal) && !Known.Contains(a, StringComparer.Ordinal)))
        {
            Refuse($"A fail-safe has no {unknown}.", $"It has {string.Join(", ", Known)}.");
        }

        var after = Duration(rule["after"]);
        if (after is null)
        {
            Refuse($"after=\"{rule.Get("after")}\" is no duration.", "Write how long the partner must be gone, e.g. 900s, 15min or 1h.");
        }

        var (value, number) = (rule["value"], Number(rule["value"]));
        if (value == "schedule")
        {
            Refuse("value=\"schedule\": there are no schedules yet that a fail-safe could follow.", "Write a number, keep or release.");
        }
        else if (number is null && value is not ("keep" or "release"))
        {
            Refuse($"value=\"{value}\" is no value of a fail-safe.", "Write a number, keep or release.");
        }

        var ramp = rule["ramp"] is not { } text ? 0 : Ramp(text);
        if (ramp is null)
        {
            Refuse($"ramp=\"{rule["ramp"]}\" is no ramp.", "Write how much in how long, e.g. 10/min or 1/s.");
        }

        var (start, back) = (rule["start"] ?? "last", rule["back"] ?? "resume");
        if (start is not ("last" or "value" or "device"))
        {
            Refuse($"start=\"{start}\" is no start of a fail-safe.", "Write last, value or device.");
        }
        else if (start == "value" && number is null)
        {
            Refuse("start=\"value\", and value is no number.", "Write a number in value, or start=\"last\".");
        }

        if (back is not ("resume" or "stay"))
        {
            Refuse($"back=\"{back}\" says nothing of what the partner finds.", "Write resume or stay.");
        }

        return faults > 0 ? null : new(after!.Value, number) { IsKept = value == "keep", Ramp = ramp!.Value, StartsWithValue = start == "value", StartsWithDevice = start == "device", Stays = back == "stay" };
    }

    private static double? Number(string? text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    /// <summary>A number and its unit; of time as XML has it (PT15M) too.</summary>
    private static TimeSpan? Duration(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var unit = text.TrimStart("0123456789.".ToCharArray());
        double? seconds = unit switch { "s" => 1, "min" => 60, "h" => 3600, _ => null };
        if (seconds is not null && Number(text[..^unit.Length]) is { } count && count * seconds is >= 0 and < 1e8)
        {
            return TimeSpan.FromSeconds(count * seconds.Value);
        }

        try
        {
            return text.StartsWith('P') && XmlConvert.ToTimeSpan(text) is var duration && duration >= TimeSpan.Zero ? duration : null;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return null;
        }
    }

    private static double? Ramp(string text) => text.Split('/') is [var amount, var unit] && Number(amount) is > 0 and var number
        ? unit switch { "s" => number * 60, "min" => number, "h" => number / 60, _ => null }
        : null;
}
