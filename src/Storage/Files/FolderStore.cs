using DerAgent.Acsi;

namespace DerAgent.Storage;

/// <summary>
/// The files of the agent (IEC 61850-7-2 §23) in a folder of its own. Nothing outside of it is ever read or written: names are checked, links are not followed. A file that
/// is made is whole on the medium before it has its name. Touched by one thread at a time.
/// </summary>
internal sealed class FolderStore
{
    private readonly FolderOptions _options;
    private readonly string _drafts;
    private readonly List<FolderSession> _sessions = [];
    private long _octets;
    private int _files;
    private long _lastDraft;

    private FolderStore(string root, string drafts, FolderOptions options) => (Root, _drafts, _options) = (root, drafts, options);

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>Octets that are taken: of files, of those being made, and of those that are gone and still read.</summary>
    public long Octets => _octets + _sessions.Sum(s => s.ExtraOctets);

    /// <summary>Where the SCL file in force is kept: it may be changed, and not be taken, where it comes from.</summary>
    public string ConfigurationInForce => Root + ".scl";

    /// <summary>Asked before a file takes its name: its name, and where it is meanwhile. What it says is why not.</summary>
    public Func<string, string, string?> Check { get; set; } = static (_, _) => null;

    /// <summary>Called when a file has come to its name, or is gone.</summary>
    public Action<string> Changed { get; set; } = static _ => { };

    /// <summary>The folder of the files in a data folder.</summary>
    public static string RootOf(string folder) => Path.GetFullPath(Path.Combine(folder, "files"));

    /// <summary>Opens the file store of a data folder, and makes it where there is none. What was being made when the agent stopped is gone.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="options">How much it takes.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static FolderStore Open(string folder, FolderOptions options)
    {
        var root = RootOf(folder);
        var drafts = root + ".new";
        if (Directory.Exists(drafts))
        {
            Directory.Delete(drafts, recursive: true);
        }

        Make(drafts);
        Make(root);
        var store = new FolderStore(root, drafts, options);
        store.Count();
        return store;
    }

    /// <summary>Counts what is there: somebody may have put something there, or taken it away.</summary>
    internal void Count()
    {
        (_octets, _files) = (0, 0);
        foreach (var file in FilesOf("", recursive: true))
        {
            _octets += file.Length;
            _files++;
        }
    }

    /// <summary>Makes folders that clients look for.</summary>
    public void Provide(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            Make(PathOf(name));
        }
    }

    /// <summary>Keeps the SCL file in force.</summary>
    /// <param name="path">Where it is.</param>
    /// <exception cref="IOException">It cannot be kept.</exception>
    public void KeepConfiguration(string path)
    {
        if (PlainFile.IsSame(path, ConfigurationInForce))
        {
            return;
        }

        var draft = NewDraft();
        File.Copy(path, draft);
        File.Move(draft, ConfigurationInForce, overwrite: true);
    }

    /// <summary>What one server has open.</summary>
    public FolderSession Begin()
    {
        var session = new FolderSession(this);
        _sessions.Add(session);
        return session;
    }

    /// <summary>A session has come to its end.</summary>
    internal void End(FolderSession session) => _sessions.Remove(session);

    /// <summary>The path of a name, which is one.</summary>
    internal string PathOf(string name) => name.Length == 0 ? Root : Path.Combine(Root, name.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>The path of a file being made.</summary>
    internal string NewDraft()
    {
        Make(_drafts);
        return Path.Combine(_drafts, $"{++_lastDraft}");
    }

    /// <summary>Why so many octets more cannot be taken; null where they can.</summary>
    internal FileOutcome.Failed? NoRoom(long octets, bool isNew) =>
        Octets + octets > _options.MaxOctets ? new(FileFailure.NoSpace, $"the file store takes {_options.MaxOctets} octets, of which {Math.Max(0, _options.MaxOctets - Octets)} are free")
        : isNew && _files >= _options.MaxFiles ? new(FileFailure.NoSpace, $"the file store takes {_options.MaxFiles} files, and has them")
        : null;

    /// <summary>The file or folder of a name; null where there is none, or it leads elsewhere.</summary>
    internal FileSystemInfo? Find(string name)
    {
        var path = PathOf(name);
        return FileNames.FaultOf(name) is not null || PlainFile.LeadsElsewhere(Root, path) ? null
            : File.Exists(path) ? new FileInfo(path)
            : Directory.Exists(path) ? new DirectoryInfo(path)
            : null;
    }

    /// <summary>What is in a folder, or the one file, in ASCII order of full names.</summary>
    internal FileOutcome List(FileTask.List task)
    {
        var found = task.Name.Length == 0 ? new DirectoryInfo(Root) : Find(task.Name);
        if (found is null)
        {
            return new FileOutcome.Failed(FileFailure.NonExistent, $"{task.Name} does not exist");
        }

        var entries = found is FileInfo file
            ? [Entry(task.Name, file)]
            : FilesOf(task.Name, recursive: false).Select(f => Entry(NameOf(f), f)).Concat(FoldersOf(task.Name).Select(f => Entry(NameOf(f) + "/", f))).ToList();
        entries.RemoveAll(e => task.After is not null && string.CompareOrdinal(e.Name, task.After) <= 0);
        entries.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return new FileOutcome.Listed([.. entries.Take(task.Most)], entries.Count > task.Most);
    }

    /// <summary>Deletes a file; its folder stays.</summary>
    internal FileOutcome Delete(string name)
    {
        var found = Find(name);
        if (found is not FileInfo file)
        {
            return found is null ? new FileOutcome.Failed(FileFailure.NonExistent, $"{name} does not exist") : new FileOutcome.Failed(FileFailure.AccessDenied, $"{name} is a folder");
        }

        var octets = file.Length;
        file.Delete();
        Lose(name, octets);
        PlainFile.Flush(file.DirectoryName!);
        Changed(name);
        return new FileOutcome.Done();
    }

    /// <summary>Gives a file that was made its name, in place of what had it.</summary>
    internal FileOutcome Put(string draft, string name, long octets)
    {
        var path = PathOf(name);
        if (WhyNot(name) is { } reason)
        {
            return reason;
        }

        if (Check(name, draft) is { } fault)
        {
            return new FileOutcome.Failed(FileFailure.ContentInvalid, fault);
        }

        var old = Find(name) as FileInfo;
        var oldLength = old?.Length ?? 0;
        var folder = Path.GetDirectoryName(path)!;
        var isNew = !Directory.Exists(folder);
        Make(folder);
        File.Move(draft, path, overwrite: true);
        for (var at = folder; at.Length >= Root.Length && (isNew || at == folder); at = Path.GetDirectoryName(at)!)
        {
            PlainFile.Flush(at);
        }

        if (old is not null)
        {
            Lose(name, oldLength);
        }

        _octets += octets;
        _files++;
        Changed(name);
        return new FileOutcome.Done();
    }

    /// <summary>Why no file of that name can be made; null where it can.</summary>
    internal FileOutcome.Failed? WhyNot(string name)
    {
        var path = PathOf(name);
        if (FileNames.FaultOf(name) is { } fault)
        {
            return new(FileFailure.NameSyntax, fault);
        }

        if (PlainFile.LeadsElsewhere(Root, path) || Directory.Exists(path))
        {
            return new(FileFailure.AccessDenied, $"{name} is no file");
        }

        for (var folder = FileNames.FolderOf(name); folder.Length > 0; folder = FileNames.FolderOf(folder))
        {
            if (File.Exists(PathOf(folder)))
            {
                return new(FileFailure.AccessDenied, $"{folder} is a file");
            }
        }

        return null;
    }

    private static void Make(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute);
        }
    }

    private static FileEntry Entry(string name, FileSystemInfo found) =>
        new(name, (found as FileInfo)?.Length ?? 0, new DateTimeOffset(found.LastWriteTimeUtc, TimeSpan.Zero));

    /// <summary>A file is no more under its name; who reads it reads on.</summary>
    private void Lose(string name, long octets)
    {
        _octets -= octets;
        _files--;
        _sessions.ForEach(s => s.Lost(name));
    }

    private string NameOf(FileSystemInfo found) => Path.GetRelativePath(Root, found.FullName).Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>What somebody else put there under a name that is none, or as a link, is not there.</summary>
    private IEnumerable<FileInfo> FilesOf(string name, bool recursive)
    {
        foreach (var file in new DirectoryInfo(PathOf(name)).EnumerateFiles())
        {
            if (file.LinkTarget is null && FileNames.FaultOf(NameOf(file)) is null)
            {
                yield return file;
            }
        }

        foreach (var file in recursive ? FoldersOf(name).SelectMany(f => FilesOf(NameOf(f), recursive: true)) : [])
        {
            yield return file;
        }
    }

    private IEnumerable<DirectoryInfo> FoldersOf(string name) =>
        new DirectoryInfo(PathOf(name)).EnumerateDirectories().Where(f => f.LinkTarget is null && FileNames.FaultOf(NameOf(f)) is null);
}
