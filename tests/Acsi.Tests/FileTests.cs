using System.Text;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi.Tests;

/// <summary>GetFile, DeleteFile, GetFileAttributeValues, GetServerDirectory(FILE) (IEC 61850-7-2 §23). SetFile is in <see cref="SetFileTests"/>.</summary>
public sealed class FileTests : IDisposable
{
    private const Right Files = Right.View | Right.FileRead | Right.FileWrite | Right.FileManagement | Right.Logging;
    private readonly FileFolder _folder = new();
    private readonly TestIed _ied = TestIed.PvInverter();
    private readonly Association _peer;

    public FileTests()
    {
        _ied.Files = _folder.Store.Begin();
        _peer = _ied.Associate(rights: Files);
    }

    public void Dispose()
    {
        _ied.Files!.Dispose();
        _folder.Dispose();
    }

    [Fact] // GetFile
    public void A_file_is_read_part_by_part()
    {
        var octets = Noise(100_000);
        _folder.Put("COMTRADE/f1.dat", octets);
        var opened = Open("COMTRADE/f1.dat");
        Assert.Equal(100_000u, opened.Attributes.Size);
        Assert.Equal(octets, ReadAll(opened.Frsm, out var parts));
        Assert.Equal(4, parts);
        _ied.Ask<FileCloseResponse>(_peer, new FileCloseRequest(opened.Frsm));
        Assert.Equal(ErrorCode.FileNonExistent, Error(new FileReadRequest(opened.Frsm)));
        Assert.Equal(ErrorCode.FileNonExistent, Error(new FileCloseRequest(opened.Frsm)));
    }

    [Fact]
    public void Each_part_fits_the_PDU()
    {
        _folder.Put("f.bin", Noise(60_000));
        var small = _ied.Associate("small@dso.example/1", Files, pduSize: 8_192);
        var opened = _ied.Ask<FileOpenResponse>(small, new FileOpenRequest("f.bin", 0));
        var part = _ied.Ask<FileReadResponse>(small, new FileReadRequest(opened.Frsm));
        foreach (var dialect in MmsDialect.All)
        {
            Assert.InRange(MmsCodec.ToArray(new ConfirmedResponse(uint.MaxValue, part), dialect).Length, 7_000, 8_192);
        }
    }

    [Theory]
    [InlineData(0u, 10)]
    [InlineData(4u, 6)]
    [InlineData(10u, 0)]
    public void It_is_read_from_a_position(uint position, int left)
    {
        _folder.Put("f.txt", "0123456789"u8.ToArray());
        Assert.Equal("0123456789"[^left..], Encoding.ASCII.GetString(ReadAll(_ied.Ask<FileOpenResponse>(_peer, new FileOpenRequest("f.txt", position)).Frsm, out _)));
    }

    [Fact]
    public void What_cannot_be_opened_is_refused()
    {
        _folder.Put("f.txt", "0123456789"u8.ToArray());
        Assert.Equal(ErrorCode.FilePositionInvalid, Error(new FileOpenRequest("f.txt", 11)));
        Assert.Equal(ErrorCode.FileNonExistent, Error(new FileOpenRequest("g.txt", 0)));
        Assert.Equal(ErrorCode.FileNonExistent, Error(new FileOpenRequest("COMTRADE", 0)));
        Assert.Equal(ErrorCode.FileNameSyntaxError, Error(new FileOpenRequest("", 0)));
        Assert.Equal(ErrorCode.FileNameSyntaxError, Error(new FileOpenRequest("../der-agent.db", 0)));

        // None of these takes a place.
        Enumerable.Range(0, 4).ToList().ForEach(_ => Open("f.txt"));
        var refused = Assert.IsType<ConfirmedError>(_ied.Ask(_peer, new FileOpenRequest("f.txt", 0))).Error;
        Assert.Equal((ErrorClass.Resource, ErrorCode.ResourceCapabilityUnavailable), (refused.Class, refused.Code));
        Assert.IsType<FileOpenResponse>(_ied.Ask<FileOpenResponse>(_ied.Associate("other@dso.example/1", Files), new FileOpenRequest("f.txt", 0)));
    }

    [Fact] // additionalDescription is a VisibleString, and no longer than anybody reads
    public void An_error_repeats_nothing_that_cannot_be_shown()
    {
        var looks = _ied.Associate("looks@dso.example/1", Right.View);
        var text = Assert.IsType<ConfirmedError>(_ied.Ask(looks, new FileOpenRequest("f\n\u202E" + new string('x', 5_000), 0))).Error.AdditionalDescription!;
        Assert.StartsWith("f??xxx", text, StringComparison.Ordinal);
        Assert.Equal(400, text.Length);
    }

    [Fact]
    public void A_file_nobody_reads_is_closed_after_a_minute_and_with_its_association()
    {
        _folder.Put("f.txt", "0123456789"u8.ToArray());
        var opened = Open("f.txt");
        _ied.Advance(59);
        _ied.Ask<FileReadResponse>(_peer, new FileReadRequest(opened.Frsm));
        _ied.Advance(59);
        _ied.Ask<FileReadResponse>(_peer, new FileReadRequest(opened.Frsm));
        _ied.Advance(61);
        Assert.Equal(ErrorCode.FileNonExistent, Error(new FileReadRequest(opened.Frsm)));

        Open("f.txt");
        _ied.Server.Abort(_peer, AssociationEndCause.PeerGone, "gone");
        _ied.Drain();
        Assert.Equal(2, _ied.Left.OfType<AcsiEffect.Files>().Count(f => f.Task is FileTask.Close));
        _ied.Advance(120);
        Assert.Equal(2, _ied.Left.OfType<AcsiEffect.Files>().Count(f => f.Task is FileTask.Close));
    }

    [Fact]
    public void An_open_file_is_its_owners()
    {
        _folder.Put("f.txt", "0123456789"u8.ToArray());
        var opened = Open("f.txt");
        var other = _ied.Associate("other@dso.example/1", Files);
        Assert.Equal(ErrorCode.FileNonExistent, Error(new FileReadRequest(opened.Frsm), other));
        Assert.Equal(ErrorCode.FileNonExistent, Error(new FileCloseRequest(opened.Frsm), other));
        Assert.Equal(10, ReadAll(opened.Frsm, out _).Length);
    }

    [Fact] // GetServerDirectory(FILE): one level, full names, folders with a slash
    public void A_directory_is_one_level_of_full_names()
    {
        _folder.Put("COMTRADE/b.dat", new byte[3]);
        _folder.Put("COMTRADE/a.cfg", new byte[2]);
        _folder.Put("note.txt", new byte[1]);
        _folder.Put("COMTRADE/old/c.cfg", new byte[1]);
        Assert.Equal(["COMTRADE/ 0", "LD/ 0", "note.txt 1"], Names(null));
        Assert.Equal(Names(null), Names(""));
        Assert.Equal(Names(null), Names("/"));
        Assert.Equal(["COMTRADE/a.cfg 2", "COMTRADE/b.dat 3", "COMTRADE/old/ 0"], Names("COMTRADE"));
        Assert.Equal(Names("COMTRADE"), Names("COMTRADE/"));
        Assert.Equal(["LD/PV1LD0/ 0"], Names("LD/"));
    }

    [Fact] // GetFileAttributeValues
    public void A_file_has_attributes()
    {
        _folder.Put("COMTRADE/b.dat", new byte[3]);
        File.SetLastWriteTimeUtc(Path.Combine(_folder.Root, "COMTRADE/b.dat"), new DateTime(2026, 3, 1, 6, 0, 0, DateTimeKind.Utc));
        var entry = Assert.Single(_ied.Ask<FileDirectoryResponse>(_peer, new FileDirectoryRequest("COMTRADE/b.dat")).Entries);
        Assert.Equal(new DirectoryEntry("COMTRADE/b.dat", new(3, new DateTimeOffset(2026, 3, 1, 6, 0, 0, TimeSpan.Zero))), entry);
        Assert.Equal(ErrorCode.FileNonExistent, Error(new FileDirectoryRequest("COMTRADE/c.dat")));
        Assert.Equal(ErrorCode.FileNonExistent, Error(new FileDirectoryRequest("COMTRADE/b.dat/")));
    }

    [Fact] // the union of the pages is the directory, each once, within the PDU
    public void A_directory_comes_in_pages()
    {
        for (var i = 0; i < 300; i++)
        {
            _folder.Put($"COMTRADE/record-{i:000}-of-a-disturbance-with-a-long-name.cfg", new byte[1]);
        }

        var small = _ied.Associate("small@dso.example/1", Files, pduSize: 8_192);
        var (names, pages) = (new List<string>(), 0);
        for (FileDirectoryResponse? page = null; page is null or { MoreFollows: true }; pages++)
        {
            page = _ied.Ask<FileDirectoryResponse>(small, new FileDirectoryRequest("COMTRADE", page?.Entries[^1].Name));
            Assert.InRange(MmsCodec.ToArray(new ConfirmedResponse(1, page), MmsDialect.Tr2015).Length, 0, 8_192);
            names.AddRange(page.Entries.Select(e => e.Name));
        }

        Assert.Equal(300, names.Distinct().Count());
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.InRange(pages, 5, 20);
    }

    [Fact] // DeleteFile
    public void A_file_is_deleted_and_who_reads_it_reads_on()
    {
        _folder.Put("f.txt", "0123456789"u8.ToArray());
        var opened = Open("f.txt");
        _ied.Ask<FileDeleteResponse>(_peer, new FileDeleteRequest("f.txt"));
        Assert.Null(_folder.Get("f.txt"));
        Assert.Equal(10, ReadAll(opened.Frsm, out _).Length);
        Assert.Equal(ErrorCode.FileNonExistent, Error(new FileDeleteRequest("f.txt")));
    }

    [Fact]
    public void What_cannot_be_deleted_stays()
    {
        _folder.Put("COMTRADE/f.cfg", new byte[1]);
        Assert.Equal(ErrorCode.FileAccessDenied, Error(new FileDeleteRequest("COMTRADE")));
        Assert.Equal(ErrorCode.FileNameSyntaxError, Error(new FileDeleteRequest("COMTRADE/../COMTRADE/f.cfg")));
        Assert.Equal(ErrorCode.FileAccessDenied, Error(new FileDeleteRequest("COMTRADE/f.cfg"), _ied.Associate("view@dso.example/1", Right.View | Right.FileRead)));
        Assert.NotNull(_folder.Get("COMTRADE/f.cfg"));
    }

    [Fact] // rights: FILEREAD, FILEMNGT; areas
    public void Everybody_sees_the_files_of_his_devices()
    {
        _folder.Put("LD/PV1LD0/a.txt", new byte[1]);
        _folder.Put("LD/GONE/b.txt", new byte[1]);
        _folder.Put("logs/security.csv", new byte[1]);
        _folder.Put("CONFIG/site.cid", new byte[1]);
        var looks = _ied.Associate("looks@dso.example/1", Right.View | Right.Read);
        Assert.Equal(ErrorCode.FileAccessDenied, Error(new FileDirectoryRequest(), looks));
        Assert.Equal(ErrorCode.FileAccessDenied, Error(new FileOpenRequest("LD/PV1LD0/a.txt", 0), looks));

        Assert.Equal(["COMTRADE/ 0", "LD/ 0"], Names(null));
        Assert.Equal(["COMTRADE/ 0", "CONFIG/ 0", "LD/ 0"], Names(null, _ied.Associate("engineer@dso.example/1", Files | Right.Config)));
        Assert.Equal(["LD/GONE/ 0", "LD/PV1LD0/ 0"], Names("LD"));
        Assert.Equal(ErrorCode.FileNonExistent, Error(new FileOpenRequest("logs/security.csv", 0)));
        Assert.Equal(ErrorCode.FileNonExistent, Error(new FileOpenRequest("CONFIG/site.cid", 0)));

        var part = _ied.Associate("part@dso.example/1", Files | Right.Config, area: "OTHER/*");
        _folder.Put("COMTRADE/f.cfg", new byte[1]);
        Assert.Equal(["LD/ 0"], Names(null, part));
        Assert.Empty(Names("LD", part));
        Assert.Equal(ErrorCode.FileNonExistent, Error(new FileOpenRequest("COMTRADE/f.cfg", 0), part));
        Assert.Equal(ErrorCode.FileNonExistent, Error(new FileDirectoryRequest("COMTRADE"), part));
        Assert.Equal(ErrorCode.FileNonExistent, Error(new FileOpenRequest("ld/PV1LD0/a.txt", 0), part));
        Assert.Equal(["LD/PV1LD0/a.txt 1"], Names("LD/PV1LD0", _ied.Associate("mine@dso.example/1", Files, area: "PV1LD0/MMXU*")));
        Assert.Equal(ErrorCode.FileNonExistent, Error(new FileOpenRequest("LD/PV1LD0/a.txt", 0), part));
        Assert.Equal(ErrorCode.FileNonExistent, Error(new FileDeleteRequest("LD/GONE/b.txt"), part));
        Assert.Equal(ErrorCode.FileNonExistent, Error(new FileDirectoryRequest("CONFIG"), part));
    }

    private static byte[] Noise(int octets)
    {
        var noise = new byte[octets];
        new Random(1).NextBytes(noise);
        return noise;
    }

    private FileOpenResponse Open(string name) => _ied.Ask<FileOpenResponse>(_peer, new FileOpenRequest(name, 0));

    private byte[] ReadAll(int frsm, out int parts)
    {
        var octets = new List<byte>();
        parts = 0;
        for (FileReadResponse? part = null; part is null or { MoreFollows: true }; parts++)
        {
            part = _ied.Ask<FileReadResponse>(_peer, new FileReadRequest(frsm));
            octets.AddRange(part.Data.Span);
        }

        return [.. octets];
    }

    private List<string> Names(string? folder, Association? peer = null)
    {
        var answer = _ied.Ask<FileDirectoryResponse>(peer ?? _peer, new FileDirectoryRequest(folder));
        Assert.False(answer.MoreFollows);
        return [.. answer.Entries.Where(e => !e.Name.EndsWith(".csv", StringComparison.Ordinal)).Select(e => $"{e.Name} {e.Attributes.Size}")];
    }

    private int Error(ServiceRequest request, Association? peer = null)
    {
        var error = Assert.IsType<ConfirmedError>(_ied.Ask(peer ?? _peer, request)).Error;
        Assert.Equal(ErrorClass.File, error.Class);
        return error.Code;
    }
}
