using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace DerAgent.Storage;

/// <summary>What the system's files need beside what the runtime gives: opening without waiting for whoever writes into a pipe, and folders that are on the medium.</summary>
internal static partial class PlainFile
{
    private const int ReadOnly = 0;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    /// <summary>Opens a file for reading; what is none, but a pipe or a device, is refused.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="IOException">It cannot be read, or is no file.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static FileStream OpenRead(string path)
    {
        // Between looking and opening it may have become something else; that is seen below.
        if (!File.Exists(path))
        {
            throw new FileNotFoundException("there is no such file", path);
        }

        var stream = OperatingSystem.IsLinux()
            ? new FileStream(Open(path), FileAccess.Read, bufferSize: 0)
            : new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });
        if (stream.CanSeek)
        {
            return stream;
        }

        stream.Dispose();
        throw new IOException("it is no file that can be read");
    }

    /// <summary>Whether a path, or a folder it lies in below a root, leads elsewhere.</summary>
    public static bool LeadsElsewhere(string root, string path)
    {
        for (var at = path; at.Length > root.Length; at = Path.GetDirectoryName(at)!)
        {
            if (new FileInfo(at) is var found && (found.LinkTarget is not null || ((File.Exists(at) || Directory.Exists(at)) && found.Attributes.HasFlag(FileAttributes.ReparsePoint))))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether two files are there and hold the same.</summary>
    public static bool IsSame(string one, string other)
    {
        if (!File.Exists(one) || !File.Exists(other) || new FileInfo(one).Length != new FileInfo(other).Length)
        {
            return false;
        }

        using var a = OpenRead(one);
        using var b = OpenRead(other);
        var (first, second) = (new byte[64 * 1024], new byte[64 * 1024]);
        while (a.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) is > 0 and var count)
        {
            if (b.ReadAtLeast(second, second.Length, throwOnEndOfStream: false) != count || !first.AsSpan(0, count).SequenceEqual(second.AsSpan(0, count)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Puts on the medium which files a folder holds. Elsewhere than on Linux the file system does so itself.</summary>
    /// <exception cref="IOException">It cannot be done.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsLinux())
        {
            using var handle = Open(folder);
            if (FSync(handle) != 0)
            {
                throw new IOException($"{folder} cannot be put on the medium: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
    }

    [SupportedOSPlatform("linux")]
    private static SafeFileHandle Open(string path)
    {
        var descriptor = OpenFile(path, ReadOnly | NonBlocking | CloseOnExec);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw new IOException($"it cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(SafeFileHandle handle);
}
