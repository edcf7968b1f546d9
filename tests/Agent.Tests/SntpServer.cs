using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using DerAgent.Agent.Clock;

namespace DerAgent.Agent.Tests;

/// <summary>A time server that does as it is told.</summary>
internal sealed class SntpServer : IDisposable
{
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource _stop = new();

    public SntpServer(TimeSpan offset = default)
    {
        Offset = offset;
        _ = RunAsync();
    }

    /// <summary>How far its clock is ahead.</summary>
    public TimeSpan Offset { get; set; }

    /// <summary>Changes its answer; one that is empty is none.</summary>
    public Func<byte[], byte[]> Change { get; set; } = static answer => answer;

    public int Asked { get; private set; }

    public string Name => $"127.0.0.1:{((IPEndPoint)_socket.Client.LocalEndPoint!).Port}";

    /// <summary>The answer to a request.</summary>
    public static byte[] Answer(ReadOnlySpan<byte> request, DateTimeOffset now)
    {
        var answer = new byte[SntpPacket.Length];
        answer[0] = (4 << 3) | 4;
        answer[1] = 2;
        BinaryPrimitives.WriteInt32BigEndian(answer.AsSpan(4), 0x200); // 8 ms
        BinaryPrimitives.WriteInt32BigEndian(answer.AsSpan(8), 0x100); // 4 ms
        request.Slice(40, 8).CopyTo(answer.AsSpan(24));
        BinaryPrimitives.WriteUInt64BigEndian(answer.AsSpan(32), SntpPacket.ToTimestamp(now));
        BinaryPrimitives.WriteUInt64BigEndian(answer.AsSpan(40), SntpPacket.ToTimestamp(now));
        return answer;
    }

    /// <summary>The answer as a kiss of death.</summary>
    public static byte[] Kiss(byte[] answer, string code)
    {
        answer[1] = 0;
        System.Text.Encoding.ASCII.GetBytes(code, answer.AsSpan(12));
        return answer;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var request = await _socket.ReceiveAsync(_stop.Token);
                Asked++;
                if (Change(Answer(request.Buffer, DateTimeOffset.UtcNow + Offset)) is { Length: > 0 } answer)
                {
                    await _socket.SendAsync(answer, request.RemoteEndPoint, _stop.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // It is over.
        }
    }
}
