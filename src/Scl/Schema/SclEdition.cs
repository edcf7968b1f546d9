namespace DerAgent.Scl;

/// <summary>Edition of an SCL file by the attributes of its root (IEC 61850-6 §9.1).</summary>
/// <param name="Name">As written: 2003, 2007A, 2007B, 2007B4, 2007C5.</param>
/// <param name="IsKnown">Whether it is one that exists.</param>
internal sealed record SclEdition(string Name, bool IsKnown)
{
    private const string Newest = "2007C5";

    /// <summary>The edition of a root; nothing said means Ed 1.</summary>
    public static SclEdition Of(SclElement root)
    {
        var name = $"{root["version"]}{root["revision"]}{root["release"]}".Trim();
        return name.Length == 0 ? new("2003", true) : new(name, name is "2003" or "2007A" or "2007A1" or "2007B" or "2007B1" or "2007B2" or "2007B3" or "2007B4" or "2007B5" or "2007C" or Newest);
    }

    /// <summary>Editions whose schemas can judge a file of this one, the best first: its own, and a later one that only adds to it.</summary>
    public IReadOnlyList<string> Schemas => Name switch
    {
        "2003" => ["2003"],
        "2007A" or "2007A1" => ["2007A", "2007B"],
        "2007B" or "2007B1" or "2007B2" or "2007B3" => ["2007B"],
        "2007B4" => ["2007B4"],
        "2007B5" => ["2007B5", "2007B4"],
        "2007C" or Newest => [Newest],
        _ => ["2007B4", "2007B"],
    };

    /// <summary>Edition of a schema by the version that its <c>SCL.xsd</c> says: 1.7, 2007B.2014-01-22, 2007B4.</summary>
    public static string OfSchema(string version) => version.StartsWith("1.", StringComparison.Ordinal) ? "2003" : version.Split('.')[0];
}
