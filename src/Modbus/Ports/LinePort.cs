using System.Net.Sockets;

namespace DerAgent.Modbus;

/// <summary>A connection, or an open serial port: read all the time, so that its end is noticed at once. After its end nothing is written to it: it might never return.</summary>
internal sealed class LinePort : IAsyncDisposable
{
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(5);
    private readonly Stream _stream;
    private readonly TimeProvider _time;
    private readonly Func<LinePort, ReadOnlyMemory<byte>, bool> _came;
    private readonly Action<LinePort, Exception?> _ended;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;

    /// <summary>A port over a stream, which it owns.</summary>
    /// <param name="stream">What is read and written.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="came">Takes what comes; false: it is nonsense, and the port is closed.</param>
    /// <param name="ended">Called once when it has ended.</param>
    public LinePort(Stream stream, TimeProvider time, Func<LinePort, ReadOnlyMemory<byte>, bool> came, Action<LinePort, Exception?> ended)
    {
        (_stream, _time, _came, _ended) = (stream, time, came, ended);
        _reading = ReadAsync();
    }

    /// <summary>Whether it is of no use any more.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Writes octets.</summary>
    /// <exception cref="IOException">They could not be written, or not within <paramref name="limit"/>.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> octets, TimeSpan limit, CancellationToken cancel)
    {
        if (IsBroken)
        {
            throw new IOException("the line has ended");
        }

        try
        {
            var writing = _stream.WriteAsync(octets, cancel);
            if (!writing.IsCompletedSuccessfully)
            {
                await writing.AsTask().WaitAsync(limit, _time, cancel);
            }
        }
        catch (TimeoutException e)
        {
            throw new IOException($"{octets.Length} octets could not be written within {limit.TotalSeconds:0.#} s", e);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>Ends it: the next question goes over a new one.</summary>
    public void Break()
    {
        IsBroken = true;
        _stream.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        IsBroken = true;
        await _stop.CancelAsync();
        await _stream.DisposeAsync();
        try
        {
            // A driver whose close hangs may keep its read as well: the line goes on without it.
            await _reading.WaitAsync(CloseLimit, _time);
            _stop.Dispose();
        }
        catch (TimeoutException)
        {
            // What it says later meets nobody.
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[1024];
        Exception? fault = null;
        try
        {
            while (await _stream.ReadAsync(buffer, _stop.Token) is > 0 and var count && _came(this, buffer.AsMemory(0, count)))
            {
                // What came was taken.
            }
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            fault = e;
        }

        IsBroken = true;
        _ended(this, fault);
    }
}
