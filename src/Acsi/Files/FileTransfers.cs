using DerAgent.Mms;

namespace DerAgent.Acsi;

/// <summary>SetFile (IEC 61850-7-2 §23.2.3): carries out what <see cref="FileTransfer"/> says. The agent is the file client here, the client the server.</summary>
internal sealed class FileTransfers(FileTasks tasks, CallTable calls, ServiceRecords records, StepJournal journal, Queue<AcsiEffect> effects, AcsiOptions options, TimeProvider time)
{
    private readonly UndoDictionary<AssociationKey, ObtainedFile> _underWay = new(journal);

    /// <summary>When <see cref="Tick"/> is to be called next.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            DateTimeOffset? next = null;
            foreach (var file in _underWay.Values)
            {
                next = DueQueue.Earliest(next, file.AnswerEnds, file.Ends);
            }

            return next;
        }
    }

    /// <summary>Why no file can be obtained for a peer under that name now; null where it can.</summary>
    public ServiceError? Refuse(Association peer, string destination) =>
        _underWay.TryGetValue(peer.Key, out _) ? Busy("another file is being set over this association")
        : _underWay.Values.Any(f => string.Equals(f.Destination, destination, StringComparison.OrdinalIgnoreCase)) ? Busy($"{destination} is being set by another client")
        : null;

    /// <summary>Begins to obtain a file.</summary>
    public void Begin(ServiceCall call, string source, string destination)
    {
        var file = new ObtainedFile(call, source, destination, new(FileTransferPhase.Opening, false), tasks.NewId(), time.GetUtcNow() + options.FileTransferLimit);
        Ask(file, new FileOpenRequest(source, 0));
    }

    /// <summary>The peer answered a question, or did not.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="question">The question.</param>
    /// <param name="answer">Its answer; null where there will be none.</param>
    /// <param name="failure">Why not.</param>
    public void Answered(Association peer, long question, MmsPdu? answer, string failure)
    {
        if (!_underWay.TryGetValue(peer.Key, out var file) || file.Question != question)
        {
            if (answer is ConfirmedResponse { Service: FileOpenResponse late })
            {
                // Its time was over; nothing is left open at the other end.
                CloseSource(peer, late.Frsm);
            }

            return;
        }

        file = file with { Question = 0, AnswerEnds = null };
        switch (answer, file.State.Phase)
        {
            case (ConfirmedResponse { Service: FileOpenResponse opened }, FileTransferPhase.Opening):
                Advance(file with { Frsm = opened.Frsm, Size = opened.Attributes.Size }, FileTransferEvent.SourceDid);
                break;
            case (ConfirmedResponse { Service: FileReadResponse part }, FileTransferPhase.Reading):
                Take(file with { Part = part.Data, Received = file.Received + part.Data.Span.Length }, part.MoreFollows);
                break;
            case (ConfirmedResponse { Service: FileCloseResponse }, FileTransferPhase.Closing):
                Advance(file, FileTransferEvent.SourceDid);
                break;
            case (ConfirmedError { Error: { Class: ErrorClass.File } error }, _):
                Fail(file, error.Code, $"the source says: {error}");
                break;
            case (ConfirmedError { Error: var error }, _):
                Fail(file, ErrorCode.FileNonExistent, $"the source says: {error}");
                break;
            case (null, _):
                Fail(file, ErrorCode.FileNonExistent, failure);
                break;
            default:
                Fail(file, ErrorCode.FileNonExistent, "the source answered something else");
                break;
        }
    }

    /// <summary>The clock was set: what is due stays as far away as it was.</summary>
    public void Shift(TimeSpan by)
    {
        foreach (var file in _underWay.Values.ToList())
        {
            _underWay.Set(file.Call.Peer.Key, file with { AnswerEnds = file.AnswerEnds + by, Ends = file.Ends == DateTimeOffset.MaxValue ? file.Ends : file.Ends + by });
        }
    }

    /// <summary>What takes too long ends.</summary>
    public void Tick(DateTimeOffset now)
    {
        foreach (var file in _underWay.Values.Where(f => f.AnswerEnds <= now || f.Ends <= now).ToList())
        {
            if (file.AnswerEnds <= now && file.Call.Peer.IsSuspended)
            {
                // It cannot answer, and may be back in a moment.
                _underWay.Set(file.Call.Peer.Key, file with { AnswerEnds = now + options.FileSourcePatience });
            }
            else if (file.AnswerEnds <= now)
            {
                Fail(file with { Question = 0, AnswerEnds = null }, ErrorCode.FileNonExistent, $"the source did not answer within {options.FileSourcePatience.TotalSeconds:0} s");
            }
            else
            {
                // Asked once only: what the disk does now is waited for.
                Advance(file with { Ends = DateTimeOffset.MaxValue, Error = SourceError(ErrorCode.FileOther, $"it took longer than {options.FileTransferLimit.TotalMinutes:0} min") }, FileTransferEvent.Stopped);
            }
        }
    }

    /// <summary>The client wants its file set no more; false where no request of that id sets one, or it is too late.</summary>
    public bool Cancel(Association peer, uint invokeId)
    {
        if (!_underWay.TryGetValue(peer.Key, out var file) || file.Call.InvokeId != invokeId || file.State.Phase == FileTransferPhase.Finishing)
        {
            return false;
        }

        Advance(file with { Error = new(ErrorClass.ServicePreempt, ErrorCode.PreemptCancel, "cancelled by the client", ObtainFileError.SourceFile) }, FileTransferEvent.Stopped);
        return true;
    }

    /// <summary>An association has ended: of a file that is not whole nothing is kept.</summary>
    public void Release(AssociationKey peer)
    {
        if (_underWay.TryGetValue(peer, out var file) && file.State.Phase != FileTransferPhase.Finishing)
        {
            _underWay.Remove(peer, out _);
            tasks.Start(new FileTask.Close(file.Handle));
            records.File(ServiceName.SetFile, file.Destination, file.Call.Peer, SourceError(ErrorCode.FileOther, "the association has ended"));
        }
    }

    private static ServiceError Busy(string why) => FileErrors.Of(FileFailure.Busy, why) with { ObtainFile = ObtainFileError.DestinationFile };

    private static ServiceError SourceError(int code, string why) => new(ErrorClass.File, code, why, ObtainFileError.SourceFile);

    private void Fail(ObtainedFile file, int code, string why) => Advance(file with { Error = SourceError(code, why) }, FileTransferEvent.SourceFailed);

    private void Take(ObtainedFile file, bool more)
    {
        if (more && file.Part.Span.Length == 0)
        {
            Fail(file, ErrorCode.FileNonExistent, "the source sends nothing, and says that more follows");
        }
        else if (file.Size > 0 && (more ? file.Received > file.Size : file.Received != file.Size))
        {
            Fail(file, ErrorCode.FileNonExistent, $"the source said that its file has {file.Size} octets, and sent {file.Received}");
        }
        else
        {
            Advance(file, more ? FileTransferEvent.SourceDid : FileTransferEvent.SourceSentLast);
        }
    }

    private void Advance(ObtainedFile file, FileTransferEvent happened)
    {
        var (next, actions) = file.State.After(happened);
        file = file with { State = next };
        var isAsked = actions.HasFlag(FileTransferAction.CloseSource);
        if (next.Phase == FileTransferPhase.Ended)
        {
            _underWay.Remove(file.Call.Peer.Key, out _);
        }
        else
        {
            _underWay.Set(file.Call.Peer.Key, file);
        }

        switch (actions & (FileTransferAction.Create | FileTransferAction.AskPart | FileTransferAction.Append | FileTransferAction.Finish))
        {
            case FileTransferAction.Create:
                Do(file, new FileTask.Create(tasks.NewId(), file.Handle, file.Destination, file.Size));
                break;
            case FileTransferAction.AskPart:
                Ask(file, new FileReadRequest(file.Frsm));
                break;
            case FileTransferAction.Append:
                Do(file, new FileTask.Append(tasks.NewId(), file.Handle, file.Part.ToArray()));
                break;
            case FileTransferAction.Finish:
                Do(file, new FileTask.Finish(tasks.NewId(), file.Handle));
                break;
        }

        if (isAsked && next.Phase == FileTransferPhase.Closing)
        {
            Ask(file, new FileCloseRequest(file.Frsm));
        }
        else if (isAsked)
        {
            CloseSource(file.Call.Peer, file.Frsm);
        }

        if (actions.HasFlag(FileTransferAction.Discard))
        {
            tasks.Start(new FileTask.Close(file.Handle));
        }

        if (actions.HasFlag(FileTransferAction.Answer))
        {
            records.File(ServiceName.SetFile, file.Destination, file.Call.Peer, file.Error);
            calls.Complete(file.Call, file.Error is { } error ? error : new ObtainFileResponse());
        }
    }

    private void Do(ObtainedFile file, FileTask task) => tasks.Start(task, outcome =>
    {
        if (!_underWay.TryGetValue(file.Call.Peer.Key, out var present) || present.Handle != file.Handle)
        {
            return;
        }

        if (outcome is FileOutcome.Failed failed)
        {
            Advance(present with { Error = FileErrors.Of(failed) with { ObtainFile = ObtainFileError.DestinationFile } }, FileTransferEvent.StoreFailed);
        }
        else
        {
            Advance(present with { Error = null }, FileTransferEvent.StoreDid);
        }
    });

    private void Ask(ObtainedFile file, ServiceRequest request)
    {
        var question = tasks.NewId();
        _underWay.Set(file.Call.Peer.Key, file with { Question = question, AnswerEnds = time.GetUtcNow() + options.FileSourcePatience });
        effects.Enqueue(new AcsiEffect.Ask(file.Call.Peer, question, request));
    }

    /// <summary>Nobody waits for the answer.</summary>
    private void CloseSource(Association peer, int frsm) => effects.Enqueue(new AcsiEffect.Ask(peer, tasks.NewId(), new FileCloseRequest(frsm)));
}

/// <summary>SetFile as ObtainFile.</summary>
internal sealed class ObtainFileService(FileTransfers transfers, FileRights rights, LogExports exports, ServiceRecords records) : ConfirmedService<ObtainFileRequest>(MmsService.ObtainFile)
{
    protected override ServiceOutcome Handle(ServiceCall call, ObtainFileRequest request)
    {
        if (Refuse(call.Peer, request) is { } refused)
        {
            records.File(ServiceName.SetFile, request.Destination, call.Peer, refused);
            return refused;
        }

        transfers.Begin(call, request.Source, request.Destination);
        return ServiceOutcome.Pending;
    }

    private ServiceError? Refuse(Association peer, ObtainFileRequest request)
    {
        var refused = rights.Refuse(peer, Model.Right.FileWrite, request.Destination)
            ?? (request.Destination.Length == 0 ? FileErrors.Of(FileFailure.NameSyntax, "a name has 1 octet or more") : null)
            ?? (exports.IsTaken(request.Destination) ? FileErrors.Denied($"{request.Destination}, which is a log,") : null);
        return refused is not null ? refused with { ObtainFile = ObtainFileError.DestinationFile }
            : request.Source.Length is 0 or > FileNames.MaxLength ? FileErrors.Of(FileFailure.NameSyntax, $"the name of the source has 1 to {FileNames.MaxLength} octets") with { ObtainFile = ObtainFileError.SourceFile }
            : transfers.Refuse(peer, request.Destination);
    }
}
