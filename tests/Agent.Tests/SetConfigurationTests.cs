using DerAgent.Storage;
using DerAgent.Tests;

namespace DerAgent.Agent.Tests;

/// <summary>An SCL file that a client has set: looked at before it is taken, used in place of the installed one, and never the reason why nobody can reach the agent.</summary>
public sealed class SetConfigurationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("der-agent-set.").FullName;
    private readonly string _file;
    private readonly string _scl = File.ReadAllText(Path.Combine(Corpus.Root, "scl", "pv-inverter.cid"));

    public SetConfigurationTests()
    {
        _file = Path.Combine(_folder, "agent.json");
        File.WriteAllText(Path.Combine(_folder, "site.cid"), _scl);
        TestSecret.Write(_folder);

        Directory.CreateDirectory(Path.Combine(_folder, "data"));
        File.WriteAllText(_file, """
            { "scl": "site.cid", "data": "data", "connections": [ { "name": "dso", "jid": "pv1@dso.example", "servers": ["127.0.0.1:1"], "passwordFile": "secret", "access": [ { "jid": "a@dso.example", "roles": ["ENGINEER"] } ] } ] }
            """);
    }

    private string SetFile => Path.Combine(FolderStore.RootOf(Path.Combine(_folder, "data")), "CONFIG", "site.cid");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_a_client_has_set_takes_the_place_of_the_installed_file_and_that_is_told()
    {
        Assert.Equal(Path.Combine(_folder, "site.cid"), Configuration.LoadAtStart(_file).SclFile);
        Set(_scl.Replace("desc=\"Status changes\"", "desc=\"Other\"", StringComparison.Ordinal));
        var configuration = Configuration.LoadAtStart(_file);
        Assert.True(configuration.IsUsable);
        Assert.Equal(SetFile, configuration.SclFile);
        Assert.Contains(configuration.Findings, f => !f.IsError && f.Place == SetFile && f.Text.Contains("takes the place of", StringComparison.Ordinal) && f.Text.Contains("client files delete CONFIG/site.cid", StringComparison.Ordinal));
        Assert.Contains(SetFile, configuration.Files);
        File.Delete(SetFile);
        Assert.Equal(Path.Combine(_folder, "site.cid"), Configuration.LoadAtStart(_file).SclFile);
    }

    [Fact]
    public void At_start_one_that_cannot_be_used_is_passed_over_and_that_is_told()
    {
        Set("<SCL>");
        var configuration = Configuration.LoadAtStart(_file);
        Assert.True(configuration.IsUsable);
        Assert.Equal(Path.Combine(_folder, "site.cid"), configuration.SclFile);
        Assert.Contains(configuration.Findings, f => !f.IsError && f.Place == SetFile && f.Text.Contains("is not used", StringComparison.Ordinal));

        // While it runs, what is wrong changes nothing.
        Assert.False(Configuration.Load(_file).IsUsable);

        File.Delete(Path.Combine(_folder, "site.cid"));
        Assert.False(Configuration.LoadAtStart(_file).IsUsable);
    }

    [Theory]
    [InlineData("CONFIG/site.cid", null)]
    [InlineData("CONFIG/other.cid", "CONFIG/site.cid")]
    [InlineData("CONFIG/agent.json", "CONFIG/site.cid")]
    [InlineData("LD/PV1LD0/site.cid", null)]
    public void Only_the_SCL_file_is_taken(string name, string? fault) => Told(name, _scl, fault);

    [Theory]
    [InlineData("", "CONFIG/site.cid:1")]
    [InlineData("<SCL", "CONFIG/site.cid:1")]
    [InlineData("<!DOCTYPE SCL [<!ENTITY a \"b\">]><SCL/>", "CONFIG/site.cid:1")]
    public void What_is_no_SCL_file_is_refused_with_its_place(string text, string fault) => Told("CONFIG/site.cid", text, fault);

    [Fact] // another IED; a binding of a point that the profile does not have
    public void What_could_not_be_served_is_refused()
    {
        Told("CONFIG/site.cid", _scl.Replace("sAddr=\"inv1/W\"", "sAddr=\"inv1/NoSuchPoint\"", StringComparison.Ordinal), "NoSuchPoint");
        Told("CONFIG/site.cid", _scl.Replace("lnType=\"", "lnType=\"x", StringComparison.Ordinal), "CONFIG/site.cid:");
    }

    private void Told(string name, string scl, string? fault)
    {
        var draft = Path.Combine(_folder, "17");
        File.WriteAllText(draft, scl);
        var told = new SetConfiguration(_file, TimeProvider.System).FaultOf(name, draft);
        if (fault is null)
        {
            Assert.Null(told);
        }
        else
        {
            Assert.Contains(fault, told, StringComparison.Ordinal);
            Assert.DoesNotContain(draft, told, StringComparison.Ordinal);
            Assert.InRange(told!.Length, 1, 400);
        }
    }

    private void Set(string scl)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(SetFile)!);
        File.WriteAllText(SetFile, scl);
    }
}
