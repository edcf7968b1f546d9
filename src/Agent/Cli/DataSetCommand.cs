using System.CommandLine;
using DerAgent.Client;
using DerAgent.Mms;
using Spectre.Console;

namespace DerAgent.Agent.Cli;

/// <summary><c>der-agent client dataset</c>: data sets there are, their values, new ones.</summary>
internal static class DataSetCommand
{
    public static Command Create(ClientSession session)
    {
        var command = new Command("dataset", "Data sets: list, show, create, delete.");
        command.Subcommands.Add(List(session));
        command.Subcommands.Add(Show(session));
        command.Subcommands.Add(Make(session));
        command.Subcommands.Add(Delete(session));
        return command;
    }

    private static Argument<string> Name() => new("dataset") { Description = "E.g. PV1LD0/LLN0.Measurements." };

    private static Command List(ClientSession session)
    {
        var command = new Command("list", """
            Prints the data sets of all logical devices.

            Example: der-agent client dataset list --jid view@dso.example --password-file view.secret --to pv1@dso.example/IEC
            """);
        command.SetAction((parse, cancel) => session.RunAsync(
            parse,
            async (client, c) =>
            {
                foreach (var device in await client.GetServerDirectoryAsync(c))
                {
                    foreach (var name in await client.GetDataSetsAsync(device, c))
                    {
                        Print(session.WantsJson(parse), $"{device}/{name.Replace('$', '.')}");
                    }
                }

                return ExitCodes.Success;
            },
            cancel));
        return command;
    }

    private static Command Show(ClientSession session)
    {
        var name = Name();
        var command = new Command("show", """
            Prints the members of a data set with their values (GetDataSetDirectory, GetDataSetValues).

            Example: der-agent client dataset show --jid view@dso.example --password-file view.secret --to pv1@dso.example/IEC PV1LD0/LLN0.Measurements
            """) { name };
        command.SetAction((parse, cancel) => session.RunAsync(parse, (client, dictionary, c) => ShowAsync(client, dictionary, DataSet(parse.GetValue(name)!), session.WantsJson(parse), c), cancel));
        return command;
    }

    private static Command Make(ClientSession session)
    {
        var name = Name();
        var members = new Argument<string[]>("member") { Description = "E.g. PV1LD0/MMXU1.TotW[MX].", Arity = ArgumentArity.OneOrMore };
        var command = new Command("create", """
            Makes a data set that stays until it is deleted (CreateDataSet). One for an association alone would end with this command.

            Example: der-agent client dataset create --jid control@dso.example --password-file control.secret --to pv1@dso.example/IEC PV1LD0/LLN0.Mine "PV1LD0/MMXU1.TotW[MX]"
            """) { name, members };
        command.SetAction((parse, cancel) => session.RunAsync(
            parse,
            async (client, c) =>
            {
                var references = parse.GetValue(members)!;
                var dataSet = DataSet(parse.GetValue(name)!);
                await client.CreateDataSetAsync(dataSet, [.. references.Select(static r => ObjectReferences.Parse(r) ?? throw new FormatException($"\"{r}\" is no reference with its functional constraint"))], c);
                Console.WriteLine($"{dataSet}: {references.Length} member(s)");
                return ExitCodes.Success;
            },
            cancel));
        return command;
    }

    private static Command Delete(ClientSession session)
    {
        var name = Name();
        var command = new Command("delete", """
            Deletes a data set that a client made (DeleteDataSet); not while a control block refers to it.

            Example: der-agent client dataset delete --jid control@dso.example --password-file control.secret --to pv1@dso.example/IEC PV1LD0/LLN0.Mine
            """) { name };
        command.SetAction((parse, cancel) => session.RunAsync(
            parse,
            async (client, c) =>
            {
                var dataSet = DataSet(parse.GetValue(name)!);
                var (matched, deleted) = await client.DeleteDataSetAsync(dataSet, c);
                return deleted ? Deleted(dataSet)
                    : throw new AcsiException(matched ? $"{dataSet} is not deleted: it stands in the configuration" : $"{dataSet}: there is no such data set");
            },
            cancel));
        return command;
    }

    private static int Deleted(ObjectName dataSet)
    {
        Console.WriteLine($"{dataSet}: deleted");
        return ExitCodes.Success;
    }

    private static async Task<int> ShowAsync(AcsiClient client, VariableDictionary dictionary, ObjectName dataSet, bool json, CancellationToken cancel)
    {
        var directory = await client.GetDataSetDirectoryAsync(dataSet, cancel);
        var values = await client.GetDataSetValuesAsync(dataSet, cancel);
        foreach (var (member, result) in directory.Members.Zip(values))
        {
            new ReadView(json).Print(member.Name.ToString(), result, await dictionary.FindAsync(member.Name, cancel), watching: true);
        }

        if (!json)
        {
            AnsiConsole.MarkupLineInterpolated($"[grey]{directory.Members.Count} member(s); {(directory.Deletable ? "clients may delete it" : "it stands in the configuration")}[/]");
        }

        return ExitCodes.Success;
    }

    private static void Print(bool json, string name)
    {
        if (json)
        {
            ValueText.PrintJson(w => w.WriteString("dataSet", name));
        }
        else
        {
            Console.WriteLine(name);
        }
    }

    private static ObjectName DataSet(string text) =>
        ObjectReferences.ParseNamed(text) ?? throw new FormatException($"\"{text}\" is no data set; write LD/LN.name, e.g. PV1LD0/LLN0.Measurements");
}
