using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>GetServerDirectory(FILE) and GetFileAttributeValues (IEC 61850-7-2 §8.2.2, §23.2.5) as FileDirectory: one level, full names in ASCII order, as many as a PDU takes.</summary>
internal sealed class FileDirectoryService(FileTasks tasks, FileRights rights, LogExports exports, CallTable calls, IPduMeasure measure) : ConfirmedService<FileDirectoryRequest>(MmsService.FileDirectory)
{
    /// <summary>The least that an entry takes.</summary>
    private static readonly DirectoryEntry Least = new("a", new(0, null));

    protected override ServiceOutcome Handle(ServiceCall call, FileDirectoryRequest request)
    {
        var name = FileNames.OfFolder(request.Name);
        if (rights.Refuse(call.Peer, Right.FileRead, name) is { } refused)
        {
            return refused;
        }

        if (exports.Find(call.Peer, name) is { } export && request.Name?.EndsWith('/') != true)
        {
            return new FileDirectoryResponse([exports.Entry(export).ToDirectoryEntry()], MoreFollows: false);
        }

        Ask(call, name, request.Name?.EndsWith('/') == true, request.ContinueAfter);
        return ServiceOutcome.Pending;
    }

    private void Ask(ServiceCall call, string name, bool isFolder, string? after)
    {
        var room = call.Peer.MaxPduSize - measure.Envelope;
        tasks.Start(new FileTask.List(tasks.NewId(), name, after, (room / measure.OfFile(Least)) + 1), outcome =>
        {
            if (outcome is FileOutcome.Listed listed && !(isFolder && listed.Entries is [var only] && only.Name == name))
            {
                Answer(call, name, isFolder, listed, after, room);
            }
            else
            {
                calls.Complete(call, outcome is FileOutcome.Failed failed ? FileErrors.Of(failed) : FileErrors.NonExistent(name + "/"));
            }
        });
    }

    private void Answer(ServiceCall call, string name, bool isFolder, FileOutcome.Listed listed, string? after, int room)
    {
        var last = listed.MoreFollows ? listed.Entries[^1].Name : null;
        var exported = exports.In(call.Peer, name).Where(e => (after is null || string.CompareOrdinal(e.Name, after) > 0) && (last is null || string.CompareOrdinal(e.Name, last) < 0));
        var entries = listed.Entries.Where(e => rights.Sees(call.Peer, FileNames.OfFolder(e.Name))).ExceptBy(exported.Select(e => e.Name), e => e.Name, StringComparer.Ordinal)
            .Concat(exported).OrderBy(e => e.Name, StringComparer.Ordinal).ToList();
        var page = new List<DirectoryEntry>();
        foreach (var entry in entries.Select(e => e.ToDirectoryEntry()))
        {
            room -= measure.OfFile(entry);
            if (room < 0)
            {
                break;
            }

            page.Add(entry);
        }

        if (page.Count == 0 && last is not null)
        {
            // All of them are hidden: whoever asks would take an empty page for the end.
            Ask(call, name, isFolder, last);
            return;
        }

        calls.Complete(call, new FileDirectoryResponse([.. page], page.Count < entries.Count || last is not null));
    }
}

/// <summary>DeleteFile (IEC 61850-7-2 §23.2.4) as FileDelete.</summary>
internal sealed class FileDeleteService(FileTasks tasks, FileRights rights, LogExports exports, CallTable calls, ServiceRecords records) : ConfirmedService<FileDeleteRequest>(MmsService.FileDelete)
{
    protected override ServiceOutcome Handle(ServiceCall call, FileDeleteRequest request)
    {
        var refused = rights.Refuse(call.Peer, Right.FileManagement, request.Name)
            ?? (request.Name.Length == 0 ? FileErrors.Of(FileFailure.NameSyntax, "a name has 1 octet or more") : null)
            ?? (exports.Find(call.Peer, request.Name) is null ? null : FileErrors.Denied($"{request.Name}, which is a log,"));
        if (refused is not null)
        {
            records.File(ServiceName.DeleteFile, request.Name, call.Peer, refused);
            return refused;
        }

        tasks.Start(new FileTask.Delete(tasks.NewId(), request.Name), outcome =>
        {
            var error = outcome is FileOutcome.Failed failed ? FileErrors.Of(failed) : null;
            records.File(ServiceName.DeleteFile, request.Name, call.Peer, error);
            calls.Complete(call, error is null ? new FileDeleteResponse() : error);
        });
        return ServiceOutcome.Pending;
    }
}
