using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DerAgent.Client;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Scl;
using DerAgent.Xmpp;
using Spectre.Console;

namespace DerAgent.Agent.Cli;

/// <summary>Options with which every client verb reaches an agent, and the session they make.</summary>
internal sealed class ClientSession
{
    private readonly Option<string> _jid = new("--jid") { Description = "Our account, e.g. control@dso.example.", Required = true, Recursive = true };
    private readonly Option<string> _to = new("--to") { Description = "Full JID of the agent, e.g. pv1@dso.example/IEC.", Required = true, Recursive = true };
    private readonly Option<string> _password = new("--password-file") { Description = "File with our password.", Required = true, Recursive = true };
    private readonly Option<string?> _server = new("--server") { Description = "XMPP server as host:port; without it the SRV records of our domain.", Recursive = true };
    private readonly Option<string?> _ca = new("--ca") { Description = "File with the trust anchors (PEM).", Recursive = true };
    private readonly Option<string> _dialect = new("--dialect") { Description = "Tr2015 or Ed2018.", DefaultValueFactory = _ => "Tr2015", Recursive = true };
    private readonly Option<string?> _trace = CommonOptions.Trace();
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly Option<string?> _scl = new("--scl") { Description = "SCL file of the agent: its literals are shown instead of the standard's.", Recursive = true };
    private readonly Option<string?> _ied = CommonOptions.Ied();

    public ClientSession(Command command)
    {
        _trace.Recursive = true;
        _json.Recursive = true;
        _ied.Recursive = true;
        Option[] all = [_jid, _to, _password, _server, _ca, _dialect, _trace, _json, _scl, _ied];
        Array.ForEach(all, command.Options.Add);
    }

    public bool WantsJson(ParseResult parse) => parse.GetValue(_json);

    /// <summary>Connects, does the work with what is known of the agent's variables, and turns what goes wrong into a sentence and an exit code.</summary>
    public Task<int> RunAsync(ParseResult parse, Func<AcsiClient, VariableDictionary, CancellationToken, Task<int>> work, CancellationToken cancel)
    {
        IedModel? scl = null;
        return RunAsync(parse, () => scl = Scl(parse), (client, c) => work(client, new(client, scl), c), cancel);
    }

    /// <summary>Connects, does the work, and turns what goes wrong into a sentence and an exit code.</summary>
    public Task<int> RunAsync(ParseResult parse, Func<AcsiClient, CancellationToken, Task<int>> work, CancellationToken cancel) => RunAsync(parse, static () => { }, work, cancel);

    private async Task<int> RunAsync(ParseResult parse, Action prepare, Func<AcsiClient, CancellationToken, Task<int>> work, CancellationToken cancel)
    {
        try
        {
            prepare();
            await using var trace = CommonOptions.OpenTrace(parse.GetValue(_trace), Console.Error.WriteLine, out var fault);
            if (fault is not null)
            {
                return await FailAsync(fault, ExitCodes.Configuration);
            }

            var options = Options(parse);
            await using var client = await ConnectAsync(options, trace, cancel);
            return await work(client, cancel);
        }
        catch (XmppException e)
        {
            return await FailAsync(e.Failure.Text, ExitCodes.Connection);
        }
        catch (AcsiException e)
        {
            return await FailAsync(e.Message, ExitCodes.Service);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException or CryptographicException)
        {
            return await FailAsync(e.Message, ExitCodes.Configuration);
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Success;
        }
    }

    /// <summary>Connects; on a terminal a spinner says that something is going on.</summary>
    private static Task<AcsiClient> ConnectAsync(AcsiClientOptions options, StanzaTrace? trace, CancellationToken cancel)
    {
        Task<AcsiClient> Connect() => AcsiClient.ConnectAsync(options, TimeProvider.System, trace?.For("client"), cancel);
        return Console.IsOutputRedirected ? Connect() : AnsiConsole.Status().StartAsync(Markup.Escape($"connecting to {options.Server}"), _ => Connect());
    }

    private static async Task<int> FailAsync(string text, int code)
    {
        await Console.Error.WriteLineAsync("der-agent client: " + text);
        return code;
    }

    private IedModel? Scl(ParseResult parse)
    {
        if (parse.GetValue(_scl) is not { } file)
        {
            return null;
        }

        var load = SclLoader.Load(file, new() { Ied = parse.GetValue(_ied) });
        return load.Model ?? throw new FormatException($"--scl: {load.Findings.FirstOrDefault(static f => f.Severity == SclSeverity.Error)?.ToString() ?? file + " has no server"}");
    }

    private AcsiClientOptions Options(ParseResult parse)
    {
        var jid = Jid.Parse(parse.GetValue(_jid)!);
        var anchors = new X509Certificate2Collection();
        if (parse.GetValue(_ca) is { } ca)
        {
            anchors.ImportFromPemFile(ca);
        }

        var name = parse.GetValue(_dialect);
        return new()
        {
            Xmpp = new()
            {
                Jid = jid.Resource is null ? jid.WithResource("cli-" + Convert.ToHexString(RandomNumberGenerator.GetBytes(3)).ToLowerInvariant()) : jid,
                Password = SecretFile.Read(parse.GetValue(_password)!, out var fault) ?? throw new FormatException(fault),
                Servers = parse.GetValue(_server) is { } server ? [XmppEndpoint.Parse(server)] : [],
                TrustAnchors = anchors,
            },
            RetryUnreachable = false,
            Server = Jid.Parse(parse.GetValue(_to)!),
            Dialect = MmsDialect.All.FirstOrDefault(d => string.Equals(d.Name, name, StringComparison.OrdinalIgnoreCase)) ?? throw new FormatException($"--dialect is Tr2015 or Ed2018, not {name}"),
        };
    }
}
