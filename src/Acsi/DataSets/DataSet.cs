using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>A data set as the server uses it: members as slot ranges, and the member of each slot (IEC 61850-7-2 §13).</summary>
internal sealed class DataSet
{
    private readonly Dictionary<int, int[]> _membersOfSlot = [];

    public DataSet(LogicalNode? holder, string reference, IReadOnlyList<DataNode> members, bool isDeletable = false)
    {
        Holder = holder;
        IsDeletable = isDeletable;
        Reference = reference;
        Members = members;
        for (var i = 0; i < members.Count; i++)
        {
            int[] alone = [i];
            for (var slot = members[i].FirstSlot; slot < members[i].FirstSlot + members[i].SlotCount; slot++)
            {
                _membersOfSlot[slot] = _membersOfSlot.TryGetValue(slot, out var others) ? [.. others, i] : alone;
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
    public ReadOnlySpan<int> MembersOf(int slot) => _membersOfSlot.GetValueOrDefault(slot);
}
