namespace DerAgent.Modbus;

/// <summary>What a stranger sends, shown to people: nothing of it moves their cursor.</summary>
internal static class StrangerText
{
    /// <summary>The text without control characters.</summary>
    public static string Shown(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
