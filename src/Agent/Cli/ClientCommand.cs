using System.CommandLine;
using DerAgent.Client;

namespace DerAgent.Agent.Cli;

/// <summary><c>der-agent client</c>: looks at an agent and commands it, as a partner would.</summary>
internal static class ClientCommand
{
    public static Command Create()
    {
        var command = new Command("client", """
            Talks to an agent through the XMPP server, as a grid operator's or aggregator's client does.

            Exit code 0: done; 2: wrong arguments or files; 3: no connection; 4: the agent refused.
            Example: der-agent client read --jid view@dso.example --password-file view.secret --to pv1@dso.example/IEC "PV1LD0/MMXU1.TotW[MX]"
            """);
        var session = new ClientSession(command);
        command.Subcommands.Add(Browse(session));
        command.Subcommands.Add(Read(session));
        command.Subcommands.Add(Write(session));
        command.Subcommands.Add(Operate(session));
        command.Subcommands.Add(ControlCommand.Create(session));
        command.Subcommands.Add(Report(session));
        command.Subcommands.Add(LogCommand.Create(session));
        command.Subcommands.Add(DataSetCommand.Create(session));
        command.Subcommands.Add(SettingsCommand.Create(session));
        command.Subcommands.Add(FilesCommand.Create(session));
        return command;
    }

    private static Command Browse(ClientSession session)
    {
        var all = new Option<bool>("--all") { Description = "Every level, down to the attributes." };
        var command = new Command("browse", """
            Prints the directory: logical devices, logical nodes, data objects, control blocks, data sets.

            Example: der-agent client browse --jid view@dso.example --password-file view.secret --to pv1@dso.example/IEC --all
            """) { all };
        command.SetAction((parse, cancel) => session.RunAsync(parse, (client, c) => new BrowseView(session.WantsJson(parse), parse.GetValue(all)).RunAsync(client, c), cancel));
        return command;
    }

    private static Command Read(ClientSession session)
    {
        var references = new Argument<string[]>("reference") { Description = "E.g. PV1LD0/MMXU1.TotW[MX] or PV1LD0/MMXU1$MX$TotW$mag$f.", Arity = ArgumentArity.OneOrMore };
        var watch = new Option<double?>("--watch") { Description = "Read again every so many seconds until stopped." };
        var count = new Option<int?>("--count") { Description = "Stop after so many readings." };
        var command = new Command("read", """
            Reads values with quality and time.

            Example: der-agent client read --jid view@dso.example --password-file view.secret --to pv1@dso.example/IEC "PV1LD0/MMXU1.TotW[MX]" --watch 1
            """) { references, watch, count };
        command.SetAction((parse, cancel) => session.RunAsync(
            parse,
            (client, dictionary, c) => new ReadView(session.WantsJson(parse)).RunAsync(client, dictionary, parse.GetValue(references)!, parse.GetValue(watch), parse.GetValue(count), c),
            cancel));
        return command;
    }

    private static Command Write(ClientSession session)
    {
        var reference = new Argument<string>("reference") { Description = "E.g. PV1LD0/DGEN1.WMax.setMag.f[SP]." };
        var value = new Argument<string>("value") { Description = "The value: a number, with its unit if you like (\"5 kW\"), true, false, a literal, a text." };
        var command = new Command("write", """
            Writes one value (SetDataValues). Values that live in hardware are answered when the device has taken them.

            Example: der-agent client write --jid control@dso.example --password-file control.secret --to pv1@dso.example/IEC "PV1LD0/DWMX1.RmpRteUse.setVal[SP]" true
            """) { reference, value };
        command.SetAction((parse, cancel) => session.RunAsync(
            parse,
            async (client, dictionary, c) =>
            {
                var name = ObjectReferences.Parse(parse.GetValue(reference)!) ?? throw new FormatException($"\"{parse.GetValue(reference)}\" is no reference with its functional constraint");
                var data = await dictionary.ParseAsync(name, parse.GetValue(value)!, c);
                if (await client.WriteAsync(name, data, c) is { } failure)
                {
                    throw new AcsiException($"{name}: {failure}");
                }

                foreach (var (shown, text) in ValueText.Leaves(name.ToString(), data, (await dictionary.OfAsync([name], c))[0]))
                {
                    Console.WriteLine($"{shown} = {text}");
                }

                return ExitCodes.Success;
            },
            cancel));
        return command;
    }

    private static Command Operate(ClientSession session)
    {
        var (reference, value, category) = (ControlCommand.Reference(), ControlCommand.Value(), ControlCommand.Category());
        var test = new Option<bool>("--test") { Description = "Set Test: nothing reaches the hardware." };
        var follow = new Option<string?>("--follow") { Description = "Print this reference while waiting, e.g. PV1LD0/MMXU1.TotW[MX]." };
        var command = new Command("operate", """
            Commands an object the way its control model asks for: selects, operates, waits for the command termination.

            Example: der-agent client operate --jid control@dso.example --password-file control.secret --to pv1@dso.example/IEC PV1LD0/DWMX1.WMaxSptPct 50
            """) { reference, value, test, category, follow };
        command.SetAction((parse, cancel) => session.RunAsync(
            parse,
            (client, dictionary, c) => new OperateView(session.WantsJson(parse)).RunAsync(
                client, dictionary, parse.GetValue(reference)!, parse.GetValue(value)!, new() { Test = parse.GetValue(test), OriginCategory = parse.GetValue(category) }, parse.GetValue(follow), c),
            cancel));
        return command;
    }

    private static Command Report(ClientSession session)
    {
        var reference = new Argument<string>("block") { Description = "The report control block, e.g. PV1LD0/LLN0.brcbMeas01[BR]." };
        var count = new Option<int?>("--count") { Description = "Stop after so many reports." };
        var period = new Option<uint?>("--integrity") { Description = "Set IntgPd to so many milliseconds." };
        var interrogate = new Option<bool>("--gi") { Description = "Ask for a general interrogation." };
        var after = new Option<string?>("--resume", "--after") { Description = "Resume after this EntryID (hex); buffered blocks only." };
        var command = new Command("report", """
            Reserves and enables a report control block and prints the reports; disables it in the end.

            Example: der-agent client report --jid view@dso.example --password-file view.secret --to pv1@dso.example/IEC "PV1LD0/LLN0.brcbMeas01[BR]" --gi --count 3
            """) { reference, count, period, interrogate, after };
        command.SetAction((parse, cancel) => session.RunAsync(
            parse,
            (client, dictionary, c) => new ReportView(session.WantsJson(parse)).RunAsync(
                client, dictionary, parse.GetValue(reference)!, new(parse.GetValue(count), parse.GetValue(period), parse.GetValue(interrogate), parse.GetValue(after)), c),
            cancel));
        return command;
    }
}
