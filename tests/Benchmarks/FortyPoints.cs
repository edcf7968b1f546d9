using System.Globalization;

namespace DerAgent.Benchmarks;

/// <summary>
/// What a plant's own logical device asks of an inverter is some fifteen points. These make it forty: all that the inverter measures, and registers of its measured block as what else a plant can have.
/// </summary>
internal static class FortyPoints
{
    private const string Profile = "sunspec-inverter";
    private static readonly string[] Measured = ["AphA", "AphB", "AphC", "PhVphA", "PhVphB", "PhVphC", "TmpCab", "TmpSnk", "VRef"];
    private static readonly string[] Others = ["VMaxRtg", "WhRtg", "ChaWMax", "DschWMax", "WhAvail", "AvlChaW", "AvlDschW", "HeatW", "TotWhAbs", "Starts", "SoC", "TmpFlow", "TmpRtn", "TmpSto", "EngSpd", "OpHours"];

    /// <summary>Binds them in the first logical device of a file, and writes the profile that has them.</summary>
    public static string Add(string scl, string folder)
    {
        var shipped = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "device-profiles", $"{Profile}.yaml"));
        var points = string.Concat(Others.Select((n, i) => string.Create(CultureInfo.InvariantCulture, $"  {n}: {{holding: {40_085 + i}, poll: normal}}\n")));
        File.WriteAllText(Path.Combine(folder, "bench-inverter.yaml"), shipped.TrimEnd().Replace($"profile: {Profile}", "profile: bench-inverter", StringComparison.Ordinal) + "\n" + points);

        string[] all = [.. Measured, .. Others];
        var node = $"<LN lnClass=\"GGIO\" inst=\"9\" lnType=\"BenchGGIO\">{string.Concat(all.Select((n, i) => $"<DOI name=\"AnIn{i + 1}\"><SDI name=\"mag\"><DAI name=\"f\" sAddr=\"plant/{n}\"/></SDI></DOI>"))}</LN>";
        var types = $"<LNodeType id=\"BenchGGIO\" lnClass=\"GGIO\">{string.Concat(all.Select((_, i) => $"<DO name=\"AnIn{i + 1}\" type=\"BenchMV\"/>"))}</LNodeType>";
        const string Value = "<DOType id=\"BenchMV\" cdc=\"MV\"><DA name=\"mag\" bType=\"Struct\" type=\"BenchAV\" fc=\"MX\" dchg=\"true\"/><DA name=\"q\" bType=\"Quality\" fc=\"MX\" qchg=\"true\"/><DA name=\"t\" bType=\"Timestamp\" fc=\"MX\"/></DOType>";
        const string Number = "<DAType id=\"BenchAV\"><BDA name=\"f\" bType=\"FLOAT32\"/></DAType>";
        scl = scl.Replace($"profile=\"{Profile}\"", "profile=\"bench-inverter\"", StringComparison.Ordinal);
        scl = scl.Insert(scl.IndexOf("</LDevice>", StringComparison.Ordinal), node);
        return Before(Before(Before(scl, "<LNodeType ", types), "<DOType ", Value), "<DAType ", Number);
    }

    private static string Before(string text, string mark, string what) => text.Insert(text.IndexOf(mark, StringComparison.Ordinal), what);
}
