using System.ComponentModel;
using System.Runtime.InteropServices;

namespace DerAgent.Modbus;

/// <summary>Lets the Linux kernel turn the direction of two wires (TIOCSRS485): it knows when the last bit has left, a program does not.</summary>
internal static partial class KernelRs485
{
    private const int ReadWrite = 2, NoControllingTerminal = 0x100, NonBlocking = 0x800;
    private const nuint SetRs485 = 0x542F;
    private const uint Enabled = 1, RtsOnSend = 2;

    /// <summary>Words of the kernel's struct serial_rs485.</summary>
    private const int Words = 8;

    /// <summary>Enables it; the driver remembers it.</summary>
    /// <exception cref="IOException">The port cannot.</exception>
    public static void Enable(string port)
    {
        var file = Open(port, ReadWrite | NoControllingTerminal | NonBlocking);
        if (file < 0)
        {
            throw new IOException(new Win32Exception(Marshal.GetLastPInvokeError()).Message);
        }

        try
        {
            var settings = new uint[Words];
            settings[0] = Enabled | RtsOnSend;
            if (Control(file, SetRs485, settings) != 0)
            {
                throw new IOException($"the driver of {port} turns no direction ({new Win32Exception(Marshal.GetLastPInvokeError()).Message}); leave rs485=kernel out, adapters do it themselves");
            }
        }
        finally
        {
            _ = Close(file);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int file, nuint request, [In] uint[] settings);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
