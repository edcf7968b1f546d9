using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>What the door says to a command.</summary>
/// <param name="Verdict">Refused, kept without being in force, or under way to the hardware.</param>
/// <param name="Id">Id of the command.</param>
internal readonly record struct DoorAnswer(ClaimVerdict Verdict, long Id);

/// <summary>
/// The one door for commands: a client's Operate, one whose time has come, a parameter, a setting, a schedule, a fail-safe all enter here. The arbiter
/// says who may; what may goes to the hardware when its record is committed, never before. A claim that fails at the hardware lives on only where it took hold.
/// </summary>
internal sealed class CommandDoor(IedModel model, StepJournal journal, Queue<AcsiEffect> effects, TimeProvider time)
{
    private readonly UndoDictionary<long, Command> _open = new(journal);
    private readonly Dictionary<long, StoredCommand> _stored = [];
    private readonly Arbiter _arbiter = new(model, journal);
    private long _next = 1;

    /// <summary>Commands under way at the hardware.</summary>
    public IReadOnlyCollection<Command> Open => _open.Values;

    /// <summary>Who claims what.</summary>
    public Arbiter Arbiter => _arbiter;

    /// <summary>An id that no command has.</summary>
    public long NewId() => _next++;

    /// <summary>That id is taken: by a command of the server before this one.</summary>
    public void Reserve(long id) => _next = Math.Max(_next, id + 1);

    /// <summary>Whether a command would be refused; nothing changes.</summary>
    public bool Refuses(Command command)
    {
        var now = time.GetUtcNow();
        return command.Targets.Any(t => !Releases(t, command) && _arbiter.Judge(t, command, now).Verdict == ClaimVerdict.Refused);
    }

    /// <summary>Takes a command. Where one of its targets is refused, none is claimed.</summary>
    public DoorAnswer Enter(Command command)
    {
        if (Refuses(command))
        {
            return new(ClaimVerdict.Refused, command.Id);
        }

        var started = new List<ProcessTarget>();
        foreach (var target in command.Targets)
        {
            if (ToWrite(target, command) is { } value)
            {
                started.Add(new(model.Slots[target.Slot], value));
            }
        }

        if (started.Count == 0)
        {
            return new(ClaimVerdict.Shadowed, command.Id);
        }

        Order(command, started);
        return new(ClaimVerdict.InForce, command.Id);
    }

    /// <summary>A command never took hold: its claims go, and what stood before is left to the hardware.</summary>
    public void Abandon(Command command)
    {
        foreach (var target in command.Targets)
        {
            _arbiter.Leave(target.Slot, command.Origin.Claimant);
        }
    }

    /// <summary>A command has ended at the hardware; null where it is not under way.</summary>
    public Command? End(long id)
    {
        if (!_open.Remove(id, out var command))
        {
            return null;
        }

        if (command.IsStored)
        {
            journal.Touch(StoredOf(id));
        }

        return command;
    }

    /// <summary>A command is to be written no further; its end, if it still comes, is nobody's.</summary>
    public void Withdraw(long id)
    {
        if (End(id) is not null)
        {
            effects.Enqueue(new AcsiEffect.Withdraw(id));
        }
    }

    /// <summary>A claimant is gone or lets go of a target: what is left comes into force.</summary>
    public void Release(int slot, string claimant)
    {
        var before = _arbiter.InForce(slot);
        if (_arbiter.Leave(slot, claimant) is { } left && before?.Claimant == claimant)
        {
            Order(slot, left);
        }
    }

    /// <summary>A claimant is gone, and nothing takes his place: what is left comes into force; where nothing is, the hardware lets go.</summary>
    public void LetGo(int slot, string claimant)
    {
        if (_arbiter.Leave(slot, claimant) is { } left)
        {
            Order(slot, left);
        }
        else
        {
            effects.Enqueue(new AcsiEffect.LetGo([model.Slots[slot]]));
        }
    }

    /// <summary>Nobody wants anything of a target any more; the hardware is told nothing.</summary>
    public void Leave(int slot)
    {
        foreach (var claim in _arbiter.Of(slot))
        {
            _arbiter.Leave(slot, claim.Claimant);
        }
    }

    /// <summary>A claim is there again as it was, and what is in force then goes to the hardware.</summary>
    /// <returns>Id of the command.</returns>
    public long Resume(in CommandTarget target, Claim claim)
    {
        Claim(target, claim);
        return Order(target.Slot, claim with { Value = _arbiter.InForce(target.Slot)!.Value });
    }

    /// <summary>A claim is there again as it was; nothing is written.</summary>
    public void Claim(in CommandTarget target, Claim claim) => _arbiter.Take(target, ClaimRules.Enter(_arbiter.Of(target.Slot), claim, target.Combination, isClients: false));

    /// <summary>The mode of a logical node is off: nothing that was commanded through it is wanted any more, whoever wanted it.</summary>
    /// <param name="leaves">Its leaves that lead to hardware.</param>
    public void LetGo(IReadOnlyList<DataNode> leaves)
    {
        foreach (var leaf in leaves)
        {
            Leave(leaf.FirstSlot);
        }

        if (leaves.Count > 0)
        {
            effects.Enqueue(new AcsiEffect.LetGo(leaves));
        }
    }

    /// <summary>Records that are not wanted any more are forgotten with their commit.</summary>
    public void Committed()
    {
        if (_stored.Count == 0)
        {
            return;
        }

        foreach (var id in _stored.Keys.Where(id => !_open.TryGetValue(id, out _)).ToList())
        {
            _stored.Remove(id);
        }
    }

    /// <summary>What is left in force of claims goes to the hardware; gives the id of the command.</summary>
    private long Order(int slot, Claim claim)
    {
        var command = new Command(NewId(), [new(slot, claim.Value)], new(claim.Claimant, claim.Authority), CommandSource.Release);
        Order(command, [new(model.Slots[slot], claim.Value)]);
        return command.Id;
    }

    private void Order(Command command, IReadOnlyList<ProcessTarget> targets)
    {
        _open.Set(command.Id, command);
        effects.Enqueue(new AcsiEffect.Order(new ProcessCommand(command.Id, targets)));
        if (command.IsStored)
        {
            journal.Touch(StoredOf(command.Id));
        }
    }

    private StoredCommand StoredOf(long id)
    {
        if (!_stored.TryGetValue(id, out var item))
        {
            _stored.Add(id, item = new(id, model, () => _open.TryGetValue(id, out var command) ? command : null));
        }

        return item;
    }

    /// <summary>Whether a target only lets go of what its claimant holds.</summary>
    private bool Releases(in CommandTarget target, Command command) =>
        target.Value.AsDouble() == target.ReleasesAt && _arbiter.Of(target.Slot).Any(c => c.Claimant == command.Origin.Claimant);

    /// <summary>What a target puts into the hardware; null where what stands there stays in force.</summary>
    private DataValue? ToWrite(in CommandTarget target, Command command)
    {
        if (Releases(target, command))
        {
            var wasInForce = _arbiter.InForce(target.Slot)?.Claimant == command.Origin.Claimant;
            var left = _arbiter.Leave(target.Slot, command.Origin.Claimant);
            return left is null ? target.Value : wasInForce ? left.Value : null;
        }

        var decision = _arbiter.Judge(target, command, time.GetUtcNow());
        _arbiter.Take(target, decision);
        return decision.Verdict == ClaimVerdict.InForce ? target.Value : null;
    }
}
