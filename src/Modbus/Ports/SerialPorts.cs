namespace DerAgent.Modbus;

/// <summary>Names of serial ports, and who has them open.</summary>
internal static class SerialPorts
{
    /// <summary>Which program has a port open, with its process id; null: none that we can see. On Linux; of other users' programs only root learns.</summary>
    public static string? HolderOf(string port)
    {
        var device = Resolve(port);
        if (OperatingSystem.IsWindows() || FileIdentity.Of(device) is not { } identity)
        {
            return null;
        }

        foreach (var process in Directory.Exists("/proc") ? Directory.GetDirectories("/proc") : [])
        {
            if (int.TryParse(Path.GetFileName(process), out var id) && Holds(process, device, identity))
            {
                return id == Environment.ProcessId ? "this agent itself, under another name of the port or for another line," : $"{NameOf(process)} (process {id})";
            }
        }

        return null;
    }

    /// <summary>The device behind a name such as those under <c>/dev/serial/by-id</c>.</summary>
    public static string Resolve(string port)
    {
        ArgumentNullException.ThrowIfNull(port);
        try
        {
            return File.ResolveLinkTarget(port, returnFinalTarget: true)?.FullName ?? port;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return port;
        }
    }

    private static bool Holds(string process, string device, FileIdentity identity)
    {
        try
        {
            var files = Directory.GetFileSystemEntries(Path.Combine(process, "fd")).Select(f => (File: f, Link: LinkOf(f))).ToList();

            // Who has made a pseudo-terminal is its other end, not a rival.
            var isPseudoTerminal = device.StartsWith("/dev/pts/", StringComparison.Ordinal);
            return !(isPseudoTerminal && files.Exists(f => f.Link is "/dev/ptmx" or "/dev/pts/ptmx"))
                && files.Exists(f => f.Link?.StartsWith("/dev/", StringComparison.Ordinal) == true && FileIdentity.Of(f.File)?.IsSameDevice(identity, isPseudoTerminal) == true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended meanwhile, or it is not ours to see.
            return false;
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
