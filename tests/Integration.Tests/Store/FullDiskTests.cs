using System.Diagnostics;

namespace DerAgent.Integration.Tests.Store;

/// <summary>A disk that is full, or fails, while everything runs: what would have to be kept is refused, the rest goes on, and when there is room again so does everything, without a restart.</summary>
public sealed class FullDiskTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("der-agent-disk.").FullName;
    private readonly List<string> _lines = [];
    private Process? _world;
    private bool _isMounted;

    public async ValueTask DisposeAsync()
    {
        _world?.Kill(entireProcessTree: true);
        await (_world?.WaitForExitAsync() ?? Task.CompletedTask);
        _world?.Dispose();
        if (_isMounted)
        {
            await WatchedProcess.RunAsync("umount", "-l", Path.Combine(_folder, "data"));
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact] // a real file system of 8 MB
    public async Task A_full_disk_stops_what_must_be_kept_and_nothing_else()
    {
        var data = Directory.CreateDirectory(Path.Combine(_folder, "data")).FullName;
        _isMounted = (await WatchedProcess.RunAsync("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", data)).ExitCode == 0;
        Assert.SkipUnless(_isMounted, "A file system cannot be mounted here; it needs root.");
        var world = _world = StoreWorlds.Start(StoreWorlds.WriteScl(_folder), data, 1, 0);
        await UntilAsync(world, "A 200");
        var filler = Path.Combine(data, "filler");
        Fill(filler);
        await UntilAsync(world, "X ");
        await UntilAsync(world, "F ");
        await UntilAsync(world, "FF ");

        // Whoever only looks is served meanwhile.
        await UntilAsync(world, "U");
        await UntilAsync(world, "U");
        File.Delete(filler);
        await UntilAsync(world, "W");
        await UntilAsync(world, "A ");
        await UntilAsync(world, "FA ");
        await UntilAsync(world, "R ");
        await EndAsync(world, data);
    }

    [Theory]
    [InlineData("fsync,fdatasync")]
    [InlineData("pwrite64")]
    public async Task A_disk_that_fails_for_a_while_is_used_again(string call)
    {
        var data = Directory.CreateDirectory(Path.Combine(_folder, "data")).FullName;
        _world = StoreWorlds.Start(StoreWorlds.WriteScl(_folder), data, 1, 0);
        await UntilAsync(_world, "A 200");
        Process strace;
        try
        {
            strace = Process.Start(new ProcessStartInfo("strace", ["-f", "-o", "/dev/null", "-e", $"trace={call}", "-e", $"inject={call}:error=EIO", "-p", $"{_world.Id}"]) { RedirectStandardError = true, UseShellExecute = false })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("strace is not installed.");
            return;
        }

        using (strace)
        {
            var told = await strace.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
            Assert.SkipUnless(told.Contains("attached", StringComparison.Ordinal), $"strace may not look at other processes here: {told}");
            await UntilAsync(_world, "X ", "F ", "FF ", "U");
            await WatchedProcess.RunAsync("kill", $"{strace.Id}");
            await strace.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await UntilAsync(_world, "W");
        await UntilAsync(_world, "A ", "FA ", "R ");
        await EndAsync(_world, data);
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    /// <summary>Stops it, and looks whether what was acknowledged is there.</summary>
    private async Task EndAsync(Process world, string data)
    {
        world.Kill(entireProcessTree: true);
        _lines.AddRange((await world.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n'));
        await world.WaitForExitAsync(TestContext.Current.CancellationToken);
        var acknowledged = _lines.FindLast(l => l.StartsWith("A ", StringComparison.Ordinal))![2..];
        var tried = _lines.FindLast(l => l.StartsWith("T ", StringComparison.Ordinal))![2..];
        Assert.DoesNotContain(_lines, l => l.StartsWith("D ", StringComparison.Ordinal));
        using var again = StoreWorlds.Start(Path.Combine(_folder, "world.cid"), data, 100_000, 0);
        var found = await again.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        again.Kill(entireProcessTree: true);
        await again.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(found == "S " + acknowledged || found == "S " + tried, $"{found}; acknowledged {acknowledged}, tried {tried}");
    }

    /// <summary>Waits until a line with each of these beginnings came, in whatever order.</summary>
    private async Task UntilAsync(Process world, params string[] beginnings)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        var missing = beginnings.ToList();
        try
        {
            while (await world.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                _lines.Add(line);
                missing.RemoveAll(b => line.StartsWith(b, StringComparison.Ordinal));
                if (missing.Count == 0)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Said below.
        }

        Assert.Fail($"\"{string.Join("\", \"", missing)}\" did not come; the last lines: {string.Join(" / ", _lines.TakeLast(8))}");
    }
}
