using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>
/// StoreDomainContents (ISO 9506-2 §11.7, IEC TR 61850-80-3 table 3): the SCL file in force becomes a file of the file store. It says everything of every logical device:
/// who sees a part only does not get it.
/// </summary>
internal sealed class StoreDomainContentsService(IedModel model, FileTasks tasks, FileRights files, Permissions permissions, LogExports exports, CallTable calls, ServiceRecords records)
    : ConfirmedService<StoreDomainContentsRequest>(MmsService.StoreDomainContents)
{
    protected override ServiceOutcome Handle(ServiceCall call, StoreDomainContentsRequest request)
    {
        if (Refuse(call.Peer, request) is { } refused)
        {
            records.File(ServiceName.SetFile, request.FileName, call.Peer, refused);
            return refused;
        }

        tasks.Start(new FileTask.StoreConfiguration(tasks.NewId(), request.FileName), outcome =>
        {
            var error = outcome is FileOutcome.Failed failed ? FileErrors.Of(failed) : null;
            records.File(ServiceName.SetFile, request.FileName, call.Peer, error);
            calls.Complete(call, error is null ? new StoreDomainContentsResponse() : error);
        });
        return ServiceOutcome.Pending;
    }

    private ServiceError? Refuse(Association peer, StoreDomainContentsRequest request) =>
        model.LogicalDevice(request.Domain) is not { } device || !device.LogicalNodes.Any(n => permissions.Sees(peer, n)) ? ServiceErrors.NonExistent(request.Domain)
        : permissions.Of(peer, Right.Config, null) != Access.Allowed || peer.Subject.Area.Count > 0 ? ServiceErrors.Denied(request.Domain)
        : files.Refuse(peer, Right.Config, request.FileName) is { } refused ? refused
        : request.FileName.Length == 0 ? FileErrors.Of(FileFailure.NameSyntax, "a name has 1 octet or more")
        : FileNames.IsWithin(request.FileName, FileRights.Configuration) || exports.IsTaken(request.FileName) ? FileErrors.Denied(request.FileName)
        : null;
}
