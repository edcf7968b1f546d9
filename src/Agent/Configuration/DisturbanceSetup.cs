using System.Globalization;
using System.Text.RegularExpressions;
using DerAgent.Acsi;
using DerAgent.Model;

namespace DerAgent.Agent;

/// <summary>What <c>disturbance</c> of agent.json says, by the model.</summary>
internal static partial class DisturbanceSetup
{
    private const int MostKept = 1_000;

    /// <summary>Reads the settings; what is wrong is told, and is not recorded.</summary>
    /// <param name="settings">The settings; null: nothing is recorded.</param>
    /// <param name="models">The models served.</param>
    /// <param name="wrong">Takes what is wrong.</param>
    public static IReadOnlyDictionary<IedModel, DisturbanceOptions> Read(DisturbanceSettings? settings, IReadOnlyList<IedModel> models, Action<string> wrong)
    {
        if (settings is null || models.Count == 0)
        {
            return new Dictionary<IedModel, DisturbanceOptions>();
        }

        TimeSpan Time(string name, string text, double otherwise) =>
            TimeSpan.FromSeconds(Quantity.Read($"disturbance: {name}", text, Quantity.Times, (0, 600), "0s to 10m", otherwise, wrong));

        var (before, after) = (Time("before", settings.Before, 10), Time("after", settings.After, 20));
        if (settings.Keep is < 1 or > MostKept)
        {
            wrong($"disturbance: keep {settings.Keep} is none; write 1 to {MostKept}.");
        }

        foreach (var channel in settings.Channels.Where(c => models.All(m => Leaf(m, c) is null)))
        {
            wrong($"disturbance: channels: \"{channel}\" is no attribute with a number or a state; write e.g. PV1LD0/MMXU1.TotW.mag.f.");
        }

        if (settings.Channels.Count > DisturbanceChannels.Most)
        {
            wrong($"disturbance: {settings.Channels.Count} channels; {DisturbanceChannels.Most} are recorded at most.");
        }

        foreach (var trigger in settings.Triggers.Where(t => models.All(m => Trigger(m, t) is null)))
        {
            wrong($"disturbance: triggers: \"{trigger}\" is none; write an attribute, e.g. PV1LD0/PTOV1.Op.general, or a comparison, e.g. PV1LD0/MMXU1.Hz.mag.f > 51.5.");
        }

        if (settings.Triggers.Count == 0 && models.All(m => DisturbanceChannels.TriggersOf(m).Count == 0))
        {
            wrong("disturbance: the SCL file has no trip (Op, Tr), no alarm and no health; name triggers.");
        }

        return models.ToDictionary(m => m, m => new DisturbanceOptions
        {
            Before = before,
            After = after,
            Keep = Math.Clamp(settings.Keep, 1, MostKept),
            Channels = settings.Channels.Count == 0 ? DisturbanceChannels.Of(m) : [.. settings.Channels.Select(c => Leaf(m, c)).OfType<DataNode>().Distinct().Take(DisturbanceChannels.Most)],
            Triggers = settings.Triggers.Count == 0 ? DisturbanceChannels.TriggersOf(m) : [.. settings.Triggers.Select(t => Trigger(m, t)).OfType<DisturbanceTrigger>()],
        });
    }

    private static DisturbanceTrigger? Trigger(IedModel model, string text)
    {
        if (Comparison().Match(text) is not { Success: true } match || Leaf(model, match.Groups["leaf"].Value) is not { } leaf)
        {
            return null;
        }

        var limit = match.Groups["limit"].Value;
        return !match.Groups["sign"].Success ? new(leaf, DisturbanceComparison.Equal, 1)
            : double.TryParse(limit, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? new(leaf, match.Groups["sign"].Value switch { ">" => DisturbanceComparison.Above, "<" => DisturbanceComparison.Below, _ => DisturbanceComparison.Equal }, number)
            : null;
    }

    /// <summary>An attribute by its reference as people write it, with points or with dollar signs.</summary>
    private static DataNode? Leaf(IedModel model, string text)
    {
        var reference = text.Replace('.', '$');
        var leaf = model.NodeOf(reference) ?? (reference.IndexOf('$', StringComparison.Ordinal) is var dollar and > 0
            ? model.NodeOf($"{reference[..dollar]}$MX{reference[dollar..]}") ?? model.NodeOf($"{reference[..dollar]}$ST{reference[dollar..]}")
            : null);
        return leaf is { Fc: FunctionalConstraint.MX or FunctionalConstraint.ST } && DisturbanceChannels.IsRecordable(leaf) ? leaf : null;
    }

    [GeneratedRegex("^\\s*(?<leaf>[^\\s<>=]+)\\s*(?:(?<sign>[<>=])\\s*(?<limit>\\S+)\\s*)?$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Comparison();
}
