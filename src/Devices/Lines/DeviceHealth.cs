namespace DerAgent.Devices;

/// <summary>What is wrong with a device, since when, and what its health is. Touched by its line only.</summary>
internal sealed class DeviceHealth
{
    /// <summary>Nothing is wrong.</summary>
    public const int Ok = 1;

    /// <summary>Some of it is wrong.</summary>
    public const int Warning = 2;

    /// <summary>It is of no use.</summary>
    public const int Alarm = 3;

    private readonly Dictionary<string, TimeSpan> _wrong = new(StringComparer.Ordinal);

    /// <summary>Since when it does not answer; null while it does.</summary>
    public TimeSpan? SilentSince { get; private set; }

    /// <summary>Whether its silence is what it does by night.</summary>
    public bool IsNight { get; private set; }

    /// <summary>Whether it answers; false until it first did.</summary>
    public bool IsAnswering { get; private set; }

    /// <summary>Whether anything of it is read.</summary>
    public bool HasBlocks { get; set; } = true;

    /// <summary>The health as a number of its own: <c>@health</c>.</summary>
    public int Value => SilentSince is not null ? IsNight ? Ok : Alarm : !HasBlocks ? Alarm : HasFaults ? Warning : Ok;

    /// <summary>Whether anything was raised and not cleared.</summary>
    public bool HasFaults => _wrong.Count > 0;

    /// <summary>Whether anything of a kind is wrong.</summary>
    public bool Has(string kind) => HasFaults && _wrong.Keys.Any(w => w.StartsWith(kind, StringComparison.Ordinal));

    /// <summary>Something is wrong; true where that is new.</summary>
    public bool Raise(string what, TimeSpan now) => _wrong.TryAdd(what, now);

    /// <summary>It is well again; gives how long it was not, null where it was.</summary>
    public TimeSpan? Clear(string what, TimeSpan now) => _wrong.Remove(what, out var since) ? now - since : null;

    /// <summary>What of this kind is no matter any more.</summary>
    public void ClearAll(string kind)
    {
        foreach (var what in _wrong.Keys.Where(w => w.StartsWith(kind, StringComparison.Ordinal)).ToList())
        {
            _wrong.Remove(what);
        }
    }

    /// <summary>It does not answer; true where that is new.</summary>
    public bool FallSilent(TimeSpan now, bool isNight)
    {
        var isNew = SilentSince is null;
        SilentSince ??= now;
        IsNight = isNew ? isNight : IsNight;
        IsAnswering = false;
        return isNew;
    }

    /// <summary>A silence that is too long for a night is none.</summary>
    public bool EndNight() => IsNight && !(IsNight = false);

    /// <summary>It answers; true where that is new.</summary>
    public bool Answer(out TimeSpan? silentSince)
    {
        silentSince = SilentSince;
        var isNew = !IsAnswering;
        (SilentSince, IsNight, IsAnswering) = (null, false, true);
        return isNew;
    }
}
