using System.Threading.Channels;
using DerAgent.Acsi;
using DerAgent.Storage;

namespace DerAgent.Agent;

/// <summary>Does file tasks one after the other, away from the servers' loops: a slow disk holds up files and nothing else.</summary>
/// <param name="store">The files; null: there are none.</param>
internal sealed class FileWorker(FolderStore? store)
{
    private readonly Channel<Action> _tasks = Channel.CreateUnbounded<Action>(new() { SingleReader = true });

    /// <summary>Called when a task failed in a way that it never should: a defect of ours. The next one is done all the same.</summary>
    public Action<string, Exception> OnDefect { get; set; } = static (_, _) => { };

    /// <summary>Makes folders that clients look for, and keeps the SCL file in force.</summary>
    /// <param name="names">Names of the folders.</param>
    /// <param name="configuration">The SCL file.</param>
    /// <param name="failed">Takes what went wrong.</param>
    public void Provide(IReadOnlyList<string> names, string configuration, Action<string> failed) => _tasks.Writer.TryWrite(() =>
    {
        try
        {
            store?.Provide(names);
            store?.KeepConfiguration(configuration);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failed(e.Message);
        }
    });

    /// <summary>The files as one server sees them.</summary>
    /// <param name="done">Takes outcomes.</param>
    public ServedFiles Serve(Action<long, FileOutcome> done) => new(this, done);

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            await foreach (var task in _tasks.Reader.ReadAllAsync(cancel))
            {
#pragma warning disable CA1031 // whatever it is, the next task is done
                try
                {
                    task();
                }
                catch (Exception e)
                {
                    OnDefect("a task of the file store", e);
                }
#pragma warning restore CA1031
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    /// <summary>The file store of one server.</summary>
    internal sealed class ServedFiles(FileWorker worker, Action<long, FileOutcome> done) : IFileStore, IDisposable
    {
        // Touched by the worker only.
        private FolderSession? _session;

        /// <inheritdoc/>
        public void Start(FileTask task)
        {
            if (!worker._tasks.Writer.TryWrite(() => Do(task)))
            {
                done(task.Id, Stopped);
            }
        }

        /// <summary>Closes everything.</summary>
        public void Dispose() => worker._tasks.Writer.TryWrite(() => _session?.Dispose());

        private static FileOutcome.Failed Stopped => new(FileFailure.Other, "there is no file store");

        private void Do(FileTask task)
        {
            FileOutcome outcome = Stopped;
            try
            {
                outcome = worker.Session(ref _session)?.Do(task) ?? outcome;
            }
            finally
            {
                if (task.Id != 0)
                {
                    done(task.Id, outcome);
                }
            }
        }
    }

    private FolderSession? Session(ref FolderSession? session) => session ??= store?.Begin();
}
