using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DerAgent.Devices;

namespace DerAgent.Agent;

/// <summary>Reads files of trust anchors.</summary>
internal static class TrustAnchors
{
    /// <summary>The certificates of a PEM file; none where the fault says why.</summary>
    public static X509Certificate2Collection Read(string file, out string? fault)
    {
        var anchors = new X509Certificate2Collection();
        fault = null;
        try
        {
            anchors.ImportFromPem(Encoding.UTF8.GetString(BoundedFile.Read(file)));
            fault = anchors.Count == 0 ? $"{file} holds no certificate (PEM)." : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            fault = $"The trust anchors in {file} cannot be read: {e.Message}";
        }

        return anchors;
    }
}
