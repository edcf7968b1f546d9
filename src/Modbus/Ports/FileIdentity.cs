using System.Runtime.InteropServices;

namespace DerAgent.Modbus;

/// <summary>Which file or device a path leads to (Linux, statx): two names of one device are the same, two pseudo-terminals of one name in two containers are not.</summary>
/// <param name="Device">Number of the device it is; 0: it is none.</param>
/// <param name="FileSystem">Number of the file system it is in.</param>
/// <param name="Inode">Its number there.</param>
internal readonly partial record struct FileIdentity(ulong Device, ulong FileSystem, ulong Inode)
{
    private const int CurrentFolder = -100;
    private const uint BasicStats = 0x7FF;

    /// <summary>Octets of the kernel's struct statx, the same on every kind of machine, and where in it things stand.</summary>
    private const int Size = 256, InodeAt = 32, DeviceAt = 128, FileSystemAt = 136;

    /// <summary>Of a path; null: it leads nowhere, or not for us.</summary>
    public static FileIdentity? Of(string path)
    {
        var stat = new byte[Size];
        return Read(CurrentFolder, path, 0, BasicStats, stat) == 0
            ? new(BitConverter.ToUInt64(stat, DeviceAt), BitConverter.ToUInt64(stat, FileSystemAt), BitConverter.ToUInt64(stat, InodeAt))
            : null;
    }

    /// <summary>Whether both are one device. Pseudo-terminals have one number in each file system of them.</summary>
    public bool IsSameDevice(FileIdentity other, bool isPseudoTerminal) => Device != 0 && Device == other.Device && (!isPseudoTerminal || (FileSystem, Inode) == (other.FileSystem, other.Inode));

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Read(int folder, string path, int flags, uint mask, [Out] byte[] stat);
}
