using System.Security.Cryptography;
using System.Text;

namespace DerAgent.Xmpp;

/// <summary>One SCRAM exchange from the client's side (RFC 5802, RFC 7677). The server must prove that it knows the password too.</summary>
internal sealed class ScramMechanism
{
    private const string Gs2Header = "n,,";
    private const int MinIterations = 4096;
    private const int MaxIterations = 2_000_000;
    private readonly HashAlgorithmName _hash;
    private readonly SaltedPasswords _salted;
    private readonly string _password;
    private readonly string _nonce;
    private readonly string _clientFirstBare;
    private byte[] _serverSignature = [];

    /// <param name="hash">SHA1 or SHA256.</param>
    /// <param name="user">Account name.</param>
    /// <param name="password">Password.</param>
    /// <param name="nonce">Fresh random text without comma.</param>
    /// <param name="salted">Salted passwords that are known.</param>
    public ScramMechanism(HashAlgorithmName hash, string user, string password, string nonce, SaltedPasswords? salted = null)
    {
        _salted = salted ?? new();
        _hash = hash;
        _password = password.Normalize(NormalizationForm.FormKC);
        _nonce = nonce;
        var name = user.Normalize(NormalizationForm.FormKC).Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);
        _clientFirstBare = $"n={name},r={nonce}";
    }

    /// <summary>The first message.</summary>
    public string ClientFirst => Gs2Header + _clientFirstBare;

    /// <summary>A nonce of 144 bits.</summary>
    public static string NewNonce() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));

    /// <summary>The answer to the server's challenge; null, with the reason, where the challenge is not acceptable.</summary>
    public string? ClientFinal(string serverFirst, out string fault)
    {
        var parts = Parts(serverFirst);
        if (parts.GetValueOrDefault('r') is not { } nonce || !nonce.StartsWith(_nonce, StringComparison.Ordinal) || nonce.Length == _nonce.Length)
        {
            fault = "the server's nonce does not continue ours";
            return null;
        }

        if (!int.TryParse(parts.GetValueOrDefault('i'), out var iterations) || iterations is < MinIterations or > MaxIterations)
        {
            fault = $"the server asks for an iteration count outside {MinIterations} to {MaxIterations}";
            return null;
        }

        var salt = new byte[1024];
        if (parts.GetValueOrDefault('s') is not { } text || !Convert.TryFromBase64String(text, salt, out var length) || length == 0)
        {
            fault = "the server's salt is missing";
            return null;
        }

        fault = "";
        var withoutProof = $"c={Convert.ToBase64String(Encoding.UTF8.GetBytes(Gs2Header))},r={nonce}";
        var message = Encoding.UTF8.GetBytes($"{_clientFirstBare},{serverFirst},{withoutProof}");
        var size = _hash == HashAlgorithmName.SHA1 ? 20 : 32;
        var salted = _salted.Of(_hash, _password, salt.AsSpan(0, length), iterations, size);
        var clientKey = Hmac(salted, "Client Key"u8);
        var signature = Hmac(Hash(clientKey), message);
        var proof = new byte[size];
        for (var i = 0; i < size; i++)
        {
            proof[i] = (byte)(clientKey[i] ^ signature[i]);
        }

        _serverSignature = Hmac(Hmac(salted, "Server Key"u8), message);
        return $"{withoutProof},p={Convert.ToBase64String(proof)}";
    }

    /// <summary>Whether the server proved that it knows the password.</summary>
    public bool Verify(string serverFinal)
    {
        var signature = new byte[64];
        return _serverSignature.Length > 0
            && Parts(serverFinal).GetValueOrDefault('v') is { } text
            && Convert.TryFromBase64String(text, signature, out var length)
            && CryptographicOperations.FixedTimeEquals(signature.AsSpan(0, length), _serverSignature);
    }

    private static Dictionary<char, string> Parts(string message)
    {
        var parts = new Dictionary<char, string>();
        foreach (var part in message.Split(','))
        {
            if (part.Length >= 2 && part[1] == '=')
            {
                parts.TryAdd(part[0], part[2..]);
            }
        }

        return parts;
    }

    // SCRAM-SHA-1 is still what many servers offer; its use of SHA-1 in HMAC is sound (RFC 5802 §9).
#pragma warning disable CA5350
    private byte[] Hash(byte[] data) => _hash == HashAlgorithmName.SHA1 ? SHA1.HashData(data) : SHA256.HashData(data);

    private byte[] Hmac(byte[] key, ReadOnlySpan<byte> data) => _hash == HashAlgorithmName.SHA1 ? HMACSHA1.HashData(key, data) : HMACSHA256.HashData(key, data);
#pragma warning restore CA5350
}
