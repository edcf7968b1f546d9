using DerAgent.Model;
using DerAgent.Tests;

namespace DerAgent.Scl.Tests;

/// <summary>Checks of controls that the SCL file asks for.</summary>
public sealed class ControlRulesTests
{
    [Fact] // what stands further in adds to what stands around it
    public void Rules_hold_for_what_is_below_them()
    {
        Assert.Empty(Load().ControlRules);
        Assert.Equal(
            [("CSWI1.Pos", new(true, "PV1LD0")), ("DWMX1.Mod", new(false, "PV1LD0")), ("DWMX1.WMaxSptPct", new(false, "PV1LD0/DWMX1")), ("LLN0.LocSta", new(false, "PV1LD0")), ("LLN0.Mod", new(false, "PV1LD0"))],
            Load(("<LN0", "one-of-n"), ("<DOI name=\"Pos\"", "position"), ("<DOI name=\"WMaxSptPct\"", " one-of-n\n")).ControlRules
                .Select(r => ($"{r.Key.LogicalNode.Name}.{r.Key.Name}", r.Value)).OrderBy(r => r.Item1, StringComparer.Ordinal));
    }

    [Theory] // IEC 61850-6: of what the file does not speak, clients may change it; of what it speaks of without this, not
    [InlineData("", SettingAccess.Dynamic)]
    [InlineData("<ReportSettings cbName=\"Conf\"/>", SettingAccess.Configured)]
    [InlineData("<ReportSettings cbName=\"Conf\" rptID=\"Dyn\"/>", SettingAccess.Dynamic)]
    public void Settings_of_reports_are_dynamic_where_the_file_says_nothing(string settings, SettingAccess access)
    {
        var text = File.ReadAllText(Path.Combine(Corpus.Root, "scl", "pv-inverter.cid"));
        var at = text.IndexOf("<ReportSettings", StringComparison.Ordinal);
        Assert.Equal(access, SclText.Load(text[..at] + settings + text[(text.IndexOf("/>", at, StringComparison.Ordinal) + 2)..]).Model!.Capabilities.ReportId);
    }

    /// <summary>The shipped file with a Private in front of, or within, each mark.</summary>
    private static IedModel Load(params (string Mark, string Text)[] rules)
    {
        var text = File.ReadAllText(Path.Combine(Corpus.Root, "scl", "pv-inverter.cid"));
        foreach (var (mark, words) in rules)
        {
            var at = text.IndexOf(mark, StringComparison.Ordinal);
            text = text.Insert(mark == "<LN0" ? at : text.IndexOf('>', at) + 1, $"<Private type=\"DerAgent:Control\">{words}</Private>");
        }

        var load = SclText.Load(text);
        Assert.Empty(load.Findings);
        return load.Model!;
    }
}
