using DerAgent.Mms;

namespace DerAgent.Acsi.Tests;

/// <summary>The setting groups of a logical device as acsi-semantics §4 describes them, written from that alone: numbers and lists. Its settings stand in no device.</summary>
internal sealed class SettingGroupModel(long[][] groups, int reservation)
{
    private long[] _edited = [];
    private string? _editor;
    private DateTimeOffset? _ends;

    public uint Active { get; private set; } = 1;

    public DateTimeOffset? ActivatedAt { get; private set; }

    public uint Edited { get; private set; }

    public DateTimeOffset? Due => _ends;

    /// <summary>What FC SG shows.</summary>
    public long[] Shown => groups[Active - 1];

    /// <summary>What FC SE shows; null while nobody edits.</summary>
    public long[]? Editing => Edited == 0 ? null : _edited;

    public uint Reservation => Edited == 0 ? 0u : (uint)reservation;

    public DataAccessError? Select(uint group, DateTimeOffset now)
    {
        if (group < 1 || group > groups.Length)
        {
            return DataAccessError.ObjectValueInvalid;
        }

        (Active, ActivatedAt) = group == Active ? (Active, ActivatedAt) : (group, now);
        return null;
    }

    public DataAccessError? Edit(string client, uint group, DateTimeOffset now)
    {
        if (group > groups.Length)
        {
            return DataAccessError.ObjectValueInvalid;
        }

        if (_editor is not null && _editor != client)
        {
            return DataAccessError.TemporarilyUnavailable;
        }

        if (group == 0)
        {
            End();
            return null;
        }

        Edited = group;
        _editor = client;
        _ends = now.AddSeconds(reservation);
        _edited = [.. groups[group - 1]];
        return null;
    }

    public DataAccessError? Set(string client, int setting, long value)
    {
        if (_editor != client)
        {
            return DataAccessError.TemporarilyUnavailable;
        }

        if (value is < 0 or > 1_000)
        {
            return DataAccessError.ObjectValueInvalid;
        }

        _edited[setting] = value;
        return null;
    }

    public DataAccessError? Confirm(string client, bool confirms)
    {
        if (!confirms)
        {
            return DataAccessError.ObjectValueInvalid;
        }

        if (_editor != client)
        {
            return DataAccessError.TemporarilyUnavailable;
        }

        groups[Edited - 1] = _edited;
        End();
        return null;
    }

    public void Gone(string client)
    {
        if (_editor == client)
        {
            End();
        }
    }

    public void Tick(DateTimeOffset now)
    {
        if (_ends <= now)
        {
            End();
        }
    }

    /// <summary>The process ends and begins again.</summary>
    public void Restart() => End();

    private void End() => (Edited, _editor, _ends, _edited) = (0, null, null, []);
}
