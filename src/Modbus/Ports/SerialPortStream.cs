using System.IO.Ports;

namespace DerAgent.Modbus;

/// <summary>An open serial port as a stream that is read and written asynchronously. A port that has gone, its adapter pulled, may never finish closing: that is given up.</summary>
internal sealed class SerialPortStream(SerialPort port, TimeProvider time, Action closeGivenUp) : Stream
{
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(3);
    private readonly Stream _octets = port.BaseStream;
    private readonly Lock _gate = new();
    private Task? _closing;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _octets.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => _octets.WriteAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => _octets.ReadAsync(buffer, offset, count, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => _octets.WriteAsync(buffer, offset, count, cancellationToken);

    public override void Flush()
    {
        // What was written is on its way.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await Closing();
        await base.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _ = Closing();
        }

        base.Dispose(disposing);
    }

    private Task Closing()
    {
        lock (_gate)
        {
            return _closing ??= CloseAsync();
        }
    }

    private async Task CloseAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                // Not the port's own Close: it waits until all that was to be written is, and a port that has gone takes nothing any more.
                _octets.Dispose();
                port.Dispose();
            }
            catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException)
            {
                // It has gone already.
            }

            done.TrySetResult();
        })
        {
            IsBackground = true,
            Name = "closes a serial port",
        }.Start();
        try
        {
            await done.Task.WaitAsync(CloseLimit, time);
        }
        catch (TimeoutException)
        {
            closeGivenUp();
        }
    }
}
