using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>GetFile (IEC 61850-7-2 §23.2.2), its beginning, as FileOpen.</summary>
internal sealed class FileOpenService(OpenFiles files, FileTasks tasks, FileRights rights, LogExports exports, CallTable calls, AcsiOptions options) : ConfirmedService<FileOpenRequest>(MmsService.FileOpen)
{
    protected override ServiceOutcome Handle(ServiceCall call, FileOpenRequest request)
    {
        if (rights.Refuse(call.Peer, Right.FileRead, request.Name) is { } refused)
        {
            return refused;
        }

        if (request.Name.Length == 0)
        {
            return FileErrors.Of(FileFailure.NameSyntax, "a name has 1 octet or more");
        }

        var export = exports.Find(call.Peer, request.Name);
        if (files.Begin(call.Peer, request.Name) is not { } file)
        {
            return new ServiceError(ErrorClass.Resource, ErrorCode.ResourceCapabilityUnavailable, $"{options.MaxOpenFiles} files are open already; close one");
        }

        if (export is not null)
        {
            exports.Begin(call.Peer, export, file.Handle, request.InitialPosition, outcome => Opened(call, file, outcome));
        }
        else
        {
            tasks.Start(new FileTask.Open(tasks.NewId(), file.Handle, file.Name, request.InitialPosition), outcome => Opened(call, file, outcome));
        }

        return ServiceOutcome.Pending;
    }

    private void Opened(ServiceCall call, OpenFile file, FileOutcome outcome)
    {
        if (outcome is FileOutcome.Opened opened)
        {
            files.Use(call.Peer, file.Frsm);
            calls.Complete(call, new FileOpenResponse(file.Frsm, opened.Entry.Attributes));
            return;
        }

        files.Close(file);
        calls.Complete(call, outcome is FileOutcome.Failed failed ? FileErrors.Of(failed) : FileErrors.Unexpected);
    }
}

/// <summary>GetFile, part by part, as FileRead.</summary>
internal sealed class FileReadService(OpenFiles files, FileTasks tasks, CallTable calls, IPduMeasure measure, AcsiOptions options) : ConfirmedService<FileReadRequest>(MmsService.FileRead)
{
    protected override ServiceOutcome Handle(ServiceCall call, FileReadRequest request)
    {
        if (files.Use(call.Peer, request.Frsm) is not { } file)
        {
            return files.Unknown(request.Frsm);
        }

        var octets = Math.Min(measure.OfFileData(call.Peer.MaxPduSize - measure.Envelope), options.MaxFilePart);
        tasks.Start(new FileTask.Read(tasks.NewId(), file.Handle, octets), outcome => calls.Complete(call, outcome switch
        {
            FileOutcome.Part part => new FileReadResponse(OctetString.Of(part.Data), part.MoreFollows),
            FileOutcome.Failed failed => FileErrors.Of(failed),
            _ => FileErrors.Unexpected,
        }));
        return ServiceOutcome.Pending;
    }
}

/// <summary>GetFile, its end, as FileClose.</summary>
internal sealed class FileCloseService(OpenFiles files) : ConfirmedService<FileCloseRequest>(MmsService.FileClose)
{
    protected override ServiceOutcome Handle(ServiceCall call, FileCloseRequest request)
    {
        if (files.Use(call.Peer, request.Frsm) is not { } file)
        {
            return files.Unknown(request.Frsm);
        }

        files.Close(file);
        return new FileCloseResponse();
    }
}
