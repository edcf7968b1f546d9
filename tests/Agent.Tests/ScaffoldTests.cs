using System.Xml.Linq;
using DerAgent.Scl;
using DerAgent.Tests;

namespace DerAgent.Agent.Tests;

/// <summary>SCL files that are written for devices: nothing made up, valid in each edition, the same for the same.</summary>
public sealed class ScaffoldTests
{
    private static readonly XNamespace Ns = "http://www.iec.ch/61850/2003/SCL";
    private static readonly ProfileLibrary Library = ProfileLibrary.Load(ProfileLibrary.Shipped, "");

    private static ScaffoldDevice Device(string name, string profile, string url = "modbus-tcp://192.168.1.20:502?unit=1") =>
        new(name, profile, url, Library.Profiles[profile].Points.ToDictionary(p => p.Key, p => new ScaffoldPoint(p.Value.IsWritable, p.Value.Unit, Devices.WriteDuration.OperTimeout(p.Value)), StringComparer.Ordinal));

    [Theory] // what an engineer copies from scl/ is what scaffold writes
    [InlineData("battery.cid")]
    [InlineData("chp.cid")]
    [InlineData("meter.cid")]
    [InlineData("pv-plant.cid")]
    [InlineData("grid-operator.cid")]
    public void Our_own_files_are_what_is_written(string file)
    {
        var path = Path.Combine(Corpus.Root, "scl", file);
        var written = SclScaffold.Write(RequestOf(path));
        if (Environment.GetEnvironmentVariable("WRITE_SCL") == "1")
        {
            File.WriteAllText(path, written);
        }

        Assert.Equal(File.ReadAllText(path), written);
    }

    [Theory]
    [InlineData("battery.cid")]
    [InlineData("chp.cid")]
    [InlineData("meter.cid")]
    [InlineData("pv-plant.cid")]
    [InlineData("grid-operator.cid")]
    public void A_scaffold_has_nothing_but_what_is_to_be_found_out_in_each_edition(string file)
    {
        foreach (var edition in SclScaffold.Editions)
        {
            var request = RequestOf(Path.Combine(Corpus.Root, "scl", file)) with { Edition = edition };
            var text = SclScaffold.Write(request);
            Assert.Equal(text, SclScaffold.Write(request));
            var inspection = Inspect(text);
            Assert.Equal(edition, inspection.Edition);
            Assert.Equal(Corpus.Path("xsd", edition), inspection.Schema);
            Assert.True(inspection.Findings.All(f => f.Code == SclCodes.ToDo || (f.Severity == SclSeverity.Info && f.Text.Contains("DRCT", StringComparison.Ordinal))), string.Join('\n', inspection.Findings));
            Assert.True(inspection.WouldStart);
        }
    }

    [Theory] // a plant of any size is one device: no binding grows with it, and nothing is over what its own Services say
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(1000)]
    public void A_plant_of_any_size_is_clean(int inverters)
    {
        var text = SclScaffold.Write(new()
        {
            Template = "plant", Ied = "P", Jid = "p@example.net/IEC",
            Devices = [.. Enumerable.Range(1, inverters).Select(i => Device($"inv{i}", "sunspec-inverter", $"modbus-tcp://10.0.{i / 200}.{(i % 200) + 1}:502?unit=1")), Device("met1", "sunspec-meter", "modbus-tcp://10.1.0.1:502?unit=1")],
        });
        Assert.DoesNotContain(Inspect(text).Findings, f => f.Code != SclCodes.ToDo);
    }

    [Fact] // every template with every shipped profile that fits it, and with two devices
    public void Every_scaffold_is_clean_but_for_what_is_to_be_found_out()
    {
        var count = 0;
        foreach (var template in SclScaffold.Templates)
        {
            foreach (var profile in Library.Profiles.Keys.Order(StringComparer.Ordinal))
            {
                foreach (var edition in SclScaffold.Editions)
                {
                    var request = new ScaffoldRequest { Template = template, Ied = "DER1", Jid = "der1@example.net/IEC", Devices = [Device("a1", profile), Device("a2", profile)], Edition = edition };
                    if (SclScaffold.Missing(request).Count > 0)
                    {
                        continue;
                    }

                    count++;
                    // Among the bindings: a state whose words the attribute does not know would be invalid for ever.
                    var inspection = Inspect(SclScaffold.Write(request), static server => SiteOf(server).Findings.Where(f => f.Text.Contains("never valid", StringComparison.Ordinal)).Select(f => SiteFindings.At("t.cid", server.Load, f)));
                    Assert.True(inspection.Findings.All(f => f.Code == SclCodes.ToDo || (f.Severity == SclSeverity.Info && f.Text.Contains("DRCT", StringComparison.Ordinal))), $"{template} {profile} {edition}\n{string.Join('\n', inspection.Findings)}");
                    Assert.True(inspection.WouldStart);
                }
            }
        }

        Assert.True(count >= 2 * SclScaffold.Templates.Count, $"{count}");
    }

    [Fact] // RFC 9562: of what it is made
    public void The_identifier_of_the_newest_edition_says_that_it_is_made_of_names()
    {
        static string Uuid(string ied, string template = "meter") => XDocument.Parse(SclScaffold.Write(new() { Template = template, Ied = ied, Jid = "m@x.example/IEC", Devices = [Device("met1", "sunspec-meter")], Edition = "2007C5" })).Root!.Element(Ns + "Header")!.Attribute("uuid")!.Value;
        Assert.Equal(('8', true), (Uuid("M1")[14], Uuid("M1")[19] is '8' or '9' or 'a' or 'b'));
        Assert.Equal(Uuid("M1"), Uuid("M1"));
        Assert.NotEqual(Uuid("M1"), Uuid("M2"));
        Assert.NotEqual(Uuid("M1"), Uuid("M1", "grid-operator"));
    }

    [Fact] // a rating nobody has read from the device is no number
    public void What_the_device_does_not_give_is_left_open_and_marked()
    {
        var request = new ScaffoldRequest { Template = "chp", Ied = "M1", Jid = "m@x.example/IEC", Devices = [Device("chp1", "chp-controller")] };
        var text = SclScaffold.Write(request);
        var open = Inspect(text).Findings.Where(f => f.Code == SclCodes.ToDo).ToList();
        Assert.NotEmpty(open);
        Assert.All(open, f => Assert.Equal(SclSeverity.Warning, f.Severity));
        var rating = Assert.Single(open, f => f.Reference.EndsWith("DGEN1.VMaxRtg", StringComparison.Ordinal));
        Assert.Contains("highest voltage in V, from the nameplate", rating.Text, StringComparison.Ordinal);
        var mark = XDocument.Parse(text).Descendants(Ns + "DOI").Single(d => d.Attribute("name")!.Value == "VMaxRtg").Element(Ns + "Private")!;
        Assert.Equal(("DerAgent:ToDo", "highest voltage in V, from the nameplate"), (mark.Attribute("type")!.Value, mark.Value));

        // It is served, and invalid: nothing made up.
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        Assert.Equal(Model.DataKind.None, SclLoader.Load(stream, "t").Model!.Slots.Single(s => s.Reference.EndsWith("DGEN1$SP$VMaxRtg$setMag$f", StringComparison.Ordinal)).InitialValue.Kind);

        // The installer knows it; with the mark left in there is a note.
        var set = Inspect(SclScaffold.Write(request with { Values = new Dictionary<string, string> { ["DGEN1.VMaxRtg"] = "253" } }));
        Assert.Equal(open.Count - 1, set.Findings.Count(f => f.Code == SclCodes.ToDo));
        var filled = XDocument.Parse(text);
        filled.Descendants(Ns + "DOI").Single(d => d.Attribute("name")!.Value == "VMaxRtg").Descendants(Ns + "DAI").First().Add(new XElement(Ns + "Val", "253"));
        Assert.Equal(SclSeverity.Info, Assert.Single(Inspect(filled.ToString()).Findings, f => f.Code == SclCodes.ToDoDone).Severity);
    }

    [Theory]
    [InlineData("DGEN1.VMaxRtgg", "is nothing to be set; there are LD0/DGEN1.VMaxRtg (")]
    [InlineData("MMXU1.TotW", "is nothing to be set")]
    [InlineData("LD9/DGEN1.VMaxRtg", "is nothing to be set")]
    [InlineData("DGEN1.VMaxRtg", "\"high\" is no number for DGEN1.VMaxRtg", "high")]
    public void A_value_that_means_nothing_is_told(string name, string about, string value = "1")
    {
        var error = Assert.Throws<ArgumentException>(() => SclScaffold.Write(new() { Template = "chp", Ied = "M1", Jid = "m@x.example/IEC", Devices = [Device("chp1", "chp-controller")], Values = new Dictionary<string, string> { [name] = value } }));
        Assert.Contains(about, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("battery", "sunspec-inverter", "a state of charge (SoC)")]
    [InlineData("chp", "sunspec-inverter", "an engine (EngOn or EngSpd)")]
    [InlineData("meter", "sunspec-inverter", "energy counters (TotWhImp or TotWhExp)")]
    [InlineData("plant", "sunspec-meter", "an inverter with active power (W)")]
    [InlineData("pv", "sunspec-battery", "an inverter")]
    [InlineData("battery", "sunspec-battery", null)]
    [InlineData("pv", "sunspec-inverter", null)]
    [InlineData("meter", "sunspec-meter", null)]
    [InlineData("chp", "chp-controller", null)]
    [InlineData("grid-operator", "sunspec-inverter", null)]
    public void A_template_that_does_not_fit_says_what_it_needs(string template, string profile, string? missing) =>
        Assert.Equal(missing is null ? [] : [missing], SclScaffold.Missing(new() { Template = template, Ied = "X", Jid = "x@y.example", Devices = [Device("d1", profile)] }));

    private static Devices.Site SiteOf(ServerInspection server) => new([server.Model], Library.Profiles, Devices.DeviceOverride.None, TimeProvider.System);

    private static SclInspection Inspect(string text, Func<ServerInspection, IEnumerable<SclFinding>>? onServer = null)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        return SclInspector.Inspect(stream, "t.cid", new() { NsdFolder = Corpus.Path("nsd"), SchemaFolder = Corpus.Path("xsd"), JidFault = SclJids.Fault }, onServer);
    }

    /// <summary>What a file was written for, as it says itself.</summary>
    private static ScaffoldRequest RequestOf(string path)
    {
        var root = XDocument.Load(path).Root!;
        XNamespace own = "urn:der-agent:scl:1";
        return new()
        {
            Template = root.Element(Ns + "Header")!.Attribute("id")!.Value,
            Ied = root.Element(Ns + "IED")!.Attribute("name")!.Value,
            Jid = root.Descendants(Ns + "P").Single(p => p.Attribute("type")!.Value == "JID").Value,
            Devices = [.. root.Descendants(own + "Device").Where(d => d.Attribute("of") is null).Select(d => Device(d.Attribute("name")!.Value, d.Attribute("profile")!.Value, d.Attribute("url")!.Value))],
        };
    }
}
