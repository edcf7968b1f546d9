namespace DerAgent.Devices;

/// <summary>What is wrong with a profile, or what to look at.</summary>
/// <param name="File">File name.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Text">One sentence, with the remedy.</param>
/// <param name="IsError">Whether the profile cannot be used like that.</param>
internal sealed record ProfileFinding(string File, long Line, long Column, string Text, bool IsError = true)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}:{Column}: {(IsError ? "error" : "warning")}: {Text}";
}

/// <summary>A profile, or what is wrong with it.</summary>
/// <param name="Profile">The profile; null where something is wrong.</param>
/// <param name="Findings">What is wrong, and what to look at.</param>
internal sealed record ProfileLoad(DeviceProfile? Profile, IReadOnlyList<ProfileFinding> Findings)
{
    /// <summary>The name it has, also where something is wrong; empty: that cannot be read.</summary>
    public string Name { get; init; } = "";
}
