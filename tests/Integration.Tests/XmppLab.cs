using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using DerAgent.Tests;
using DerAgent.Xmpp;

namespace DerAgent.Integration.Tests;

/// <summary>A real Prosody or ejabberd in a private folder, with its own certificate authority and accounts.</summary>
internal sealed class XmppLab : IAsyncDisposable
{
    private static readonly string[] Accounts = ["pv1", "control", "view", "vpp", "stranger"];
    private WatchedProcess? _server;

    private XmppLab(string folder, int port, bool isEjabberd) => (Folder, Port, IsEjabberd) = (folder, port, isEjabberd);

    public bool IsEjabberd { get; }

    public string Folder { get; }

    public int Port { get; }

    public string Ca => Path.Combine(Folder, "ca.pem");

    /// <summary>Starts a server.</summary>
    /// <param name="isEjabberd">Whether it is ejabberd.</param>
    /// <param name="keepsMessages">Whether it keeps messages for who is away, as servers are shipped.</param>
    public static async Task<XmppLab> StartAsync(bool isEjabberd = false, bool keepsMessages = true)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/prosody"), "Prosody is not installed (apt-get install prosody).");
        Assert.SkipWhen(isEjabberd && !File.Exists("/usr/sbin/ejabberdctl"), "ejabberd is not installed (apt-get install ejabberd).");
        var lab = new XmppLab(Directory.CreateTempSubdirectory("der-agent-test.").FullName, FreePort(), isEjabberd);
        var (code, output) = await WatchedProcess.RunAsync(Path.Combine(Corpus.Root, "install", "lab-server.sh"), [lab.Folder, $"{lab.Port}", .. Accounts]);
        Assert.True(code == 0, output);
        if (isEjabberd)
        {
            EjabberdFiles.Write(lab.Folder, lab.Port, Accounts.Select(a => (a, lab.Secret(a))), keepsMessages);
        }

        // A domain whose certificate is for another one.
        var configuration = Path.Combine(lab.Folder, "prosody.cfg.lua");
        var text = await File.ReadAllTextAsync(configuration);
        await File.WriteAllTextAsync(
            configuration,
            $"{(keepsMessages ? text.Replace("\"s2s\", \"offline\"", "\"s2s\"", StringComparison.Ordinal) : text)}VirtualHost \"elsewhere.example\"\n  ssl = {{ key = \"{lab.Folder}/certs/localhost.key\", certificate = \"{lab.Folder}/certs/localhost.crt\" }}\n");
        await lab.StartServerAsync();
        return lab;
    }

    /// <summary>Starts the server anew, telling every client where it wants to be dialled for resuming.</summary>
    public async Task RestartAtAsync(XmppEndpoint location)
    {
        await StopServerAsync();
        await File.WriteAllTextAsync(
            Path.Combine(Folder, "mod_location.lua"),
            $$"""
            local filters = require "util.filters";
            local function tell(stanza)
              if stanza.name == "enabled" then stanza.attr.location = "{{location}}"; end
              return stanza;
            end
            filters.add_filter_hook(function(session) filters.add_filter(session, "stanzas/out", tell); end);
            """);
        var configuration = Path.Combine(Folder, "prosody.cfg.lua");
        var text = await File.ReadAllTextAsync(configuration);
        await File.WriteAllTextAsync(configuration, text.Replace("modules_enabled = {", $"plugin_paths = {{ \"{Folder}\" }}\nmodules_enabled = {{ \"location\",", StringComparison.Ordinal));
        await StartServerAsync();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async Task StartServerAsync()
    {
        _server = new WatchedProcess(IsEjabberd ? Path.Combine(Folder, "ejabberd", "start") : Path.Combine(Folder, "start-prosody"));
        await _server.LineAsync(IsEjabberd ? "ready" : "Activated service 'c2s'");
    }

    public async Task StopServerAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    public string Secret(string account) => File.ReadAllText(SecretFile(account)).Trim();

    public string SecretFile(string account) => Path.Combine(Folder, account + ".secret");

    public XmppOptions Options(string account, string resource, int? port = null)
    {
        var anchors = new X509Certificate2Collection();
        anchors.ImportFromPemFile(Ca);
        return new()
        {
            Jid = Jid.Parse($"{account}@localhost/{resource}"),
            Password = Secret(account),
            Servers = [new XmppEndpoint("127.0.0.1", port ?? Port)],
            TrustAnchors = anchors,
            MinBackOff = TimeSpan.FromMilliseconds(100),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await StopServerAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
