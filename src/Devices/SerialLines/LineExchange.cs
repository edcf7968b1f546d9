using System.Globalization;
using System.Text.RegularExpressions;

namespace DerAgent.Devices;

/// <summary>A question of a line protocol and its answer, as a profile says it.</summary>
/// <param name="Name">Its name in the profile.</param>
/// <param name="Send">What is sent.</param>
/// <param name="Answer">Pattern of the whole answer; its named groups are what points read. <c>{unit:00}</c> stands for the unit id.</param>
/// <param name="Length">Octets of the answer, begin and checksum included, where nothing ends it; null: its end does.</param>
/// <param name="Groups">The names of those groups.</param>
internal sealed record LineExchange(string Name, MessageTemplate Send, string Answer, int? Length, IReadOnlyList<string> Groups);

/// <summary>How a kind of hardware talks a line protocol of its own.</summary>
internal sealed record SerialTraits
{
    /// <summary>How texts become messages.</summary>
    public MessageFormat Format { get; init; } = new();

    /// <summary>Its exchanges by name.</summary>
    public IReadOnlyDictionary<string, LineExchange> Exchanges { get; init; } = new Dictionary<string, LineExchange>(StringComparer.Ordinal);

    /// <summary>Pattern of an answer that refuses; null: none is known.</summary>
    public string? Refused { get; init; }

    /// <summary>Pattern of an answer that says to ask again.</summary>
    public string? Busy { get; init; }

    /// <summary>Pattern of an answer that says that the value does not suit.</summary>
    public string? OutOfRange { get; init; }

    /// <summary>Pattern of messages that come unasked, and mean nothing.</summary>
    public string? Unasked { get; init; }
}

/// <summary>What the messages of one unit look like: the patterns of its profile, made for its unit id. A pattern takes time in proportion to the text, whatever it says.</summary>
internal sealed partial class LineMessages
{
    private readonly byte _unit;
    private readonly Dictionary<string, Regex> _answers;
    private readonly Regex? _refused;
    private readonly Regex? _busy;
    private readonly Regex? _outOfRange;
    private readonly Regex? _unasked;

    /// <summary>The messages of a unit.</summary>
    public LineMessages(SerialTraits traits, byte unit)
    {
        ArgumentNullException.ThrowIfNull(traits);
        (_unit, Format) = (unit, traits.Format);
        _answers = traits.Exchanges.ToDictionary(e => e.Key, e => Pattern(e.Value.Answer, unit), StringComparer.Ordinal);
        Regex? Of(string? pattern) => pattern is null ? null : Pattern(pattern, unit);
        (_refused, _busy, _outOfRange, _unasked) = (Of(traits.Refused), Of(traits.Busy), Of(traits.OutOfRange), Of(traits.Unasked));
    }

    /// <summary>How texts become messages.</summary>
    public MessageFormat Format { get; }

    /// <summary>A pattern of a whole message.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    /// <exception cref="NotSupportedException">It looks around or back, which may take any time.</exception>
    public static Regex Pattern(string pattern, byte unit) =>
        new($"\\A(?:{Units().Replace(pattern, m => NumberFormat.Parse(m.Groups["format"].Value is { Length: > 0 } format ? format : "0")?.Write(unit) ?? m.Value)})\\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    /// <summary>The octets of a question.</summary>
    public byte[] Wrap(LineExchange exchange, IReadOnlyDictionary<string, string> values) => Format.Wrap(exchange.Send.Fill(_unit, values));

    /// <summary>What the points of an answer read, by the name of their group; null: it is another message.</summary>
    public IReadOnlyDictionary<string, string>? Read(LineExchange exchange, string text)
    {
        var match = _answers[exchange.Name].Match(text);
        return match.Success ? match.Groups.Values.Where(g => g.Success).ToDictionary(g => g.Name, g => g.Value, StringComparer.Ordinal) : null;
    }

    /// <summary>What a message says that is no answer with values; null: it is none of these.</summary>
    public WriteAnswer? Refusal(string text) =>
        _busy?.IsMatch(text) == true ? WriteAnswer.Busy : _outOfRange?.IsMatch(text) == true ? WriteAnswer.OutOfRange : _refused?.IsMatch(text) == true ? WriteAnswer.Refused : null;

    /// <summary>Whether a message comes unasked.</summary>
    public bool IsUnasked(string text) => _unasked?.IsMatch(text) == true;

    /// <summary>The names of the groups of a pattern.</summary>
    public static IReadOnlyList<string> Groups(Regex pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return [.. pattern.GetGroupNames().Where(n => !int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out _))];
    }

    [GeneratedRegex(@"\{unit(?::(?<format>[0X.0-9]+))?\}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Units();
}
