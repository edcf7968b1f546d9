using System.Runtime.InteropServices;
using DerAgent.Agent.Hosting;

namespace DerAgent.Agent.Tests;

/// <summary>Passwords and keys stay in the process.</summary>
public sealed partial class MemorySecrecyTests
{
    [Fact] // prctl(2): PR_GET_DUMPABLE
    public void The_process_is_not_dumped()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "prctl is Linux's.");
        Assert.True(MemorySecrecy.Begin());
        Assert.Equal(0, Control(3, 0, 0, 0, 0));
        Assert.NotEmpty(File.ReadAllText("/proc/self/status"));
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(int option, nuint two, nuint three, nuint four, nuint five);
}
