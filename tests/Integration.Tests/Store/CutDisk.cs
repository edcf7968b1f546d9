namespace DerAgent.Integration.Tests.Store;

/// <summary>A disk whose power is cut: what was synced is there, of the rest a random half.</summary>
internal sealed class CutDisk(string folder)
{
    private readonly Dictionary<string, (MemoryStream Synced, List<SystemCall> Loose)> _files = new(StringComparer.Ordinal);

    // Files that got another name: as the medium has it, and as it may have it.
    private readonly Dictionary<string, (MemoryStream Synced, List<SystemCall> Loose)> _named = new(StringComparer.Ordinal);
    private readonly List<(string Name, (MemoryStream Synced, List<SystemCall> Loose) File)> _renamed = [];

    /// <summary>A call was done.</summary>
    public void Take(SystemCall call)
    {
        if (!call.Target.StartsWith(folder, StringComparison.Ordinal) || call.Target.EndsWith("-shm", StringComparison.Ordinal))
        {
            return;
        }

        if (call.Target.TrimEnd('/') == folder)
        {
            // The folder is synced: what was removed from it is gone for good.
            foreach (var gone in _files.Values.Where(f => f.Loose.Exists(c => c.Name == "unlink")))
            {
                gone.Loose.ForEach(c => Do(gone.Synced, c));
                gone.Loose.Clear();
            }

            return;
        }

        if (call.Name == "rename")
        {
            if (_files.Remove(call.Target, out var moved))
            {
                _renamed.Add((call.NewName, moved));
            }

            return;
        }

        if (call.Name == "fsync" && _renamed.Exists(r => Path.GetDirectoryName(r.Name) == call.Target))
        {
            // The folder of theirs is synced: they have their names for good.
            foreach (var (name, renamed) in _renamed.Where(r => Path.GetDirectoryName(r.Name) == call.Target))
            {
                _named[name] = renamed;
            }

            _renamed.RemoveAll(r => Path.GetDirectoryName(r.Name) == call.Target);
            return;
        }

        if (!_files.TryGetValue(call.Target, out var file))
        {
            _files.Add(call.Target, file = (new(), []));
        }

        if (call.Name is "fdatasync" or "fsync")
        {
            file.Loose.ForEach(c => Do(file.Synced, c));
            file.Loose.Clear();
        }
        else
        {
            file.Loose.Add(call);
        }
    }

    /// <summary>The files as they are found when the power is back.</summary>
    public void WriteTo(string target, Random random)
    {
        foreach (var (path, file) in _files.Concat(_named).Concat(_renamed.Where(_ => random.Next(2) == 0).Select(r => KeyValuePair.Create(r.Name, r.File))))
        {
            var found = new MemoryStream();
            found.Write(file.Synced.ToArray());
            file.Loose.Where(_ => random.Next(2) == 0).ToList().ForEach(c => Do(found, c));
            var place = Path.Combine(target, Path.GetRelativePath(folder, path));
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.WriteAllBytes(place, found.ToArray());
        }
    }

    private static void Do(MemoryStream file, SystemCall call)
    {
        switch (call.Name)
        {
            case "pwrite64":
                file.Position = call.At;
                file.Write(call.Octets);
                break;
            case "ftruncate":
                file.SetLength(call.At);
                break;
            case "unlink":
                file.SetLength(0);
                break;
        }
    }
}
