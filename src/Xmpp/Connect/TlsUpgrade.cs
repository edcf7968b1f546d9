using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace DerAgent.Xmpp;

/// <summary>TLS to the server (RFC 6120 §5, §13.7): 1.2 or 1.3, the certificate checked against our anchors and the JID's domain.</summary>
internal static class TlsUpgrade
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    public static async Task<(SslStream Stream, ServerCertificates Presented)> StartAsync(Stream stream, XmppOptions options, bool isDirect, TimeProvider time, CancellationToken cancel)
    {
        string? fault = null;
        ServerCertificates? presented = null;
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = options.Jid.Domain,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    AllowRenegotiation = false,
                    // Told where TLS begins at once: one port may serve several protocols (XEP-0368 §4).
                    ApplicationProtocols = isDirect ? [new("xmpp-client")] : [],
                    RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
                    {
                        presented = ServerCertificates.Of(certificate, chain);
                        return (fault = presented is null ? "the server presented no certificate" : Check(presented.Own, presented.Others, options, time)) is null;
                    },
                },
                cancel);
            return (tls, presented!);
        }
        catch (AuthenticationException e)
        {
            await tls.DisposeAsync();
            throw new XmppException(new(XmppFailureKind.Tls, fault ?? Reason(e)), e);
        }
    }

    /// <summary>What the library knows of a failure, in words that help.</summary>
    private static string Reason(Exception failure)
    {
        var said = new List<string>();
        for (var e = failure; e is not null; e = e.InnerException)
        {
            said.Add(e.Message);
        }

        var all = string.Join(" / ", said);
        return all.Contains("unsupported protocol", StringComparison.OrdinalIgnoreCase) || all.Contains("protocol version", StringComparison.OrdinalIgnoreCase)
                ? $"the server speaks no TLS 1.2 or 1.3, which are the only ones in use here ({ServerText.Shown(said[^1])})"
            : all.Contains("handshake failure", StringComparison.OrdinalIgnoreCase) || all.Contains("no shared cipher", StringComparison.OrdinalIgnoreCase)
                ? $"the server and we have no cipher suite in common, or it wants a client certificate ({ServerText.Shown(said[^1])})"
            : $"TLS failed: {ServerText.Shown(said[^1])}";
    }

    /// <summary>What is wrong with a server's certificate, or null.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="others">What the server presented with it.</param>
    /// <param name="options">The domain and the trust anchors.</param>
    /// <param name="time">Clock, for what is said of it.</param>
    public static string? Check(X509Certificate2 certificate, X509Certificate2Collection others, XmppOptions options, TimeProvider time)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.ApplicationPolicy.Add(new(ServerAuthentication));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (options.TrustAnchors.Count > 0)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(options.TrustAnchors);
        }

        chain.ChainPolicy.ExtraStore.AddRange(others);
        if (!chain.Build(certificate))
        {
            return $"the server's certificate ({ServerText.Shown(certificate.Subject)}) is not trusted: {string.Join("; ", chain.ChainStatus.Select(s => s.StatusInformation.Trim()))}{ClockFault.Of(chain, time.GetUtcNow().UtcDateTime)}";
        }

        return CertificateStrength.Check([.. chain.ChainElements.Select(e => e.Certificate)]) is { } weakness ? weakness
            : ServerName.Matches(certificate, options.Jid.Domain) ? null
            : $"the server's certificate ({ServerText.Shown(certificate.Subject)}) is not for {options.Jid.Domain}";
    }
}

/// <summary>What a server presented, copied: the library takes its own back.</summary>
/// <param name="Own">Its certificate.</param>
/// <param name="Others">What it presented with it.</param>
internal sealed record ServerCertificates(X509Certificate2 Own, X509Certificate2Collection Others)
{
    /// <summary>Copies what was presented; null where that is nothing.</summary>
    public static ServerCertificates? Of(X509Certificate? certificate, X509Chain? chain) => certificate is not X509Certificate2 own ? null
        : new(Copy(own), [.. (chain?.ChainElements.Skip(1).Select(e => e.Certificate) ?? []).Concat(chain?.ChainPolicy.ExtraStore ?? []).Select(Copy)]);

    private static X509Certificate2 Copy(X509Certificate2 certificate) => X509CertificateLoader.LoadCertificate(certificate.RawDataMemory.Span);
}
