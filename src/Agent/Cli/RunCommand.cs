using System.CommandLine;
using DerAgent.Agent.Hosting;
using DerAgent.Agent.Logs;
using DerAgent.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.WindowsServices;
using Microsoft.Extensions.Logging;
using Serilog;

namespace DerAgent.Agent.Cli;

/// <summary><c>der-agent run</c>: the service.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var trace = CommonOptions.Trace();
        var verbose = new Option<bool>("--verbose") { Description = "Log what is of interest to developers too." };
        var format = new Option<string?>("--log-format") { Description = "Lines of the log: text for people, or json for programs." };
        format.AcceptOnlyFromAmong("text", "json");
        var command = new Command("run", """
            Runs the agent until it is stopped. It reads its files again when they change, on SIGHUP, and on the Windows service control 128;
            a configuration with errors changes nothing.

            Example: der-agent run --config /etc/der-agent/agent.json
            """)
        {
            config,
            trace,
            verbose,
            format,
        };
        command.SetAction((parse, cancel) => RunAsync(parse.GetValue(config)!, parse.GetValue(trace), parse.GetValue(verbose), parse.GetValue(format), cancel));
        return command;
    }

    private static async Task<int> RunAsync(string path, string? traceFile, bool verbose, string? format, CancellationToken cancel)
    {
        // Before the first secret is read.
        var isSecret = MemorySecrecy.Begin();
        await using var start = StartMemory.Begin(TimeProvider.System);
        var configuration = Configuration.LoadAtStart(path);
        await using (configuration.BuildSite(TimeProvider.System))
        {
            foreach (var finding in configuration.Findings)
            {
                await Console.Error.WriteLineAsync(finding.ToString());
            }
        }

        if (!configuration.IsUsable && LastConfiguration.Load(configuration) is { } last)
        {
            await Console.Error.WriteLineAsync("der-agent starts with the last configuration that ran, until the errors above are mended");
            configuration = last;
        }

        if (!configuration.IsUsable)
        {
            await Console.Error.WriteLineAsync("der-agent does not start: mend the errors above, or look with: der-agent check --config " + path);
            return ExitCodes.Configuration;
        }

        if (!isSecret)
        {
            await Console.Error.WriteLineAsync("der-agent: the system does not let it keep its memory out of core files; switch these off for it otherwise");
        }

        // Whatever takes time to write down waits behind it.
        await using var lines = LogSetup.Of(configuration.Options!.Log, configuration.Resolve, configuration.DataFolder, format, verbose).Create(TimeProvider.System);
        Microsoft.Extensions.Logging.ILogger? log = null;
        await using var trace = CommonOptions.OpenTrace(traceFile, text => log?.LogWarning("{Text}", text), out var fault);
        if (fault is not null)
        {
            await Console.Error.WriteLineAsync("der-agent does not start: " + fault);
            return ExitCodes.Configuration;
        }

        using var store = OpenStore(configuration, Tell);
        void Tell(string damage)
        {
            if (log is null)
            {
                Console.Error.WriteLine("error: " + damage);
            }
            else
            {
                log.LogError("{Text}", damage);
            }
        }

        if (store is null)
        {
            // No file is wrong: a folder may be there when it is tried again.
            return ExitCodes.Failure;
        }

        using var host = Host.CreateEmptyApplicationBuilder(new())
            .With(builder =>
            {
                builder.Services.AddWindowsService(o => o.ServiceName = "der-agent");
                builder.Services.AddSerilog(lines);
                builder.Services.AddSingleton<ReloadSignal>();
                builder.Services.AddSingleton(ServiceNotifier.OfProcess());
                if (OperatingSystem.IsWindows() && WindowsServiceHelpers.IsWindowsService())
                {
                    builder.Services.AddSingleton<IHostLifetime, ReloadableServiceLifetime>();
                }

                builder.Services.AddHostedService(s => new AgentService(configuration, store, trace, TimeProvider.System, s.GetRequiredService<ILoggerFactory>(), s.GetRequiredService<IHostApplicationLifetime>(), s.GetRequiredService<ReloadSignal>(), s.GetRequiredService<ServiceNotifier>()));
            })
            .Build();
        log = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("der-agent");
        await host.RunAsync(cancel);
        return Environment.ExitCode;
    }

    /// <summary>Opens the store; null, after a sentence, where it cannot be used.</summary>
    private static SqliteStore? OpenStore(Configuration configuration, Action<string> onDamage)
    {
        try
        {
            var store = SqliteStore.Open(configuration.DataFolder, configuration.Storage.Store, TimeProvider.System, onDamage);
            if (store.OpenedBefore is { } before && before > TimeProvider.System.GetUtcNow().AddMinutes(1))
            {
                Console.Error.WriteLine($"warning: the clock is behind: the agent was started at {before:yyyy-MM-ddTHH:mm:ssZ} before; entries of reports go on in their order all the same");
            }

            return store;
        }
        catch (StorageException e)
        {
            Console.Error.WriteLine("der-agent does not start: " + e.Message);
            return null;
        }
    }

    private static HostApplicationBuilder With(this HostApplicationBuilder builder, Action<HostApplicationBuilder> configure)
    {
        configure(builder);
        return builder;
    }
}
