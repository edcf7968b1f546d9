namespace DerAgent.Acsi;

/// <summary>When commits are made, and how long a failing store is borne with (architecture: durable before acknowledged).</summary>
internal sealed record OutboxOptions
{
    /// <summary>Time between commits where reports alone wait for them; the first one after a pause is made at once. Where a request or a command waits, the commit always starts at once.</summary>
    public TimeSpan CommitInterval { get; init; } = TimeSpan.FromMilliseconds(50);
    /// <summary>How long what nobody waits for is gathered: entries of blocks that nobody has enabled, and logs. A power cut may take what came in that time.</summary>
    public TimeSpan LazyInterval { get; init; } = TimeSpan.FromSeconds(2);
    /// <summary>Changes that are gathered at most, whatever the time: what waits takes memory.</summary>
    public int MaxGathered { get; init; } = 256;
    /// <summary>How long a commit is tried before what waits for it is taken back.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);
    /// <summary>Pause between attempts.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromMilliseconds(200);
    /// <summary>Pause between trials of a store that has failed.</summary>
    public TimeSpan TrialInterval { get; init; } = TimeSpan.FromSeconds(5);
}
