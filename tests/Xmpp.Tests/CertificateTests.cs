using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DerAgent.Xmpp.Tests;

/// <summary>Certificates nobody should rely on, and clocks that were never set.</summary>
public sealed class CertificateTests
{
    private static readonly DateTimeOffset From = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("RSA", 2048, "SHA256", X509KeyUsageFlags.DigitalSignature, null)]
    [InlineData("RSA", 2048, "SHA256", null, null)]
    [InlineData("EC", 256, "SHA256", X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyAgreement, null)]
    [InlineData("RSA", 1024, "SHA256", null, "RSA key of 1024 bits")]
    [InlineData("RSA", 2048, "SHA1", null, "can be forged")]
    [InlineData("RSA", 2048, "SHA256", X509KeyUsageFlags.KeyEncipherment, "lacks digitalSignature")]
    [InlineData("RSA", 2048, "SHA256", X509KeyUsageFlags.KeyCertSign, "lacks digitalSignature")]
    public void A_servers_certificate_is_judged_by_key_signature_and_use(string kind, int size, string hash, X509KeyUsageFlags? usage, string? fault)
    {
        using var certificate = Make(kind, size, hash, usage);
        using var anchor = Make("EC", 256, "SHA256", X509KeyUsageFlags.KeyCertSign);
        var said = CertificateStrength.Check([certificate, anchor]);
        Assert.Equal(fault is null, said is null);
        Assert.Contains(fault ?? "", said ?? "", StringComparison.Ordinal);
        Assert.Contains(fault is null ? "" : "\"CN=x\" of the server", said ?? "", StringComparison.Ordinal);
    }

    [Theory] // an anchor is trusted for being configured: its key counts, its own signature does not
    [InlineData(2048, "SHA1", null)]
    [InlineData(1024, "SHA256", "RSA key of 1024 bits")]
    public void Of_a_trust_anchor_the_key_is_judged(int size, string hash, string? fault)
    {
        using var certificate = Make("EC", 256, "SHA256", null);
        using var anchor = Make("RSA", size, hash, X509KeyUsageFlags.KeyCertSign);
        Assert.Contains(fault ?? "", CertificateStrength.Check([certificate, anchor]) ?? "", StringComparison.Ordinal);
        Assert.Equal(fault is null, CertificateStrength.Check([certificate, anchor]) is null);
    }

    [Theory]
    [InlineData("SHA1", X509KeyUsageFlags.KeyCertSign, "can be forged")]
    [InlineData("SHA256", X509KeyUsageFlags.DigitalSignature, "lacks keyCertSign")]
    public void What_stands_between_is_judged_as_well(string hash, X509KeyUsageFlags usage, string fault)
    {
        using var certificate = Make("EC", 256, "SHA256", null);
        using var between = Make("RSA", 2048, hash, usage);
        using var anchor = Make("EC", 256, "SHA256", X509KeyUsageFlags.KeyCertSign);
        Assert.Contains(fault, CertificateStrength.Check([certificate, between, anchor]), StringComparison.Ordinal);
    }

    [Fact] // a data logger without a battery starts in 1970
    public void A_clock_older_than_the_program_is_said_so()
    {
        var built = new DateTime(2026, 11, 26, 0, 0, 0, DateTimeKind.Utc);
        Assert.Contains("The clock of this machine says 1970-01-01, which is before this program was built (2026-11-26)", ClockFault.Of(DateTime.UnixEpoch, built), StringComparison.Ordinal);
        Assert.Equal("", ClockFault.Of(built, built));
        using var later = Make("EC", 256, "SHA256", null);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(later);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = DateTime.UnixEpoch.AddDays(1);
        Assert.False(chain.Build(later));
        Assert.Contains("set the clock", ClockFault.Of(chain, DateTime.UnixEpoch.AddDays(1)), StringComparison.Ordinal);
    }

    private static X509Certificate2 Make(string kind, int size, string hash, X509KeyUsageFlags? usage)
    {
        using var rsa = RSA.Create(kind == "RSA" ? size : 2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = kind == "RSA" ? new CertificateRequest("CN=x", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) : new CertificateRequest("CN=x", ec, HashAlgorithmName.SHA256);
        if (usage is { } flags)
        {
            request.CertificateExtensions.Add(new X509KeyUsageExtension(flags, critical: true));
        }

        return hash == "SHA1" ? request.Create(new X500DistinguishedName("CN=x"), new Sha1Signature(rsa), From, From.AddYears(50), [1]) : request.CreateSelfSigned(From, From.AddYears(50));
    }

    /// <summary>Signs as nobody should any more; the library refuses to be asked for it.</summary>
    private sealed class Sha1Signature(RSA key) : X509SignatureGenerator
    {
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) => Convert.FromHexString("300D06092A864886F70D0101050500");

#pragma warning disable CA5350 // that is what is tested
        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => key.SignData(data, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1);
#pragma warning restore CA5350

        protected override PublicKey BuildPublicKey() => CreateForRSA(key, RSASignaturePadding.Pkcs1).PublicKey;
    }
}
