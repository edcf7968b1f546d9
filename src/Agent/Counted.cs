namespace DerAgent.Agent;

/// <summary>A number of things as people say it: <c>1 device</c>, <c>2 devices</c>.</summary>
internal static class Counted
{
    /// <summary>The number with the word for what is counted.</summary>
    /// <param name="count">How many.</param>
    /// <param name="one">The word for one.</param>
    public static string Of(int count, string one) => count == 1 ? $"1 {one}" : $"{count} {one}s";
}
