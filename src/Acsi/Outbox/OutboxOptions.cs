namespace DerAgent.Acsi;

/// <summary>When commits are made, and how long a failing store is borne with (architecture: durable before acknowledged).</summary>
internal sealed record OutboxOptions
{
    /// <summary>How long reports and logs wait for others to be committed with. Where a request or a command waits, the commit starts at once.</summary>
    public TimeSpan CommitInterval { get; init; } = TimeSpan.FromMilliseconds(50);
    /// <summary>How long a commit is tried before what waits for it is taken back.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);
    /// <summary>Pause between attempts.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromMilliseconds(200);
    /// <summary>Pause between trials of a store that has failed.</summary>
    public TimeSpan TrialInterval { get; init; } = TimeSpan.FromSeconds(5);
}
