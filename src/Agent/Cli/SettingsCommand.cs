using System.CommandLine;
using DerAgent.Client;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Agent.Cli;

/// <summary><c>der-agent client settings</c>: looks at setting groups, makes one active, edits one.</summary>
internal static class SettingsCommand
{
    public static Command Create(ClientSession session)
    {
        var command = new Command("settings", "Setting groups of a logical device: one is active, one at a time is edited.");
        command.Subcommands.Add(Show(session));
        command.Subcommands.Add(Activate(session));
        command.Subcommands.Add(Edit(session));
        return command;
    }

    private static Argument<string> Device() => new("device") { Description = "The logical device, e.g. PV1LD0." };

    private static Argument<uint> Group() => new("group") { Description = "Number of the group, from 1." };

    private static Command Show(ClientSession session)
    {
        var device = Device();
        var command = new Command("show", """
            Prints the control block and the values of the active group.

            Example: der-agent client settings show --jid view@dso.example --password-file view.secret --to pv1@dso.example/IEC PV1LD0
            """) { device };
        command.SetAction((parse, cancel) => session.RunAsync(parse, (client, dictionary, c) => ShowAsync(client, dictionary, parse.GetValue(device)!, session.WantsJson(parse), c), cancel));
        return command;
    }

    private static Command Activate(ClientSession session)
    {
        var (device, group) = (Device(), Group());
        var command = new Command("activate", """
            Makes a group the active one (SelectActiveSG). Answered when the devices have its values.

            Example: der-agent client settings activate --jid control@dso.example --password-file control.secret --to pv1@dso.example/IEC PV1LD0 2
            """) { device, group };
        command.SetAction((parse, cancel) => session.RunAsync(
            parse,
            async (client, c) =>
            {
                var (name, number) = (parse.GetValue(device)!, parse.GetValue(group));
                Need(await client.SelectActiveGroupAsync(name, number, c), $"group {number} of {name} is not active");
                Console.WriteLine($"{name}: group {number} is active");
                return ExitCodes.Success;
            },
            cancel));
        return command;
    }

    private static Command Edit(ClientSession session)
    {
        var (device, group) = (Device(), Group());
        var changes = new Argument<string[]>("reference=value") { Description = "E.g. DWMX1.WMaxSet.setMag.f=8000; several are confirmed together.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("edit", """
            Changes values of a group and confirms them all together (SelectEditSG, SetEditSGValue, ConfirmEditSGValues). Where one is refused, none is changed.

            Example: der-agent client settings edit --jid control@dso.example --password-file control.secret --to pv1@dso.example/IEC PV1LD0 2 DWMX1.WMaxSet.setMag.f=8000
            """) { device, group, changes };
        command.SetAction((parse, cancel) => session.RunAsync(
            parse, (client, dictionary, c) => EditAsync(client, dictionary, parse.GetValue(device)!, parse.GetValue(group), parse.GetValue(changes)!, c), cancel));
        return command;
    }

    private static async Task<int> ShowAsync(AcsiClient client, VariableDictionary dictionary, string device, bool json, CancellationToken cancel)
    {
        var status = await client.GetSgcbValuesAsync(device, cancel);
        var names = (await client.GetVariablesAsync(device, cancel)).Where(static n => n.Split('$') is [_, "SG", _]).Select(n => ObjectName.In(device, n)).ToList();
        if (json)
        {
            ValueText.PrintJson(w =>
            {
                w.WriteNumber("numOfSG", status.Count);
                w.WriteNumber("actSG", status.Active);
                w.WriteNumber("editSG", status.Edited);
                w.WriteString("lActTm", status.ActivatedAt);
            });
        }
        else
        {
            Console.WriteLine($"{device}: group {status.Active} of {status.Count} is active since {status.ActivatedAt}; {(status.Edited == 0 ? "none is edited" : $"group {status.Edited} is edited, for {status.Reservation ?? 0} s at most")}");
        }

        return names.Count == 0 ? ExitCodes.Success : await new ReadView(json).RunAsync(client, dictionary, [.. names.Select(static n => n.ToString())], null, null, cancel);
    }

    private static async Task<int> EditAsync(AcsiClient client, VariableDictionary dictionary, string device, uint group, string[] changes, CancellationToken cancel)
    {
        var parsed = changes.Select(c => Change(device, c)).ToList();
        Need(await client.SelectEditGroupAsync(device, group, cancel), $"group {group} of {device} cannot be edited");
        var isConfirmed = false;
        try
        {
            foreach (var (name, text) in parsed)
            {
                var value = await dictionary.ParseAsync(name, text, cancel);
                Need(await client.WriteAsync(name, value, cancel), $"{name} = {text} is refused, nothing is changed");
            }

            Need(await client.ConfirmEditGroupAsync(device, cancel), $"group {group} of {device} is not changed");
            isConfirmed = true;
        }
        finally
        {
            // Others may want to edit: not only when our association has ended.
            if (!isConfirmed)
            {
                await client.SelectEditGroupAsync(device, 0, CancellationToken.None);
            }
        }

        Console.WriteLine($"{device}: {parsed.Count} value(s) of group {group} changed");
        return ExitCodes.Success;
    }

    private static (ObjectName Name, string Value) Change(string device, string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var name = equals > 0 ? ObjectReferences.Parse($"{device}/{text[..equals]}", FunctionalConstraint.SE) : null;
        return name is { } known ? (known, text[(equals + 1)..]) : throw new FormatException($"\"{text}\" is no change; write LN.DO.attribute=value, e.g. DWMX1.WMaxSet.setMag.f=8000");
    }

    private static void Need(DataAccessError? failure, string what)
    {
        if (failure is not null)
        {
            throw new AcsiException($"{what}: {failure}");
        }
    }
}
