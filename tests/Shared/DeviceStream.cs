namespace DerAgent.Tests;

/// <summary>A connection in memory: octets go to the slave at once, and come from it when it gives them.</summary>
internal sealed class DeviceStream(Action<ReadOnlyMemory<byte>> onWritten) : TestStream
{
    private readonly Queue<byte[]> _come = new();
    private TaskCompletionSource? _waiting;
    private int _read;
    private bool _hasEnded;

    /// <summary>Whether anybody still listens.</summary>
    public bool IsOpen { get; private set; } = true;

    /// <summary>Octets come.</summary>
    public void Give(byte[] octets)
    {
        if (IsOpen && octets.Length > 0)
        {
            _come.Enqueue(octets);
            Wake();
        }
    }

    /// <summary>The device closes.</summary>
    public void End()
    {
        _hasEnded = true;
        Wake();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_come.Count == 0)
        {
            ObjectDisposedException.ThrowIf(!IsOpen, this);
            if (_hasEnded)
            {
                return 0;
            }

            _waiting = new();
            await using (cancellationToken.Register(static s => ((TaskCompletionSource)s!).TrySetCanceled(), _waiting))
            {
                await _waiting.Task;
            }
        }

        var next = _come.Peek();
        var count = Math.Min(buffer.Length, next.Length - _read);
        next.AsMemory(_read, count).CopyTo(buffer);
        _read += count;
        if (_read == next.Length)
        {
            _come.Dequeue();
            _read = 0;
        }

        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(!IsOpen, this);
        if (_hasEnded)
        {
            throw new IOException("closed by the device");
        }

        onWritten(buffer);
        return ValueTask.CompletedTask;
    }

    protected override void Dispose(bool disposing)
    {
        IsOpen = false;
        Wake();
        base.Dispose(disposing);
    }

    private void Wake()
    {
        var waiting = _waiting;
        _waiting = null;
        waiting?.TrySetResult();
    }
}
