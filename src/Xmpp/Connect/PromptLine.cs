using System.Net.Sockets;

namespace DerAgent.Xmpp;

/// <summary>
/// A TCP line that acknowledges at once. Many servers, Prosody among them, hold a small segment back until the one before is acknowledged (RFC 896);
/// where acknowledgements are delayed besides (RFC 1122 §4.2.3.2), one exchange in 25 took 44 ms instead of one.
/// Only Linux lets a program ask for this; elsewhere it is a line like any other.
/// </summary>
/// <param name="socket">The connected socket; it is closed with the stream.</param>
internal sealed class PromptLine(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    private const int Tcp = 6;
    private const int Information = 11;
    private const int QuickAcknowledge = 12;

    /// <summary>Where <c>tcpi_bytes_acked</c> stands in Linux' <c>struct tcp_info</c> (since 4.1).</summary>
    private const int OctetsAcknowledged = 120;
    private static readonly byte[] On = [1, 0, 0, 0];
    private readonly byte[] _information = new byte[OctetsAcknowledged + 8];
    private long _written;

    /// <summary>Octets given to TCP.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>Octets of them that the other side acknowledged; null where the system does not tell. Asked by one thread at a time.</summary>
    public long? Acknowledged
    {
        get
        {
            try
            {
                return OperatingSystem.IsLinux() && Socket.GetRawSocketOption(Tcp, Information, _information) == _information.Length
                    ? BitConverter.ToInt64(_information, OctetsAcknowledged)
                    : null;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await base.ReadAsync(buffer, cancellationToken);
        AcknowledgeAtOnce();
        return count;
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await base.WriteAsync(buffer, cancellationToken);
        Interlocked.Add(ref _written, buffer.Length);
        AcknowledgeAtOnce();
    }

    /// <summary>The system forgets it with the next exchange, so that it is asked anew each time.</summary>
    private void AcknowledgeAtOnce()
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                Socket.SetRawSocketOption(Tcp, QuickAcknowledge, On);
            }
            catch (SocketException)
            {
                // The line is breaking: the next read or write tells.
            }
        }
    }
}
