namespace DerAgent.Modbus;

/// <summary>Which programs have which files and sockets open, as far as Linux lets us see; of other users' programs only root learns.</summary>
internal static class OpenFiles
{
    /// <summary>The first program that has something open, with its process id; null: none that we can see.</summary>
    /// <param name="holds">Whether these links of a program's open files, each with its file, are what is looked for.</param>
    public static (int Id, string Name)? HolderOf(Func<IReadOnlyList<(string File, string? Link)>, bool> holds)
    {
        ArgumentNullException.ThrowIfNull(holds);
        foreach (var process in Directory.Exists("/proc") ? Directory.GetDirectories("/proc") : [])
        {
            if (int.TryParse(Path.GetFileName(process), out var id) && holds(Of(process)))
            {
                return (id, NameOf(process));
            }
        }

        return null;
    }

    private static IReadOnlyList<(string File, string? Link)> Of(string process)
    {
        try
        {
            return [.. Directory.GetFileSystemEntries(Path.Combine(process, "fd")).Select(f => (f, LinkOf(f)))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended meanwhile, or it is not ours to see.
            return [];
        }
    }

    private static string? LinkOf(string file)
    {
        try
        {
            return new FileInfo(file).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string NameOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "comm")).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "another program";
        }
    }
}
