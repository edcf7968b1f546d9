using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi.Tests;

/// <summary>SetFile (IEC 61850-7-2 §23.2.3) as ObtainFile: the agent reads the file from its client. Whatever the client does, the old file is there until the new one is whole.</summary>
public sealed class SetFileTests : IDisposable
{
    private const Right Files = Right.View | Right.FileRead | Right.FileWrite | Right.FileManagement | Right.Logging;
    private const string Name = "LD/PV1LD0/notes.txt";
    private readonly FileFolder _folder = new(new() { MaxOctets = 1_000, MaxFiles = 5 });
    private readonly TestIed _ied = TestIed.PvInverter();
    private readonly Association _peer;

    public SetFileTests()
    {
        _ied.Files = _folder.Store.Begin();
        _peer = _ied.Associate(rights: Files);
        _folder.Put(Name, "old"u8.ToArray());
    }

    public void Dispose()
    {
        _ied.Files!.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_file_is_read_from_its_client_and_has_its_name_when_it_is_whole()
    {
        Assert.Null(Set());
        Assert.Equal(new FileOpenRequest("mine.txt", 0), Answers(new FileOpenResponse(7, new(6, null))));
        Assert.Equal(new FileReadRequest(7), Answers(new FileReadResponse(OctetString.From("new"u8), true)));
        Assert.Equal(new FileReadRequest(7), Answers(new FileReadResponse(OctetString.From("est"u8), false)));
        Assert.Equal("old", Content);
        Assert.Null(_ied.LateAnswer(_peer));
        Assert.Equal(new FileCloseRequest(7), Answers(new FileCloseResponse()));
        Assert.IsType<ObtainFileResponse>(Assert.IsType<ConfirmedResponse>(_ied.LateAnswer(_peer)).Service);
        Assert.Equal("newest", Content);
        Nothing_is_left();
    }

    [Theory] // at each step: it refuses, is silent, talks nonsense
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 0)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    public void A_source_that_fails_leaves_the_old_file_and_is_told_so(int step, int how)
    {
        Set();
        Until(step);
        switch (how)
        {
            case 0:
                Answers(null);
                break;
            case 1:
                _ied.Asked.Clear();
                _ied.Advance(31);
                break;
            default:
                Answers(new IdentifyResponse("a", "b", "c"));
                break;
        }

        var error = Assert.IsType<ConfirmedError>(_ied.LateAnswer(_peer)).Error;
        Assert.Equal((ErrorClass.File, ErrorCode.FileNonExistent, ObtainFileError.SourceFile), (error.Class, error.Code, error.ObtainFile));
        Assert.Equal("old", Content);

        // What was opened over there is closed.
        Assert.Equal(step == 0 ? [] : [new FileCloseRequest(7)], _ied.Asked.Select(a => a.Request));
        Nothing_is_left();
    }

    [Fact]
    public void A_source_that_answers_too_late_is_not_left_with_an_open_file()
    {
        Set();
        var late = _ied.Asked.Dequeue();
        _ied.Advance(31);
        Assert.IsType<ConfirmedError>(_ied.LateAnswer(_peer));
        _ied.Server.Answered(_peer, late.Id, new ConfirmedResponse(1, new FileOpenResponse(9, new(1, null))));
        _ied.Drain();
        Assert.Equal(new FileCloseRequest(9), Assert.Single(_ied.Asked).Request);
    }

    [Fact] // the stream is down, and may be resumed
    public void A_source_that_cannot_answer_for_a_while_is_waited_for()
    {
        Set();
        _ied.Server.Suspend(_peer, suspended: true);
        _ied.Advance(100);
        Assert.Null(_ied.LateAnswer(_peer));
        _ied.Server.Suspend(_peer, suspended: false);
        Until(4);
        Assert.IsType<ConfirmedResponse>(_ied.LateAnswer(_peer));
        Assert.Equal("newest", Content);
    }

    [Fact] // what it told of its own failure is told on
    public void The_sources_own_error_is_passed_on()
    {
        Set();
        var ask = _ied.Asked.Dequeue();
        _ied.Server.Answered(_peer, ask.Id, new ConfirmedError(1, new(ErrorClass.File, ErrorCode.FileAccessDenied)));
        var error = Assert.IsType<ConfirmedError>(_ied.LateAnswer(_peer)).Error;
        Assert.Equal((ErrorCode.FileAccessDenied, ObtainFileError.SourceFile), (error.Code, error.ObtainFile));
    }

    [Fact]
    public void That_the_source_does_not_close_its_file_is_its_own_affair()
    {
        Set();
        Until(3);
        _ied.Asked.Clear();
        _ied.Advance(31);
        Assert.IsType<ConfirmedResponse>(_ied.LateAnswer(_peer));
        Assert.Equal("newest", Content);
    }

    [Theory]
    [InlineData(5u)] // less than comes
    [InlineData(7u)] // more than comes
    public void A_file_of_another_size_than_was_said_is_none(uint size)
    {
        Set();
        Answers(new FileOpenResponse(7, new(size, null)));
        Answers(new FileReadResponse(OctetString.From("new"u8), true));
        Answers(new FileReadResponse(OctetString.From("est"u8), false));
        Assert.Equal(ObtainFileError.SourceFile, Assert.IsType<ConfirmedError>(_ied.LateAnswer(_peer)).Error.ObtainFile);
        Assert.Equal("old", Content);
        Nothing_is_left();
    }

    [Fact]
    public void Who_sends_nothing_again_and_again_is_not_asked_for_ever()
    {
        Set();
        Answers(new FileOpenResponse(7, new(0, null)));
        Answers(new FileReadResponse(OctetString.From([]), true));
        Assert.IsType<ConfirmedError>(_ied.LateAnswer(_peer));
        Nothing_is_left();
    }

    [Fact]
    public void An_empty_file_is_one()
    {
        Set();
        Answers(new FileOpenResponse(7, new(0, null)));
        Answers(new FileReadResponse(OctetString.From([]), false));
        Answers(new FileCloseResponse());
        Assert.IsType<ConfirmedResponse>(_ied.LateAnswer(_peer));
        Assert.Equal("", Content);
    }

    [Fact] // said before: nothing is transferred. Not said: as soon as it is seen
    public void What_does_not_fit_the_file_store_is_refused_and_the_source_closed()
    {
        Set();
        Answers(new FileOpenResponse(7, new(2_000, null)));
        Refused(ErrorCode.FileInsufficientSpace);

        Set();
        Answers(new FileOpenResponse(8, new(0, null)));
        Answers(new FileReadResponse(OctetString.From(new byte[600]), true));
        Answers(new FileReadResponse(OctetString.From(new byte[600]), true));
        Refused(ErrorCode.FileInsufficientSpace);

        void Refused(int code)
        {
            var error = Assert.IsType<ConfirmedError>(_ied.LateAnswer(_peer)).Error;
            Assert.Equal((code, ObtainFileError.DestinationFile), (error.Code, error.ObtainFile));
            Assert.IsType<FileCloseRequest>(Assert.Single(_ied.Asked).Request);
            _ied.Asked.Clear();
            Assert.Equal("old", Content);
            Nothing_is_left();
        }
    }

    [Fact]
    public void What_may_not_be_set_is_refused_before_anybody_is_asked()
    {
        Is(ErrorCode.FileNameSyntaxError, ObtainFileError.DestinationFile, new("mine.txt", "../up.txt"));
        Is(ErrorCode.FileNameSyntaxError, ObtainFileError.DestinationFile, new("mine.txt", ""));
        Is(ErrorCode.FileNameSyntaxError, ObtainFileError.SourceFile, new("", Name));
        Is(ErrorCode.FileNameSyntaxError, ObtainFileError.SourceFile, new(new string('a', 300), Name));
        Is(ErrorCode.FileAccessDenied, ObtainFileError.DestinationFile, new("mine.txt", "LD/PV1LD0/LLN0.GeneralLog.csv"));
        Is(ErrorCode.FileNonExistent, ObtainFileError.DestinationFile, new("mine.txt", "logs/mine.txt"));
        Is(ErrorCode.FileNonExistent, ObtainFileError.DestinationFile, new("mine.txt", "CONFIG/site.cid"));
        Is(ErrorCode.FileAccessDenied, ObtainFileError.DestinationFile, new("mine.txt", Name), _ied.Associate("view@dso.example/1", Right.View | Right.FileRead));
        Assert.Empty(_ied.Asked);

        void Is(int code, ObtainFileError end, ObtainFileRequest request, Association? peer = null)
        {
            var error = Assert.IsType<ConfirmedError>(_ied.Ask(peer ?? _peer, request)).Error;
            Assert.Equal((ErrorClass.File, code, end), (error.Class, error.Code, error.ObtainFile));
        }
    }

    [Fact]
    public void What_cannot_be_a_file_is_refused_when_room_is_made()
    {
        foreach (var name in new[] { "LD/PV1LD0", "LD/PV1LD0/notes.txt/below" })
        {
            _ied.Ask(_peer, new ObtainFileRequest("mine.txt", name));
            Answers(new FileOpenResponse(7, new(6, null)));
            var error = Assert.IsType<ConfirmedError>(_ied.LateAnswer(_peer)).Error;
            Assert.Equal((ErrorCode.FileAccessDenied, ObtainFileError.DestinationFile), (error.Code, error.ObtainFile));
            _ied.Asked.Clear();
        }
    }

    [Fact]
    public void One_file_at_a_time_is_set_by_an_association_and_one_under_a_name()
    {
        var other = _ied.Associate("other@dso.example/1", Files);
        Set();
        Assert.Equal(ErrorCode.FileBusy, Assert.IsType<ConfirmedError>(_ied.Ask(_peer, new ObtainFileRequest("b.txt", "b.txt"))).Error.Code);
        Assert.Equal(ErrorCode.FileBusy, Assert.IsType<ConfirmedError>(_ied.Ask(other, new ObtainFileRequest("b.txt", Name))).Error.Code);
        Assert.Null(_ied.Ask(other, new ObtainFileRequest("b.txt", "b.txt")));
        Assert.Equal(2, _ied.Asked.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_client_that_is_gone_leaves_nothing(int step)
    {
        Set();
        Until(step);
        _ied.Server.Abort(_peer, AssociationEndCause.PeerGone, "gone");
        _ied.Drain();
        Assert.Equal("old", Content);
        Nothing_is_left();
        _folder.Store.Count();
        Assert.Equal(3, _folder.Store.Octets);
    }

    [Theory] // Cancel (ISO 9506-2 §7.5)
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_can_be_cancelled(int step)
    {
        _ied.Server.Handle(_peer, "set", new ConfirmedRequest(77, new ObtainFileRequest("mine.txt", Name)));
        _ied.Drain();
        Until(step);
        _ied.Server.Handle(_peer, "cancel", new CancelRequest(77));
        _ied.Drain();
        var answers = _ied.Left.OfType<AcsiEffect.Respond>().TakeLast(2).ToList();
        Assert.Equal(["set", "cancel"], answers.Select(a => a.RequestId));
        Assert.Equal((ErrorClass.ServicePreempt, ErrorCode.PreemptCancel), (Assert.IsType<ConfirmedError>(answers[0].Pdu).Error.Class, ((ConfirmedError)answers[0].Pdu).Error.Code));
        Assert.Equal(new CancelResponse(77), answers[1].Pdu);
        Assert.Equal("old", Content);
        Nothing_is_left();
    }

    [Fact] // audit: who set and deleted what, and what was refused
    public void It_is_logged()
    {
        Set();
        Until(4);
        _ied.LateAnswer(_peer);
        _ied.Ask(_peer, new FileDeleteRequest("no\nsuch.txt"));
        var lines = _ied.Left.OfType<AcsiEffect.Log>().Select(l => l.Text).ToList();
        Assert.Contains(lines, l => l.Contains("SetFile", StringComparison.Ordinal) && l.Contains(Name, StringComparison.Ordinal) && l.Contains("control@dso.example", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("DeleteFile", StringComparison.Ordinal) && l.Contains("no?such.txt", StringComparison.Ordinal));
    }

    [Fact] // the table: what does not fit a phase changes nothing, and the end is the end
    public void The_table_ends_and_leaves_nothing_open()
    {
        foreach (var phase in Enum.GetValues<FileTransferPhase>())
        {
            foreach (var happened in Enum.GetValues<FileTransferEvent>())
            {
                foreach (var isLast in new[] { false, true })
                {
                    var (next, actions) = new FileTransfer(phase, isLast).After(happened);
                    Assert.Equal(next.Phase == FileTransferPhase.Ended && phase != FileTransferPhase.Ended, actions.HasFlag(FileTransferAction.Answer));
                    if (phase == FileTransferPhase.Ended)
                    {
                        Assert.Equal((new FileTransfer(phase, isLast), FileTransferAction.None), (next, actions));
                    }
                    else if (next.Phase == FileTransferPhase.Ended && phase is FileTransferPhase.Reading or FileTransferPhase.Writing)
                    {
                        Assert.True(actions.HasFlag(FileTransferAction.CloseSource | FileTransferAction.Discard) || next.Phase != FileTransferPhase.Ended);
                    }
                }
            }
        }
    }

    private string? Content => _folder.Get(Name) is { } octets ? System.Text.Encoding.ASCII.GetString(octets) : null;

    private MmsPdu? Set() => _ied.Ask(_peer, new ObtainFileRequest("mine.txt", Name));

    /// <summary>The client does as it should, so many times.</summary>
    private void Until(int step)
    {
        ServiceResponse[] answers =
        [
            new FileOpenResponse(7, new(6, null)),
            new FileReadResponse(OctetString.From("new"u8), true),
            new FileReadResponse(OctetString.From("est"u8), false),
            new FileCloseResponse(),
        ];
        foreach (var answer in answers.Take(step))
        {
            Answers(answer);
        }
    }

    private ServiceRequest Answers(ServiceResponse? answer) => _ied.Answer(_ => answer);

    private void Nothing_is_left()
    {
        Assert.Empty(_folder.Drafts);
        var before = _ied.Left.Count(e => e is AcsiEffect.Files or AcsiEffect.Ask);
        _ied.Advance(120);
        Assert.Equal(before, _ied.Left.Count(e => e is AcsiEffect.Files or AcsiEffect.Ask));
    }
}
