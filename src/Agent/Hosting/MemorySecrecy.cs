using System.Runtime.InteropServices;

namespace DerAgent.Agent.Hosting;

/// <summary>
/// Keeps what the process has in its memory, passwords and keys among it, from being written to a core file and from being read by other processes of the same
/// account, however the agent was started (<c>prctl(2)</c>, PR_SET_DUMPABLE). The limit in the unit alone would not do: handlers of core files on a pipe do not ask for it.
/// </summary>
internal static partial class MemorySecrecy
{
    private const int SetDumpable = 4;

    /// <summary>From now on the process is not dumped. Elsewhere than on Linux nothing is done; false where the system refuses.</summary>
    public static bool Begin()
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        try
        {
            return Control(SetDumpable, 0, 0, 0, 0) == 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(int option, nuint two, nuint three, nuint four, nuint five);
}
