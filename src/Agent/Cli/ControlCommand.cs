using System.CommandLine;
using System.Globalization;
using DerAgent.Client;

namespace DerAgent.Agent.Cli;

/// <summary><c>der-agent client control</c>: the services of a control one by one.</summary>
internal static class ControlCommand
{
    public static Command Create(ClientSession session)
    {
        var command = new Command("control", "Select, cancel and time-activated commands; \"client operate\" does what the control model asks for by itself.");
        command.Subcommands.Add(Select(session));
        command.Subcommands.Add(Cancel(session));
        command.Subcommands.Add(At(session));
        return command;
    }

    public static Argument<string> Reference() => new("reference") { Description = "The object, e.g. PV1LD0/DWMX1.WMaxSptPct." };

    public static Argument<string> Value() => new("value") { Description = "A number, with its unit if you like (\"5 kW\"), true, false, an ordinal or its literal." };

    /// <summary>Who commands (IEC 61850-7-3 §6.8, orCat).</summary>
    public static Option<int> Category()
    {
        var option = new Option<int>("--or-cat") { Description = "Originator category: 1 bay, 2 station, 3 remote, ... 8 process.", DefaultValueFactory = _ => 3 };
        option.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 8)
            {
                result.AddError("--or-cat is 0 to 8: 1 bay, 2 station, 3 remote, 4 to 6 the same of automatic functions, 7 maintenance, 8 process");
            }
        });
        return option;
    }

    private static Command Select(ClientSession session)
    {
        var (reference, value, category) = (Reference(), Value(), Category());
        var hold = new Option<double>("--hold") { Description = "Keep it selected for so many seconds; the selection ends with this command.", DefaultValueFactory = _ => 0 };
        var command = new Command("select", """
            Selects an object (Select or SelectWithValue), says whether it may be operated, and lets it go.

            Example: der-agent client control select --jid control@dso.example --password-file control.secret --to pv1@dso.example/IEC PV1LD0/CSWI1.Pos true
            """) { reference, value, category, hold };
        command.SetAction((parse, cancel) => session.RunAsync(
            parse,
            async (client, dictionary, c) =>
            {
                var asked = await CommandText.OfAsync(dictionary, parse.GetValue(reference)!, parse.GetValue(value)!, c);
                var outcome = await Control(client).SelectAsync(asked.Reference, asked.Value, new() { OriginCategory = parse.GetValue(category) }, c);
                var code = new OperateView(session.WantsJson(parse)).Print(asked, outcome);
                await Task.Delay(TimeSpan.FromSeconds(outcome.Succeeded ? parse.GetValue(hold) : 0), c);
                return code;
            },
            cancel));
        return command;
    }

    private static Command Cancel(ClientSession session)
    {
        var (reference, value, category) = (Reference(), Value(), Category());
        var command = new Command("cancel", """
            Takes back a command that waits for its time (Cancel). It is whoever gave it that may.

            Example: der-agent client control cancel --jid control@dso.example --password-file control.secret --to pv1@dso.example/IEC PV1LD0/DWMX1.WMaxSptPct 50
            """) { reference, value, category };
        command.SetAction((parse, cancel) => session.RunAsync(
            parse,
            async (client, dictionary, c) =>
            {
                var asked = await CommandText.OfAsync(dictionary, parse.GetValue(reference)!, parse.GetValue(value)!, c);
                return new OperateView(session.WantsJson(parse)).Print(asked, await Control(client).CancelAsync(asked.Reference, asked.Value, new() { OriginCategory = parse.GetValue(category) }, c));
            },
            cancel));
        return command;
    }

    private static Command At(ClientSession session)
    {
        var (reference, value, category) = (Reference(), Value(), Category());
        var time = new Argument<string>("time") { Description = "When, e.g. 2026-03-01T06:00Z; or +90 for in 90 seconds." };
        var command = new Command("at", """
            Commands an object for a later time (TimeActivatedOperate). The agent keeps the command over restarts; "control cancel" takes it back.

            Example: der-agent client control at --jid control@dso.example --password-file control.secret --to pv1@dso.example/IEC 2026-03-01T06:00Z PV1LD0/DWMX1.WMaxSptPct 50
            """) { time, reference, value, category };
        command.SetAction((parse, cancel) => session.RunAsync(
            parse,
            async (client, dictionary, c) =>
            {
                var asked = await CommandText.OfAsync(dictionary, parse.GetValue(reference)!, parse.GetValue(value)!, c);
                var options = new OperateOptions { OriginCategory = parse.GetValue(category), At = Time(parse.GetValue(time)!) };
                return new OperateView(session.WantsJson(parse)).Print(asked, await Control(client).RunAsync(asked.Reference, asked.Value, options, c));
            },
            cancel));
        return command;
    }

    private static OperateCommand Control(AcsiClient client) => new(client, TimeProvider.System);

    private static DateTimeOffset Time(string text) =>
        text.StartsWith('+') && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 1e8 ? TimeProvider.System.GetUtcNow().AddSeconds(seconds)
        : TimeText.Parse(text, ", or +90 for in 90 seconds");
}
