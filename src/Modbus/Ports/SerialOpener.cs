using System.IO.Ports;

namespace DerAgent.Modbus;

/// <summary>Opens serial ports, and says what is in the way: no such port, no right to it, another program.</summary>
internal sealed class SerialOpener
{
    private const string ById = "/dev/serial/by-id";
    private long _closesGivenUp;

    /// <summary>Ports that did not close within their time, since the start: the system's driver keeps them.</summary>
    public long ClosesGivenUp => Interlocked.Read(ref _closesGivenUp);

    /// <summary>Opens a port.</summary>
    /// <exception cref="IOException">It is not there, or somebody else has it.</exception>
    /// <exception cref="UnauthorizedAccessException">We have no right to it.</exception>
    public async ValueTask<Stream> OpenAsync(ModbusTransport.Serial serial, TimeProvider time, CancellationToken cancel)
    {
        // Opening waits for the driver, whose time nobody can bound.
        var opening = Task.Run(() => Open(serial, time), CancellationToken.None);
        try
        {
            return await opening.WaitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            // Whenever it opens after all, it is closed; it has opened then: Result does not wait.
            _ = opening.ContinueWith(static t => t.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
    }

    private Stream Open(ModbusTransport.Serial serial, TimeProvider time)
    {
        if (!OperatingSystem.IsWindows())
        {
            LookFor(serial.Port);
            if (serial.UsesKernelRs485)
            {
                KernelRs485.Enable(serial.Port);
            }
        }
        else if (serial.UsesKernelRs485)
        {
            throw new IOException("rs485=kernel is for Linux; leave it out, the adapter turns the direction");
        }

        var port = new SerialPort(serial.Port, serial.Baud, serial.Parity switch { SerialParity.Even => Parity.Even, SerialParity.Odd => Parity.Odd, _ => Parity.None }, serial.DataBits, serial.StopBits == 2 ? StopBits.Two : StopBits.One);
        try
        {
            port.Open();
            RaiseSignals(port, serial);
            return new SerialPortStream(port, time, () => Interlocked.Increment(ref _closesGivenUp));
        }
        catch (UnauthorizedAccessException e)
        {
            port.Dispose();
            throw new UnauthorizedAccessException(OperatingSystem.IsWindows() ? "another program has the port open; only one can" : "we have no right to the port, or another program has it; the user of the service belongs into the group of the port (dialout on Debian)", e);
        }
        catch
        {
            port.Dispose();
            throw;
        }
    }

    private static void LookFor(string port)
    {
        if (!File.Exists(port))
        {
            var others = Directory.Exists(ById) ? Directory.GetFileSystemEntries(ById) : [.. SerialPort.GetPortNames().Where(p => !p.StartsWith("/dev/ttyS", StringComparison.Ordinal))];
            throw new FileNotFoundException(others.Length == 0 ? "there is no such port, nor any other: is the adapter plugged in?" : $"there is no such port; there is {string.Join(", ", others.Order(StringComparer.Ordinal).Take(8))}");
        }

        if (SerialPorts.HolderOf(port) is { } holder)
        {
            throw new IOException($"{holder} has the port open; only one program can ask on a line");
        }
    }

    /// <summary>Adapters that live on these signals get them where the port has any; a pseudo-terminal has none. Where the kernel turns the direction, RTS is its.</summary>
    private static void RaiseSignals(SerialPort port, ModbusTransport.Serial serial)
    {
        try
        {
            port.DtrEnable = true;
            port.RtsEnable = !serial.UsesKernelRs485 || port.RtsEnable;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // It has none.
        }
    }
}
