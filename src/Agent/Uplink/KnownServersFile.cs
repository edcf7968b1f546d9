using System.Net;
using System.Text;
using DerAgent.Devices;
using DerAgent.Xmpp;
using Microsoft.Extensions.Logging;

namespace DerAgent.Agent;

/// <summary>
/// The servers that let a connection in, one a line, <c>host:port address</c> (with <c>tls</c> behind it where TLS begins at once), the last one first: dialled when
/// DNS does not answer. A file that is damaged or cannot be written costs nothing but this. Whoever writes into it sends us to another server at most: its certificate is checked as always.
/// </summary>
internal sealed class KnownServersFile : IKnownServers
{
    private const int Most = 8;
    private const int LongestName = 64;

    /// <summary>Marks a server whose TLS begins at once.</summary>
    private const string Direct = "tls";
    private readonly string _path;
    private readonly string _connection;
    private readonly ILogger _log;
    private IReadOnlyList<KnownServer> _servers;
    private bool _isToldOfFailure;

    /// <summary>Reads what is there.</summary>
    /// <param name="folder">The agent's data folder.</param>
    /// <param name="connection">Name of the connection.</param>
    /// <param name="log">Where it tells people.</param>
    public KnownServersFile(string folder, string connection, ILogger log)
    {
        var name = Uri.EscapeDataString(connection);
        (_path, _connection, _log) = (Path.Combine(folder, $"servers.{name[..Math.Min(name.Length, LongestName)]}"), connection, log);
        _servers = Read();
    }

    /// <inheritdoc/>
    public IReadOnlyList<KnownServer> Servers => Volatile.Read(ref _servers);

    /// <inheritdoc/>
    public void Served(KnownServer server)
    {
        var before = Servers;
        if (before.Count > 0 && before[0] == server)
        {
            return;
        }

        KnownServer[] after = [server, .. before.Where(s => s != server).Take(Most - 1)];
        Volatile.Write(ref _servers, after);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            var draft = _path + ".new";
            File.WriteAllText(draft, string.Concat(after.Select(s => $"{s.Server} {s.Address}{(s.Server.IsDirectTls ? $" {Direct}" : "")}\n")));
            File.Move(draft, _path, overwrite: true);
            _isToldOfFailure = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            if (!_isToldOfFailure)
            {
                _log.LogWarning("{Connection}: the address of its server is not kept for the day on which DNS fails: {Message}", _connection, e.Message);
                _isToldOfFailure = true;
            }
        }
    }

    private List<KnownServer> Read()
    {
        try
        {
            return [.. Encoding.UTF8.GetString(BoundedFile.Read(_path)).Split('\n').Select(ReadLine).OfType<KnownServer>().Distinct().Take(Most)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // Nothing is known yet, or not any more.
            return [];
        }
    }

    private static KnownServer? ReadLine(string line)
    {
        var parts = line.Trim().Split(' ');
        var isDirect = parts is [_, _, Direct];
        return (isDirect || parts.Length == 2) && XmppEndpoint.Read(parts[0]) is { } server && IPAddress.TryParse(parts[1], out var address)
            ? new(server with { IsDirectTls = isDirect }, address)
            : null;
    }
}
