using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DerAgent.Devices;
using DerAgent.Modbus;

namespace DerAgent.Agent;

/// <summary>Reads how agent.json secures connections to devices (Modbus/TCP Security).</summary>
internal static class DeviceTls
{
    /// <summary>The files that it names.</summary>
    public static IEnumerable<string> Files(AgentOptions options) => options.Devices.Values.Select(d => d.Tls).OfType<TlsOptions>().SelectMany(t => new[] { t.Ca, t.Certificate, t.Key }).OfType<string>();

    /// <summary>What is said of a device.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="tls">What stands there.</param>
    /// <param name="resolve">Makes a path of it.</param>
    /// <param name="refuse">Takes what is wrong.</param>
    public static ModbusTls Read(string place, TlsOptions tls, Func<string, string> resolve, Action<string> refuse)
    {
        X509Certificate2Collection anchors = [];
        if (tls.Ca is { } ca)
        {
            anchors = TrustAnchors.Read(resolve(ca), out var fault);
            if (fault is not null)
            {
                refuse($"{place}.ca: {fault}");
            }
        }

        if (tls.Certificate is null != tls.Key is null)
        {
            refuse($"{place} needs certificate and key together, or neither.");
        }

        var own = tls is { Certificate: { } certificate, Key: { } key } ? Own(resolve(certificate), resolve(key), place, refuse) : null;
        return new() { TrustAnchors = [.. anchors], Certificate = own, Name = tls.Name };
    }

    private static X509Certificate2? Own(string certificate, string key, string place, Action<string> refuse)
    {
        if (SecretFile.Read(key, out var fault) is not { } secret)
        {
            refuse($"{place}.key: {fault}");
            return null;
        }

        try
        {
            var pair = X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(BoundedFile.Read(certificate)), secret);
            if (!OperatingSystem.IsWindows())
            {
                return pair;
            }

            // Windows takes no key for a connection that is in no container.
            using (pair)
            {
                return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            refuse($"{place}: {certificate} and {key} are no certificate with its key (PEM): {e.Message}");
            return null;
        }
    }
}
