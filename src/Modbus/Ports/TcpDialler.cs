using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace DerAgent.Modbus;

/// <summary>Makes TCP connections that notice by themselves when the other side has gone.</summary>
internal static class TcpDialler
{
    /// <summary>A half-open connection is found out after about a minute, even while nothing is asked.</summary>
    private const int KeepAliveSeconds = 30;
    private const int KeepAlivePause = 10;
    private const int KeepAliveTries = 3;

    /// <summary>Connects.</summary>
    /// <exception cref="SocketException">It cannot be reached.</exception>
    /// <exception cref="AuthenticationException">There is no secure connection; the message says why.</exception>
    public static async ValueTask<Stream> DialAsync(ModbusTransport.Tcp to, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAlivePause);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveTries);
            await socket.ConnectAsync(to.Host, to.Port, cancel);
            var stream = new NetworkStream(socket, ownsSocket: true);
            return to.Tls is { } tls ? await SecureAsync(stream, to, tls, cancel) : stream;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Stream> SecureAsync(Stream stream, ModbusTransport.Tcp to, ModbusTls tls, CancellationToken cancel)
    {
        string? refusal = null;
        var secure = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            await secure.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = tls.Name ?? to.Host,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    ClientCertificates = tls.Certificate is { } own ? [own] : null,
                    RemoteCertificateValidationCallback = (_, certificate, _, errors) => (refusal = Judge(certificate, errors, tls, tls.Name ?? to.Host)) is null,
                },
                cancel);
            return secure;
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            await secure.DisposeAsync();
            throw new AuthenticationException(refusal ?? $"no secure connection: {e.InnerException?.Message ?? e.Message}{(tls.Certificate is null ? "; the device may want a certificate of ours" : "")}", e);
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }

    /// <summary>Why a certificate is not taken; null: it is.</summary>
    private static string? Judge(X509Certificate? certificate, SslPolicyErrors errors, ModbusTls tls, string name)
    {
        if (certificate is not X509Certificate2 shown)
        {
            return "the device showed no certificate";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return $"the device's certificate ({StrangerText.Shown(shown.Subject)}) is not for {name}; where it has another name, say it in devices.….tls.name";
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (tls.TrustAnchors.Count > 0)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(tls.TrustAnchors.ToArray());
        }

        return chain.Build(shown) ? null : $"the device's certificate ({StrangerText.Shown(shown.Subject)}) is not trusted: {string.Join("; ", chain.ChainStatus.Select(s => s.StatusInformation.Trim()))}";
    }
}
