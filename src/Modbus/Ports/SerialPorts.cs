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

        return OpenFiles.HolderOf(files => Holds(files, device, identity)) is not var (id, name) ? null
            : id == Environment.ProcessId ? "this agent itself, under another name of the port or for another line," : $"{name} (process {id})";
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

    private static bool Holds(IReadOnlyList<(string File, string? Link)> files, string device, FileIdentity identity)
    {
        // Who has made a pseudo-terminal is its other end, not a rival.
        var isPseudoTerminal = device.StartsWith("/dev/pts/", StringComparison.Ordinal);
        return !(isPseudoTerminal && files.Any(f => f.Link is "/dev/ptmx" or "/dev/pts/ptmx"))
            && files.Any(f => f.Link?.StartsWith("/dev/", StringComparison.Ordinal) == true && FileIdentity.Of(f.File)?.IsSameDevice(identity, isPseudoTerminal) == true);
    }
}
