using System.Globalization;
using System.Text;

namespace DerAgent.Integration.Tests.Store;

/// <summary>What a process asked of the system, from the log of strace (-f -y -xx).</summary>
/// <param name="Name">Name of the call.</param>
/// <param name="Target">The file it was about.</param>
/// <param name="Octets">What was written.</param>
/// <param name="At">Where, or how long the file is to be.</param>
internal sealed record SystemCall(string Name, string Target, byte[] Octets, long At)
{
    /// <summary>The name that a file gets.</summary>
    public string NewName { get; private init; } = "";

    /// <summary>The calls of a log that succeeded, each at the place where it was done.</summary>
    public static IEnumerable<SystemCall> Read(string log)
    {
        var begun = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(log))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space < 0)
            {
                continue;
            }

            var (thread, text) = (line[..space], line[space..].Trim());
            if (text.EndsWith("<unfinished ...>", StringComparison.Ordinal))
            {
                begun[thread] = text[..^"<unfinished ...>".Length].Trim();
                continue;
            }

            if (text.StartsWith("<... ", StringComparison.Ordinal) && begun.Remove(thread, out var first))
            {
                text = first + text[(text.IndexOf("resumed>", StringComparison.Ordinal) + "resumed>".Length)..].TrimStart(',', ' ');
            }

            if (Parse(text) is { } call)
            {
                yield return call;
            }
        }
    }

    /// <summary><c>pwrite64(61&lt;path&gt;, "octets", 4096, 32) = 4096</c> and its like; paths and octets are hexadecimal.</summary>
    private static SystemCall? Parse(string text)
    {
        var (open, end) = (text.IndexOf('(', StringComparison.Ordinal), text.LastIndexOf(") ", StringComparison.Ordinal));
        if (open < 0 || end < open || text[(end + 1)..].Trim() is not ['=', ' ', >= '0' and <= '9', ..])
        {
            return null;
        }

        var (name, arguments) = (text[..open], text[(open + 1)..end]);
        var quoted = arguments.Split('"');
        var isByName = name is "unlink" or "rename";
        var target = isByName ? quoted[1] : arguments[(arguments.IndexOf('<', StringComparison.Ordinal) + 1)..arguments.IndexOf('>', StringComparison.Ordinal)];
        var last = arguments[(arguments.LastIndexOf(' ') + 1)..];
        return new(
            name,
            Encoding.UTF8.GetString(Octet(target)),
            quoted.Length > 2 && !isByName ? Octet(quoted[1]) : [],
            name is "pwrite64" or "ftruncate" ? long.Parse(last, CultureInfo.InvariantCulture) : 0)
        {
            NewName = name == "rename" ? Encoding.UTF8.GetString(Octet(quoted[3])) : "",
        };
    }

    private static byte[] Octet(string hex) => Convert.FromHexString(hex.Replace("\\x", "", StringComparison.Ordinal));
}
