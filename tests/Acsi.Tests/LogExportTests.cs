using System.Text;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Storage;

namespace DerAgent.Acsi.Tests;

/// <summary>Logs as CSV files: whole, as of when they are opened, of what the peer may read.</summary>
public sealed class LogExportTests : IDisposable
{
    private const string Name = "LD/PV1LD0/LLN0.GeneralLog.csv";
    private const Right Reader = Right.View | Right.FileRead | Right.Logging;
    private readonly FileFolder _folder = new();
    private readonly TestIed _ied = TestIed.PvInverter(store: new MemoryStore(10_000));
    private readonly Association _peer;

    public LogExportTests()
    {
        _ied.Files = _folder.Store.Begin();
        _peer = _ied.Associate(rights: Reader | Right.FileManagement);
    }

    public void Dispose()
    {
        _ied.Files!.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_log_is_a_file_with_a_line_for_each_value()
    {
        Turn(2);
        _ied.Advance(1);
        Turn(1);
        var entries = _ied.Ask<ReadJournalResponse>(_peer, new ReadJournalRequest(ObjectName.In("PV1LD0", "LLN0$GeneralLog"))).Entries;
        var lines = Get(_peer).Split("\r\n");
        Assert.Equal("entryID,time,reference,value,reason", lines[0]);
        Assert.Equal("", lines[^1]);
        Assert.Equal(
            entries.Select(e => $"{e.Id},{e.Time.ToDateTimeOffset():yyyy-MM-dd'T'HH:mm:ss.fff'Z'},{e.Variables[0].Tag},\"{e.Variables[0].Value}\",{e.Variables[1].Value}"),
            lines[1..^1]);
    }

    [Fact] // in slices: others are served meanwhile
    public void A_long_log_is_whole()
    {
        for (var i = 0; i < 1_234; i++)
        {
            _ied.Time.Advance(TimeSpan.FromMilliseconds(10));
            Turn(1 + (i % 2));
        }

        var tasks = _ied.Left.OfType<AcsiEffect.Files>().Count();
        Assert.Equal(1_234 + 2, Get(_peer).Split("\r\n").Length);
        Assert.InRange(_ied.Left.OfType<AcsiEffect.Files>().Count() - tasks, 13, 60);
        Assert.Empty(_folder.Drafts);
    }

    [Fact]
    public void It_is_as_of_when_it_was_opened()
    {
        Turn(2);
        var opened = Open(_peer);
        Turn(1);
        Assert.Equal(3, Read(_peer, opened).Split("\r\n").Length);
    }

    [Fact]
    public void Everybody_gets_of_it_what_he_may()
    {
        Turn(2);
        _ied.Measure("MMXU1$MX$TotW$mag$f", DataValue.Float32(5));
        Assert.Contains("CSWI1", Get(_peer), StringComparison.Ordinal);
        var part = _ied.Associate("part@dso.example/1", Reader, area: ["PV1LD0/LLN0", "PV1LD0/MMXU1"]);
        Assert.DoesNotContain("CSWI1", Get(part), StringComparison.Ordinal);
        Assert.Contains(Name, Names(part));

        var unable = _ied.Associate("unable@dso.example/1", Right.View | Right.FileRead);
        Assert.DoesNotContain(Name, Names(unable));
        Assert.Equal(ErrorCode.FileNonExistent, Assert.IsType<ConfirmedError>(_ied.Ask(unable, new FileOpenRequest(Name, 0))).Error.Code);
        var elsewhere = _ied.Associate("elsewhere@dso.example/1", Reader, area: "PV1LD0/MMXU1");
        Assert.Equal(ErrorCode.FileNonExistent, Assert.IsType<ConfirmedError>(_ied.Ask(elsewhere, new FileOpenRequest(Name, 0))).Error.Code);
    }

    [Fact]
    public void It_stands_in_the_directory_and_is_no_file_to_be_deleted()
    {
        Assert.Equal([Name], Names(_peer));
        Assert.Equal(new DirectoryEntry(Name, new(0, null)), Assert.Single(_ied.Ask<FileDirectoryResponse>(_peer, new FileDirectoryRequest(Name)).Entries));
        Turn(2);
        Assert.Equal(_ied.Time.GetUtcNow(), Assert.Single(_ied.Ask<FileDirectoryResponse>(_peer, new FileDirectoryRequest(Name)).Entries).Attributes.LastModified);
        Assert.Equal(ErrorCode.FileAccessDenied, Assert.IsType<ConfirmedError>(_ied.Ask(_peer, new FileDeleteRequest(Name))).Error.Code);
        Assert.Equal(ErrorCode.FileNonExistent, Assert.IsType<ConfirmedError>(_ied.Ask(_peer, new FileDirectoryRequest(Name + "/"))).Error.Code);
    }

    [Fact]
    public void A_position_beyond_its_end_is_refused_and_leaves_nothing()
    {
        Turn(2);
        Assert.Equal(ErrorCode.FilePositionInvalid, Assert.IsType<ConfirmedError>(_ied.Ask(_peer, new FileOpenRequest(Name, 100_000))).Error.Code);
        Assert.Empty(_folder.Drafts);
        Assert.StartsWith("time,", Read(_peer, _ied.Ask<FileOpenResponse>(_peer, new FileOpenRequest(Name, 8))), StringComparison.Ordinal);
    }

    private void Turn(int position) => _ied.Measure("CSWI1$ST$Pos$stVal", CodedEnum.ToValue(position));

    private FileOpenResponse Open(Association peer) => _ied.Ask<FileOpenResponse>(peer, new FileOpenRequest(Name, 0));

    private string Get(Association peer) => Read(peer, Open(peer));

    private string Read(Association peer, FileOpenResponse opened)
    {
        var text = new StringBuilder();
        for (FileReadResponse? part = null; part is null or { MoreFollows: true };)
        {
            part = _ied.Ask<FileReadResponse>(peer, new FileReadRequest(opened.Frsm));
            text.Append(Encoding.UTF8.GetString(part.Data.Span));
        }

        Assert.Equal((int)opened.Attributes.Size, text.Length + (opened.Attributes.Size > text.Length ? 8 : 0));
        _ied.Ask<FileCloseResponse>(peer, new FileCloseRequest(opened.Frsm));
        return text.ToString();
    }

    private List<string> Names(Association peer) => [.. _ied.Ask<FileDirectoryResponse>(peer, new FileDirectoryRequest("LD/PV1LD0")).Entries.Select(e => e.Name)];
}
