using System.Text.Json;
using DerAgent.Devices;
using DerAgent.Tests;

namespace DerAgent.Agent.Tests;

/// <summary>agent.json: read strictly, with the place of every mistake.</summary>
public sealed class ConfigurationTests : IDisposable
{
    private const string Good = """
        {
          // comments and trailing commas are allowed
          "scl": "SCL", "profiles": ["PROFILES"], "data": ".",
          "connections": [ {
            "name": "dso", "jid": "pv1@example.net", "servers": ["xmpp.dso.example:5222"], "passwordFile": "secret",
            "access": [ { "jid": "control@dso.example", "roles": ["OPERATOR"], }, ],
          } ],
          "devices": { "inv1": { "url": "modbus-tcp://127.0.0.1:1502?unit=1" } },
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("der-agent-test.").FullName;

    public ConfigurationTests()
    {
        File.WriteAllText(Path.Combine(_folder, "secret"), "password\n");
        Protect(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("{\"fast\": \"2s\"}", null)]
    [InlineData("{\"fast\": \"often\"}", "devices.inv1.polls.fast is a time")]
    [InlineData("{\"slow\": \"1ms\"}", "devices.inv1.polls.slow is shorter than 10ms")]
    public void Periods_of_a_site_are_taken_or_refused(string polls, string? about)
    {
        var configuration = Load(Good.Replace("\"url\": \"modbus-tcp://127.0.0.1:1502?unit=1\"", $"\"polls\": {polls}", StringComparison.Ordinal));
        Assert.NotNull(configuration.BuildSite(TimeProvider.System));
        Assert.Equal(about is not null, configuration.Findings.Any(f => f.IsError && f.Text.Contains(about ?? "polls", StringComparison.Ordinal)));
    }

    [Theory] // Modbus/TCP Security
    [InlineData("{\"ca\": \"device.pem\", \"certificate\": \"device.pem\", \"key\": \"device.key\", \"name\": \"inverter-17\"}", null)]
    [InlineData("{\"certificate\": \"device.pem\"}", "devices.inv1.tls needs certificate and key together")]
    [InlineData("{\"ca\": \"none.pem\"}", "devices.inv1.tls.ca: The trust anchors in")]
    [InlineData("{\"certificate\": \"device.pem\", \"key\": \"open.key\"}", "devices.inv1.tls.key:")]
    [InlineData("{\"certificate\": \"device.pem\", \"key\": \"secret\"}", "are no certificate with its key (PEM)")]
    public void How_a_device_is_reached_securely_is_taken_or_refused(string tls, string? about)
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=inverter-17", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(_folder, "device.pem"), certificate.ExportCertificatePem());
        foreach (var (name, mode) in new[] { ("device.key", UnixFileMode.UserRead), ("open.key", UnixFileMode.UserRead | UnixFileMode.OtherRead) })
        {
            File.WriteAllText(Path.Combine(_folder, name), key.ExportPkcs8PrivateKeyPem());
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(Path.Combine(_folder, name), mode);
            }
        }

        var configuration = Load(Good.Replace("\"url\": \"modbus-tcp://127.0.0.1:1502?unit=1\"", $"\"url\": \"modbus-tls://127.0.0.1:802?unit=1\", \"tls\": {tls}", StringComparison.Ordinal));
        Assert.NotNull(configuration.BuildSite(TimeProvider.System));
        Assert.Equal(about is not null, configuration.Findings.Any(f => f.IsError && f.Text.Contains(about ?? "tls", StringComparison.Ordinal)));
        Assert.Contains(configuration.Files, f => f.EndsWith(".pem", StringComparison.Ordinal));
    }

    [Fact]
    public void A_good_file_is_usable_and_the_resource_is_IEC()
    {
        var configuration = Load(Good);
        Assert.Empty(configuration.Findings);
        Assert.True(configuration.IsUsable);
        Assert.Equal("pv1@example.net/IEC", Assert.Single(configuration.Connections).Xmpp.Jid.ToString());
        Assert.Equal("password", configuration.Connections[0].Xmpp.Password);
    }

    [Theory]
    [InlineData("\"data\"", "\"dta\"", "dta")]
    [InlineData("\"servers\"", "\"server\"", "server")]
    [InlineData("\"scl\": \"SCL\",", "", "scl")]
    [InlineData("\"scl\": \"SCL\"", "\"scl\": \"none.cid\"", "cannot be read")]
    [InlineData("pv1@example.net", "pv1", "no JID")]
    [InlineData("control@dso.example", "control@dso.example/x", "no bare JID")]
    [InlineData("OPERATOR", "BOSS", "BOSS")]
    [InlineData("xmpp.dso.example:5222", "xmpp.dso.example:x", "no server")]
    [InlineData("\"passwordFile\": \"secret\"", "\"passwordFile\": \"none\"", "password file")]
    [InlineData("PROFILES", "/none", "does not exist")]
    [InlineData("\"inv1\"", "\"inv9\"", "inv9")]
    [InlineData("modbus-tcp://127.0.0.1:1502", "tcp://127.0.0.1:1502", "not served")]
    [InlineData("\"data\": \".\"", "\"data\": \".\", \"storage\": {\"size\": \"64\"}", "write 1MB to 100GB")]
    [InlineData("\"data\": \".\"", "\"data\": \".\", \"storage\": {\"size\": \"1KB\"}", "write 1MB to 100GB")]
    [InlineData("\"data\": \".\"", "\"data\": \".\", \"storage\": {\"commitInterval\": \"2s\"}", "write 0ms to 1s")]
    [InlineData("\"data\": \".\"", "\"data\": \".\", \"storage\": {\"lazyInterval\": \"-1s\"}", "write 0ms to 1m")]
    [InlineData("\"data\": \".\"", "\"data\": \".\", \"storage\": {\"logAge\": \"1y\"}", "write 0d (as long as there is room) to 36500d")]
    [InlineData("\"data\": \".\"", "\"data\": \".\", \"storage\": {\"durability\": \"FULL\"}", "write full, or normal")]
    [InlineData("\"data\": \".\"", "\"data\": \".\", \"storage\": {\"sise\": \"64MB\"}", "sise")]
    public void A_mistake_is_told_and_stops_the_start(string good, string bad, string about)
    {
        var configuration = Load(Good.Replace(good, bad, StringComparison.Ordinal));
        Assert.False(configuration.IsUsable);
        Assert.Contains(configuration.Findings, f => f.IsError && (f.Text + f.Place).Contains(about, StringComparison.Ordinal));
    }

    [Fact]
    public void How_much_is_kept_and_how_soon_is_read()
    {
        var configuration = Load(Good.Replace("\"data\": \".\"", "\"data\": \".\", \"storage\": {\"size\": \"0.5GB\", \"commitInterval\": \"200ms\", \"lazyInterval\": \"0.5m\", \"durability\": \"normal\"}", StringComparison.Ordinal));
        Assert.True(configuration.IsUsable, string.Join('\n', configuration.Findings));
        Assert.Equal((512L << 20, false), (configuration.Storage.Store.MaxOctets, configuration.Storage.Store.IsSynchronous));
        Assert.Equal((TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30)), (configuration.Storage.Commits.CommitInterval, configuration.Storage.Commits.LazyInterval));
    }

    [Theory] // well-formed, and nobody gets what was meant
    [InlineData("pv1@example.net", "PV1@example.net", false, "servers write it pv1@example.net")]
    [InlineData("pv1@example.net", "pv\u00C41@example.net", true, "U+00C4, upper case")]
    [InlineData("control@dso.example\"", "a\u0308@dso.example\"", true, "U+0308, a combining mark")]
    [InlineData("control@dso.example\"", "\uFF43ontrol@dso.example\"", true, "U+FF43, a compatibility form")]
    [InlineData("control@dso.example\"", "dso.example\"", false, "a whole domain")]
    [InlineData("\"roles\": [\"OPERATOR\"], },", "\"roles\": [\"OPERATOR\"], }, { \"jid\": \"Control@DSO.example\", \"roles\": [\"MONITOR\"] }", true, "is listed 2 times")]
    [InlineData("\"roles\": [\"OPERATOR\"]", "\"roles\": [\"OPERATOR\"], \"area\": [\"PV1LD0/XCBR*\"]", false, "holds no logical node")]
    [InlineData("xmpp.dso.example:5222", "2001:db8::5", true, "an IPv6 address in brackets")]
    [InlineData("],\n  } ],", "] }, { \"name\": \"vpp\", \"jid\": \"pv1@example.net/IEC\", \"passwordFile\": \"secret\", \"access\": [] } ],", false, "dso and vpp log in as pv1@example.net/IEC")]
    public void A_connection_that_would_not_do_what_was_meant_is_told(string good, string bad, bool isError, string about)
    {
        Assert.Contains(good, Good, StringComparison.Ordinal);
        var configuration = Load(Good.Replace(good, bad, StringComparison.Ordinal));
        Assert.Contains(configuration.Findings, f => f.IsError == isError && f.Text.Contains(about, StringComparison.Ordinal));
        Assert.Equal(!isError, configuration.IsUsable);
    }

    [Fact]
    public void A_file_that_everybody_may_write_is_told()
    {
        Load(Good);
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has other rights.");
            return;
        }

        var file = Path.Combine(_folder, "agent.json");
        File.SetUnixFileMode(file, File.GetUnixFileMode(file) | UnixFileMode.OtherWrite);
        var told = Assert.Single(Configuration.Load(file).Findings);
        Assert.Equal((false, true), (told.IsError, told.Text.Contains("chmod o-w", StringComparison.Ordinal)));
    }

    [Fact] // the runtime as it is published normalises nothing
    public void A_password_that_would_be_compared_in_another_form_is_told()
    {
        File.WriteAllText(Path.Combine(_folder, "secret"), "pass\uFB01word");
        Assert.Contains(Load(Good).Findings, f => f.IsError && f.Text.Contains("U+FB01", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(_folder, "secret"), "Gr\u00F6\u00DFe");
        Assert.True(Load(Good).IsUsable);
    }

    [Fact]
    public void A_warning_in_the_SCL_file_is_told_as_check_tells_it_and_the_agent_starts_with_the_rest()
    {
        var scl = Path.Combine(_folder, "site.cid");
        File.WriteAllText(scl, File.ReadAllText(Path.Combine(Corpus.Root, "scl", "pv-inverter.cid")).Replace("doName=\"TotVAr\" fc=\"MX\"", "doName=\"TotXx\" fc=\"MX\"", StringComparison.Ordinal));
        var configuration = Load(Good.Replace("\"scl\": \"SCL\"", $"\"scl\": \"{scl}\"", StringComparison.Ordinal));
        Assert.True(configuration.IsUsable);
        var told = Assert.Single(configuration.Findings);
        Assert.False(told.IsError);
        var finding = Assert.Single(Scl.SclInspector.Inspect(scl).Findings);
        Assert.Equal($"{scl}:{finding.Line}:{finding.Column}", told.Place);
        Assert.Contains($"{finding.Code}: {finding.Reference}: {finding.Text} {finding.Remedy}", told.Text, StringComparison.Ordinal);
        Assert.Equal(5, configuration.Servers[0].Model.LogicalDevices[0].LogicalNode("LLN0")!.DataSets[0].Members.Count);
    }

    [Fact]
    public void What_is_no_JSON_is_told_with_its_line() => Assert.Contains(":3:", Load("{\n\n  oops\n}").Findings[0].Place, StringComparison.Ordinal);

    [Fact]
    public void A_secret_that_others_can_read_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no Unix file modes.");
        Protect(UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Contains("chmod 600", Assert.Single(Load(Good).Findings).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_is_read_as_it_stands()
    {
        var options = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(Corpus.Root, "install", "agent.example.json")), AgentJson.Default.AgentOptions)!;
        Assert.Equal("pv1@dso.example/IEC", Assert.Single(options.Connections).Jid);
        Assert.Equal(2, options.Connections[0].Access.Count);
    }

    [Fact]
    public void The_schema_names_every_key()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Corpus.Root, "docs", "agent.schema.json")));
        var properties = schema.RootElement.GetProperty("properties");
        Assert.Equal(Keys<AgentOptions>(), Names(properties));
        var connection = properties.GetProperty("connections").GetProperty("items").GetProperty("properties");
        Assert.Equal(Keys<ConnectionOptions>(), Names(connection));
        Assert.Equal(Keys<AccessOptions>(), Names(connection.GetProperty("access").GetProperty("items").GetProperty("properties")));
    }

    [Fact] // an editor that follows the schema takes what the agent takes
    public void The_schema_takes_each_wire()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Corpus.Root, "docs", "agent.schema.json")));
        var pattern = schema.RootElement.GetProperty("properties").GetProperty("devices").GetProperty("additionalProperties").GetProperty("properties").GetProperty("url").GetProperty("pattern").GetString()!;
        Assert.All(DeviceUrlReader.Schemes, s => Assert.Matches(pattern, s.Example));
        Assert.DoesNotMatch(pattern, "http://192.168.1.20");
    }

    private static List<string> Keys<T>() => [.. AgentJson.Default.GetTypeInfo(typeof(T))!.Properties.Select(p => p.Name).Order(StringComparer.Ordinal)];

    private static List<string> Names(JsonElement properties) => [.. properties.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal)];

    private void Protect(UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(_folder, "secret"), mode);
        }
    }

    private Configuration Load(string json)
    {
        var path = Path.Combine(_folder, "agent.json");
        File.WriteAllText(path, json
            .Replace("SCL", Path.Combine(Corpus.Root, "scl", "pv-inverter.cid"), StringComparison.Ordinal)
            .Replace("PROFILES", Path.Combine(Corpus.Root, "device-profiles"), StringComparison.Ordinal));
        var configuration = Configuration.Load(path);
        _ = configuration.BuildSite(TimeProvider.System);
        return configuration;
    }
}
