using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>
/// Looks after set points whose partner may be gone (<c>Private type="DerAgent:FailSafe"</c>) or whose command lasts for a time (RvrtTms, IEC 61850-7-420): asks the table what follows, and does
/// it through the door. Its claim ranks below every client's.
/// </summary>
internal sealed class FailSafes
{
    /// <summary>Rank of the fail-safe's claims: below whoever commands.</summary>
    private const int Authority = 1_000_000;

    /// <summary>What the hardware did not take is tried again after this time.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);
    private static readonly FailSafeRule None = new(TimeSpan.FromDays(100_000), null) { IsKept = true };
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<int, Entry> _bySlot = [];
    private readonly Dictionary<long, Entry> _byCommand = [];
    private readonly CommandDoor _door;
    private readonly ControlMachine _machine;
    private readonly ValueStore _values;
    private readonly Behaviour _behaviour;
    private readonly Partners _partners;
    private readonly IProcessOutput _output;
    private readonly StepJournal _journal;
    private readonly Queue<AcsiEffect> _effects;
    private readonly ServiceRecords _records;
    private readonly History<(Entry Entry, Record Before)> _history;
    private bool _isDirty = true;

    public FailSafes(IEnumerable<ControlObject> controls, CommandDoor door, ControlMachine machine, ValueStore values, Behaviour behaviour, Partners partners, IProcessOutput output, StepJournal journal, ServiceRecords records, Queue<AcsiEffect> effects)
    {
        (_door, _machine, _values, _behaviour, _partners, _output, _journal, _records, _effects) = (door, machine, values, behaviour, partners, output, journal, records, effects);
        _history = new(journal, old =>
        {
            old.Entry.Present = old.Before;
            _isDirty = true;
        });
        foreach (var control in controls.Where(c => c.ControlValue is not null && !Behaviour.IsOwn(c.DataObject)))
        {
            var node = control.DataObject.LogicalNode;
            var reversion = node.DataObject("RvrtTms")?.Attribute("setVal") is { IsLeaf: true } leaf ? leaf : null;
            var rule = values.Model.FailSafes.GetValueOrDefault(node);
            if (rule is not null || reversion is not null)
            {
                var entry = new Entry(control, rule ?? None, reversion);
                _entries.Add(entry);
                _bySlot.Add(entry.Slot, entry);
            }
        }

        door.Arbiter.Changed = slot => _isDirty |= _bySlot.ContainsKey(slot);
    }

    /// <summary>When something is due next; null: not before something happens.</summary>
    public DateTimeOffset? NextDue { get; private set; }

    private sealed class Entry(ControlObject control, FailSafeRule rule, DataNode? reversion)
    {
        public ControlObject Control => control;

        /// <summary>Its numbers are those of the leaf.</summary>
        public FailSafeRule Rule { get; } = rule.In(control.ControlValue!.Scaling);

        /// <summary>Its numbers are those of the SCL file, as people know them.</summary>
        public FailSafeRule Said => rule;

        public DataNode? Reversion => reversion;

        public DataNode Leaf { get; } = control.ControlValue!;

        public int Slot { get; } = control.ControlValue!.FirstSlot;

        public string Name { get; } = $"fail-safe {control.DataObject.Reference}";

        public StoredFailSafe? Stored { get; set; }

        public Record Present { get; set; } = new(FailSafeState.Idle, true, 0, null, null, false);
    }

    /// <summary>State of a fail-safe, and what belongs to what it does.</summary>
    /// <param name="State">Its state.</param>
    /// <param name="IsNew">Whether it was never looked at since the start.</param>
    /// <param name="CommandId">Its command under way at the hardware; 0: none.</param>
    /// <param name="Put">The value it has put in force, or is about to; null: none.</param>
    /// <param name="RetryAt">When it is tried again, because the hardware did not take it; null: it did.</param>
    /// <param name="IsResuming">Whether the command under way brings back what its owner had commanded.</param>
    private readonly record struct Record(FailSafeState State, bool IsNew, long CommandId, double? Put, DateTimeOffset? RetryAt, bool IsResuming);

    /// <summary>What was stored; why it is not used, or null.</summary>
    public string? Restore(DataNode? leaf, ReadOnlyMemory<byte> stored)
    {
        if (leaf is null || !_bySlot.TryGetValue(leaf.FirstSlot, out var entry) || StoredFailSafe.Decode(stored) is not { } state)
        {
            return "the fail-safe fits no set point of the model, or is damaged";
        }

        entry.Present = entry.Present with { State = state };
        return null;
    }

    /// <summary>Leaves whose hardware is left as it is by a start: what was in force on it is not any more, and nothing is written.</summary>
    public IEnumerable<DataNode> LeftAtStart => _entries.Where(e => e.Rule.StartsWithDevice).Select(e => e.Leaf);

    /// <summary>Something that it looks at may have changed.</summary>
    public void Notice() => _isDirty = _entries.Count > 0;

    /// <summary>Looks at all, where something has changed or is due; tells whether it did.</summary>
    public bool Look(DateTimeOffset now)
    {
        if (_entries.Count == 0 || (!_isDirty && !(NextDue <= now)))
        {
            return false;
        }

        (_isDirty, NextDue) = (false, null);
        foreach (var entry in _entries)
        {
            if (!_output.IsBound(entry.Leaf))
            {
                // There is no hardware yet.
                NextDue = DueQueue.Earliest(NextDue, now + TimeSpan.FromSeconds(1));
                continue;
            }

            if (_behaviour.Of(entry.Control.DataObject.LogicalNode) == BehaviourMode.Off)
            {
                // Nothing that was commanded through it is wanted any more, by the fail-safe neither.
                if (entry.Present.IsNew || entry.Present.State.Phase != FailSafePhase.Idle)
                {
                    Forget(entry);
                    Move(entry, entry.Present with { State = FailSafeState.Idle, IsNew = false });
                    Show(entry);
                }

                continue;
            }

            Look(entry, now);
        }

        _isDirty = false;
        return true;
    }

    /// <summary>The hardware took a command.</summary>
    public void Taken(long id)
    {
        if (_byCommand.Remove(id, out var entry) && entry.Present.CommandId == id)
        {
            var wasBlocked = entry.Present.RetryAt is not null;
            Move(entry, entry.Present with { CommandId = 0, RetryAt = null, IsResuming = false });
            if (wasBlocked)
            {
                Tell(entry, "the hardware takes it again", false);
                Show(entry);
            }

            _isDirty = true;
        }
    }

    /// <summary>A command has ended; where it was not taken it comes again.</summary>
    public void Ended(long id, CommandOutcome outcome, DateTimeOffset now)
    {
        if (outcome.Succeeded)
        {
            Taken(id);
            return;
        }

        if (_byCommand.Remove(id, out var entry) && entry.Present.CommandId == id)
        {
            var isNew = entry.Present.RetryAt is null;
            if (entry.Present is { IsResuming: true, State.Owner: { } owner } && !_door.Arbiter.Of(entry.Slot).Any(c => c.IsClients))
            {
                // What he had commanded is still what he wants.
                _door.Claim(_machine.TargetOf(entry.Control, owner.Value), owner);
            }

            Move(entry, entry.Present with { CommandId = 0, Put = null, RetryAt = now + Again });
            if (isNew)
            {
                Tell(entry, $"the hardware does not take it: {outcome.Description}; it is tried again every {Again.TotalSeconds:0} s", true);
                Show(entry);
            }

            _isDirty = true;
        }
    }

    /// <summary>The clock was set.</summary>
    public void Shift(TimeSpan by)
    {
        foreach (var entry in _entries)
        {
            Move(entry, entry.Present with { State = entry.Present.State.Shift(by), RetryAt = entry.Present.RetryAt + by });
        }

        _isDirty = true;
    }

    private void Look(Entry entry, DateTimeOffset now)
    {
        if (entry.Present.IsNew)
        {
            var (state, actions) = FailSafeTransitions.Start(entry.Present.State, InputOf(entry), now);
            Move(entry, entry.Present with { State = state, IsNew = false });
            Do(entry, FailSafeState.Idle, actions);
        }

        // Each row leads on; a circle of them would be a defect.
        for (var i = 0; i < 8; i++)
        {
            var before = entry.Present.State;
            var (next, actions) = FailSafeTransitions.Next(before, InputOf(entry), now);
            if (next == before && actions == FailSafeActions.None)
            {
                break;
            }

            Move(entry, entry.Present with { State = next, IsResuming = entry.Present.IsResuming && !next.IsOn });
            Do(entry, before, actions);
        }

        if (entry.Present.RetryAt is not null && !IsWanted(entry.Present))
        {
            Move(entry, entry.Present with { RetryAt = null, IsResuming = false });
            Show(entry);
        }

        GoOn(entry, now);
        NextDue = DueQueue.Earliest(NextDue, FailSafeTransitions.Due(entry.Present.State, InputOf(entry), now), entry.Present.CommandId == 0 ? entry.Present.RetryAt : null);
    }

    private FailSafeInput InputOf(Entry entry)
    {
        var claim = _door.Arbiter.OfClients(entry.Slot);
        var owner = (claim ?? entry.Present.State.Owner)?.Claimant;
        var seconds = entry.Reversion is { } leaf ? _values[leaf.FirstSlot].AsInteger() : 0;
        return new(
            entry.Rule,
            claim,
            claim?.Value.AsDouble() == Top(entry),
            _door.Arbiter.InForce(entry.Slot)?.Value.AsDouble() ?? Top(entry),
            owner is not null && _partners.IsThere(owner),
            (owner is null ? null : _partners.LastSeen(owner)) ?? DateTimeOffset.MinValue,
            seconds > 0 ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero);
    }

    /// <summary>Whether something is to be put in force that may not be yet.</summary>
    private static bool IsWanted(in Record present) => present.State.IsOn || present.State.Phase == FailSafePhase.Stayed || (present.IsResuming && present.State.Phase is FailSafePhase.Held or FailSafePhase.Missing);

    private double Top(Entry entry) => _machine.TargetOf(entry.Control, default).ReleasesAt;

    private void Do(Entry entry, in FailSafeState before, FailSafeActions actions)
    {
        var state = entry.Present.State;
        if (actions != FailSafeActions.None && !actions.HasFlag(FailSafeActions.Resume))
        {
            // What is still under way is not wanted any more; who resumes looks after it himself.
            Forget(entry);
        }

        if (actions.HasFlag(FailSafeActions.EndOwner) && state.Owner is { } owner)
        {
            _door.Arbiter.Leave(entry.Slot, owner.Claimant);
        }

        if (actions.HasFlag(FailSafeActions.EndAll))
        {
            _door.Leave(entry.Slot);
        }

        if (actions.HasFlag(FailSafeActions.LetGo) && (state.Owner ?? before.Owner) is { } gone)
        {
            _door.LetGo(entry.Slot, gone.Claimant);
            if (state.Phase == FailSafePhase.Idle)
            {
                Tell(entry, $"the command of {gone.Claimant} has lasted as long as RvrtTms says, and is let go of", false);
            }
        }

        if (actions.HasFlag(FailSafeActions.Resume))
        {
            Resume(entry, state.Owner!);
        }
        else if (actions.HasFlag(FailSafeActions.Withdraw))
        {
            _door.Release(entry.Slot, entry.Name);
        }

        if (before.Phase != state.Phase)
        {
            if (FailSafeText.Of(entry.Said, before, state) is { } text)
            {
                Tell(entry, text, state.IsOn);
            }

            Show(entry);
        }
    }

    /// <summary>What is not done yet is, or again.</summary>
    private void GoOn(Entry entry, DateTimeOffset now)
    {
        var present = entry.Present;
        if (present.CommandId != 0 || present.RetryAt > now)
        {
            return;
        }

        if (present.IsResuming && !present.State.IsOn && present.State.Owner is { } owner)
        {
            Resume(entry, owner);
            return;
        }

        if (!IsWanted(present) || entry.Rule.IsKept)
        {
            return;
        }

        var isStayed = present.State.Phase == FailSafePhase.Stayed;
        var goal = isStayed ? present.State.From : entry.Rule.Number ?? Top(entry);
        var due = isStayed ? goal : FailSafeRamp.At(present.State, entry.Rule, goal, now);
        if (entry.Rule.Number is null && (double.IsNaN(due) || due == Top(entry)))
        {
            if (present.Put is not null || present.RetryAt is not null)
            {
                Move(entry, entry.Present with { Put = null, RetryAt = null });
                _door.LetGo(entry.Slot, entry.Name);
            }
        }
        else if (present.Put != due)
        {
            var command = new Command(_door.NewId(), [_machine.TargetOf(entry.Control, LeafNumber.Of(entry.Leaf, due))], new(entry.Name, Authority), CommandSource.FailSafe);
            Begin(entry, command.Id, due);
            if (_door.Enter(command).Verdict != ClaimVerdict.InForce)
            {
                // Somebody wants something stricter, and that is in force.
                Taken(command.Id);
            }
        }
    }

    private void Resume(Entry entry, Claim owner)
    {
        // That the hardware did not take it is over when it does.
        var retried = entry.Present.RetryAt;
        Forget(entry);
        _door.Arbiter.Leave(entry.Slot, entry.Name);
        var target = _machine.TargetOf(entry.Control, owner.Value);
        var id = _door.Resume(target, owner);
        Begin(entry, id, null);
        Move(entry, entry.Present with { IsResuming = true, RetryAt = retried });
    }

    /// <summary>What is under way for it is nobody's any more.</summary>
    private void Forget(Entry entry)
    {
        if (entry.Present.CommandId != 0)
        {
            _byCommand.Remove(entry.Present.CommandId);
            _door.Withdraw(entry.Present.CommandId);
        }

        Move(entry, entry.Present with { CommandId = 0, Put = null, RetryAt = null, IsResuming = false });
    }

    private void Begin(Entry entry, long id, double? value)
    {
        _byCommand[id] = entry;
        Move(entry, entry.Present with { CommandId = id, Put = value });
    }

    private void Move(Entry entry, in Record next)
    {
        if (entry.Present == next)
        {
            return;
        }

        _history.Note((entry, entry.Present));
        if (entry.Present.State != next.State)
        {
            _journal.Touch(entry.Stored ??= new(entry.Leaf.Reference, () => entry.Present.State));
        }

        entry.Present = next;
    }

    private void Show(Entry entry) => _effects.Enqueue(new AcsiEffect.ShowFailSafe(entry.Leaf, entry.Present.State.Phase is FailSafePhase.Active, entry.Present.State.Phase is FailSafePhase.Expired, entry.Present.RetryAt is not null));

    private void Tell(Entry entry, string text, bool isWarning) => _records.Happened(entry.Control.DataObject.Reference, $"fail-safe: {text}", isWarning);
}
