using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DerAgent.Agent;

/// <summary>
/// The last configuration that ran, kept in the data folder without passwords and keys: an agent that finds its files broken after a power cut goes on with it, as it would have
/// without the power cut. The files are written aside and take the place of those before as one.
/// </summary>
internal static partial class LastConfiguration
{
    private const string Folder = "last";
    private const string Mark = "revision";
    private const int MostMilliseconds = 1000;
    private static readonly JsonDocumentOptions Reading = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Keeps a configuration that runs, unless it is kept already. What went wrong, or null.</summary>
    public static string? Keep(Configuration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var kept = Path.Combine(configuration.DataFolder, Folder);
        try
        {
            if (File.Exists(Path.Combine(kept, Mark)) && File.ReadAllText(Path.Combine(kept, Mark)) == configuration.Revision)
            {
                return null;
            }

            var draft = kept + ".new";
            Delete(draft);
            Write(configuration, draft);
            if (configuration.RevisionOnDisk() != configuration.Revision)
            {
                // What was copied is not what runs; it is read soon, and kept then if it is good.
                Delete(draft);
                return null;
            }

            Delete(kept + ".old");
            if (Directory.Exists(kept))
            {
                Directory.Move(kept, kept + ".old");
            }

            Directory.Move(draft, kept);
            Delete(kept + ".old");
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return e.Message;
        }
    }

    /// <summary>The kept configuration in place of one that cannot be used; null: there is none, or it cannot be used either.</summary>
    public static Configuration? Load(Configuration faulty)
    {
        ArgumentNullException.ThrowIfNull(faulty);
        if (DataOf(faulty) is not { } data)
        {
            return null;
        }

        // Between the two moves of a change the one before is the one.
        foreach (var folder in new[] { Folder, Folder + ".old" }.Select(f => Path.Combine(data, f)).Where(f => File.Exists(Path.Combine(f, Mark))))
        {
            var scl = Directory.Exists(Path.Combine(folder, "scl")) ? Directory.EnumerateFiles(Path.Combine(folder, "scl")).FirstOrDefault() : null;
            if (scl is null)
            {
                continue;
            }

            var last = Configuration.Load(Path.Combine(folder, "agent.json"), scl);

            // Nothing is connected with it.
            _ = last.BuildSite(TimeProvider.System)?.DisposeAsync().AsTask();
            if (last.IsUsable)
            {
                last.Instead = faulty;
                last.Revision = File.ReadAllText(Path.Combine(folder, Mark));
                return last;
            }
        }

        return null;
    }

    private static void Write(Configuration configuration, string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var root = JsonNode.Parse(AgentFile.Text(configuration.Path), null, Reading)!.AsObject();
        string Copy(string file, params string[] to)
        {
            var target = Path.Combine([folder, .. to]);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
            return string.Join('/', to);
        }

        var options = configuration.Options!;
        root["scl"] = Copy(configuration.SclFile, "scl", Path.GetFileName(options.Scl));
        root["data"] = configuration.DataFolder;
        root["profiles"] = new JsonArray([.. options.Profiles.Select((profiles, i) =>
        {
            Directory.CreateDirectory(Path.Combine(folder, $"profiles.{i}"));
            foreach (var file in ProfileLibrary.Files(configuration.Resolve(profiles)))
            {
                Copy(file, $"profiles.{i}", Path.GetFileName(file));
            }

            return JsonValue.Create($"profiles.{i}");
        })]);
        for (var i = 0; i < options.Connections.Count; i++)
        {
            var connection = root["connections"]![i]!;
            connection["passwordFile"] = configuration.Resolve(options.Connections[i].PasswordFile);
            if (options.Connections[i].Ca is { } ca)
            {
                connection["ca"] = Copy(configuration.Resolve(ca), "ca", $"{i}.pem");
            }
        }

        foreach (var device in root["devices"]?.AsObject().Select(static d => d.Value?["tls"]).OfType<JsonObject>() ?? [])
        {
            foreach (var key in (string[])["ca", "certificate", "key"])
            {
                if (device[key] is { } file)
                {
                    device[key] = configuration.Resolve(file.GetValue<string>());
                }
            }
        }

        if (options.Log?.File is { } log)
        {
            root["log"]!["file"] = configuration.Resolve(log);
        }

        File.WriteAllText(Path.Combine(folder, "agent.json"), root.ToJsonString());
        File.WriteAllText(Path.Combine(folder, Mark), configuration.Revision);
    }

    /// <summary>The data folder of a file that cannot be read: what stands there for it, else where it is by default.</summary>
    private static string? DataOf(Configuration faulty)
    {
        if (faulty.Options is not null)
        {
            return faulty.DataFolder;
        }

        try
        {
            var named = Data().Match(AgentFile.Text(faulty.Path));
            return faulty.Resolve(named.Success ? Regex.Unescape(named.Groups["path"].Value) : new AgentOptions { Scl = "", Connections = [] }.Data);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return faulty.Resolve(new AgentOptions { Scl = "", Connections = [] }.Data);
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException or NotSupportedException)
        {
            return null;
        }
    }

    [GeneratedRegex("\"data\"\\s*:\\s*\"(?<path>[^\"\\r\\n]{1,1000})\"", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex Data();

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
