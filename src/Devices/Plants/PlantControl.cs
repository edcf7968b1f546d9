using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>
/// Keeps the limit of a plant: splits it among the members, again whenever one is lost, is back or can take another share, and says whether a command is in force and what came of it. What falls
/// is written first; what rises waits until nothing above the limit can come of it. It does no I/O.
/// </summary>
/// <param name="members">The members.</param>
/// <param name="share">How the limit is split.</param>
internal sealed class PlantControl(IReadOnlyList<PlantMember> members, PlantShare share)
{
    /// <summary>Least difference of a member's shares that is worth a write, of its rating.</summary>
    private const double Worth = 1e-4;
    private static readonly TimeSpan HeadroomPeriod = TimeSpan.FromSeconds(30);
    private readonly MemberState[] _states = new MemberState[members.Count];
    private readonly Dictionary<string, double> _limits = new(StringComparer.Ordinal);
    private readonly List<PlantCommand> _commands = [];
    private List<PlantEffect> _effects = [];
    private TimeSpan _headroomAt;
    private long _nextWrite = 1;
    private bool _isSettled = true;
    private bool _isNew;

    /// <summary>What is known of the members.</summary>
    public IReadOnlyList<MemberState> States => _states;

    /// <summary>The limits in force by point, in its unit.</summary>
    public IReadOnlyDictionary<string, double> Limits => _limits;

    /// <summary>The limit in W; null: there is none.</summary>
    public double? Limit
    {
        get
        {
            double? least = null;
            foreach (var (point, value) in _limits)
            {
                least = Watts(point, value) is var watts && (least is null || watts < least) ? watts : least;
            }

            return least;
        }
    }

    /// <summary>Whether there is anything to look after.</summary>
    public bool IsActive => _limits.Count > 0 || _commands.Count > 0 || Array.Exists(_states, s => s.Taken is not null || s.Pending != 0);

    /// <summary>How long it may take until a limit is in force.</summary>
    public static TimeSpan WrittenWithin(IEnumerable<PlantMember> members) => (2 * members.Select(m => m.WrittenWithin).DefaultIfEmpty().Max()) + TimeSpan.FromSeconds(20);

    /// <summary>How long it may take until it shows.</summary>
    public static TimeSpan ShowsWithin(IEnumerable<PlantMember> members) => members.Select(m => m.ShowsWithin).DefaultIfEmpty().Max();

    /// <summary>What is to be done since it was asked last, in order.</summary>
    public IReadOnlyList<PlantEffect> Take()
    {
        var effects = _effects;
        _effects = [];
        return effects;
    }

    /// <summary>What outlived a restart.</summary>
    /// <param name="point">A limit in force.</param>
    /// <param name="value">Its value.</param>
    public void Resume(string point, double value) => _limits[point] = value;

    /// <summary>What outlived a restart of a member.</summary>
    public void Resume(int member, double? whole, double? taken) => _states[member] = _states[member] with { Whole = whole, Taken = taken };

    /// <summary>Something was learned of a member.</summary>
    public void Learn(int member, MemberState next)
    {
        var before = _states[member];
        if (before.IsOnline != next.IsOnline)
        {
            next = next.Again();
            if (Limit is not null && before.Whole is not null)
            {
                Do(new PlantEffect.Tell(next.IsOnline ? $"{members[member].Name} is back and gets its share of the limit" : $"{members[member].Name} does not answer: the limit is split among the others, and it counts with {PlantVerdict.Watts(next.Assumed)}", IsWarning: !next.IsOnline));
            }
        }

        _states[member] = next;
        if (before.Whole != next.Whole)
        {
            Do(new PlantEffect.Keep());
        }
    }

    /// <summary>Somebody commands a limit. The newest of a point wins.</summary>
    /// <param name="id">Names the command.</param>
    /// <param name="point">Which of the limits.</param>
    /// <param name="value">Its value, in its unit; null: it is let go of.</param>
    /// <param name="now">The time.</param>
    public void Command(long id, string point, double? value, TimeSpan now)
    {
        double? before = _limits.TryGetValue(point, out var known) ? known : null;
        foreach (var older in _commands.Where(c => c.Point == point).ToList())
        {
            before = older.AcceptedAt is null ? older.Before : before;
            End(older, new(AddCause.BlockedByCommand, $"a newer command of {point} came before it was in force"));
        }

        Set(point, value);
        for (var i = 0; i < _states.Length; i++)
        {
            _states[i] = _states[i].Again();
        }

        _commands.Add(new(id, point, value, before, now));
        _isNew = true;
        Pass(now);
        _isNew = false;
    }

    /// <summary>Nobody waits for a command any more: what is not in force yet does not come into force.</summary>
    public void Withdraw(long id, TimeSpan now)
    {
        if (_commands.Find(c => c.Id == id) is not { } command)
        {
            return;
        }

        _commands.Remove(command);
        if (command.AcceptedAt is null)
        {
            Set(command.Point, command.Before);
        }

        Pass(now);
    }

    /// <summary>Nobody wants a limit any more.</summary>
    /// <param name="point">Which of the limits.</param>
    /// <param name="isTold">Whether the members are told; else they are left as they are where no other limit is in force.</param>
    /// <param name="now">The time.</param>
    public void LetGo(string point, bool isTold, TimeSpan now)
    {
        if (!_limits.ContainsKey(point))
        {
            return;
        }

        Set(point, null);
        for (var i = 0; i < _states.Length && !isTold && _limits.Count == 0; i++)
        {
            _states[i] = _states[i].Left();
            Do(new PlantEffect.Leave(i));
        }

        Pass(now);
    }

    /// <summary>A member has taken what it was given.</summary>
    public void Took(int member, long id, TimeSpan now)
    {
        var state = _states[member];
        if (id == state.Pending || id == state.Overtaken)
        {
            _states[member] = id == state.Pending ? state.Took() : state.Overtook(isTaken: true);
            Pass(now);
        }
    }

    /// <summary>A write has ended; where it was taken before, this is what came of it.</summary>
    public void Ended(int member, long id, CommandOutcome outcome, TimeSpan now)
    {
        if (_states[member].Overtaken == id)
        {
            _states[member] = _states[member].Overtook(outcome.Succeeded);
        }

        if (_states[member].Pending != id)
        {
            return;
        }

        _states[member] = outcome.Succeeded ? _states[member].Took() : _states[member].Failed(outcome.Description, now);
        if (!outcome.Succeeded && _states[member].Failures == 1)
        {
            Do(new PlantEffect.Tell($"{members[member].Name} does not take its share of the limit: {outcome.Description}", IsWarning: true));
        }

        Pass(now);
    }

    /// <summary>Time has passed, or something was learned.</summary>
    public void Pass(TimeSpan now)
    {
        if (!IsActive)
        {
            return;
        }

        _isSettled = true;
        if (Limit is { } limit)
        {
            Split(limit, now);
        }
        else
        {
            ReleaseAll(now);
        }

        foreach (var command in _commands.ToList())
        {
            Judge(command, now);
        }
    }

    private void Set(string point, double? value)
    {
        if (value is { } limit)
        {
            _limits[point] = limit;
        }
        else
        {
            _limits.Remove(point);
        }

        Do(new PlantEffect.Keep());
    }

    private double Watts(string point, double value) => point == PlantPoints.LimitPercent ? value / 100 * PlantVerdict.Whole(_states) : value;

    private bool CanTake(int member, TimeSpan now) => members[member].Limit is not null && _states[member].IsAble(now);

    private void ReleaseAll(TimeSpan now)
    {
        for (var i = 0; i < _states.Length; i++)
        {
            if (_states[i].Aim is not null && _states[i].CanBeWritten(now))
            {
                Write(i, null);
            }

            _isSettled &= _states[i].Pending == 0 || !_states[i].IsOnline;
        }
    }

    private void Split(double limit, TimeSpan now)
    {
        Measure(now);
        for (var i = 0; i < _states.Length; i++)
        {
            _states[i] = _states[i].Looked(now);
        }

        var able = Enumerable.Range(0, _states.Length).Where(i => CanTake(i, now)).ToList();
        var others = Enumerable.Range(0, _states.Length).Except(able).Sum(i => double.IsNaN(_states[i].Assumed) ? 0 : _states[i].Assumed);
        var shares = PlantSplit.Of(limit - others, [.. able.Select(i => (_states[i].Whole!.Value, _states[i].Use ?? double.MaxValue))]);
        var rising = new List<(int Member, double Want, double? Share)>();
        for (var k = 0; k < able.Count; k++)
        {
            var (i, state) = (able[k], _states[able[k]]);
            var whole = state.Whole!.Value;
            double? due = shares[k] >= whole * (1 - Worth) ? null : shares[k];
            var (want, have) = (due ?? whole, Math.Min(state.Aim ?? whole, whole));
            if (want < have - (whole * Worth))
            {
                if (_isNew || state.MayBeOvertaken())
                {
                    Write(i, due);
                }
            }
            else if (want > have + (whole * Worth))
            {
                rising.Add((i, want, due));
            }

            _isSettled &= _states[i].Pending == 0;
        }

        // What rises may not rise before what falls has fallen.
        var (total, falls) = (PlantVerdict.Assumed(_states), !_isSettled);
        foreach (var (i, want, due) in rising)
        {
            var gain = Math.Max(0, want - _states[i].Assumed);
            var room = limit + PlantVerdict.Margin(limit) - total;

            // Where nothing falls any more, what is not worth a write elsewhere is missing here: the rest of the share is given all the same.
            var isPart = gain > room && !falls && room > _states[i].Whole!.Value * Worth;
            if (_states[i].Pending == 0 && (gain <= room || isPart))
            {
                Write(i, isPart ? _states[i].Assumed + room : due);
                total += isPart ? room : gain;
                _isSettled = false;
            }
            else
            {
                _isSettled &= _states[i].Pending == 0 && !falls;
            }
        }
    }

    /// <summary>What each can use: who gives clearly less than he may has no use for more.</summary>
    private void Measure(TimeSpan now)
    {
        if (share != PlantShare.Headroom || now < _headroomAt)
        {
            return;
        }

        _headroomAt = now + HeadroomPeriod;
        for (var i = 0; i < _states.Length; i++)
        {
            var state = _states[i];
            _states[i] = state with
            {
                Use = members[i].IsVolatile && state is { Whole: { } whole, Power: { } power } && power < ((state.Taken ?? whole) * 0.95) - (whole * 0.01) ? Math.Max(0, power) + (whole * 0.05) : null,
            };
        }
    }

    private void Judge(PlantCommand command, TimeSpan now)
    {
        var limit = command.Value is { } value ? Watts(command.Point, value) : double.PositiveInfinity;
        var isLate = now - command.Since >= WrittenWithin(members);
        if (command.AcceptedAt is null && (_isSettled || isLate))
        {
            var isGood = command.Value is null ? _isSettled && !Array.Exists(_states, s => s is { IsOnline: true, Fault: not null }) : PlantVerdict.IsInForce(_states, limit) || PlantVerdict.IsKept(_states, limit);
            if (isGood)
            {
                command = command with { AcceptedAt = now };
                _commands[_commands.FindIndex(c => c.Id == command.Id)] = command;
                Do(new PlantEffect.Accepted(command.Id));
            }
            else if (isLate || command.Value is null)
            {
                End(command, CommandOutcome.Deviation(command.Value is null
                    ? $"the limit is let go of, and not by all: {PlantVerdict.NotReleased(members, _states)}"
                    : $"{PlantVerdict.Watts(PlantVerdict.Assumed(_states))} may come where {PlantVerdict.Watts(limit)} are the limit: {PlantVerdict.NotInForce(members, _states, limit)}"));
            }
        }

        if (command.AcceptedAt is { } since)
        {
            if (command.Value is null || PlantVerdict.IsKept(_states, limit))
            {
                End(command, CommandOutcome.Done(command.Value is null ? "all members are let go of" : PlantVerdict.Kept(_states)));
            }
            else if (now - since >= ShowsWithin(members))
            {
                End(command, CommandOutcome.EffectNotSeen($"{PlantVerdict.Watts(limit)} are the limit and more is measured: {PlantVerdict.NotKept(members, _states)}"));
            }
        }
    }

    private void Write(int member, double? watts)
    {
        var id = _nextWrite++;
        _states[member] = _states[member].Writes(id, watts);
        Do(new PlantEffect.Write(member, id, watts));
    }

    private void End(PlantCommand command, CommandOutcome outcome)
    {
        _commands.RemoveAll(c => c.Id == command.Id);
        Do(new PlantEffect.Ended(command.Id, outcome));
    }

    private void Do(PlantEffect effect) => _effects.Add(effect);
}
