using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DerAgent.Xmpp.Tests;

/// <summary>Which certificates speak for an XMPP domain (RFC 6120 §13.7.1.2, RFC 6125 §6.4).</summary>
public sealed class ServerNameTests
{
    [Theory]
    [InlineData("dns", "dso.example", true)]
    [InlineData("dns", "DSO.Example", true)]
    [InlineData("dns", "*.example", true)]
    [InlineData("dns", "*.dso.example", false)]
    [InlineData("dns", "d*.example", false)]
    [InlineData("dns", "example", false)]
    [InlineData("srv", "_xmpp-client.dso.example", true)]
    [InlineData("srv", "_xmpp-server.dso.example", false)]
    [InlineData("xmpp", "dso.example", true)]
    [InlineData("xmpp", "other.example", false)]
    [InlineData("none", "", false)]
    public void Names(string kind, string name, bool matches)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // The common name never counts (RFC 6125 §6.4.4 with other names present; RFC 9525 always).
        var request = new CertificateRequest("CN=dso.example", key, HashAlgorithmName.SHA256);
        if (kind != "none")
        {
            request.CertificateExtensions.Add(new X509Extension("2.5.29.17", Alternative(kind, name), critical: false));
        }

        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal(matches, ServerName.Matches(certificate, "dso.example"));
    }

    [Fact]
    public void A_broken_extension_speaks_for_nobody()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=dso.example", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension("2.5.29.17", [0x30, 0x05, 0x82, 0x0B, 0x64], critical: false));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.False(ServerName.Matches(certificate, "dso.example"));
    }

    private static byte[] Alternative(string kind, string name)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            if (kind == "dns")
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, name, new Asn1Tag(TagClass.ContextSpecific, 2));
            }
            else
            {
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                {
                    writer.WriteObjectIdentifier(kind == "srv" ? "1.3.6.1.5.5.7.8.7" : "1.3.6.1.5.5.7.8.5");
                    using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                    {
                        writer.WriteCharacterString(kind == "srv" ? UniversalTagNumber.IA5String : UniversalTagNumber.UTF8String, name);
                    }
                }
            }
        }

        return writer.Encode();
    }
}
