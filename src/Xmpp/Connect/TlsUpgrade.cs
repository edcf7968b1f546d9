using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace DerAgent.Xmpp;

/// <summary>TLS to the server (RFC 6120 §5, §13.7): 1.2 or 1.3, the certificate checked against our anchors and the JID's domain.</summary>
internal static class TlsUpgrade
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    public static async Task<SslStream> StartAsync(Stream stream, XmppOptions options, CancellationToken cancel)
    {
        string? fault = null;
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = options.Jid.Domain,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    AllowRenegotiation = false,
                    RemoteCertificateValidationCallback = (_, certificate, chain, _) => (fault = Check(certificate, chain, options)) is null,
                },
                cancel);
            return tls;
        }
        catch (AuthenticationException e)
        {
            await tls.DisposeAsync();
            throw new XmppException(new(XmppFailureKind.Tls, fault ?? $"TLS failed: {e.InnerException?.Message ?? e.Message}"), e);
        }
    }

    /// <summary>What is wrong with the server's certificate, or null.</summary>
    private static string? Check(X509Certificate? presented, X509Chain? presentedChain, XmppOptions options)
    {
        if (presented is not X509Certificate2 certificate)
        {
            return "the server presented no certificate";
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.ApplicationPolicy.Add(new(ServerAuthentication));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (options.TrustAnchors.Count > 0)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(options.TrustAnchors);
        }

        foreach (var element in presentedChain?.ChainElements.Skip(1) ?? [])
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        chain.ChainPolicy.ExtraStore.AddRange(presentedChain?.ChainPolicy.ExtraStore ?? []);
        if (!chain.Build(certificate))
        {
            return $"the server's certificate ({certificate.Subject}) is not trusted: {string.Join("; ", chain.ChainStatus.Select(s => s.StatusInformation.Trim()))}";
        }

        return ServerName.Matches(certificate, options.Jid.Domain)
            ? null
            : $"the server's certificate ({certificate.Subject}) is not for {options.Jid.Domain}";
    }
}
