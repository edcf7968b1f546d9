namespace DerAgent.Agent.Hosting;

/// <summary>Notices changes of the files a configuration is made of. Looks at them again now and then: not every file system tells.</summary>
internal sealed class ConfigurationWatcher : IDisposable
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly ReloadSignal _signal;
    private readonly ITimer _timer;
    private readonly List<FileSystemWatcher> _watchers = [];
    private IReadOnlyList<string> _files = [];
    private string _state = "";
    private string? _changed;

    /// <summary>Watches the files of a configuration.</summary>
    public ConfigurationWatcher(Configuration configuration, ReloadSignal signal, TimeProvider time)
    {
        _signal = signal;
        _timer = time.CreateTimer(_ => Check(), null, Look, Look);
        Watch(configuration);
    }

    /// <summary>The files are about to be read as they are now; what changes after that is news.</summary>
    public void Seen()
    {
        lock (_gate)
        {
            _state = State();
            _changed = null;
        }
    }

    /// <summary>Watches the files of a configuration from now on.</summary>
    public void Watch(Configuration configuration)
    {
        lock (_gate)
        {
            if (_files.SequenceEqual(configuration.Files, StringComparer.Ordinal))
            {
                return;
            }

            _files = configuration.Files;

            // As they were when they were read: what changed since is news.
            _state = configuration.FilesState;
            _changed = null;
            DropWatchers();
            foreach (var folder in _files.Select(Path.GetDirectoryName).OfType<string>().Where(Directory.Exists).Distinct(StringComparer.Ordinal))
            {
                AddWatcher(folder);
            }

            if (State() != _state)
            {
                _timer.Change(Settle, Look);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            DropWatchers();
        }
    }

    private void AddWatcher(string folder)
    {
        try
        {
            var watcher = new FileSystemWatcher(folder) { NotifyFilter = NotifyFilters.LastWrite | NotifyFilters.FileName | NotifyFilters.Size };
            watcher.Changed += (_, e) => Touched(e.FullPath);
            watcher.Created += (_, e) => Touched(e.FullPath);
            watcher.Deleted += (_, e) => Touched(e.FullPath);
            watcher.Renamed += (_, e) =>
            {
                Touched(e.OldFullPath);
                Touched(e.FullPath);
            };
            watcher.EnableRaisingEvents = true;
            _watchers.Add(watcher);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // The timer looks all the same.
        }
    }

    private void DropWatchers()
    {
        _watchers.ForEach(w => w.Dispose());
        _watchers.Clear();
    }

    private void Touched(string path)
    {
        lock (_gate)
        {
            if (_files.Contains(path, StringComparer.Ordinal))
            {
                // Editors write a file in several steps: look once it has come to rest.
                _timer.Change(Settle, Look);
            }
        }
    }

    private void Check()
    {
        lock (_gate)
        {
            var state = State();
            if (state == _state)
            {
                _changed = null;
                return;
            }

            // Still being written: only what stays the same for a moment counts.
            if (state != _changed)
            {
                _changed = state;
                _timer.Change(Settle, Look);
                return;
            }

            _state = state;
            _changed = null;
        }

        _signal.Raise("its files changed");
    }

    private string State() => StateOf(_files);

    /// <summary>How files are: another text, another state.</summary>
    public static string StateOf(IEnumerable<string> files) => string.Join('\n', files.Select(static f => new FileInfo(f) is { Exists: true } info ? $"{f} {info.Length} {info.LastWriteTimeUtc.Ticks}" : $"{f} -"));
}
