using System.Diagnostics;

namespace DerAgent.Tests;

/// <summary>Two pseudo-terminals that socat connects, under names of their own, as an adapter has one under /dev/serial/by-id. It proves framing and hang-up; no baud, parity or turnaround.</summary>
internal sealed class PtyPair : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("der-agent-pty-").FullName;
    private Process? _socat;

    /// <summary>One end.</summary>
    public string Ours => Path.Combine(_folder, "ours");

    /// <summary>The other end.</summary>
    public string Theirs => Path.Combine(_folder, "theirs");

    public static bool IsThere => File.Exists("/usr/bin/socat");

    public static async Task<PtyPair> StartAsync(CancellationToken cancel)
    {
        Assert.SkipUnless(IsThere, "socat is not installed.");
        var pair = new PtyPair();
        await pair.PlugAsync(cancel);
        return pair;
    }

    /// <summary>The adapter is plugged in: the names are there when this returns.</summary>
    public async Task PlugAsync(CancellationToken cancel)
    {
        _socat = Process.Start(new ProcessStartInfo("/usr/bin/socat", ["-d", "-d", $"pty,raw,echo=0,link={Ours}", $"pty,raw,echo=0,link={Theirs}"]) { RedirectStandardError = true, UseShellExecute = false })!;
        while (await _socat.StandardError.ReadLineAsync(cancel) is { } line && !line.Contains("starting data transfer loop", StringComparison.Ordinal))
        {
            // It says what it does.
        }
    }

    /// <summary>The adapter is pulled.</summary>
    public void Pull()
    {
        _socat!.Kill();
        _socat.WaitForExit();
        _socat.Dispose();
        _socat = null;
        File.Delete(Ours);
        File.Delete(Theirs);
    }

    public void Dispose()
    {
        if (_socat is not null)
        {
            Pull();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
