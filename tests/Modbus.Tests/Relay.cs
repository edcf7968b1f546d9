namespace DerAgent.Modbus.Tests;

/// <summary>What stands between two lines: passes octets on, and does to those of the device what it is told.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Stream _master;
    private readonly Stream _device;
    private readonly Task _running;

    /// <summary>A relay.</summary>
    /// <param name="master">Towards the master.</param>
    /// <param name="device">Towards the device.</param>
    /// <param name="down">What becomes of what the master says: each part is sent to whom it is for.</param>
    /// <param name="up">What becomes of what the device says.</param>
    public Relay(Stream master, Stream device, Func<byte[], IEnumerable<(Stream To, byte[] Octets, TimeSpan After)>>? down = null, Func<byte[], IEnumerable<(Stream To, byte[] Octets, TimeSpan After)>>? up = null)
    {
        (_master, _device) = (master, device);
        _running = Task.WhenAll(PassAsync(master, down ?? (o => [(device, o, TimeSpan.Zero)])), PassAsync(device, up ?? (o => [(master, o, TimeSpan.Zero)])));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _master.DisposeAsync();
        await _device.DisposeAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task PassAsync(Stream from, Func<byte[], IEnumerable<(Stream To, byte[] Octets, TimeSpan After)>> what)
    {
        var buffer = new byte[1024];
        try
        {
            while (await from.ReadAsync(buffer, _stop.Token) is > 0 and var count)
            {
                foreach (var (to, octets, after) in what(buffer[..count]))
                {
                    if (after > TimeSpan.Zero)
                    {
                        await Task.Delay(after, TimeProvider.System, _stop.Token);
                    }

                    await to.WriteAsync(octets, _stop.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One of the lines has gone.
        }
    }
}
