using DerAgent.Agent.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Agent.Tests;

/// <summary>Changes of the files a configuration is made of: noticed once they have come to rest, also where no system tells of them.</summary>
public sealed class ConfigurationWatcherTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("der-agent-test.").FullName;
    private readonly FakeTimeProvider _time = new();
    private readonly ReloadSignal _signal = new();
    private readonly string _file;

    public ConfigurationWatcherTests()
    {
        _file = Path.Combine(_folder, "agent.json");
        File.WriteAllText(_file, "{}");
    }

    public void Dispose()
    {
        _signal.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_change_is_told_once_when_it_has_come_to_rest()
    {
        using var watcher = new ConfigurationWatcher(Configuration.Load(_file), _signal, _time);
        _time.Advance(TimeSpan.FromSeconds(60));
        var told = _signal.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(told.IsCompleted);
        File.WriteAllText(_file, "{ }");
        Look();
        File.WriteAllText(_file, "{  }");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(told.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("its files changed", await told);
        told = _signal.WaitAsync(TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.False(told.IsCompleted);
    }

    [Fact]
    public async Task A_file_that_goes_is_a_change()
    {
        using var watcher = new ConfigurationWatcher(Configuration.Load(_file), _signal, _time);
        File.Delete(_file);
        Look();
        _time.Advance(TimeSpan.FromSeconds(2));
        await _signal.WaitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void What_was_read_already_is_no_news()
    {
        using var watcher = new ConfigurationWatcher(Configuration.Load(_file), _signal, _time);
        File.WriteAllText(_file, "{ }");
        watcher.Seen();
        Look();
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(_signal.WaitAsync(TestContext.Current.CancellationToken).IsCompleted);
    }

    /// <summary>As far as the next look without being told by the system.</summary>
    private void Look() => _time.Advance(TimeSpan.FromSeconds(30));
}
