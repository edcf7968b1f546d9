using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>A data set as the server uses it: members as slot ranges, and the member of each slot (IEC 61850-7-2 §13).</summary>
internal sealed class DataSet
{
    /// <summary>The members in the order of their slots, and where each begins.</summary>
    private readonly int[] _ordered;
    private readonly int[] _starts;

    /// <summary>Only where members are parts of others: the members of each slot.</summary>
    private readonly Dictionary<int, int[]>? _several;

    public DataSet(LogicalNode? holder, string reference, IReadOnlyList<DataNode> members, bool isDeletable = false)
    {
        Holder = holder;
        IsDeletable = isDeletable;
        Reference = reference;
        Members = members;
        _ordered = [.. Enumerable.Range(0, members.Count).OrderBy(i => members[i].FirstSlot)];
        _starts = [.. _ordered.Select(i => members[i].FirstSlot)];
        if (_ordered.Zip(_ordered.Skip(1)).Any(p => members[p.First].FirstSlot + members[p.First].SlotCount > members[p.Second].FirstSlot))
        {
            _several = [];
            for (var i = 0; i < members.Count; i++)
            {
                for (var slot = members[i].FirstSlot; slot < members[i].FirstSlot + members[i].SlotCount; slot++)
                {
                    _several[slot] = _several.TryGetValue(slot, out var others) ? [.. others, i] : [i];
                }
            }
        }
    }

    /// <summary>The logical node that holds it; null where it is of one association alone.</summary>
    public LogicalNode? Holder { get; }

    /// <summary>Whether a client has created it, and clients may delete it.</summary>
    public bool IsDeletable { get; }

    /// <summary>References of the members as reports carry them.</summary>
    public IReadOnlyList<string> References => field ??= [.. Members.Select(m => m.Reference)];

    /// <summary><c>LD/LN$name</c>, or <c>@name</c>.</summary>
    public string Reference { get; }

    public IReadOnlyList<DataNode> Members { get; }

    /// <summary>The step that created it: nobody is told of it before that is committed.</summary>
    public long WrittenIn { get; set; }

    /// <summary>What entries must agree in to be entries of it: names, types and order of its members.</summary>
    public string Signature => field ??= DataSetSignature.Of(Members);

    /// <summary>The members that hold the slot: several where one is a part of another.</summary>
    public ReadOnlySpan<int> MembersOf(int slot)
    {
        if (_several is not null)
        {
            return _several.GetValueOrDefault(slot);
        }

        var at = SlotStarts.Before(_starts, slot);
        return at >= 0 && slot < _starts[at] + Members[_ordered[at]].SlotCount ? _ordered.AsSpan(at, 1) : default;
    }
}
