using DerAgent.Mapping;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Which members of a data set the changes of one batch trigger, and their values (IEC 61850-7-2 §17.2.3.2.2). Values are composed once a batch, however many blocks report or log them.</summary>
internal sealed class ReportTriggers(ValueStore values)
{
    private readonly List<int> _members = [];
    private readonly Dictionary<DataNode, DataValue> _composed = [];
    private TriggerConditions[] _reasons = [];
    private (DataSet? Set, ReportEntry? Entry) _last;

    /// <summary>A new batch: what was composed is old.</summary>
    public void Begin()
    {
        _composed.Clear();
        _last = default;
    }

    /// <summary>Finds the members that a block with these trigger options reports.</summary>
    public bool Find(DataSet set, TriggerConditions options, IReadOnlyList<ValueChange> changes, int first, int count)
    {
        foreach (var member in _members)
        {
            _reasons[member] = TriggerConditions.None;
        }

        _members.Clear();
        if (_reasons.Length < set.Members.Count)
        {
            _reasons = new TriggerConditions[set.Members.Count];
        }

        for (var i = first; i < count; i++)
        {
            var reason = changes[i].Reason & options;
            if (reason == TriggerConditions.None)
            {
                continue;
            }

            foreach (var member in set.MembersOf(changes[i].Slot))
            {
                if (_reasons[member] == TriggerConditions.None)
                {
                    _members.Add(member);
                }

                _reasons[member] |= reason;
            }
        }

        _members.Sort();
        return _members.Count > 0;
    }

    /// <summary>Whether an entry in the making holds a triggered member.</summary>
    public bool Repeat(ReportEntry pending)
    {
        for (var i = 0; i < pending.Members.Count; i++)
        {
            if (_reasons[pending.Members[i].Index] != TriggerConditions.None)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The entry of the triggered members with their values, or <paramref name="pending"/> with them.</summary>
    public ReportEntry Into(DataSet set, ReportEntry? pending, DateTimeOffset now)
    {
        if (pending is not null)
        {
            return Join(set, pending);
        }

        // Several blocks on one data set are the rule: they share what they report alike.
        if (_last is { Entry: { } last } && _last.Set == set && IsAlike(last.Members))
        {
            return last;
        }

        var members = new ReportMember[_members.Count];
        for (var i = 0; i < members.Length; i++)
        {
            members[i] = Member(set, _members[i]);
        }

        var entry = new ReportEntry(now, set.Members.Count, members, TriggerConditions.None);
        _last = (set, entry);
        return entry;
    }

    // On its own, because its closure costs memory wherever it stands.
    private ReportEntry Join(DataSet set, ReportEntry pending) =>
        pending with { Members = [.. pending.Members.Concat(_members.Select(m => Member(set, m))).OrderBy(m => m.Index)] };

    private bool IsAlike(IReadOnlyList<ReportMember> members)
    {
        if (members.Count != _members.Count)
        {
            return false;
        }

        for (var i = 0; i < members.Count; i++)
        {
            if (members[i].Index != _members[i] || members[i].Reason != _reasons[_members[i]])
            {
                return false;
            }
        }

        return true;
    }

    private ReportMember Member(DataSet set, int member)
    {
        var node = set.Members[member];
        if (!_composed.TryGetValue(node, out var value))
        {
            _composed.Add(node, value = values.Read(node));
        }

        return new(member, value, _reasons[member]);
    }
}
