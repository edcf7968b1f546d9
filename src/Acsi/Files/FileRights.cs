using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>
/// Who may do what with which file. The files of a logical device are there for those who may know of it; what belongs to no device, as a disturbance record, which holds
/// something of all of them, for those who may know of everything; records of what others did for nobody.
/// </summary>
internal sealed class FileRights(IedModel model, Permissions permissions)
{
    /// <summary>Folder of the files of logical devices.</summary>
    public const string LogicalDevices = "LD";

    /// <summary>Folder of disturbance records.</summary>
    public const string Records = "COMTRADE";

    /// <summary>Folder of the configuration.</summary>
    public const string Configuration = "CONFIG";

    /// <summary>Folder of security logs.</summary>
    private const string SecurityLogs = "logs";

    /// <summary>Why a peer may not use a right on the file of a name; null where he may.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="right">What for.</param>
    /// <param name="name">The name; empty: the root.</param>
    public ServiceError? Refuse(Association peer, Right right, string name)
    {
        if (permissions.Of(peer, Right.View, null) != Access.Allowed)
        {
            return FileErrors.NonExistent(name);
        }

        if (permissions.Of(peer, right, null) != Access.Allowed)
        {
            return FileErrors.Denied(name.Length == 0 ? "the file store" : name);
        }

        return name.Length == 0 ? null
            : FileNames.FaultOf(name) is { } fault ? FileErrors.Of(FileFailure.NameSyntax, fault)
            : !Sees(peer, name) ? FileErrors.NonExistent(name)
            : right != Right.FileRead && !MayChange(name) ? FileErrors.Denied(name)
            : null;
    }

    /// <summary>Whether a file is there for a peer.</summary>
    public bool Sees(Association peer, string name) =>
        string.Equals(name, LogicalDevices, StringComparison.OrdinalIgnoreCase)
        || (DeviceOf(name) is { } device ? SeesDevice(peer, device)
            : peer.Subject.Area.Count == 0 && !FileNames.IsWithin(name, SecurityLogs) && (!FileNames.IsWithin(name, Configuration) || permissions.Of(peer, Right.Config, null) == Access.Allowed));

    /// <summary>The logical device whose files lie where a name lies; null where it is none of these.</summary>
    private static string? DeviceOf(string name) =>
        name.StartsWith(LogicalDevices + "/", StringComparison.OrdinalIgnoreCase) && name.Split('/') is [_, { Length: > 0 } device, ..] ? device : null;

    private bool SeesDevice(Association peer, string device) => model.LogicalDevice(device) is { } known
        ? known.LogicalNodes.Any(n => permissions.Sees(peer, n))
        : peer.Subject.Area.Count == 0;

    /// <summary>Folders that stand for something are nobody's to change.</summary>
    private static bool MayChange(string name) => name is not (LogicalDevices or Records or Configuration);
}
