using System.Text;
using DerAgent.Tests;

namespace DerAgent.Agent.Tests;

/// <summary>What is wrong with agent.json is told at its line there, whoever finds it.</summary>
public sealed class ConfigurationPlaceTests : IDisposable
{
    private const string Good = """
        {
          "scl": "SCL",
          "profiles": [
            "PROFILES"
          ],
          "data": ".",
          "storage": {
            "size": "64MB"
          },
          "connections": [
            {
              "name": "dso",
              "jid": "pv1@example.net",
              "servers": [
                "xmpp.dso.example:5222"
              ],
              "passwordFile": "secret",
              "access": [
                {
                  "jid": "control@dso.example",
                  "roles": ["OPERATOR"],
                  "area": ["PV1LD0"]
                }
              ]
            }
          ],
          "devices": {
            "inv1": {
              "url": "modbus-tcp://127.0.0.1:1502?unit=1",
              "polls": {
                "fast": "1s"
              }
            }
          }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("der-agent-test.").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("\"pv1@example.net\"", "\"pv1\"", "no JID")]
    [InlineData("\"control@dso.example\"", "\"control@dso.example/x\"", "no bare JID")]
    [InlineData("\"control@dso.example\"", "\"*\"", "there are no wildcards")]
    [InlineData("[\"OPERATOR\"]", "[\"BOSS\"]", "BOSS")]
    [InlineData("\"PV1LD0\"", "\"PV9*\"", "holds no logical node")]
    [InlineData("\"xmpp.dso.example:5222\"", "\"xmpp.dso.example:x\"", "is no server")]
    [InlineData("\"xmpp.dso.example:5222\"", "\"xmpp://xmpp.dso.example:5222\"", "write xmpp.dso.example:5222, without xmpp://")]
    [InlineData("\"xmpp.dso.example:5222\"", "\"0.0.0.0:5222\"", "0.0.0.0 is nobody's address")]
    [InlineData("\"xmpp.dso.example:5222\"", "\"192.168.1.300:5222\"", "each of its numbers is 0 to 255")]
    [InlineData("\"xmpp.dso.example:5222\"", "\"[ff02::1]:5222\"", "the address of many")]
    [InlineData("\"secret\"", "\"none\"", "password file")]
    [InlineData("\"PROFILES\"", "\"/none\"", "does not exist")]
    [InlineData("\"64MB\"", "\"64\"", "write 1MB to 100GB")]
    [InlineData("\"1s\"", "\"1ms\"", "is shorter than")]
    [InlineData("\"modbus-tcp://127.0.0.1:1502?unit=1\"", "\"tcp://127.0.0.1:1502\"", "not served")]
    [InlineData("\"modbus-tcp://127.0.0.1:1502?unit=1\"", "\"modbus-tcp://192.168.1.020:502\"", "without leading zeros")]
    [InlineData("\"modbus-tcp://127.0.0.1:1502?unit=1\"", "\"modbus-tcp://255.255.255.255:502\"", "the address of many")]
    [InlineData("\"SCL\",", "\"SCL\", \"ied\": \"PV9\",", "named PV9")]
    [InlineData("\"dso\",", "\"dso\", \"accessPoint\": \"AP9\",", "named /AP9")]
    [InlineData("\".\"", "\"secret\"", "is a file, and no folder")]
    [InlineData("\".\"", "\"/proc/none\"", "nothing can be made there")]
    [InlineData("\".\",", "\".\", \"data\": \"x\",", "data stands here for the second time")]
    [InlineData("\"1s\"", "\"1s\", \"fast\": \"2s\"", "devices.inv1.polls.fast stands here for the second time")]
    [InlineData("\"passwordFile\"", "\"passwordfile\"", "\"passwordFile\" is")]
    [InlineData("\"size\"", "\"sizes\"", "is no key here; these are: size, commitInterval")]
    [InlineData("\"64MB\"", "64", "storage.size: this must be a text in quotes")]
    [InlineData("[\"OPERATOR\"]", "\"OPERATOR\"", "roles: this must be a list in brackets")]
    [InlineData("\".\"", "null", "data: this must be a text in quotes")]
    public void A_mistake_is_told_at_its_line(string good, string bad, string about)
    {
        Assert.Contains(good, Good, StringComparison.Ordinal);
        var line = Good[..Good.IndexOf(good, StringComparison.Ordinal)].Count(c => c == '\n') + 1;
        var finding = Assert.Single(Load(Good.Replace(good, bad, StringComparison.Ordinal)).Findings, f => f.Text.Contains(about, StringComparison.Ordinal));
        Assert.StartsWith($"{Path.Combine(_folder, "agent.json")}:{line}:", finding.Place, StringComparison.Ordinal);
    }

    [Fact] // the key stands there, and names no device
    public void A_device_that_nobody_declares_is_told_at_its_line()
    {
        var finding = Assert.Single(Load(Good.Replace("\"inv1\"", "\"inv9\"", StringComparison.Ordinal)).Findings, f => f.Text.Contains("inv9", StringComparison.Ordinal));
        var line = Good[..Good.IndexOf("modbus-tcp", StringComparison.Ordinal)].Count(c => c == '\n') + 1;
        Assert.StartsWith($"{Path.Combine(_folder, "agent.json")}:{line}:", finding.Place, StringComparison.Ordinal);
    }

    [Fact] // no word of the program that reads it
    public void What_is_missing_is_named()
    {
        var finding = Assert.Single(Load(Good.Replace("\"jid\": \"control@dso.example\",", "", StringComparison.Ordinal)).Findings);
        Assert.StartsWith("connections[0].access[0]: \"jid\" must be given here.", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_brace_that_is_missing_is_said_to_be() =>
        Assert.Contains("a } or ] is missing before the end of the file", Assert.Single(Load(Good[..Good.LastIndexOf('}')]).Findings).Text, StringComparison.Ordinal);

    [Fact] // an address of agent.json is the one in use
    public async Task A_device_stands_where_agent_json_says()
    {
        Write(Encoding.UTF8.GetBytes(Filled(Good)));
        await using var site = Configuration.Load(Path.Combine(_folder, "agent.json")).BuildSite(TimeProvider.System)!;
        Assert.Equal("modbus-tcp://127.0.0.1:1502?unit=1", Assert.Single(site.Devices).Url);
    }

    [Fact] // one mistake, one finding: not another one of the device that has the profile
    public void A_profile_with_a_mistake_is_told_once()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "profiles")).FullName;
        File.WriteAllText(Path.Combine(folder, "mine.yaml"), "profile: sunspec-inverter-of-mine\npoints:\n\tW: {holding: 1}\n");
        File.WriteAllText(Path.Combine(_folder, "mine.cid"), File.ReadAllText(Path.Combine(Corpus.Root, "scl", "pv-inverter.cid")).Replace("profile=\"sunspec-inverter\"", "profile=\"mine\"", StringComparison.Ordinal));
        var finding = Assert.Single(Load(Good.Replace("SCL", "mine.cid", StringComparison.Ordinal).Replace("\"PROFILES\"", "\"profiles\"", StringComparison.Ordinal)).Findings, static f => f.IsError);
        Assert.Equal($"{Path.Combine(folder, "mine.yaml")}:3:1", finding.Place);
        Assert.StartsWith("A tab stands before the text", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_that_lets_nobody_do_anything_is_told()
    {
        var (begin, end) = (Good.IndexOf("\"access\": [", StringComparison.Ordinal) + "\"access\": [".Length, Good.IndexOf("      ]\n    }\n  ],", StringComparison.Ordinal));
        Assert.Contains(Load(Good.Remove(begin, end - begin)).Findings, f => !f.IsError && f.Text.Contains("nobody may do anything", StringComparison.Ordinal));
    }

    [Theory] // as editors of Windows write it
    [InlineData("utf-8", true)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-16BE", false)]
    public void A_file_of_any_encoding_is_read(string name, bool hasMark)
    {
        var encoding = Encoding.GetEncoding(name);
        var octets = encoding.GetBytes(Filled(Good));
        Write([.. hasMark ? encoding.GetPreamble() : [], .. octets]);
        var configuration = Configuration.Load(Path.Combine(_folder, "agent.json"));
        Assert.True(configuration.IsUsable, string.Join('\n', configuration.Findings));
    }

    private string Filled(string json) => json
        .Replace("\"SCL\"", $"\"{Path.Combine(Corpus.Root, "scl", "pv-inverter.cid")}\"", StringComparison.Ordinal)
        .Replace("PROFILES", Path.Combine(Corpus.Root, "device-profiles"), StringComparison.Ordinal);

    private void Write(byte[] octets)
    {
        TestSecret.Write(_folder);

        File.WriteAllBytes(Path.Combine(_folder, "agent.json"), octets);
    }

    private Configuration Load(string json)
    {
        Write(Encoding.UTF8.GetBytes(Filled(json)));
        var configuration = Configuration.Load(Path.Combine(_folder, "agent.json"));
        _ = configuration.BuildSite(TimeProvider.System);
        return configuration;
    }
}
