using System.Numerics;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>
/// Makes reports of entries as connections have room for them (architecture: the line pulls). Each association has a few reports on their way; when the
/// octets of one have gone to the line, a block hands over its next entry. What may not leave before a commit stays where it is until then.
/// </summary>
internal sealed class ReportSender
{
    private readonly List<(ReportControlBlock Block, long Id, ReportEntry Entry)> _fresh = [];
    private readonly ReportBlocks _blocks;
    private readonly RingEntries _entries;
    private readonly StepJournal _journal;
    private readonly AcsiOptions _options;
    private readonly AssociationTable _associations;
    private readonly Queue<AcsiEffect> _effects;
    private readonly History<(Association Peer, ReportInFlight Report, bool WasAdded)> _history;
    private int _turn;

    public ReportSender(ReportBlocks blocks, RingEntries entries, StepJournal journal, AcsiOptions options, AssociationTable associations, Queue<AcsiEffect> effects)
    {
        (_blocks, _entries, _journal, _options, _associations, _effects) = (blocks, entries, journal, options, associations, effects);
        _history = new(journal, old => Restore(old.Peer, old.Report, old.WasAdded));
    }

    /// <summary>An unbuffered block has something to tell.</summary>
    public void Add(ReportControlBlock block, ReportEntry entry)
    {
        if (block.State.IsEnabled && Owner(block) is not null)
        {
            _fresh.Add((block, _entries.NewId(), entry));
        }
    }

    /// <summary>The octets of a report went to the line.</summary>
    public void Sent(Association peer, long ticket)
    {
        if (Take(peer, ticket) is { } report && _blocks.All[report.Block] is { IsBuffered: true } block && block.State.Owner == peer.Key)
        {
            _blocks.Move(block, ReportRules.Delivered(block.State, report.Id, report.Time));
        }
    }

    /// <summary>An entry cannot be sent: the next report tells that something is missing.</summary>
    public void Skipped(Association peer, long ticket, string reason)
    {
        if (Take(peer, ticket) is { } report)
        {
            var block = _blocks.All[report.Block];
            if (block.IsBuffered)
            {
                _blocks.Move(block, ReportRules.Lost(block.State));
            }

            _effects.Enqueue(new AcsiEffect.Log($"{block.Reference}: an entry was not sent: {reason}", IsWarning: true));
        }
    }

    /// <summary>The connection has no room: a buffered block goes on with that entry later, an unbuffered one has lost it.</summary>
    public void NotTaken(Association peer, long ticket)
    {
        peer.IsStalled = true;
        if (Take(peer, ticket) is not { } report || _blocks.All[report.Block] is var block && block.State.Owner != peer.Key)
        {
            return;
        }

        if (block.IsBuffered)
        {
            _blocks.Move(block, ReportRules.TakenBack(block.State, report));
        }
        else
        {
            Lose(block, "its connection takes no more");
        }
    }

    /// <summary>An association has ended: what was on its way to it is so no more, and its client may have the first of it in part.</summary>
    public void Abandon(Association peer)
    {
        foreach (var report in peer.InFlight.DistinctBy(r => r.Block))
        {
            if (_blocks.All[report.Block] is { IsBuffered: true } block && block.State.Owner == peer.Key)
            {
                _blocks.Move(block, ReportRules.Abandoned(block.State, report.Id, peer.Key.BarePeer));
            }
        }

        peer.InFlight.Clear();
    }

    /// <summary>A commit is done: what could not be read may be readable again.</summary>
    public void Committed()
    {
        foreach (var block in _blocks.Enabled)
        {
            block.IsUnreadable = false;
        }
    }

    /// <summary>Entries of a block had to make room in the store.</summary>
    public void Evicted(string reference, long through)
    {
        if (_blocks.Find(reference) is { } block)
        {
            _blocks.Move(block, ReportRules.Evicted(block.State, through));
        }
    }

    /// <summary>Entries of a block were lost before they were committed.</summary>
    public void Lost(string reference)
    {
        if (_blocks.Find(reference) is { } block)
        {
            _blocks.Move(block, ReportRules.LostBehind(block.State, block.Entries?.Newest ?? 0));
        }
    }

    /// <summary>At the end of a step: hands over what may leave.</summary>
    /// <param name="reports">Takes the reports.</param>
    public void Pull(List<AcsiEffect.SendReport> reports)
    {
        Enqueue(reports);
        var enabled = _blocks.Enabled;
        for (var idle = 0; idle < enabled.Count;)
        {
            _turn = (_turn + 1) % enabled.Count;
            idle = HandOver(enabled[_turn], reports) ? 0 : idle + 1;
        }
    }

    /// <summary>The step failed: what it had to tell did not happen.</summary>
    public void Undo() => _fresh.Clear();

    /// <summary>What was told in steps that are taken back is told all the same: another report takes it back.</summary>
    public void ReleaseWaiting()
    {
        foreach (var block in _blocks.Enabled.Where(b => !b.State.Waiting.IsEmpty).ToList())
        {
            _blocks.Move(block, block.State with { Waiting = [.. block.State.Waiting.Select(w => w with { WaitsFor = 0 })] });
        }
    }

    /// <summary>What an association reports in this step waits for what it tells of, and for what was to be told before.</summary>
    private void Enqueue(List<AcsiEffect.SendReport> reports)
    {
        foreach (var (block, id, entry) in _fresh)
        {
            if (!block.State.IsEnabled || Owner(block) is not { } owner)
            {
                continue;
            }

            owner.ReportsWaitFor = _journal.IsBinding ? _journal.Step : owner.ReportsWaitFor;
            if (block.State.Waiting.IsEmpty && MayLeave(block, owner, owner.ReportsWaitFor))
            {
                Send(block, owner, entry, id, reports);
                continue;
            }

            _blocks.Move(block, ReportRules.Waits(block.State, new(id, entry, owner.ReportsWaitFor)));
            while (block.State.WaitingCount > _options.UnbufferedQueue || (block.State.WaitingOctets > _options.MaxUnsent && block.State.WaitingCount > 1))
            {
                _blocks.Move(block, ReportRules.WaitsNoMore(block.State));
                Lose(block, "its client is away or slow");
            }
        }

        _fresh.Clear();
    }

    private bool HandOver(ReportControlBlock block, List<AcsiEffect.SendReport> reports)
    {
        if (Owner(block) is not { } owner)
        {
            return false;
        }

        if (block.Entries is not { } entries)
        {
            if (block.State.Waiting.IsEmpty || block.State.Waiting.Peek() is var waiting && !MayLeave(block, owner, waiting.WaitsFor))
            {
                return false;
            }

            _blocks.Move(block, ReportRules.WaitsNoMore(block.State));
            Send(block, owner, waiting.Entry, waiting.Id, reports);
            return true;
        }

        if (block.IsUnreadable || !RingEntries.HasNext(entries, block.State.SentThrough) || !MayLeave(block, owner, 0) || Next(block, entries) is not { } stored)
        {
            return false;
        }

        _blocks.Move(block, block.State with { SentThrough = stored.Id });
        Send(block, owner, stored.Entry, stored.Id, reports);
        return true;
    }

    /// <summary>A buffer that cannot be read is the affair of its block, and keeps back nobody else.</summary>
    private StoredEntry? Next(ReportControlBlock block, BlockEntries entries)
    {
#pragma warning disable CA1031 // whatever it is, everything else goes on
        try
        {
            return _entries.Next(entries, block.State.SentThrough);
        }
        catch (Exception e)
        {
            block.IsUnreadable = true;
            _effects.Enqueue(new AcsiEffect.Defect($"The buffer of {block.Reference}", e));
            return null;
        }
#pragma warning restore CA1031
    }

    private bool MayLeave(ReportControlBlock block, Association owner, long waitsFor) =>
        !owner.IsSuspended && !owner.IsStalled && owner.InFlight.Count < _options.ReportWindow && _journal.IsCommitted(waitsFor) && _journal.IsCommitted(block.WrittenIn);

    private void Send(ReportControlBlock block, Association owner, ReportEntry entry, long id, List<AcsiEffect.SendReport> reports)
    {
        var tellsOverflow = ReportRules.TellsOverflow(block.State, id);
        var inFlight = new ReportInFlight(block.Index, id, EntryTime.From(entry.Time), block.State.SequenceNumber, tellsOverflow);
        _history.Note((owner, inFlight, true));
        owner.InFlight.Add(inFlight);
        reports.Add(new(owner, id, Math.Max(id, block.State.EnabledAt), block.Heading, entry, block.State.SequenceNumber, tellsOverflow));
        _blocks.Move(block, ReportRules.Sent(block.State, block.IsBuffered, id));
    }

    private ReportInFlight? Take(Association peer, long ticket)
    {
        for (var i = 0; i < peer.InFlight.Count; i++)
        {
            if (peer.InFlight[i] is var report && report.Id == ticket)
            {
                _history.Note((peer, report, false));
                peer.InFlight.RemoveAt(i);
                return report;
            }
        }

        return null;
    }

    private static void Restore(Association peer, in ReportInFlight report, bool wasAdded)
    {
        if (wasAdded)
        {
            peer.InFlight.Remove(report);
        }
        else
        {
            peer.InFlight.Insert(0, report);
        }
    }

    /// <summary>Losses are counted; the log gets a line for the first, the second, the fourth and so on.</summary>
    private void Lose(ReportControlBlock block, string why)
    {
        if (BitOperations.IsPow2(++block.Losses))
        {
            _effects.Enqueue(new AcsiEffect.Log($"{block.Reference}: an unbuffered report was lost, {why} ({block.Losses} so far)", IsWarning: false));
        }
    }

    private Association? Owner(ReportControlBlock block) => block.State.Owner is { } key ? _associations.Find(key) : null;
}
