using DerAgent.Mms;

namespace DerAgent.Acsi;

/// <summary>A file that a client reads: a file read state machine (ISO 9506-2 annex D).</summary>
/// <param name="Owner">Whose it is.</param>
/// <param name="Frsm">What the client calls it.</param>
/// <param name="Handle">What the file store calls it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Ends">When it is closed unless something comes.</param>
internal sealed record OpenFile(AssociationKey Owner, int Frsm, long Handle, string Name, DateTimeOffset Ends);

/// <summary>The files that clients have open, a few each, closed when nothing comes for a while.</summary>
internal sealed class OpenFiles(FileTasks tasks, StepJournal journal, AcsiOptions options, TimeProvider time)
{
    private readonly UndoDictionary<(AssociationKey Owner, int Frsm), OpenFile> _open = new(journal);
    private int _lastFrsm;

    /// <summary>When <see cref="Tick"/> is to be called next.</summary>
    public DateTimeOffset? NextDue => _open.Values.Count == 0 ? null : _open.Values.Min(f => f.Ends);

    /// <summary>Another one; null where the association has as many as it may. Its number was not in use a moment ago: what is late finds nothing of others.</summary>
    public OpenFile? Begin(Association peer, string name)
    {
        if (_open.Values.Count(f => f.Owner == peer.Key) >= options.MaxOpenFiles)
        {
            return null;
        }

        _lastFrsm = _lastFrsm == int.MaxValue ? 1 : _lastFrsm + 1;
        var file = new OpenFile(peer.Key, _lastFrsm, tasks.NewId(), name, Ends);
        _open.Set((file.Owner, file.Frsm), file);
        return file;
    }

    /// <summary>The file of a number, which is in use from now on again; null where there is none.</summary>
    public OpenFile? Use(Association peer, int frsm)
    {
        if (!_open.TryGetValue((peer.Key, frsm), out var file))
        {
            return null;
        }

        _open.Set((peer.Key, frsm), file = file with { Ends = Ends });
        return file;
    }

    /// <summary>It is closed.</summary>
    public void Close(OpenFile file)
    {
        if (_open.Remove((file.Owner, file.Frsm), out _))
        {
            tasks.Start(new FileTask.Close(file.Handle));
        }
    }

    /// <summary>An association has ended.</summary>
    public void Release(AssociationKey owner)
    {
        foreach (var file in _open.Values.Where(f => f.Owner == owner).ToList())
        {
            Close(file);
        }
    }

    /// <summary>The clock was set: what is due stays as far away as it was.</summary>
    public void Shift(TimeSpan by)
    {
        foreach (var file in _open.Values.ToList())
        {
            _open.Set((file.Owner, file.Frsm), file with { Ends = file.Ends + by });
        }
    }

    /// <summary>Closes what nobody reads any more.</summary>
    public void Tick(DateTimeOffset now)
    {
        foreach (var file in _open.Values.Where(f => f.Ends <= now).ToList())
        {
            Close(file);
        }
    }

    /// <summary>There is no such file: it was never open, or is closed.</summary>
    public ServiceError Unknown(int frsm) => FileErrors.Of(FileFailure.NonExistent, $"no file is open as {frsm}; it is closed {options.OpenFileIdle.TotalSeconds:0} s after the last request");

    private DateTimeOffset Ends => time.GetUtcNow() + options.OpenFileIdle;
}
