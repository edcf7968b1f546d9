using System.Globalization;

namespace DerAgent.Integration.Tests;

/// <summary>An ejabberd in the folder of a lab, beside its Prosody: the same certificates and accounts, without distribution (no epmd) and without privileges.</summary>
internal static class EjabberdFiles
{
    /// <summary>Writes its configuration and a script that starts it and says <c>ready</c>; the script's path.</summary>
    /// <param name="folder">The lab.</param>
    /// <param name="port">Where it listens.</param>
    /// <param name="accounts">Accounts and their passwords.</param>
    /// <param name="keepsMessages">Whether it keeps messages for who is away.</param>
    public static string Write(string folder, int port, IEnumerable<(string Account, string Password)> accounts, bool keepsMessages)
    {
        var home = Directory.CreateDirectory(Path.Combine(folder, "ejabberd")).FullName;
        Directory.CreateDirectory(Path.Combine(home, "spool"));
        Directory.CreateDirectory(Path.Combine(home, "logs"));
        File.WriteAllText(Path.Combine(home, "server.pem"), File.ReadAllText(Path.Combine(folder, "certs", "localhost.crt")) + File.ReadAllText(Path.Combine(folder, "certs", "localhost.key")));

        // As it is shipped, but for its address, its certificate, and messages of strangers, which it keeps for who is away.
        File.WriteAllText(Path.Combine(home, "ejabberd.yml"), string.Create(CultureInfo.InvariantCulture, $$"""
            loglevel: warning
            hosts: [localhost]
            certfiles: ["{{home}}/server.pem"]
            auth_method: internal
            auth_password_format: scram
            auth_scram_hash: sha256
            disable_sasl_mechanisms: ["digest-md5", "X-OAUTH2"]
            listen:
              -
                port: {{port}}
                ip: "127.0.0.1"
                module: ejabberd_c2s
                max_stanza_size: 262144
                shaper: c2s_shaper
                access: c2s
                starttls_required: true
            acl:
              local:
                user_regexp: ""
            access_rules:
              local: {allow: local}
              c2s: {allow: all}
            shaper:
              normal: {rate: 3000, burst_size: 20000}
              fast: 100000
            shaper_rules:
              c2s_shaper: {none: all}
            modules:
              mod_disco: {}
              mod_ping: {}
            {{(keepsMessages ? "  mod_offline: {}" : "")}}
              mod_roster: {}
              mod_stream_mgmt:
                resend_on_timeout: if_offline

            """));
        var register = string.Join(", ", accounts.Select(a => $"ejabberd_admin:register(<<\"{a.Account}\">>, <<\"localhost\">>, <<\"{a.Password}\">>)"));
        var start = Path.Combine(home, "start");
        File.WriteAllText(start, $"""
            #!/bin/sh
            cd {home}
            export EJABBERD_CONFIG_PATH={home}/ejabberd.yml EJABBERD_LOG_PATH={home}/logs/ejabberd.log HOME={home} ERL_CRASH_DUMP={home}/crash.dump
            for libraries in /usr/lib/*/ejabberd-*; do export ERL_LIBS=$(dirname "$libraries"); done
            exec erl +K true -noinput -mnesia dir "\"{home}/spool\"" -eval 'application:ensure_all_started(ejabberd), [{register}], io:format("ready~n").'

            """);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(start, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return start;
    }
}
