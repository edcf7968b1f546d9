using System.Diagnostics;
using System.Net;

namespace DerAgent.Modbus.Tests;

/// <summary>Modbus/TCP Security against pymodbus's server and openssl.</summary>
public sealed class TlsTests : IDisposable
{
    private const string TlsServer = """
        from pymodbus.server import StartTlsServer
        import ssl
        sslctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        sslctx.minimum_version = ssl.TLSVersion.TLSv1_2
        sslctx.load_cert_chain(certfile=sys.argv[2], keyfile=sys.argv[3])
        sslctx.load_verify_locations(sys.argv[4])
        sslctx.verify_mode = ssl.CERT_REQUIRED
        from pymodbus.transaction import ModbusSocketFramer
        StartTlsServer(context=context, identity=identity, framer=ModbusSocketFramer, address=("127.0.0.1", int(sys.argv[1])), sslctx=sslctx)
        """;

    private readonly TestCertificates _certificates = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public async Task The_master_agrees_with_pymodbus_over_mutual_TLS()
    {
        var port = Ports.Free();
        using var server = await Pymodbus.StartAsync(TlsServer, Cancel, $"{port}", _certificates.FileOf("device"), _certificates.KeyOf("device"), _certificates.AuthorityFile);
        try
        {
            await using var master = Master(port, new() { TrustAnchors = [_certificates.Authority], Certificate = _certificates.Master });
            await Pymodbus.ReachAsync(master, Cancel);
            await Pymodbus.AgreesAsync(master, Cancel);
            await using var stranger = Master(port, new() { TrustAnchors = [_certificates.Authority] });
            var e = await Assert.ThrowsAsync<ModbusException>(() => stranger.ReadRegistersAsync(3, 10, 1, input: false, Cancel));
            Assert.Equal(ModbusFailure.NoConnection, e.Failure);
        }
        finally
        {
            server.Kill();
        }
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task The_master_agrees_with_openssl(string version)
    {
        var port = Ports.Free();
        using var peer = Openssl(port, version);
        try
        {
            await using var master = Master(port, new() { TrustAnchors = [_certificates.Authority], Certificate = _certificates.Master });
            var reading = ReadAsync(master);
            var question = new byte[12];
            await peer.StandardOutput.BaseStream.ReadExactlyAsync(question, Cancel);
            await peer.StandardInput.BaseStream.WriteAsync(new MbapFrame((ushort)((question[0] << 8) | question[1]), 3, new byte[] { 3, 2, 0, 42 }).ToArray(), Cancel);
            await peer.StandardInput.BaseStream.FlushAsync(Cancel);
            Assert.Equal([42], await reading);
        }
        finally
        {
            peer.Kill();
        }
    }

    [Fact]
    public async Task Who_is_not_whom_we_trust_gets_no_question_and_the_reason_is_told()
    {
        var port = Ports.Free();
        using var peer = Openssl(port, "-tls1_2");
        try
        {
            await using var untrusted = Master(port, new() { Certificate = _certificates.Master });
            Assert.Contains("is not trusted", (await RefusedAsync(untrusted)).Message, StringComparison.Ordinal);
            await using var other = Master(port, new() { TrustAnchors = [_certificates.Authority], Certificate = _certificates.Master, Name = "inverter.example" });
            Assert.Contains("is not for inverter.example", (await RefusedAsync(other)).Message, StringComparison.Ordinal);
        }
        finally
        {
            peer.Kill();
        }
    }

    [Fact]
    public async Task Old_versions_are_not_spoken()
    {
        var port = Ports.Free();
        using var peer = Openssl(port, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0");
        try
        {
            await using var master = Master(port, new() { TrustAnchors = [_certificates.Authority], Certificate = _certificates.Master });
            Assert.Contains("no secure connection", (await RefusedAsync(master)).Message, StringComparison.Ordinal);
        }
        finally
        {
            peer.Kill();
        }
    }

    private static ModbusTcpMaster Master(int port, ModbusTls tls) => new(new() { Host = "localhost", Port = port, Tls = tls }, TimeProvider.System);

    private static async Task<ModbusException> RefusedAsync(ModbusTcpMaster master)
    {
        // Until the peer listens there is no connection either.
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var e = await Assert.ThrowsAsync<ModbusException>(() => master.ReadRegistersAsync(3, 10, 1, input: false, Cancel));
            if (e.InnerException is not System.Net.Sockets.SocketException)
            {
                Assert.Equal((ModbusFailure.NoConnection, false), (e.Failure, e.WasSent));
                return e;
            }

            await timer.WaitForNextTickAsync(Cancel);
        }
    }

    private static async Task<ushort[]> ReadAsync(ModbusTcpMaster master)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            try
            {
                return await master.ReadRegistersAsync(3, 10, 1, input: false, Cancel);
            }
            catch (ModbusException e) when (e.InnerException is System.Net.Sockets.SocketException)
            {
                await timer.WaitForNextTickAsync(Cancel);
            }
        }
    }

    private Process Openssl(int port, params string[] options)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/openssl"), "openssl is not installed.");
        return Process.Start(new ProcessStartInfo("/usr/bin/openssl", ["s_server", "-accept", $"{IPAddress.Loopback}:{port}", "-cert", _certificates.FileOf("device"), "-key", _certificates.KeyOf("device"), "-CAfile", _certificates.AuthorityFile, "-Verify", "2", "-quiet", .. options])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
    }
}
