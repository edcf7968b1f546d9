using System.Net;
using System.Net.Sockets;

namespace DerAgent.Integration.Tests.Soak;

/// <summary>What a cable does to what goes over it.</summary>
internal enum CableMood
{
    /// <summary>Carries all.</summary>
    Whole,
    /// <summary>Carries nothing, and tells nobody.</summary>
    Hole,
    /// <summary>Loses what goes to the server.</summary>
    HoleUp,
    /// <summary>Loses what comes from the server.</summary>
    HoleDown,
    /// <summary>Carries 4 kB a second each way.</summary>
    Slow,
    /// <summary>Takes connections and closes them.</summary>
    Refuse,
}

/// <summary>A TCP relay with moods. What a hole swallowed is gone: its lines end with the mood, as a router does that has forgotten them.</summary>
internal sealed class FaultyCable : IAsyncDisposable
{
    private const int SlowRate = 4_000;
    private static readonly TimeSpan SlowStep = TimeSpan.FromMilliseconds(50);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Socket> _sockets = [];
    private readonly Lock _gate = new();
    private readonly Task _accepting;
    private volatile CableMood _mood;

    public FaultyCable(int target)
    {
        _listener.Start();
        _accepting = AcceptAsync(target);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The mood; after a hole every line is reset.</summary>
    public CableMood Mood
    {
        get => _mood;
        set
        {
            var was = _mood;
            _mood = value;
            if (was is CableMood.Hole or CableMood.HoleUp or CableMood.HoleDown || value == CableMood.Refuse)
            {
                Cut();
            }
        }
    }

    /// <summary>Octets that went through, both ways.</summary>
    public long Octets => Interlocked.Read(ref _octets);

    /// <summary>Connections that were tried, also those that were refused.</summary>
    public int Tried => Volatile.Read(ref _tried);

    private long _octets;
    private int _tried;

    /// <summary>Resets every line.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            foreach (var socket in _sockets)
            {
                socket.LingerState = new LingerOption(true, 0);
                socket.Dispose();
            }

            _sockets.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        Cut();
        await _accepting;
    }

    private async Task AcceptAsync(int target)
    {
        try
        {
            while (true)
            {
                var near = await _listener.AcceptSocketAsync(_stop.Token);
                Interlocked.Increment(ref _tried);
                var far = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    if (_mood == CableMood.Refuse)
                    {
                        throw new SocketException((int)SocketError.ConnectionRefused);
                    }

                    await far.ConnectAsync(IPAddress.Loopback, target, _stop.Token);
                }
                catch (SocketException)
                {
                    near.Dispose();
                    far.Dispose();
                    continue;
                }

                lock (_gate)
                {
                    _sockets.AddRange([near, far]);
                }

                _ = PumpAsync(near, far, isUp: true);
                _ = PumpAsync(far, near, isUp: false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool isUp)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                var isSlow = _mood == CableMood.Slow;
                var count = await from.ReceiveAsync(isSlow ? buffer.AsMemory(0, (int)(SlowRate * SlowStep.TotalSeconds)) : buffer, _stop.Token);
                if (count == 0)
                {
                    break;
                }

                if (isSlow)
                {
                    await Task.Delay(SlowStep, _stop.Token);
                }

                if (_mood != CableMood.Hole && _mood != (isUp ? CableMood.HoleUp : CableMood.HoleDown))
                {
                    Interlocked.Add(ref _octets, count);
                    await to.SendAsync(buffer.AsMemory(0, count), _stop.Token);
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }
}
