using DerAgent.Storage;

namespace DerAgent.Agent;

/// <summary>Whether the folder for what must outlive the agent can be written, found out without making it.</summary>
internal static class DataPath
{
    /// <summary>What is wrong with a folder; null: it can be written, or made, by who runs this. A full disk is not its fault.</summary>
    public static string? Fault(string folder)
    {
        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(at))
            {
                return $"{at} is a file, and no folder";
            }

            if (Directory.Exists(at))
            {
                return Try(at) is { } fault ? $"{(at == folder ? "it" : at)} cannot be written by the user {Environment.UserName}: {fault}" : null;
            }
        }

        return "there is no such place";
    }

    private static string? Try(string folder)
    {
        try
        {
            using var probe = new FileStream(Path.Combine(folder, $".der-agent-{Guid.NewGuid():N}"), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose });
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return DiskRoom.IsMissing(e) ? null : e is UnauthorizedAccessException ? "it belongs to somebody else" : e is FileNotFoundException or DirectoryNotFoundException ? "nothing can be made there" : e.Message.TrimEnd('.');
        }
    }
}
