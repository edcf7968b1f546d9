using System.Net;
using System.Net.Sockets;

namespace DerAgent.Modbus;

/// <summary>A slave (server) on TCP, for simulators and tests: Modbus TCP, or RTU or ASCII over TCP.</summary>
public sealed class ModbusTcpSlave : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly Func<Stream, ModbusSlaveBehaviour, CancellationToken, Task> _serve;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _clients = [];
    private readonly Task _accepting;

    /// <summary>Listens at once.</summary>
    /// <param name="endpoint">Address and port; port 0 takes a free one.</param>
    /// <param name="units">The device of a unit id; null: silence, as on a real bus.</param>
    /// <param name="framing">How PDUs are framed.</param>
    public ModbusTcpSlave(IPEndPoint endpoint, Func<byte, IModbusMemory?> units, ModbusFraming framing = ModbusFraming.Tcp)
        : this(endpoint, (stream, behaviour, cancel) => SlaveSession.ServeAsync(stream, framing, units, behaviour, TimeProvider.System, cancel))
    {
    }

    /// <summary>The same with connections that speak something else.</summary>
    internal ModbusTcpSlave(IPEndPoint endpoint, Func<Stream, ModbusSlaveBehaviour, CancellationToken, Task> serve)
    {
        _serve = serve;
        _listener = new TcpListener(endpoint);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>How it answers.</summary>
    public ModbusSlaveBehaviour Behaviour { get; } = new();

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Task[] clients;
        lock (_clients)
        {
            clients = [.. _clients];
        }

        await Task.WhenAll(clients);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                lock (_clients)
                {
                    _clients.RemoveAll(t => t.IsCompleted);
                    _clients.Add(ServeAsync(socket));
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Stopped. A disposed listener that is asked once more says so by InvalidOperationException.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            await _serve(stream, Behaviour, _stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
        {
            // The client is gone, or we are.
        }
    }
}
