using DerAgent.Model;
using DerAgent.Client;
using Spectre.Console;

namespace DerAgent.Agent.Cli;

/// <summary>Commands an object and prints how it went.</summary>
internal sealed class OperateView(bool json)
{
    private static readonly TimeSpan FollowPeriod = TimeSpan.FromSeconds(1);

    public async Task<int> RunAsync(AcsiClient client, VariableDictionary dictionary, string reference, string value, OperateOptions options, string? follow, CancellationToken cancel)
    {
        var asked = await CommandText.OfAsync(dictionary, reference, value, cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var following = follow is null ? Task.CompletedTask : FollowAsync(client, dictionary, follow, stop.Token);
        OperateOutcome outcome;
        try
        {
            outcome = await new OperateCommand(client, TimeProvider.System).RunAsync(asked.Reference, asked.Value, options, cancel);
        }
        finally
        {
            await stop.CancelAsync();
            await following;
        }

        return Print(asked, outcome);
    }

    /// <summary>Says how it went.</summary>
    /// <returns>The exit code for it.</returns>
    public int Print(CommandText asked, OperateOutcome outcome)
    {
        if (json)
        {
            PrintJson(asked, outcome);
        }
        else if (outcome.Succeeded)
        {
            AnsiConsole.MarkupLineInterpolated($"[green]{asked.Reference} = {asked.Shown}: {Success(outcome.Stage)}[/]");
        }
        else
        {
            var cause = outcome.AddCause is { } number ? $"AddCause {number} ({(AddCause)number})" : "no AddCause";
            AnsiConsole.MarkupLineInterpolated($"[red]{asked.Reference} = {asked.Shown}: {outcome.Stage} failed: {outcome.Failure?.ToString() ?? "negative CommandTermination"}, {cause}[/]");
        }

        return outcome.Succeeded ? ExitCodes.Success : ExitCodes.Service;
    }

    private static string Success(string stage) => stage switch
    {
        "Termination" => "CommandTermination, positive",
        "Selected" => "selected",
        "Waiting" => "accepted, waits for its time",
        _ => "accepted",
    };

    private static async Task FollowAsync(AcsiClient client, VariableDictionary dictionary, string follow, CancellationToken cancel)
    {
        try
        {
            var view = new ReadView(json: false);
            while (true)
            {
                await view.RunAsync(client, dictionary, [follow], 0, 1, cancel);
                await Task.Delay(FollowPeriod, cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // The command has ended.
        }
    }

    private static void PrintJson(CommandText asked, OperateOutcome outcome) => ValueText.PrintJson(w =>
    {
        w.WriteString("reference", asked.Reference);
        w.WriteString("value", asked.Value);
        w.WriteBoolean("succeeded", outcome.Succeeded);
        w.WriteString("stage", outcome.Stage);
        w.WriteString("failure", outcome.Failure?.ToString());
        w.WriteString("addCause", outcome.AddCause is { } cause ? ((AddCause)cause).ToString() : null);
    });
}
