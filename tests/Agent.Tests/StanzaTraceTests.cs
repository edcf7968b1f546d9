using System.Text;

namespace DerAgent.Agent.Tests;

/// <summary>The trace: bounded, in lines of ours, and nobody's trouble.</summary>
public sealed class StanzaTraceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("der-agent-test.").FullName;
    private readonly List<string> _warnings = [];

    private string Path => System.IO.Path.Combine(_folder, "trace.txt");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_line_tells_time_direction_connection_association_and_XML()
    {
        await WriteAsync(StanzaTrace.DefaultSize, "<iq id='1'><AssociationContext id=\"7\"><MMSpdu/></AssociationContext></iq>", "<presence/>");
        var lines = await File.ReadAllLinesAsync(Path, TestContext.Current.CancellationToken);
        Assert.Matches("^2[0-9-]+T[0-9:.]+Z -> dso #7 <iq id='1'>", lines[0]);
        Assert.Matches("Z <- dso - <presence/>$", lines[1]);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
        }
    }

    [Fact] // Prosody passes a newline in an attribute
    public async Task Nobody_else_writes_a_line_of_it()
    {
        await WriteAsync(StanzaTrace.DefaultSize, "<message id='a\n2026-11-26T00:00:00Z -> dso - forged\r\u2028\u202Ereversed\u0085'/>", "<AssociationContext id=\"x\ny\">");
        var lines = await File.ReadAllLinesAsync(Path, TestContext.Current.CancellationToken);
        Assert.Equal(2, lines.Length);
        Assert.Contains(@"a\u000A2026-11-26T00:00:00Z -> dso - forged\u000D\u2028\u202Ereversed\u0085", lines[0], StringComparison.Ordinal);
        Assert.Contains(@"#x\u000Ay", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_are_two_files_and_no_more_octets_than_they_may_have()
    {
        await WriteAsync(2_000, [.. Enumerable.Range(0, 200).Select(i => $"<message id='{i}'>{new string('x', 100)}</message>")]);
        Assert.Equal(["trace.txt", "trace.txt.1"], Directory.GetFiles(_folder).Select(f => System.IO.Path.GetFileName(f)).Order());
        Assert.All(Directory.GetFiles(_folder), f => Assert.InRange(new FileInfo(f).Length, 1, 2_000));
        Assert.Contains("id='199'", await File.ReadAllTextAsync(Path, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Empty(_warnings);
    }

    [Fact]
    public async Task A_full_disk_ends_it_with_one_warning_and_nothing_else()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full here.");
        await using (var trace = new StanzaTrace("/dev/full", TimeProvider.System, _warnings.Add))
        {
            for (var i = 0; i < 100; i++)
            {
                trace.For("dso")(true, "<presence/>"u8.ToArray());
            }
        }

        Assert.Contains("the trace /dev/full stops: No space left", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    private async Task WriteAsync(long size, params string[] stanzas)
    {
        await using var trace = new StanzaTrace(Path, TimeProvider.System, _warnings.Add, size);
        for (var i = 0; i < stanzas.Length; i++)
        {
            trace.For("dso")(i % 2 == 0, Encoding.UTF8.GetBytes(stanzas[i]));
        }
    }
}
