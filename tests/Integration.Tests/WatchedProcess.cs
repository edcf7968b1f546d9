using System.Diagnostics;

namespace DerAgent.Integration.Tests;

/// <summary>A process whose output is watched line by line.</summary>
internal sealed class WatchedProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<(Predicate<string> Match, TaskCompletionSource<string> Found)> _waiting = [];
    private readonly Process _process;

    public WatchedProcess(string program, params string[] arguments)
    {
        _process = new Process { StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false } };
        _process.OutputDataReceived += (_, e) => Take(e.Data);
        _process.ErrorDataReceived += (_, e) => Take(e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output
    {
        get
        {
            lock (_gate)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        await using var process = new WatchedProcess(program, arguments);
        await process._process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(120));
        return (process._process.ExitCode, process.Output);
    }

    /// <summary>Sends SIGHUP.</summary>
    public void HangUp() => Signal("-HUP");

    /// <summary>Sends SIGTERM, and waits until the process has ended.</summary>
    public async Task TerminateAsync()
    {
        Signal("-TERM");
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [name, $"{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>The first line, or the n-th, printed already or yet to come, that holds the text.</summary>
    public async Task<string> LineAsync(string text, int number = 1)
    {
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            var lines = _lines.FindAll(l => l.Contains(text, StringComparison.Ordinal));
            if (lines.Count >= number)
            {
                return lines[number - 1];
            }

            var missing = number - lines.Count;
            _waiting.Add((l => l.Contains(text, StringComparison.Ordinal) && --missing == 0, found));
        }

        try
        {
            // A process that is dead prints nothing more: what it printed says why.
            var ended = _process.WaitForExitAsync();
            if (await Task.WhenAny(found.Task, ended).WaitAsync(Patience) == ended && !found.Task.IsCompleted)
            {
                throw new InvalidOperationException($"\"{text}\" did not come. The process ended with {_process.ExitCode} and printed:\n{Output}");
            }

            return await found.Task;
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"\"{text}\" did not come. The process printed:\n{Output}", e);
        }
    }

    /// <summary>Its number.</summary>
    public int Id => _process.Id;

    public void Kill() => _process.Kill(entireProcessTree: true);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            _lines.Add(line);
            foreach (var (match, found) in _waiting.Where(w => w.Match(line)).ToList())
            {
                found.TrySetResult(line);
            }

            _waiting.RemoveAll(w => w.Found.Task.IsCompleted);
        }
    }
}
