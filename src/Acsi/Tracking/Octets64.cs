using System.Text;

namespace DerAgent.Acsi;

/// <summary>Names of clients where there is room for 64 octets: Owner and originatorID (IEC 61850-7-2 §17.2.2.19, §22.2).</summary>
internal static class Octets64
{
    private const int Room = 64;

    /// <summary>The octets of a name; a longer one is cut between characters.</summary>
    public static byte[] Of(string name)
    {
        var length = name.Length;
        while (Encoding.UTF8.GetByteCount(name.AsSpan(0, length)) > Room || (length > 0 && length < name.Length && char.IsHighSurrogate(name[length - 1])))
        {
            length--;
        }

        return Encoding.UTF8.GetBytes(name[..length]);
    }
}
