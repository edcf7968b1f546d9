using System.Globalization;
using System.Text;
using System.Threading.Channels;
using DerAgent.Xmpp;

namespace DerAgent.Agent;

/// <summary>
/// Writes every stanza of partners to a file: time, direction, connection, XML. Logins never pass here, so no secret does, and neither does what strangers send.
/// It is written aside: a slow disk costs lines of it and nothing else, a full one ends it with one warning. There are two files, the older of which goes when the
/// newer is full.
/// </summary>
internal sealed class StanzaTrace : IAsyncDisposable
{
    /// <summary>Octets of each of the two files.</summary>
    public const long DefaultSize = 16 << 20;

    /// <summary>Octets that may wait to be written.</summary>
    private const long MostWaiting = 4 << 20;

    private readonly string _path;
    private readonly long _size;
    private readonly TimeProvider _time;
    private readonly Action<string> _warn;
    private readonly Channel<Line> _lines = Channel.CreateUnbounded<Line>(new() { SingleReader = true });
    private readonly Task _writing;
    private FileStream _file;
    private long _waiting;
    private long _left;

    private readonly record struct Line(DateTimeOffset Time, string Connection, bool IsOutgoing, ReadOnlyMemory<byte> Xml);

    /// <summary>Appends to a file, readable by its owner only.</summary>
    /// <param name="path">The file; the older one has <c>.1</c> behind its name.</param>
    /// <param name="time">Clock.</param>
    /// <param name="warn">Told once where it has to stop.</param>
    /// <param name="size">Octets of each file.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public StanzaTrace(string path, TimeProvider time, Action<string> warn, long size = DefaultSize)
    {
        (_path, _time, _warn, _size) = (path, time, warn, size);
        _file = Open();
        _writing = WriteAsync();
    }

    /// <summary>A writer for one connection.</summary>
    public Action<bool, ReadOnlyMemory<byte>> For(string connection) => (outgoing, xml) => Add(new(_time.GetUtcNow(), connection, outgoing, xml));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _lines.Writer.TryComplete();
        await _writing;
        await _file.DisposeAsync();
    }

    private void Add(Line line)
    {
        if (Interlocked.Add(ref _waiting, line.Xml.Length) > MostWaiting || !_lines.Writer.TryWrite(line))
        {
            Interlocked.Add(ref _waiting, -line.Xml.Length);
            Interlocked.Increment(ref _left);
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (var line in _lines.Reader.ReadAllAsync())
            {
                var octets = Encoding.UTF8.GetBytes(Text(line, Interlocked.Exchange(ref _left, 0)));
                if (_file.CanSeek && _file.Length > 0 && _file.Length + octets.Length > _size)
                {
                    await TurnAsync();
                }

                await _file.WriteAsync(octets);
                await _file.FlushAsync();
                Interlocked.Add(ref _waiting, -line.Xml.Length);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _lines.Writer.TryComplete();
            _warn($"the trace {_path} stops: {e.Message}; everything else goes on");
        }
    }

    /// <summary>The file is full: it takes the place of the older one.</summary>
    private async Task TurnAsync()
    {
        await _file.DisposeAsync();
        File.Move(_path, _path + ".1", overwrite: true);
        _file = Open();
    }

    private FileStream Open()
    {
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new(_path, options);
    }

    private static string Text(Line line, long left)
    {
        var xml = Encoding.UTF8.GetString(line.Xml.Span);
        var gap = left == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"-- {left} stanzas are not here: the disk is too slow\n");
        return $"{gap}{line.Time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)} {(line.IsOutgoing ? "->" : "<-")} {line.Connection} {Association(xml)} {Escaped(xml)}\n";
    }

    /// <summary>Nobody writes a line of it but we: what breaks a line, or hides what stands in it, is shown by its code point.</summary>
    private static string Escaped(string text)
    {
        if (!text.Any(ServerText.IsUnseen))
        {
            return text;
        }

        var shown = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            _ = ServerText.IsUnseen(c) ? shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}") : shown.Append(c);
        }

        return shown.ToString();
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
        return end < 0 ? "-" : "#" + Escaped(xml[(quote + 1)..end]);
    }
}
