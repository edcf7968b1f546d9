using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DerAgent.Xmpp;

namespace DerAgent.Integration.Tests;

/// <summary>Two Prosody servers, a.test and b.test, that federate over loopback addresses of their own, with one certificate authority.</summary>
internal sealed class FederatedLab : IAsyncDisposable
{
    private const int ServerPort = 5269;
    private readonly Dictionary<string, WatchedProcess> _servers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Address, int Port)> _places = new(StringComparer.Ordinal);

    private FederatedLab(string folder) => Folder = folder;

    public string Folder { get; }

    public static async Task<FederatedLab> StartAsync()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/prosody"), "Prosody is not installed (apt-get install prosody).");
        Assert.SkipUnless(Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu*").Any(d => File.Exists(Path.Combine(d, "lua", "5.4", "lunbound.so"))), "lua-unbound is not installed (apt-get install lua-unbound).");
        var lab = new FederatedLab(Directory.CreateTempSubdirectory("der-agent-test.").FullName);

        // Federation has one port; each lab has loopback addresses of its own.
        var net = string.Create(CultureInfo.InvariantCulture, $"127.{Random.Shared.Next(1, 255)}.{Random.Shared.Next(1, 255)}");
        (lab._places["a"], lab._places["b"]) = (($"{net}.1", XmppLab.FreePort()), ($"{net}.2", XmppLab.FreePort()));
        await File.WriteAllLinesAsync(Path.Combine(lab.Folder, "hosts"), lab._places.Select(p => $"{p.Value.Address} {p.Key}.test"));
        await lab.WriteCertificatesAsync();
        foreach (var name in lab._places.Keys)
        {
            await lab.WriteServerAsync(name);
            await lab.StartServerAsync(name);
        }

        return lab;
    }

    public string Server(string name) => string.Create(CultureInfo.InvariantCulture, $"{_places[name].Address}:{_places[name].Port}");

    public XmppOptions Options(string account, string server, string resource)
    {
        var anchors = new X509Certificate2Collection();
        anchors.ImportFromPemFile(Path.Combine(Folder, "ca.pem"));
        return new() { Jid = Jid.Parse($"{account}@{server}.test/{resource}"), Password = "secret", Servers = [XmppEndpoint.Parse(Server(server))], TrustAnchors = anchors, MinBackOff = TimeSpan.FromMilliseconds(100) };
    }

    public async Task StartServerAsync(string name)
    {
        _servers[name] = new WatchedProcess("prosody", "--config", Path.Combine(Folder, name, "prosody.cfg.lua"), "-F");
        await _servers[name].LineAsync("Activated service 's2s'");
    }

    public ValueTask StopServerAsync(string name) => _servers[name].DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values)
        {
            await server.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }

    private async Task WriteServerAsync(string name)
    {
        var (address, port) = _places[name];
        var home = Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;
        var configuration = Path.Combine(home, "prosody.cfg.lua");
        await File.WriteAllTextAsync(configuration, string.Create(CultureInfo.InvariantCulture, $$"""
            run_as_root = {{(Environment.IsPrivilegedProcess ? "true" : "false")}}
            daemonize = false
            pidfile = "{{home}}/prosody.pid"
            data_path = "{{home}}/data"
            interfaces = { "{{address}}" }
            c2s_ports = { {{port}} }
            s2s_ports = { {{ServerPort}} }
            s2s_require_encryption = true
            s2s_secure_auth = true
            unbound = { resolvconf = false, hoststxt = "{{Folder}}/hosts" }
            modules_enabled = { "roster", "saslauth", "tls", "dialback", "disco", "ping", "smacks", "posix", "s2s" }
            authentication = "internal_hashed"
            storage = "internal"
            ssl = { cafile = "{{Folder}}/ca.pem" }
            log = { { levels = { min = "info" }, to = "console" } }
            VirtualHost "{{name}}.test"
              ssl = { key = "{{Folder}}/{{name}}.key", certificate = "{{Folder}}/{{name}}.crt", cafile = "{{Folder}}/ca.pem" }

            """));
        foreach (var account in new[] { "pv1", "control", "view" })
        {
            var (code, output) = await WatchedProcess.RunAsync("prosodyctl", "--config", configuration, "register", account, $"{name}.test", "secret");
            Assert.True(code == 0, output);
        }
    }

    private async Task WriteCertificatesAsync()
    {
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=federation lab", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authority.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        using var anchor = authority.CreateSelfSigned(from, to);
        await File.WriteAllTextAsync(Path.Combine(Folder, "ca.pem"), anchor.ExportCertificatePem() + "\n");
        foreach (var name in _places.Keys)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest($"CN={name}.test", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName($"{name}.test");
            request.CertificateExtensions.Add(names.Build());
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1"), new("1.3.6.1.5.5.7.3.2")], false));
            using var certificate = request.Create(anchor, from, to, RandomNumberGenerator.GetBytes(16));
            await File.WriteAllTextAsync(Path.Combine(Folder, name + ".crt"), certificate.ExportCertificatePem() + "\n");
            await File.WriteAllTextAsync(Path.Combine(Folder, name + ".key"), key.ExportPkcs8PrivateKeyPem() + "\n");
        }
    }
}
