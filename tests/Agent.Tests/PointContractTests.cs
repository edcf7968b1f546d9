using System.Text.Json;
using System.Text.Json.Nodes;
using DerAgent.Model;
using DerAgent.Scl;
using DerAgent.Tests;

namespace DerAgent.Agent.Tests;

/// <summary>One table of point names: documentation, schema, templates and profiles say the same. <c>WRITE_POINTS=1</c> writes the first two anew.</summary>
public sealed class PointContractTests
{
    private const string Head = """
        # Points: the names that profiles, SCL files and people agree on

        A device profile may call its points as it likes; what has one of these names means what stands here, whatever the hardware. `der-agent scaffold` binds data objects to these names, and a
        plant adds up what its members give under them. Power is positive out of the device; at a meter, taken from the grid. A profile may have another prefix (kW); the unit says so.

        To give a SunSpec point one of these names, write a second view of it: `VAr: {sunspec: 701.Var}`. The same table: `der-agent scaffold --points`.


        """;

    private static readonly ProfileLibrary Library = ProfileLibrary.Load(ProfileLibrary.Shipped, "");

    private static bool Writes => Environment.GetEnvironmentVariable("WRITE_POINTS") == "1";

    [Fact]
    public void The_documentation_is_the_table()
    {
        var path = Path.Combine(Corpus.Root, "docs", "points.md");
        if (Writes)
        {
            File.WriteAllText(path, Head + PointTable.Markdown());
        }

        Assert.Equal(File.ReadAllText(path), Head + PointTable.Markdown());
    }

    [Fact]
    public void The_schema_of_profiles_names_each_point()
    {
        var path = Path.Combine(Corpus.Root, "device-profiles", "profile.schema.json");
        var schema = JsonNode.Parse(File.ReadAllText(path))!;
        var due = new JsonObject(PointContract.All.Select(p => KeyValuePair.Create(p.Name, (JsonNode?)new JsonObject
        {
            ["$ref"] = "#/$defs/point",
            ["description"] = p.Unit.Length > 0 ? $"{p.Meaning} in {p.Unit}" : p.Meaning,
        })));
        if (Writes)
        {
            schema["properties"]!["points"]!["properties"] = due.DeepClone();
            File.WriteAllText(path, Print(schema, 0) + "\n");
        }

        Assert.True(JsonNode.DeepEquals(due, schema["properties"]!["points"]!["properties"]), "Write it anew with WRITE_POINTS=1.");
    }

    [Fact]
    public void Each_name_a_template_looks_for_is_in_the_table() =>
        Assert.All(PointTable.Uses.Keys, n => Assert.True(PointContract.Find(n) is not null || PointContract.Own.Any(o => o.Name == n), n));

    [Fact] // a name that nothing feeds and no profile has would be a promise nobody keeps; WExp is what limits of feed-in are seen by
    public void Each_name_of_the_table_is_used_by_a_template_a_profile_or_a_control()
    {
        var ofProfiles = Library.Profiles.Values.SelectMany(p => p.Points.Keys).ToHashSet(StringComparer.Ordinal);
        Assert.All(PointContract.All.Where(p => p.Role is not (PointRole.Limit or PointRole.SetPoint)), p => Assert.True(PointTable.Uses.ContainsKey(p.Name) || ofProfiles.Contains(p.Name) || p.Name == "WExp", p.Name));
    }

    [Fact] // what a template shows of a kind of device its profile has, or it would be left out without a word
    public void The_shipped_profiles_have_what_their_template_looks_for()
    {
        foreach (var (profile, points) in new (string, string)[]
        {
            ("sunspec-inverter", "Mn Md SN Vr WRtg VARtg VArRtg WMax VMax WRmp W VAr VA PF Hz PhVphA AphC WMaxLimPct Conn DERState PVState TotWh TmpCab TmpSnk PFSpt VRef"),
            ("sunspec-battery", "Mn Md SN WRtg VARtg WMax W VAr VA PF Hz PhVphB AphA SoC WhAvail WhRtg ChaWMax DschWMax TotWh TotWhAbs BatSt WSpt WMaxLimPct DERState"),
            ("sunspec-meter", "Mn Md SN W VAr VA PF Hz PhVphA AphA TotWhImp TotWhExp"),
            ("chp-controller", "W HeatW EngSpd EngOn TmpFlow TmpRtn TmpSto TotWh WRtg Run WSptPct DERState Starts OpHours St"),
        })
        {
            Assert.All(points.Split(' '), p => Assert.True(PointContract.Find(p) is not null && Library.Profiles[profile].Points.ContainsKey(p), $"{profile} {p}"));
        }
    }

    [Fact]
    public void What_a_scaffold_does_not_use_is_told_with_what_may_have_been_meant()
    {
        ScaffoldDevice device = new("inv1", "mine", "modbus-tcp://h", new Dictionary<string, ScaffoldPoint>(StringComparer.Ordinal) { ["W"] = new(false, "W"), ["Var"] = new(false, "VAr"), ["TotWhh"] = new(false, "Wh"), ["Fan"] = new(false, "") });
        Assert.Equal(
            [new("inv1", "Var", "VAr"), new("inv1", "TotWhh", "TotWh"), new("inv1", "Fan", null)],
            SclScaffold.Unused(new() { Template = "pv", Ied = "PV1", Jid = "a@b.example", Devices = [device] }));
    }

    /// <summary>What fits on a line stands on one.</summary>
    private static string Print(JsonNode node, int indent)
    {
        var flat = node.ToJsonString(Flat);
        if (indent > 0 && flat.Length + indent <= 150)
        {
            return flat;
        }

        var pad = new string(' ', indent + 2);
        return node switch
        {
            JsonObject map => $"{{\n{string.Join(",\n", map.Select(p => $"{pad}\"{p.Key}\": {Print(p.Value!, indent + 2)}"))}\n{new string(' ', indent)}}}",
            JsonArray list => $"[\n{string.Join(",\n", list.Select(v => pad + Print(v!, indent + 2)))}\n{new string(' ', indent)}]",
            _ => flat,
        };
    }

    private static readonly JsonSerializerOptions Flat = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
