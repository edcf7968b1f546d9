using DerAgent.Client;
using DerAgent.Mms;
using Spectre.Console;

namespace DerAgent.Agent.Cli;

/// <summary>Prints values, once or again and again.</summary>
internal sealed class ReadView(bool json)
{
    public async Task<int> RunAsync(AcsiClient client, VariableDictionary dictionary, string[] references, double? watch, int? count, CancellationToken cancel)
    {
        var names = references.Select(r => ObjectReferences.Parse(r) ?? throw new FormatException($"\"{r}\" is no reference; write LD/LN.DO[FC], e.g. PV1LD0/MMXU1.TotW[MX]")).ToList();
        var variables = await dictionary.OfAsync(names, cancel);
        if (watch is { } seconds && !json && !Console.IsOutputRedirected)
        {
            return await ShowLiveAsync(client, references, variables, TimeSpan.FromSeconds(seconds), count, cancel);
        }

        var failed = false;
        for (var round = 1; ; round++)
        {
            var results = await client.ReadAsync(names, cancel);
            for (var i = 0; i < names.Count; i++)
            {
                failed |= results[i].Failure is not null;
                Print(references[i], results[i], variables[i], watch is not null);
            }

            if (watch is null || round >= count)
            {
                return failed ? ExitCodes.Service : ExitCodes.Success;
            }

            await Task.Delay(TimeSpan.FromSeconds(watch.Value), cancel);
        }
    }

    /// <summary>On a terminal: a table that stays where it is.</summary>
    private static async Task<int> ShowLiveAsync(
        AcsiClient client, string[] references, IReadOnlyList<KnownVariable> variables, TimeSpan period, int? count, CancellationToken cancel)
    {
        var table = new Table().AddColumns("reference", "value, quality, time");
        foreach (var reference in references)
        {
            table.AddRow(Markup.Escape(reference), "");
        }

        await AnsiConsole.Live(table).StartAsync(async live =>
        {
            for (var round = 1; ; round++)
            {
                var results = await client.ReadAsync(variables.Select(static v => v.Name), cancel);
                for (var i = 0; i < variables.Count; i++)
                {
                    var text = results[i].Failure?.ToString() ?? ValueText.Line(results[i].Value, variables[i]);
                    table.UpdateCell(i, 1, Markup.Escape(text));
                }

                live.Refresh();
                if (round >= count)
                {
                    return;
                }

                await Task.Delay(period, cancel);
            }
        });
        return ExitCodes.Success;
    }

    /// <summary>Prints one value.</summary>
    public void Print(string reference, AccessResult result, KnownVariable variable, bool watching)
    {
        if (json)
        {
            ValueText.PrintJson(w =>
            {
                w.WriteString("reference", reference);
                w.WriteString("failure", result.Failure?.ToString());
                w.WritePropertyName("value");
                if (result.Failure is null)
                {
                    ValueText.Write(w, result.Value, variable);
                }
                else
                {
                    w.WriteNullValue();
                }
            });
        }
        else if (result.Failure is { } failure)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]{reference}: {failure}[/]");
        }
        else if (watching && ValueText.OneLine(result.Value, variable) is { } line)
        {
            Console.WriteLine($"{reference}  {line}");
        }
        else
        {
            foreach (var (name, value) in ValueText.Leaves(reference, result.Value, variable))
            {
                Console.WriteLine($"{name} = {value}");
            }
        }
    }
}
