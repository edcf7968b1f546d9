namespace DerAgent.Agent.Cli;

/// <summary>A file that a command writes: it must not exist, and is there whole or not at all.</summary>
internal static class NewFile
{
    /// <summary>Writes it. What went wrong, or null.</summary>
    public static string? Put(string path, ReadOnlySpan<byte> octets)
    {
        var isOurs = false;
        try
        {
            using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            isOurs = true;
            stream.Write(octets);
            stream.Flush();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (isOurs)
            {
                File.Delete(path);
            }

            return $"{path} cannot be written: {e.Message}";
        }
    }
}
