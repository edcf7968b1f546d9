using System.Security.Cryptography.X509Certificates;
using DerAgent.Devices;
using DerAgent.Model;
using DerAgent.Security;
using DerAgent.Xmpp;

namespace DerAgent.Agent;

/// <content>The connections, and what is wrong with them.</content>
internal sealed partial class Configuration
{
    private ConnectionSetup? Connect(ConnectionOptions options, int index)
    {
        string Place(string key) => $"{At($"connections[{index}].{key}")} (connections[{index}], {options.Name})";
        var before = _findings.Count(f => f.IsError);
        if (!Jid.TryParse(options.Jid, out var jid) || jid!.Local is null)
        {
            Add(true, Place("jid"), $"\"{options.Jid}\" is no JID of an account; write account@domain/IEC.");
        }

        if (options.Access.Count == 0)
        {
            Add(false, Place("access"), "access is empty: nobody may do anything over this connection.");
        }

        for (var i = 0; i < options.Access.Count; i++)
        {
            CheckAccess(options.Access[i], Place($"access[{i}].jid"), Place($"access[{i}].roles"));
        }

        var servers = new List<XmppEndpoint>();
        for (var i = 0; i < options.Servers.Count; i++)
        {
            try
            {
                var server = XmppEndpoint.Parse(options.Servers[i]);
                servers.Add(server);
                if (HostAddress.Fault(server.Host) is { } nobody)
                {
                    Add(true, Place($"servers[{i}]"), $"The server \"{options.Servers[i]}\" leads nowhere: {nobody}.");
                }
            }
            catch (FormatException e)
            {
                Add(true, Place($"servers[{i}]"), e.Message);
            }
        }

        var anchors = options.Ca is null ? [] : LoadAnchors(Resolve(options.Ca), Place("ca"));
        var password = LoadSecret(Resolve(options.PasswordFile), Place("passwordFile"));
        foreach (var (isError, key, text) in ConnectionChecks.Of(options, password))
        {
            Add(isError, Place(key), text);
        }

        if (options.Ca is not null && ConnectionChecks.OfFile(Resolve(options.Ca)) is { } writable)
        {
            Add(false, Place("ca"), writable);
        }

        if (_findings.Count(f => f.IsError) > before || !_servers.TryGetValue(options.AccessPoint ?? "", out var served))
        {
            return null;
        }

        foreach (var (isError, key, text) in ConnectionChecks.OfAreas(options, served.Model))
        {
            Add(isError, Place(key), text);
        }

        var xmpp = new XmppOptions
        {
            Jid = jid!.Resource is null ? jid.WithResource("IEC") : jid,
            Password = password!,
            Servers = servers,
            TrustAnchors = anchors,
        };
        return new(options.Name, xmpp, new AccessList(options.Access.Select(a => new AccessEntry(Jid.Parse(a.Jid).ToString(), a.Roles, a.Area))), served, options);
    }

    private void CheckAccess(AccessOptions entry, string place, string ofRoles)
    {
        if (entry.Jid.Contains('*', StringComparison.Ordinal))
        {
            Add(true, place, $"access: \"{entry.Jid}\" names nobody, for there are no wildcards: give each partner an entry of his own, with his account.");
        }
        else if (!Jid.TryParse(entry.Jid, out var peer) || !peer!.IsBare)
        {
            Add(true, place, $"access: \"{entry.Jid}\" is no bare JID; write account@domain.");
        }

        if (Roles.RightsOf(entry.Roles) == Right.View)
        {
            Add(false, ofRoles, $"access: {entry.Jid} may discover and read nothing with {string.Join(", ", entry.Roles)}; a partner who only looks is a MONITOR.");
        }

        foreach (var role in entry.Roles.Where(r => !Roles.All.ContainsKey(r)))
        {
            Add(true, ofRoles, $"access: the role \"{role}\" of {entry.Jid} is unknown; known are {string.Join(", ", Roles.All.Keys)}.");
        }
    }

    private void CheckNames(AgentOptions options)
    {
        foreach (var name in options.Connections.Select((c, i) => (c.Name, Index: i)).GroupBy(c => c.Name, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            Add(true, At($"connections[{name.Last().Index}].name"), $"Two connections are named \"{name.Key}\".");
        }

        foreach (var clash in ConnectionChecks.OfAll(Connections))
        {
            // A warning: they may lead to servers that know nothing of each other.
            Add(false, At("connections"), clash);
        }

        if (ConnectionChecks.OfFile(Path) is { } writable)
        {
            Add(false, Path, writable);
        }

        if (options.Connections.Count == 0)
        {
            Add(true, At("connections"), "There is no connection; nobody could reach the agent.");
        }
    }

    private X509Certificate2Collection LoadAnchors(string file, string place)
    {
        var anchors = TrustAnchors.Read(file, out var fault);
        if (fault is not null)
        {
            Add(true, place, fault);
        }

        return anchors;
    }

    private string? LoadSecret(string file, string place)
    {
        var secret = SecretFile.Read(file, out var fault);
        if (secret is null)
        {
            Add(true, place, fault);
        }

        return secret;
    }

    /// <summary>The same fact is asked for once: a JID in the SCL file must be the one of agent.json.</summary>
    private void CheckAddress(AgentOptions options, string? accessPoint, IedModel model)
    {
        if (!model.Address.TryGetValue("JID", out var text) || Jid.Read(text) is not { } jid)
        {
            return;
        }

        foreach (var (connection, index) in options.Connections.Select((c, i) => (c, i)).Where(c => c.c.AccessPoint == accessPoint && Jid.Read(c.c.Jid) is { } own && own.Bare != jid.Bare))
        {
            Add(false, $"{At($"connections[{index}].jid")} ({connection.Name})", $"The jid is {connection.Jid}; the SCL file gives {text} to access point {model.AccessPoint}. Clients configured from the SCL file look for the latter.");
        }
    }
}
