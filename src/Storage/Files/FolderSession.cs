using DerAgent.Acsi;

namespace DerAgent.Storage;

/// <summary>Does the file tasks of one server, one after the other. What a task cannot do, it says: nothing is thrown. Touched by one thread at a time.</summary>
internal sealed class FolderSession(FolderStore store) : IDisposable
{
    private readonly Dictionary<long, Reader> _readers = [];
    private readonly Dictionary<long, Draft> _drafts = [];

    private sealed class Reader(string name, FileStream stream, string? draft)
    {
        public string Name => name;

        public FileStream Stream => stream;

        /// <summary>Path of a file that is there only to be read once.</summary>
        public string? Draft => draft;

        public bool IsGone { get; set; } = draft is not null;
    }

    private sealed class Draft(string name, string path, FileStream stream)
    {
        public string Name => name;

        public string Path => path;

        public FileStream Stream => stream;

        public long Octets { get; set; }
    }

    /// <summary>Octets that are taken beside those of the files that have their names.</summary>
    internal long ExtraOctets => _drafts.Values.Sum(d => d.Octets) + _readers.Values.Where(r => r.IsGone).Sum(r => r.Stream.Length);

    /// <summary>Does a task.</summary>
    public FileOutcome Do(FileTask task)
    {
        try
        {
            return task switch
            {
                FileTask.List list => store.List(list),
                FileTask.Open open => Open(open),
                FileTask.Read read => Read(read),
                FileTask.Close close => Close(close.Handle),
                FileTask.Delete delete => store.Delete(delete.Name),
                FileTask.StoreConfiguration store => StoreConfiguration(store),
                FileTask.Create create => Create(create),
                FileTask.Append append => Append(append),
                FileTask.Finish finish => Finish(finish),
                _ => throw new ArgumentException($"{task?.GetType().Name} is no task.", nameof(task)),
            };
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Failed(task, FileFailure.NonExistent, e);
        }
        catch (UnauthorizedAccessException e)
        {
            return Failed(task, FileFailure.AccessDenied, e);
        }
        catch (Exception e) when (e is IOException or NotSupportedException)
        {
            return Failed(task, DiskRoom.IsMissing(e) ? FileFailure.NoSpace : FileFailure.Other, e);
        }
    }

    /// <summary>Closes everything; what was being made is gone.</summary>
    public void Dispose()
    {
        foreach (var handle in _readers.Keys.Concat(_drafts.Keys).ToList())
        {
            Close(handle);
        }

        store.End(this);
    }

    /// <summary>A file has lost its name; who reads it reads on.</summary>
    internal void Lost(string name)
    {
        foreach (var reader in _readers.Values.Where(r => r.Name == name))
        {
            reader.IsGone = true;
        }
    }

    private FileOutcome Failed(FileTask task, FileFailure failure, Exception e)
    {
        if (task is FileTask.Append or FileTask.Finish or FileTask.Create or FileTask.StoreConfiguration)
        {
            // Half a file is none.
            Close(task switch { FileTask.Append append => append.Handle, FileTask.Finish finish => finish.Handle, FileTask.Create create => create.Handle, _ => -1 });
        }

        // Where the files are is nobody's business who only has their names.
        return new FileOutcome.Failed(failure, e.Message.Replace(Path.GetDirectoryName(store.Root)!, "...", StringComparison.Ordinal));
    }

    private FileOutcome Open(FileTask.Open task)
    {
        if (store.Find(task.Name) is not FileInfo)
        {
            return new FileOutcome.Failed(FileFailure.NonExistent, $"{task.Name} does not exist");
        }

        return Begin(task.Handle, task.Position, new(task.Name, PlainFile.OpenRead(store.PathOf(task.Name)), null));
    }

    private FileOutcome Begin(long handle, uint position, Reader reader)
    {
        if (position > reader.Stream.Length)
        {
            var length = reader.Stream.Length;
            Let(reader);
            return new FileOutcome.Failed(FileFailure.PositionInvalid, $"position {position} is beyond the end of {reader.Name}, which has {length} octets");
        }

        reader.Stream.Position = position;
        _readers.Add(handle, reader);
        return new FileOutcome.Opened(new(reader.Name, reader.Stream.Length, new DateTimeOffset(File.GetLastWriteTimeUtc(reader.Stream.SafeFileHandle), TimeSpan.Zero)));
    }

    private FileOutcome Read(FileTask.Read task)
    {
        if (!_readers.TryGetValue(task.Handle, out var reader))
        {
            return new FileOutcome.Failed(FileFailure.NonExistent, "it is not open");
        }

        var data = new byte[Math.Max(0, Math.Min(task.Octets, reader.Stream.Length - reader.Stream.Position))];
        var read = reader.Stream.ReadAtLeast(data, data.Length, throwOnEndOfStream: false);
        return new FileOutcome.Part(read == data.Length ? data : data[..read], read == data.Length && reader.Stream.Position < reader.Stream.Length);
    }

    private FileOutcome Close(long handle)
    {
        if (_readers.Remove(handle, out var reader))
        {
            Let(reader);
        }
        else if (_drafts.Remove(handle, out var draft))
        {
            draft.Stream.Dispose();
            Discard(draft.Path);
        }

        return new FileOutcome.Done();
    }

    private static void Let(Reader reader)
    {
        reader.Stream.Dispose();
        if (reader.Draft is { } draft)
        {
            Discard(draft);
        }
    }

    /// <summary>Deletes what nobody is to see; where it cannot be, it is gone with the next start.</summary>
    private static void Discard(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its folder is gone, or the disk fails.
        }
    }

    private FileOutcome Create(FileTask.Create task)
    {
        if ((task.Name.Length > 0 ? store.WhyNot(task.Name) : null) is { } reason)
        {
            return reason;
        }

        store.Count();
        if (store.NoRoom(task.Size, isNew: task.Name.Length == 0 || store.Find(task.Name) is null) is { } full)
        {
            return full;
        }

        var path = store.NewDraft();
        _drafts.Add(task.Handle, new(task.Name, path, new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 })));
        return new FileOutcome.Done();
    }

    private FileOutcome StoreConfiguration(FileTask.StoreConfiguration task)
    {
        using var source = PlainFile.OpenRead(store.ConfigurationInForce);
        FileOutcome outcome = Create(new(task.Id, -1, task.Name, source.Length));
        var part = new byte[64 * 1024];
        while (outcome is FileOutcome.Done && source.Read(part) is > 0 and var count)
        {
            outcome = Append(new(task.Id, -1, part.AsMemory(0, count)));
        }

        return outcome is FileOutcome.Done ? Finish(new(task.Id, -1)) : outcome;
    }

    private FileOutcome Append(FileTask.Append task)
    {
        if (!_drafts.TryGetValue(task.Handle, out var draft))
        {
            return new FileOutcome.Failed(FileFailure.NonExistent, "it is not being made");
        }

        if (store.NoRoom(task.Data.Length, isNew: false) is { } full)
        {
            Close(task.Handle);
            return full;
        }

        draft.Stream.Write(task.Data.Span);
        draft.Octets += task.Data.Length;
        return new FileOutcome.Done();
    }

    private FileOutcome Finish(FileTask.Finish task)
    {
        if (!_drafts.TryGetValue(task.Handle, out var draft))
        {
            return new FileOutcome.Failed(FileFailure.NonExistent, "it is not being made");
        }

        if (draft.Name.Length == 0)
        {
            // It is read once, and outlives nothing.
            _drafts.Remove(task.Handle);
            return Begin(task.Handle, task.Position, new("it", draft.Stream, draft.Path));
        }

        draft.Stream.Flush(flushToDisk: true);
        draft.Stream.Dispose();
        var outcome = store.Put(draft.Path, draft.Name, draft.Octets);
        Close(task.Handle);
        return outcome;
    }
}
