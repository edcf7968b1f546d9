using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using DerAgent.Client;
using DerAgent.Mms;

namespace DerAgent.Integration.Tests;

/// <summary>Files: the agent as a process, a real XMPP server, both dialects, and a kill.</summary>
public sealed class FileServicesTests
{
    private const string Notes = "LD/PV1LD0/notes.bin";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Tr2015", 65_000)]
    [InlineData("Ed2018", 8_192)]
    public async Task A_file_is_set_and_got_and_outlives_a_kill(string dialect, int maxPduSize)
    {
        await using var lab = await StartAsync();
        var octets = RandomNumberGenerator.GetBytes(150_000);
        await using (var client = await ConnectAsync(lab, dialect, "set", maxPduSize))
        {
            var progress = new List<long>();
            await client.SetFileAsync("mine.bin", new MemoryStream(octets), Notes, progress.Add, Cancel);
            Assert.Equal(150_000, progress[^1]);
            Assert.InRange(progress.Count, 5, 50);
            Assert.Equal([Notes, "LD/PV1LD0/LLN0.GeneralLog.csv"], (await NamesAsync(client, "LD/PV1LD0")).OrderDescending(StringComparer.Ordinal));
        }

        await lab.RestartAsync();
        await using var again = await ConnectAsync(lab, dialect, "get", maxPduSize);
        Assert.Equal(octets, await GetAsync(again, Notes));

        // Another in its place: the source is not there, and the old one stays.
        var error = (await Assert.ThrowsAsync<AcsiException>(() => again.RequestAsync<ObtainFileResponse>(new ObtainFileRequest("nowhere.bin", Notes), Cancel))).Error;
        Assert.Equal((ErrorClass.File, ErrorCode.FileNonExistent, ObtainFileError.SourceFile), (error!.Class, error.Code, error.ObtainFile));
        error = (await Assert.ThrowsAsync<AcsiException>(() => again.SetFileAsync("mine.bin", new MemoryStream(octets), "../notes.bin", _ => { }, Cancel))).Error;
        Assert.Equal((ErrorClass.File, ErrorCode.FileNameSyntaxError, ObtainFileError.DestinationFile), (error!.Class, error.Code, error.ObtainFile));
        Assert.Equal(octets, await GetAsync(again, Notes));
        await again.SetFileAsync("mine.bin", new MemoryStream([1, 2, 3]), Notes, _ => { }, Cancel);
        Assert.Equal([1, 2, 3], await GetAsync(again, Notes));
        await again.DeleteFileAsync(Notes, Cancel);
        Assert.Equal(["LD/PV1LD0/LLN0.GeneralLog.csv"], await NamesAsync(again, "LD/PV1LD0/"));
    }

    [Theory]
    [InlineData("Tr2015")]
    [InlineData("Ed2018")]
    public async Task A_client_that_leaves_half_way_leaves_nothing(string dialect)
    {
        await using var lab = await StartAsync();
        await using (var client = await ConnectAsync(lab, dialect, "set"))
        {
            await client.SetFileAsync("mine.bin", new MemoryStream([1, 2, 3]), Notes, _ => { }, Cancel);

            // After the first part it says no more.
            var read = new TaskCompletionSource();
            var silent = client.SetFileAsync("big.bin", new MemoryStream(new byte[1_000_000]), Notes, _ =>
            {
                client.Offer = null;
                read.TrySetResult();
            }, Cancel);
            await read.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
            Assert.Equal(ObtainFileError.SourceFile, (await Assert.ThrowsAsync<AcsiException>(() => silent)).Error?.ObtainFile);
            Assert.Equal([1, 2, 3], await GetAsync(client, Notes));
        }

        Assert.Empty(Directory.GetFiles(Path.Combine(lab.Xmpp.Folder, "files.new")));
    }

    [Theory]
    [InlineData("Tr2015")]
    [InlineData("Ed2018")]
    public async Task A_new_SCL_file_is_looked_at_taken_and_given_back(string dialect)
    {
        await using var lab = await StartAsync();
        var installed = await File.ReadAllTextAsync(lab.SclFile, Cancel);
        var name = "CONFIG/" + Path.GetFileName(lab.SclFile);
        await using (var client = await ConnectAsync(lab, dialect, "set"))
        {
            await client.StoreConfigurationAsync("PV1LD0", "LD/PV1LD0/backup.cid", Cancel);
            Assert.Equal(installed, Encoding.UTF8.GetString(await GetAsync(client, "LD/PV1LD0/backup.cid")));

            // What the agent could not run with is refused with its place, and changes nothing.
            var bad = installed.Replace("lnType=\"", "lnType=\"x", StringComparison.Ordinal);
            var error = (await Assert.ThrowsAsync<AcsiException>(() => client.SetFileAsync("new.cid", new MemoryStream(Encoding.UTF8.GetBytes(bad)), name, _ => { }, Cancel))).Error!;
            Assert.Equal((ErrorClass.File, ErrorCode.FileContentTypeInvalid, ObtainFileError.DestinationFile), (error.Class, error.Code, error.ObtainFile));
            Assert.Contains(name + ":", error.AdditionalDescription, StringComparison.Ordinal);
            Assert.Equal(ErrorCode.FileContentTypeInvalid, (await Assert.ThrowsAsync<AcsiException>(() => client.SetFileAsync("new.cid", new MemoryStream([1]), "CONFIG/agent.json", _ => { }, Cancel))).Error!.Code);
            Assert.Contains("LLN0$LG$EventLog", await client.GetVariablesAsync("PV1LD0", Cancel));

            var other = installed.Replace("name=\"EventLog\"", "name=\"OtherLog\"", StringComparison.Ordinal);
            await client.SetFileAsync("new.cid", new MemoryStream(Encoding.UTF8.GetBytes(other)), name, _ => { }, Cancel);
            await client.Aborted.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        }

        await lab.RestartAsync();
        await using (var client = await ConnectAsync(lab, dialect, "look"))
        {
            Assert.Contains("LLN0$LG$OtherLog", await client.GetVariablesAsync("PV1LD0", Cancel));
            await client.DeleteFileAsync(name, Cancel);
            await client.Aborted.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        }

        await using var again = await ConnectAsync(lab, dialect, "again");
        Assert.Contains("LLN0$LG$EventLog", await again.GetVariablesAsync("PV1LD0", Cancel));
    }

    [Fact]
    public async Task The_verbs_for_files_do_what_their_help_says()
    {
        await using var lab = await StartAsync();
        var mine = Path.Combine(lab.Xmpp.Folder, "mine.txt");
        await File.WriteAllTextAsync(mine, "hello", Cancel);
        Assert.Contains("COMTRADE/", await lab.OkAsync("files", "list"), StringComparison.Ordinal);
        Assert.Contains("5 octets", await lab.OkAsync("files", "put", mine, "LD/PV1LD0/hello.txt"), StringComparison.Ordinal);
        Assert.Contains("LD/PV1LD0/hello.txt", await lab.OkAsync("files", "list", "LD/PV1LD0"), StringComparison.Ordinal);
        Assert.Contains("\"size\":5", await lab.OkAsync("files", "list", "LD/PV1LD0/hello.txt", "--json"), StringComparison.Ordinal);
        var got = Path.Combine(lab.Xmpp.Folder, "got.txt");
        Assert.Contains("5 octets", await lab.OkAsync("files", "get", "LD/PV1LD0/hello.txt", "--out", got), StringComparison.Ordinal);
        Assert.Equal("hello", await File.ReadAllTextAsync(got, Cancel));
        Assert.Equal(2, (await lab.ClientAsync("files", "get", "LD/PV1LD0/hello.txt", "--out", got)).ExitCode);
        Assert.Equal(4, (await lab.ClientAsync("files", "get", "LD/PV1LD0/none.txt", "--out", got + "2")).ExitCode);
        Assert.False(File.Exists(got + "2.part"));
        Assert.Equal(2, (await lab.ClientAsync("files", "put", mine + "x", "LD/PV1LD0/none.txt")).ExitCode);
        Assert.Contains("deleted", await lab.OkAsync("files", "delete", "LD/PV1LD0/hello.txt"), StringComparison.Ordinal);
        Assert.Equal(4, (await lab.ClientAsync("files", "delete", "LD/PV1LD0/hello.txt")).ExitCode);

        Assert.Contains("stored", await lab.OkAsync("files", "store", "PV1LD0", "LD/PV1LD0/backup.cid"), StringComparison.Ordinal);
        Assert.Equal(4, (await lab.ClientAsync("files", "store", "NONE", "LD/PV1LD0/backup.cid")).ExitCode);

        var log = Path.Combine(lab.Xmpp.Folder, "log.csv");
        await lab.OkAsync("files", "get", "LD/PV1LD0/LLN0.GeneralLog.csv", "--out", log);
        Assert.StartsWith("entryID,time,reference,value,reason\r\n", await File.ReadAllTextAsync(log, Encoding.UTF8, Cancel), StringComparison.Ordinal);
    }

    private static async Task<AgentLab> StartAsync()
    {
        var lab = await AgentLab.StartAsync("pv-inverter.cid", [new("inv1", "sunspec-inverter")], Engineer);
        await lab.Agent.LineAsync("the device answers");
        return lab;
    }

    private static void Engineer(JsonObject options) => options["connections"]![0]!["access"]![0]!["roles"] = new JsonArray("DSO_OPERATOR", "ENGINEER");

    private static Task<AcsiClient> ConnectAsync(AgentLab lab, string dialect, string resource, int maxPduSize = 65_000) =>
        lab.ConnectAsync(resource: resource, dialect: MmsDialect.All.Single(d => d.Name == dialect), maxPduSize: maxPduSize);

    private static async Task<List<string>> NamesAsync(AcsiClient client, string folder) =>
        await client.GetFilesAsync(folder, Cancel).Select(e => e.Name).ToListAsync(Cancel);

    private static async Task<byte[]> GetAsync(AcsiClient client, string name)
    {
        var content = new MemoryStream();
        await client.GetFileAsync(name, content, (_, _) => { }, Cancel);
        return content.ToArray();
    }
}
