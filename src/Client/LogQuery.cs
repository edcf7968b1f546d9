using DerAgent.Mms;

namespace DerAgent.Client;

/// <summary>Which entries of a log are wanted.</summary>
internal sealed record LogQuery
{
    /// <summary>Not earlier than this.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Not later than this.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Those after this entry.</summary>
    public OctetString? After { get; init; }

    /// <summary>At most so many.</summary>
    public int? Count { get; init; }
}
