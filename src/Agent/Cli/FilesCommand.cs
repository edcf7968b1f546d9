using System.CommandLine;
using System.Globalization;
using DerAgent.Client;
using Spectre.Console;

namespace DerAgent.Agent.Cli;

/// <summary><c>der-agent client files</c>: the files of an agent.</summary>
internal static class FilesCommand
{
    private const string Access = "--jid engineer@dso.example --password-file engineer.secret --to pv1@dso.example/IEC";

    public static Command Create(ClientSession session) => new("files", $"""
        Lists, gets, puts and deletes files of an agent: disturbance records, logs as CSV, what engineers keep there.

        Example: der-agent client files list {Access} COMTRADE
        """) { List(session), Get(session), Put(session), Delete(session), Store(session) };

    private static Command List(ClientSession session)
    {
        var name = new Argument<string?>("name") { Description = "A folder or a file, e.g. COMTRADE; without it what there is at the top.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("list", $"""
            Prints names, sizes and times (GetServerDirectory, GetFileAttributeValues). Folders end with a slash; the size of a log is known when it is got.

            Example: der-agent client files list {Access} LD/PV1LD0
            """) { name };
        command.SetAction((parse, cancel) => session.RunAsync(parse, (client, c) => ListAsync(client, parse.GetValue(name), session.WantsJson(parse), c), cancel));
        return command;
    }

    private static Command Get(ClientSession session)
    {
        var name = new Argument<string>("name") { Description = "The file, e.g. COMTRADE/20260301-061502.cfg." };
        var path = new Option<string?>("--out") { Description = "Where it goes; without it the last part of its name, here. It must not exist." };
        var command = new Command("get", $"""
            Gets a file (GetFile). It has its name when it is whole.

            Example: der-agent client files get {Access} LD/PV1LD0/LLN0.GeneralLog.csv --out log.csv
            """) { name, path };
        command.SetAction((parse, cancel) => session.RunAsync(parse, (client, c) => GetAsync(client, parse.GetValue(name)!, parse.GetValue(path), c), cancel));
        return command;
    }

    private static Command Put(ClientSession session)
    {
        var path = new Argument<string>("file") { Description = "Our file." };
        var name = new Argument<string>("name") { Description = "The name it gets, e.g. LD/PV1LD0/notes.txt." };
        var command = new Command("put", $"""
            Puts a file there (SetFile): the agent reads it from us. What had its name is replaced when it is whole.
            An SCL file put into CONFIG/, under the name of the agent's own, is looked at, and taken where it is good.

            Example: der-agent client files put {Access} notes.txt LD/PV1LD0/notes.txt
            """) { path, name };
        command.SetAction((parse, cancel) => session.RunAsync(parse, (client, c) => PutAsync(client, parse.GetValue(path)!, parse.GetValue(name)!, c), cancel));
        return command;
    }

    private static Command Store(ClientSession session)
    {
        var device = new Argument<string>("logical-device") { Description = "One of its logical devices, e.g. PV1LD0." };
        var name = new Argument<string>("name") { Description = "The name the file gets, e.g. LD/PV1LD0/backup.cid." };
        var command = new Command("store", $"""
            Has the agent store the SCL file that it serves, as one of its own files (StoreDomainContents).

            Example: der-agent client files store {Access} PV1LD0 LD/PV1LD0/backup.cid
            """) { device, name };
        command.SetAction((parse, cancel) => session.RunAsync(
            parse,
            async (client, c) =>
            {
                await client.StoreConfigurationAsync(parse.GetValue(device)!, parse.GetValue(name)!, c);
                Console.WriteLine($"{parse.GetValue(name)} stored");
                return ExitCodes.Success;
            },
            cancel));
        return command;
    }

    private static Command Delete(ClientSession session)
    {
        var name = new Argument<string>("name") { Description = "The file." };
        var command = new Command("delete", $"""
            Deletes a file (DeleteFile).

            Example: der-agent client files delete {Access} COMTRADE/20260301-061502.cfg
            """) { name };
        command.SetAction((parse, cancel) => session.RunAsync(
            parse,
            async (client, c) =>
            {
                await client.DeleteFileAsync(parse.GetValue(name)!, c);
                Console.WriteLine($"{parse.GetValue(name)} deleted");
                return ExitCodes.Success;
            },
            cancel));
        return command;
    }

    private static async Task<int> ListAsync(AcsiClient client, string? name, bool json, CancellationToken cancel)
    {
        await foreach (var entry in client.GetFilesAsync(name, cancel))
        {
            var time = entry.Attributes.LastModified;
            if (json)
            {
                ValueText.PrintJson(w =>
                {
                    w.WriteString("name", entry.Name);
                    w.WriteNumber("size", entry.Attributes.Size);
                    w.WriteString("lastModified", time?.ToString("O", CultureInfo.InvariantCulture));
                });
            }
            else
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{entry.Attributes.Size,12}  {time,-20:yyyy-MM-dd'T'HH:mm:ss'Z'}  {entry.Name}"));
            }
        }

        return ExitCodes.Success;
    }

    private static async Task<int> GetAsync(AcsiClient client, string name, string? path, CancellationToken cancel)
    {
        path ??= name[(name.LastIndexOf('/') + 1)..];
        if (path.Length == 0 || File.Exists(path) || Directory.Exists(path))
        {
            throw new IOException(path.Length == 0 ? $"{name} is a folder" : $"{path} exists; give another name with --out");
        }

        var draft = path + ".part";
        try
        {
            long octets;
            await using (var stream = new FileStream(draft, FileMode.Create, FileAccess.Write))
            {
                await WithProgressAsync(name, (bar, c) => client.GetFileAsync(name, stream, bar, c), cancel);
                octets = stream.Length;
            }

            File.Move(draft, path);
            Console.WriteLine($"{name}: {octets} octets in {path}");
            return ExitCodes.Success;
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private static async Task<int> PutAsync(AcsiClient client, string path, string name, CancellationToken cancel)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read);
        await WithProgressAsync(name, (bar, c) => client.SetFileAsync(Path.GetFileName(path), stream, name, read => bar(read, stream.Length), c), cancel);
        Console.WriteLine($"{name}: {stream.Length} octets");
        return ExitCodes.Success;
    }

    /// <summary>Works; on a terminal a bar says how far it is.</summary>
    private static async Task WithProgressAsync(string name, Func<Action<long, long>, CancellationToken, Task> work, CancellationToken cancel)
    {
        if (Console.IsOutputRedirected)
        {
            await work(static (_, _) => { }, cancel);
            return;
        }

        await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask(Markup.Escape(name));
                await work(
                    (done, all) =>
                    {
                        bar.MaxValue = Math.Max(1, Math.Max(done, all));
                        bar.Value = done;
                    },
                    cancel);
                bar.Value = bar.MaxValue;
            });
    }
}
