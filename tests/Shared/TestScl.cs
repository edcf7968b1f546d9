namespace DerAgent.Tests;

/// <summary>The shipped inverter, to be changed by tests.</summary>
internal static class TestScl
{
    /// <summary>Its SCL text.</summary>
    public static string Shipped => File.ReadAllText(Path.Combine(Corpus.Root, "scl", "pv-inverter.cid"));

    /// <summary>The text with something in front of the first place where a mark stands.</summary>
    public static string Before(this string scl, string mark, string added) => scl.Insert(scl.IndexOf(mark, StringComparison.Ordinal), added);
}
