using System.Security.Cryptography;

namespace DerAgent.Xmpp;

/// <summary>SaltedPassword of SCRAM (RFC 5802 §3), kept in memory: a server keeps its salt and count, and they are made costly on purpose. May be asked by one login at a time.</summary>
internal sealed class SaltedPasswords
{
    private const int Most = 4;
    private readonly Dictionary<(HashAlgorithmName Hash, string Password, string Salt, int Iterations), byte[]> _known = [];

    /// <summary>The salted password, computed the first time.</summary>
    public byte[] Of(HashAlgorithmName hash, string password, ReadOnlySpan<byte> salt, int iterations, int size)
    {
        var key = (hash, password, Convert.ToBase64String(salt), iterations);
        if (_known.TryGetValue(key, out var salted))
        {
            return salted;
        }

        if (_known.Count >= Most)
        {
            _known.Clear();
        }

        return _known[key] = Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, hash, size);
    }
}
