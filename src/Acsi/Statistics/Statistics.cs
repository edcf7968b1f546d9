using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>
/// Fills the statistical logical nodes of the model (IEC 61850-7-4 §6.2): least, highest, mean value and deviation of what another logical node shows, over intervals that lie where UTC says.
/// An interval that was not seen whole is questionable.
/// </summary>
internal sealed class Statistics
{
    /// <summary>ClcExp is true for so long after each interval.</summary>
    private static readonly TimeSpan ExpiredFor = TimeSpan.FromSeconds(1);

    /// <summary>A clock that is set by less leaves an interval what it is.</summary>
    private static readonly TimeSpan Borne = TimeSpan.FromSeconds(1);

    private readonly List<Group> _groups = [];
    private readonly Dictionary<int, List<(Group Group, StatisticsObject? Object)>> _bySlot = [];
    private readonly ValueStore _values;
    private readonly ProcessUpdates _updates;
    private readonly TimeProvider _time;
    private readonly Queue<AcsiEffect> _effects;
    private readonly History<(StatisticsObject Object, StatisticsState Before)> _history;
    private readonly History<(Group Group, Times Before)> _times;

    public Statistics(ValueStore values, ProcessUpdates updates, StepJournal journal, TimeProvider time, Queue<AcsiEffect> effects)
    {
        (_values, _updates, _time, _effects) = (values, updates, time, effects);
        _history = new(journal, static old => old.Object.State = old.Before);
        _times = new(journal, static old => old.Group.Times = old.Before);
        foreach (var ln in values.Model.LogicalDevices.SelectMany(d => d.LogicalNodes).Where(StatisticsRule.IsStatistical))
        {
            var group = new Group(ln);
            _groups.Add(group);
            foreach (var setting in StatisticsRule.LeavesOf(ln))
            {
                Watch(setting, group, null);
            }

            Begin(group, time.GetUtcNow());
        }
    }

    /// <summary>When something is due next; null: nothing is calculated.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            DateTimeOffset? due = null;
            foreach (var group in _groups)
            {
                due = group.Rule is null ? due : DueQueue.Earliest(due, group.Times.Until, group.Times.ExpiredUntil);
            }

            return due;
        }
    }

    private sealed class Group(LogicalNode ln)
    {
        public LogicalNode Node => ln;

        public StatisticsRule? Rule { get; set; }

        public IReadOnlyList<StatisticsObject> Objects { get; set; } = [];

        public Times Times { get; set; }
    }

    /// <summary>The interval under way, and until when ClcExp tells of the one before.</summary>
    private readonly record struct Times(DateTimeOffset From, DateTimeOffset Until, DateTimeOffset? ExpiredUntil);

    /// <summary>Values have changed: what stood until now is taken into account.</summary>
    public void OnChanges(IReadOnlyList<ValueChange> changes, int first)
    {
        if (_groups.Count == 0)
        {
            return;
        }

        var now = _time.GetUtcNow();
        for (var i = first; i < changes.Count; i++)
        {
            if (!_bySlot.TryGetValue(changes[i].Slot, out var watched))
            {
                continue;
            }

            foreach (var (group, looked) in watched)
            {
                if (looked is not null)
                {
                    if (now >= group.Times.Until)
                    {
                        End(group, now);
                    }

                    Look(looked, now);
                }
                else if (StatisticsRule.Of(group.Node, _values).Rule != group.Rule)
                {
                    Begin(group, now);
                }
            }
        }
    }

    /// <summary>Intervals that are over give their results.</summary>
    public void Tick(DateTimeOffset now)
    {
        foreach (var group in _groups.Where(g => g.Rule is not null))
        {
            if (now >= group.Times.Until && StatisticsRule.Of(group.Node, _values).Rule != group.Rule)
            {
                // A setting was taken back.
                Begin(group, now);
                continue;
            }

            if (group.Times.ExpiredUntil <= now)
            {
                Show(group, isExpired: false, now);
                Move(group, group.Times with { ExpiredUntil = null });
            }

            if (now >= group.Times.Until)
            {
                End(group, now);
            }
        }
    }

    /// <summary>The clock was set: by more than a little, the interval under way is none that anybody has seen whole.</summary>
    public void Shift(TimeSpan by)
    {
        var now = _time.GetUtcNow();
        foreach (var group in _groups.Where(g => g.Rule is not null))
        {
            var (from, until) = group.Rule!.Interval.Around(now);
            var isOther = from != group.Times.From;
            foreach (var one in group.Objects)
            {
                // How long a value stood does not change with the clock.
                var sum = isOther ? new IntervalSum(now).Missing(now - from) : one.State.Sum with { At = one.State.Sum.At + by };
                Move(one, one.State with { Sum = !isOther && by.Duration() >= Borne ? sum.Missing(by.Duration()) : sum, Before = isOther ? [] : one.State.Before });
            }

            Move(group, group.Times with { From = from, Until = until, ExpiredUntil = group.Times.ExpiredUntil + by });
        }
    }

    /// <summary>What is calculated may be something else from now on.</summary>
    private void Begin(Group group, DateTimeOffset now)
    {
        var (rule, fault) = StatisticsRule.Of(group.Node, _values);
        if (fault is not null)
        {
            _effects.Enqueue(new AcsiEffect.Log($"{group.Node.Reference}: {fault}: the statistics are not calculated", true));
        }

        foreach (var leaf in group.Objects.SelectMany(o => o.Watched))
        {
            _bySlot[leaf.FirstSlot].RemoveAll(w => w.Group == group && w.Object is not null);
        }

        (group.Rule, group.Objects) = (rule, rule is null ? [] : StatisticsObject.Of(group.Node, rule.Source, _values.Model));
        if (rule is null)
        {
            return;
        }

        var (from, until) = rule.Interval.Around(now);
        Move(group, new Times(from, until, null));
        foreach (var one in group.Objects)
        {
            foreach (var leaf in one.Watched)
            {
                Watch(leaf, group, one);
            }

            var (value, isQuestionable) = one.Present(_values);
            one.State = new(new IntervalSum(now).Missing(now - from), value, isQuestionable, []);
        }
    }

    private void Watch(DataNode leaf, Group group, StatisticsObject? looked)
    {
        if (!_bySlot.TryGetValue(leaf.FirstSlot, out var watched))
        {
            _bySlot.Add(leaf.FirstSlot, watched = []);
        }

        watched.Add((group, looked));
    }

    private void Look(StatisticsObject one, DateTimeOffset now)
    {
        var (sum, (value, isQuestionable)) = (one.State.Sum.Stood(one.State.Value, one.State.IsQuestionable, now), one.Present(_values));
        Move(one, one.State with { Sum = value is { } number && double.IsFinite(number) ? sum.Having(number) : sum, Value = value, IsQuestionable = isQuestionable });
    }

    /// <summary>The interval is over; where nobody looked for longer than one, those between were not seen.</summary>
    private void End(Group group, DateTimeOffset now)
    {
        var (rule, end) = (group.Rule!, group.Times.Until);
        var (from, until) = rule.Interval.Around(now);
        foreach (var one in group.Objects)
        {
            var whole = one.State.Sum.Stood(one.State.Value, one.State.IsQuestionable, end);
            var total = whole;
            for (var i = one.State.Before.Count - 1; i >= 0; i--)
            {
                total = one.State.Before[i].And(total);
            }

            // A window that is not full yet was not seen whole.
            total = one.State.Before.Count < rule.Parts - 1 ? total.Missing(TimeSpan.FromSeconds(1)) : total;
            var (value, quality) = total.Of(rule.Method);
            _updates.Apply(new(one.Target.FirstSlot, one.ValueOf(value), quality, end));
            var isNext = from == end;
            IReadOnlyList<IntervalSum> before = isNext && rule.Parts > 1 ? [.. one.State.Before.Append(whole).TakeLast(rule.Parts - 1)] : [];
            Move(one, one.State with { Sum = isNext ? new(end) : new IntervalSum(now).Missing(now - from), Before = before });
        }

        Move(group, new Times(from, until, now + ExpiredFor));
        Show(group, isExpired: true, end);
    }

    private void Show(Group group, bool isExpired, DateTimeOffset at)
    {
        if (group.Node.DataObject("ClcExp")?.Attribute("stVal") is { IsLeaf: true, ShortAddress: null } leaf)
        {
            _updates.Apply(new(leaf.FirstSlot, DataValue.Boolean(isExpired), Quality.Good, at));
        }
    }

    private void Move(StatisticsObject one, in StatisticsState next)
    {
        _history.Note((one, one.State));
        one.State = next;
    }

    private void Move(Group group, in Times next)
    {
        _times.Note((group, group.Times));
        group.Times = next;
    }
}
