using System.Text;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi.Tests;

/// <summary>StoreDomainContents (IEC TR 61850-80-3 table 3): the SCL file in force goes into the file store.</summary>
public sealed class StoreDomainTests : IDisposable
{
    private const Right Engineer = Right.View | Right.Read | Right.FileRead | Right.FileWrite | Right.FileManagement | Right.Config;
    private readonly FileFolder _folder = new();
    private readonly TestIed _ied = TestIed.PvInverter();
    private readonly Association _peer;

    public StoreDomainTests()
    {
        _ied.Files = _folder.Store.Begin();
        _peer = _ied.Associate(rights: Engineer);
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "<SCL/>");
        _folder.Store.KeepConfiguration(file);
        File.Delete(file);
    }

    public void Dispose()
    {
        _ied.Files!.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_file_in_force_is_stored_under_the_name_asked_for()
    {
        _ied.Ask<StoreDomainContentsResponse>(_peer, new StoreDomainContentsRequest("PV1LD0", "LD/PV1LD0/backup.cid"));
        Assert.Equal("<SCL/>", Encoding.UTF8.GetString(_folder.Get("LD/PV1LD0/backup.cid")!));
        _ied.Ask<StoreDomainContentsResponse>(_peer, new StoreDomainContentsRequest("PV1LD0", "LD/PV1LD0/backup.cid"));
        Assert.Empty(_folder.Drafts);
    }

    [Fact]
    public void What_cannot_be_stored_is_refused()
    {
        Is(ErrorClass.Access, ErrorCode.AccessObjectNonExistent, new("NONE", "a.cid"));
        Is(ErrorClass.File, ErrorCode.FileNameSyntaxError, new("PV1LD0", "../a.cid"));
        Is(ErrorClass.File, ErrorCode.FileNameSyntaxError, new("PV1LD0", ""));
        Is(ErrorClass.File, ErrorCode.FileAccessDenied, new("PV1LD0", "LD"));
        Is(ErrorClass.File, ErrorCode.FileAccessDenied, new("PV1LD0", "CONFIG/site.cid"));
        Is(ErrorClass.File, ErrorCode.FileAccessDenied, new("PV1LD0", "LD/PV1LD0"));
        Is(ErrorClass.File, ErrorCode.FileAccessDenied, new("PV1LD0", "LD/PV1LD0/LLN0.GeneralLog.csv"));
        Is(ErrorClass.Access, ErrorCode.AccessObjectAccessDenied, new("PV1LD0", "a.cid"), _ied.Associate("operator@dso.example/1", Right.View | Right.FileWrite));
        Is(ErrorClass.Access, ErrorCode.AccessObjectAccessDenied, new("PV1LD0", "a.cid"), _ied.Associate("part@dso.example/1", Engineer, area: "PV1LD0/*"));
        Is(ErrorClass.Access, ErrorCode.AccessObjectNonExistent, new("PV1LD0", "a.cid"), _ied.Associate("elsewhere@dso.example/1", Engineer, area: "OTHER/*"));
        File.Delete(_folder.Store.ConfigurationInForce);
        Is(ErrorClass.File, ErrorCode.FileNonExistent, new("PV1LD0", "a.cid"));
        Assert.Empty(Directory.GetFiles(_folder.Root, "*.cid", SearchOption.AllDirectories));

        void Is(ErrorClass kind, int code, StoreDomainContentsRequest request, Association? peer = null)
        {
            var error = Assert.IsType<ConfirmedError>(_ied.Ask(peer ?? _peer, request)).Error;
            Assert.Equal((kind, code), (error.Class, error.Code));
        }
    }

    [Fact]
    public void A_file_that_does_not_fit_is_refused_and_leaves_nothing()
    {
        using var small = new FileFolder(new() { MaxOctets = 5 });
        File.Copy(_folder.Store.ConfigurationInForce, small.Store.ConfigurationInForce);
        _ied.Files = small.Store.Begin();
        Assert.Equal(ErrorCode.FileInsufficientSpace, Assert.IsType<ConfirmedError>(_ied.Ask(_peer, new StoreDomainContentsRequest("PV1LD0", "a.cid"))).Error.Code);
        Assert.Empty(small.Drafts);
    }
}
