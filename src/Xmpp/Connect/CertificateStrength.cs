using System.Security.Cryptography.X509Certificates;

namespace DerAgent.Xmpp;

/// <summary>Refuses certificates that a chain may hold and nobody should rely on: weak keys, weak signatures, keys meant for something else (RFC 5280 §4.2.1.3).</summary>
internal static class CertificateStrength
{
    private const int LeastRsa = 2048;
    private const int LeastEc = 256;

    /// <summary>Signature algorithms whose hash can be forged: MD2, MD5 and SHA-1 with RSA, DSA and ECDSA.</summary>
    private static readonly HashSet<string> WeakSignatures = new(StringComparer.Ordinal)
    {
        "1.2.840.113549.1.1.2", "1.2.840.113549.1.1.4", "1.2.840.113549.1.1.5", "1.3.14.3.2.29", "1.2.840.10040.4.3", "1.2.840.10045.4.1",
    };

    /// <summary>What is wrong with a chain, as a sentence that names the certificate; null: nothing.</summary>
    /// <param name="chain">The certificates, the server's own first and the trust anchor last.</param>
    public static string? Check(IReadOnlyList<X509Certificate2> chain)
    {
        for (var i = 0; i < chain.Count; i++)
        {
            // Of a trust anchor the key is judged, not its own signature: it is trusted for being configured.
            if (Fault(chain[i], isServer: i == 0, isAnchor: i == chain.Count - 1) is { } fault)
            {
                return $"the certificate \"{ServerText.Shown(chain[i].Subject)}\"{(i == 0 ? " of the server" : "")} {fault}";
            }
        }

        return null;
    }

    private static string? Fault(X509Certificate2 certificate, bool isServer, bool isAnchor)
    {
        using var rsa = certificate.GetRSAPublicKey();
        using var ec = certificate.GetECDsaPublicKey();
        var usage = certificate.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault()?.KeyUsages;
        return rsa is { KeySize: < LeastRsa } ? $"has an RSA key of {rsa.KeySize} bits; {LeastRsa} are needed"
            : ec is { KeySize: < LeastEc } ? $"has an elliptic-curve key of {ec.KeySize} bits; {LeastEc} are needed"
            : !isAnchor && WeakSignatures.Contains(certificate.SignatureAlgorithm.Value ?? "") ? $"is signed with {certificate.SignatureAlgorithm.FriendlyName}, which can be forged"
            : isServer && usage is { } own && (own & X509KeyUsageFlags.DigitalSignature) == X509KeyUsageFlags.None ? "may not be used for TLS: its keyUsage lacks digitalSignature"
            : !isServer && usage is { } issuer && (issuer & X509KeyUsageFlags.KeyCertSign) == X509KeyUsageFlags.None ? "may not sign certificates: its keyUsage lacks keyCertSign"
            : null;
    }
}
