using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace DerAgent.Integration.Tests.Store;

/// <summary>The agent is killed between the write of a set point and its read-back: what the device has is in force, what it has not is not written again.</summary>
public sealed class DeviceCrashTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_nobody_saw_taken_before_the_kill_is_looked_at_and_kept_only_where_it_stands(bool isKept)
    {
        await using var slave = new CrashSlave();
        await using (var first = StoreWorlds.StartDevices(_folder, slave.Port, "60"))
        {
            Assert.Equal(60, await slave.Written.Task.WaitAsync(TimeSpan.FromSeconds(30)));
            first.Kill();
            Assert.DoesNotContain("\nA", first.Output, StringComparison.Ordinal);
        }

        slave.GoOn(isKept ? (ushort)60 : (ushort)100);
        await using var second = StoreWorlds.StartDevices(_folder, slave.Port);
        await second.LineAsync("the device answers");
        if (isKept)
        {
            // In force: it is refreshed.
            Assert.Equal(60, await slave.Written.Task.WaitAsync(TimeSpan.FromSeconds(30)));
            return;
        }

        await slave.ReadOften.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(slave.Written.Task.IsCompleted);
        Assert.Equal(100, slave.Value);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A Modbus TCP slave with one register, which answers no more once it was written, until it is told to.</summary>
    private sealed class CrashSlave : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;
        private volatile bool _isMute;
        private volatile bool _mutesOnWrite = true;
        private int _value = 100;
        private int _reads;

        public CrashSlave()
        {
            _listener.Start();
            _running = AcceptAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public int Value => Volatile.Read(ref _value);

        /// <summary>The next value that is written.</summary>
        public TaskCompletionSource<int> Written { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void GoOn(ushort value)
        {
            Volatile.Write(ref _value, value);
            Written = new(TaskCreationOptions.RunContinuationsAsynchronously);
            ReadOften = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _reads, 0);
            (_isMute, _mutesOnWrite) = (false, false);
        }

        /// <summary>Ends when it was read four times since it goes on.</summary>
        public TaskCompletionSource ReadOften { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            _listener.Stop();
            await _running.ContinueWith(static _ => { }, TaskScheduler.Default);
            _stop.Dispose();
        }

        private async Task AcceptAsync()
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = ServeAsync(client);
            }
        }

        private async Task ServeAsync(TcpClient client)
        {
            using (client)
            {
                try
                {
                    var stream = client.GetStream();
                    var header = new byte[7];
                    while (true)
                    {
                        await stream.ReadExactlyAsync(header, _stop.Token);
                        var pdu = new byte[BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(4)) - 1];
                        await stream.ReadExactlyAsync(pdu, _stop.Token);
                        if (Answer(pdu) is { } answer && !_isMute)
                        {
                            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)(answer.Length + 1));
                            await stream.WriteAsync((byte[])[.. header, .. answer], _stop.Token);
                        }

                        _isMute |= _mutesOnWrite && pdu[0] is 6 or 16;
                    }
                }
                catch (Exception e) when (e is IOException or OperationCanceledException)
                {
                    // The agent is gone, or the test is over.
                }
            }
        }

        private byte[]? Answer(byte[] pdu)
        {
            if (pdu[0] is 6 or 16)
            {
                var value = BinaryPrimitives.ReadUInt16BigEndian(pdu.AsSpan(pdu[0] == 6 ? 3 : 6));
                Volatile.Write(ref _value, value);
                Written.TrySetResult(value);
                return pdu[..5];
            }

            if (Interlocked.Increment(ref _reads) == 4)
            {
                ReadOften.TrySetResult();
            }

            return [pdu[0], 2, (byte)(Value >> 8), (byte)Value];
        }
    }
}
