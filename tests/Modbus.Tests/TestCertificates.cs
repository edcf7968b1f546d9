using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DerAgent.Modbus.Tests;

/// <summary>A certification authority with a certificate for a device and one for a master, as files, too.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("der-agent-tls-").FullName;

    public TestCertificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        Authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        File.WriteAllText(AuthorityFile, Authority.ExportCertificatePem());
        Device = Issue("device", "localhost");
        Master = Issue("master", null);
    }

    public X509Certificate2 Authority { get; }

    public X509Certificate2 Device { get; }

    public X509Certificate2 Master { get; }

    public string AuthorityFile => Path.Combine(_folder, "ca.pem");

    public string FileOf(string name) => Path.Combine(_folder, $"{name}.pem");

    public string KeyOf(string name) => Path.Combine(_folder, $"{name}.key");

    public void Dispose()
    {
        Authority.Dispose();
        Device.Dispose();
        Master.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private X509Certificate2 Issue(string name, string? host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        if (host is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(host);
            request.CertificateExtensions.Add(names.Build());
        }

        using var bare = request.Create(Authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(20), RandomNumberGenerator.GetBytes(8));
        var certificate = bare.CopyWithPrivateKey(key);
        File.WriteAllText(FileOf(name), certificate.ExportCertificatePem());
        File.WriteAllText(KeyOf(name), key.ExportPkcs8PrivateKeyPem());
        return certificate;
    }
}
