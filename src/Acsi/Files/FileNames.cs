using System.Buffers;

namespace DerAgent.Acsi;

/// <summary>
/// Names of files (IEC 61850-7-2 §23, IEC 61850-8-1 §23): relative, parted by slashes, and such that they mean the same file, or none, on every system. Only printable
/// ASCII: what looks alike, or is written in two ways, is no name.
/// </summary>
internal static class FileNames
{
    /// <summary>Octets of a whole name.</summary>
    public const int MaxLength = 255;

    /// <summary>Octets of the name of a folder.</summary>
    public const int MaxFolderLength = 32;

    /// <summary>Octets of the name of a logical device: its folder is called so.</summary>
    private const int MaxDeviceLength = 64;

    /// <summary>Folders in each other.</summary>
    public const int MaxDepth = 8;

    private static readonly SearchValues<char> Forbidden = SearchValues.Create("\\:*?\"<>|");

    private static readonly HashSet<string> Devices = new(
        [
            "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$",
            .. Enumerable.Range(0, 10).SelectMany(i => new[] { $"COM{i}", $"LPT{i}" }),
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Why a name is none; null where it is one.</summary>
    public static string? FaultOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is 0 or > MaxLength)
        {
            return $"a name has 1 to {MaxLength} octets, not {name.Length}";
        }

        if (name.AsSpan().IndexOfAnyExceptInRange(' ', '~') is var at and >= 0)
        {
            return $"character {at + 1} of the name is not printable ASCII";
        }

        if (name.AsSpan().IndexOfAny(Forbidden) is var forbidden and >= 0)
        {
            return $"'{name[forbidden]}' stands in no name";
        }

        var parts = name.Split('/');
        return parts.Length > MaxDepth + 1 ? $"more than {MaxDepth} folders in each other"
            : parts.Select(FaultOfPart).FirstOrDefault(f => f is not null)
            ?? (parts.SkipLast(1).Where((p, i) => p.Length > (i == 1 && parts[0] == FileRights.LogicalDevices ? MaxDeviceLength : MaxFolderLength)).Any() ? $"the name of a folder has {MaxFolderLength} octets at most" : null);
    }

    /// <summary>The name of a folder, or of a file, without the slash that may stand at its end; empty: the root.</summary>
    public static string OfFolder(string? name) => name is null or "/" ? "" : name.EndsWith('/') && name.Length > 1 ? name[..^1] : name;

    /// <summary>The folder a name lies in, without slash; empty: the root.</summary>
    public static string FolderOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.LastIndexOf('/') is var slash and >= 0 ? name[..slash] : "";
    }

    /// <summary>Whether a name lies in a folder or is it.</summary>
    public static bool IsWithin(string name, string folder)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(folder);
        return name.StartsWith(folder, StringComparison.OrdinalIgnoreCase) && (name.Length == folder.Length || name[folder.Length] == '/');
    }

    private static string? FaultOfPart(string part) =>
        part.Length == 0 ? "the name begins or ends with a slash, or has two in a row"
        : part.StartsWith('.') || part[0] == ' ' ? $"\"{part}\" begins with a dot or a space"
        : part[^1] is '.' or ' ' ? $"\"{part}\" ends with a dot or a space"
        : Devices.Contains(part.Split('.', ' ')[0]) ? $"\"{part}\" is the name of a device"
        : null;
}
