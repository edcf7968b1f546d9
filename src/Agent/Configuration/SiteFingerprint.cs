using System.Security.Cryptography;
using System.Text;

namespace DerAgent.Agent;

/// <summary>Tells whether two configurations have the same hardware in them: the same files and device addresses, octet by octet.</summary>
internal static class SiteFingerprint
{
    /// <summary>More octets than any such file has; what has more is like nothing.</summary>
    private const long MostOctets = 256L << 20;

    /// <summary>One that is like no other.</summary>
    public static string Unlike => Guid.NewGuid().ToString();

    /// <summary>The fingerprint of files and addresses. Files that cannot be read are told of by those who load them.</summary>
    /// <param name="files">The files.</param>
    /// <param name="addresses">What stands in agent.json of the hardware, in any order.</param>
    public static string Of(IEnumerable<string> files, IEnumerable<string> addresses)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (!TryAdd(hash, files, static f => f))
        {
            return Unlike;
        }

        foreach (var address in addresses.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{address}\n"));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>A short name for what files hold, wherever they stand: the same text, the same name. Empty where one cannot be read.</summary>
    public static string Revision(IEnumerable<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        return TryAdd(hash, files, static f => Path.GetFileName(f)) ? Convert.ToHexStringLower(hash.GetHashAndReset())[..12] : "";
    }

    /// <summary>Adds files, each after its name; false where one cannot be read.</summary>
    private static bool TryAdd(IncrementalHash hash, IEnumerable<string> files, Func<string, string> nameOf)
    {
        try
        {
            foreach (var file in files)
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"{nameOf(file)}\n"));
                if (!TryAdd(hash, file))
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool TryAdd(IncrementalHash hash, string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var part = new byte[64 * 1024];
        for (var octets = 0L; stream.Read(part) is > 0 and var count;)
        {
            hash.AppendData(part, 0, count);
            if ((octets += count) > MostOctets)
            {
                return false;
            }
        }

        return true;
    }
}
