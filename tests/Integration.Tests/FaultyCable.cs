using System.Net;
using System.Net.Sockets;

namespace DerAgent.Integration.Tests;

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
    private long _octets;
    private long _left = long.MaxValue;
    private int _tried;

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

    /// <summary>So many octets more reach the server; then it is told that there are no more. Later lines are whole.</summary>
    public void CutAfter(int octets) => Volatile.Write(ref _left, octets);

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
                    // The cable is the clock here: it is as slow as it says.
                    await Task.Delay(SlowStep, _stop.Token);
                }

                if (_mood != CableMood.Hole && _mood != (isUp ? CableMood.HoleUp : CableMood.HoleDown))
                {
                    var allowed = isUp ? (int)Math.Min(count, Volatile.Read(ref _left)) : count;
                    Interlocked.Add(ref _octets, allowed);
                    await to.SendAsync(buffer.AsMemory(0, allowed), _stop.Token);
                    if (isUp && Spend(allowed))
                    {
                        break;
                    }
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }

    /// <summary>Whether what may reach the server is used up; then there is no bound any longer.</summary>
    private bool Spend(int octets)
    {
        var left = Volatile.Read(ref _left);
        var isSpent = left <= octets;
        Volatile.Write(ref _left, isSpent || left == long.MaxValue ? long.MaxValue : left - octets);
        return isSpent;
    }
}
