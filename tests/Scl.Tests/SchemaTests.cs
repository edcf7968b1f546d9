using System.Diagnostics;
using DerAgent.Tests;

namespace DerAgent.Scl.Tests;

/// <summary>The check against the schema, held against an independent validator: it never passes what that one refuses.</summary>
public sealed class SchemaTests
{
    public static IEnumerable<TheoryDataRow<string>> Files()
    {
        var shared = Path.Combine(Corpus.Root, "..", "shared");
        string[] folders = [Path.Combine(shared, "corpus", "scl", "public"), Path.Combine(shared, "cases", "scl"), Path.Combine(Corpus.Root, "scl")];
        return folders.Where(Directory.Exists).SelectMany(f => Directory.EnumerateFiles(f)).Where(f => Path.GetExtension(f) is ".icd" or ".cid" or ".iid" or ".scd").Order(StringComparer.Ordinal).Select(f => new TheoryDataRow<string>(f)).DefaultIfEmpty(new TheoryDataRow<string>("") { Skip = "There are no SCL files here." });
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task What_another_validator_refuses_is_not_passed(string file)
    {
        var inspection = SclInspector.Inspect(file, new() { SchemaFolder = Corpus.Path("xsd") });
        Assert.SkipWhen(inspection.Findings.Any(f => f.Code is SclCodes.NotXml or SclCodes.NotScl), "The file is no SCL at all.");
        Assert.NotNull(inspection.Schema);
        using var process = Start(Path.Combine(inspection.Schema, "SCL.xsd"), file);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var isRefused = process.ExitCode is 3 or 4;
        Assert.True(isRefused || process.ExitCode == 0, await errors);
        Assert.Equal(isRefused, inspection.Findings.Any(f => f.Code == SclCodes.Schema));
    }

    [Theory] // each by its own, or by a later one that only adds to it, which is said
    [InlineData("", "2003", null)]
    [InlineData("version=\"2007\" revision=\"A\"", "2007B", "2007A")]
    [InlineData("version=\"2007\" revision=\"B\"", "2007B", null)]
    [InlineData("version=\"2007\" revision=\"B\" release=\"4\"", "2007B4", null)]
    [InlineData("version=\"2007\" revision=\"B\" release=\"5\"", "2007B4", "2007B5")]
    [InlineData("version=\"2007\" revision=\"C\" release=\"5\"", "2007C5", null)]
    public void Each_edition_has_its_schema(string attributes, string schema, string? other)
    {
        var inspection = SclText.Inspect(SclText.Small.Replace("version=\"2007\" revision=\"B\" release=\"4\"", attributes, StringComparison.Ordinal), new() { SchemaFolder = Corpus.Path("xsd") });
        Assert.Equal(Corpus.Path("xsd", schema), inspection.Schema);
        var notes = inspection.Findings.Where(f => f.Code == SclCodes.OtherSchema).ToList();
        Assert.Equal(other is null ? 0 : 1, notes.Count);
        Assert.All(notes, n => Assert.Contains($"is of edition {other}; it is held against the schema of {schema}", n.Text, StringComparison.Ordinal));
    }

    [Theory] // a folder of one schema judges files of its edition only
    [InlineData("2007B4", "version=\"2007\" revision=\"B\" release=\"4\"", true)]
    [InlineData("2007B4", "version=\"2007\" revision=\"B\" release=\"5\"", true)]
    [InlineData("2007B4", "version=\"2007\" revision=\"C\" release=\"5\"", false)]
    [InlineData("2007C5", "version=\"2007\" revision=\"C\" release=\"5\"", true)]
    [InlineData("2007B", "version=\"2007\" revision=\"C\" release=\"5\"", false)]
    [InlineData("2003", "", true)]
    [InlineData("2003", "version=\"2007\" revision=\"B\"", false)]
    public void A_schema_judges_what_it_is_for(string folder, string attributes, bool isUsed)
    {
        var inspection = SclText.Inspect(SclText.Small.Replace("version=\"2007\" revision=\"B\" release=\"4\"", attributes, StringComparison.Ordinal), new() { SchemaFolder = Corpus.Path("xsd", folder) });
        Assert.Equal(isUsed ? Corpus.Path("xsd", folder) : null, inspection.Schema);
        Assert.Equal(!isUsed, inspection.Findings.Any(f => f.Code == SclCodes.BadReference));
    }

    private static Process Start(string schema, string file)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("xmllint", ["--noout", "--nonet", "--schema", schema, file]) { RedirectStandardError = true, UseShellExecute = false })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("xmllint (libxml2-utils) is not installed.");
            throw;
        }
    }
}
