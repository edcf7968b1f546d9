using System.Globalization;
using System.Text;

namespace DerAgent.Agent;

/// <summary>Writes every stanza of the associations to a file: time, direction, connection, XML. Logins never pass here, so no secret does.</summary>
internal sealed class StanzaTrace : IDisposable
{
    private readonly Lock _gate = new();
    private readonly StreamWriter _file;
    private readonly TimeProvider _time;

    /// <summary>Appends to a file, readable by its owner only.</summary>
    public StanzaTrace(string path, TimeProvider time)
    {
        _time = time;
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        _file = new StreamWriter(path, new UTF8Encoding(false), options) { AutoFlush = true };
    }

    /// <summary>A writer for one connection.</summary>
    public Action<bool, ReadOnlyMemory<byte>> For(string connection) => (outgoing, xml) => Write(connection, outgoing, xml.Span);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Write(string connection, bool outgoing, ReadOnlySpan<byte> xml)
    {
        var text = Encoding.UTF8.GetString(xml);
        lock (_gate)
        {
            _file.WriteLine($"{_time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)} {(outgoing ? "->" : "<-")} {connection} {Association(text)} {text.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>The association id, for filtering; a dash for stanzas of none.</summary>
    private static string Association(string xml)
    {
        const string start = "<AssociationContext id=";
        var at = xml.IndexOf(start, StringComparison.Ordinal);
        if (at < 0)
        {
            return "-";
        }

        var quote = at + start.Length;
        var end = quote < xml.Length ? xml.IndexOf(xml[quote], quote + 1) : -1;
        return end < 0 ? "-" : "#" + xml[(quote + 1)..end];
    }
}
