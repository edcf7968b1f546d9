using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <content>What the surroundings of the server tell it: the process, the hardware, the files, the clock.</content>
internal sealed partial class AcsiServer
{
    /// <summary>Records disturbances so from now on; what is being recorded so far is forgotten.</summary>
    public void Record(DisturbanceOptions options) => _parts.Recorder.Use(options);

    /// <summary>Takes process values as one snapshot.</summary>
    public void Update(IReadOnlyList<ProcessValue> batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        for (var i = 0; i < batch.Count; i++)
        {
            if (!_parts.Pushes.Holds(batch[i].Slot))
            {
                _parts.Updates.Apply(batch[i]);
            }
        }

        _parts.Recorder.Take(batch, _time.GetUtcNow());

        Steps.Trigger();
    }

    /// <summary>The hardware took the value of a command, and reads it back.</summary>
    public void CommandAccepted(long id)
    {
        _parts.FailSafes.Taken(id);
        _parts.Controls.Taken(id);
        _parts.Parameters.Taken(id);
        _parts.Pushes.Taken(id);
        Steps.Trigger();
    }

    /// <summary>A command ended: its effect is there, or it failed. The end of one that is not under way is nobody's.</summary>
    public void CommandCompleted(long id, CommandOutcome outcome)
    {
        if (Door.End(id) is not { } command)
        {
            return;
        }

        if (!outcome.Succeeded)
        {
            Door.Abandon(command);
        }

        _parts.FailSafes.Ended(id, outcome, _time.GetUtcNow());
        _parts.Controls.Ended(id, outcome);
        _parts.Parameters.Ended(id, outcome);
        _parts.Pushes.Ended(id, outcome);
        _parts.Controls.CarryOn();
        Steps.Trigger();
    }

    /// <summary>Something with files is done, or failed.</summary>
    public void FileDone(long id, FileOutcome outcome)
    {
        _parts.FileTasks.Done(id, outcome);
        Steps.Trigger();
    }

    /// <summary>The peer of an association answered what it was asked, or there will be no answer.</summary>
    /// <param name="peer">The association.</param>
    /// <param name="id">The question.</param>
    /// <param name="answer">The answer; null: there is none.</param>
    /// <param name="failure">Why there is none.</param>
    public void Answered(Association peer, long id, MmsPdu? answer, string failure = "")
    {
        ArgumentNullException.ThrowIfNull(peer);
        if (_associations.Find(peer.Key) == peer)
        {
            peer.LastActivity = _time.GetUtcNow();
            _parts.Transfers.Answered(peer, id, answer, failure);
            Steps.Trigger();
        }
    }

    /// <summary>What is known of the clock is shown from now on.</summary>
    /// <param name="report">What is known.</param>
    /// <param name="isDaylight">Whether daylight saving time is in effect.</param>
    public void ShowClock(ClockReport report, bool isDaylight)
    {
        ArgumentNullException.ThrowIfNull(report);
        _parts.Clock.Value = report.TimeQuality;
        new ClockObjects(Values, _parts.Updates).Show(report, isDaylight, _time.GetUtcNow());
        Steps.Trigger();
    }

    /// <summary>What is known of the connections is shown.</summary>
    public void ShowChannels(IReadOnlyList<ChannelReport> channels)
    {
        ArgumentNullException.ThrowIfNull(channels);
        _parts.Channels.Show(channels, _time.GetUtcNow());
        Steps.Trigger();
    }

    /// <summary>Leaves whose hardware is left as it is by a start (<c>start="device"</c> of a fail-safe).</summary>
    public IEnumerable<DataNode> LeftAtStart => _parts.FailSafes.LeftAtStart;

    /// <summary>Something came from a partner: he was there.</summary>
    /// <param name="jid">His bare JID.</param>
    public void PartnerSeen(string jid)
    {
        ArgumentNullException.ThrowIfNull(jid);
        _parts.Partners.Seen(jid, _time.GetUtcNow());
        _parts.FailSafes.Notice();
    }

    /// <summary>A session of a partner shows itself, or is gone.</summary>
    /// <param name="connection">The connection over which it is seen.</param>
    /// <param name="peer">Its full JID.</param>
    /// <param name="isAvailable">Whether it is there.</param>
    public void PartnerPresence(string connection, string peer, bool isAvailable)
    {
        ArgumentNullException.ThrowIfNull(peer);
        _parts.Partners.Show(connection, peer, isAvailable, _time.GetUtcNow());
        _parts.FailSafes.Notice();
    }

    /// <summary>A connection is down: nobody knows who is there beyond it.</summary>
    public void PresenceLost(string connection)
    {
        _parts.Partners.Lost(connection, _time.GetUtcNow());
        _parts.FailSafes.Notice();
    }

    /// <summary>How far the clock was set in all.</summary>
    public TimeSpan ClockSteps { get; private set; }

    /// <summary>The clock was set. Periods and time-outs go on as if it had not been; what is due at a time of day is due at that time of day.</summary>
    public void ClockStepped(TimeSpan by)
    {
        ClockSteps += by;
        _associations.Shift(by);
        _parts.Shift(by);
        _effects.Enqueue(new AcsiEffect.Log(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The clock was set by {by.TotalSeconds:+0.0##;-0.0##} s"), IsWarning: true));
    }
}
