using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>SelectActiveSG, SelectEditSG, SetEditSGValue, ConfirmEditSGValues (IEC 61850-7-2 §16.3): who may edit which group when. Values are carried to devices by <see cref="SettingPushes"/>.</summary>
internal sealed class SettingGroupService(SettingGroupBlocks blocks, SettingGroupValues groups, SettingPushes pushes, ValueStore values, ServiceRecords records, StepJournal journal, TimeProvider clock)
{
    private static readonly TimeSpan UsualReservation = TimeSpan.FromSeconds(60);

    public DateTimeOffset? NextDue => blocks.NextDue;

    /// <summary>The associations that edit.</summary>
    public IEnumerable<AssociationKey> Editors => blocks.All.Select(b => b.State.Editor).OfType<AssociationKey>();

    /// <summary>Sets one attribute of a block.</summary>
    public WriteStep Write(Association peer, DataNode node, in DataValue value, WriteTicket ticket)
    {
        if (!node.IsLeaf || node.Name is not ("ActSG" or "EditSG" or "CnfEdit") || blocks.Of(node.LogicalNode.LogicalDevice) is not { } block || node.Parent != block.Node)
        {
            return DataAccessError.ObjectAccessDenied;
        }

        journal.WaitFor(block.WrittenIn);
        if (DataWrite.Accept(node, value, out var accepted) is { } wrong)
        {
            return wrong;
        }

        return node.Name switch
        {
            "ActSG" => SelectActive(block, accepted.AsUnsigned(), peer.Key.BarePeer, ticket),
            "EditSG" => SelectEdit(peer, block, accepted.AsUnsigned()),
            _ => Confirm(peer, block, accepted.AsBoolean(), ticket),
        };
    }

    /// <summary>SelectActiveSG, of a client or of a source inside the device.</summary>
    /// <param name="block">The block.</param>
    /// <param name="group">Number of the group.</param>
    /// <param name="client">Bare JID; empty: a source inside.</param>
    /// <param name="ticket">The write that waits; null: nobody waits.</param>
    public WriteStep SelectActive(SettingGroupBlock block, ulong group, string client, WriteTicket? ticket) =>
        !block.Has(group) ? DataAccessError.ObjectValueInvalid
        : block.State.Push is not null ? DataAccessError.TemporarilyUnavailable
        : group == block.State.Active ? WriteStep.Done
        : pushes.Activate(block, (uint)group, client, ticket);

    /// <summary>SetEditSGValue: of the group being edited, by who edits it.</summary>
    public DataAccessError? WriteEdited(Association peer, DataNode node, in DataValue value)
    {
        if (blocks.Of(node.LogicalNode.LogicalDevice) is not { State: { Push: null } state } || state.Editor != peer.Key)
        {
            return DataAccessError.TemporarilyUnavailable;
        }

        if (node.DataObject is null || node.Leaves().Any(l => l.ValueKind is ValueKind.ReadOnly or ValueKind.Conf))
        {
            return DataAccessError.ObjectAccessDenied;
        }

        var accepted = new List<DataValue>(node.SlotCount);
        if ((DataWrite.Check(node, value, accepted) ?? SettingRange.Refuse(values, node, accepted)) is { } wrong)
        {
            return wrong;
        }

        for (var i = 0; i < accepted.Count; i++)
        {
            // What is being edited is nothing that happened.
            values.SetQuietly(node.FirstSlot + i, accepted[i]);
        }

        return null;
    }

    /// <summary>Why a node that is a setting, or shows which ones are active, cannot be read now; null where it can.</summary>
    public DataAccessError? Unreadable(DataNode node)
    {
        var block = node.Fc is FunctionalConstraint.SE or FunctionalConstraint.SP ? blocks.Of(node.LogicalNode.LogicalDevice) : null;
        return node.Fc switch
        {
            FunctionalConstraint.SE => block is { State.Edited: > 0 } ? null : DataAccessError.TemporarilyUnavailable,

            // Until what a power cut interrupted is put back, nobody knows which group is active.
            FunctionalConstraint.SP => block is { State.Push.IsFound: true } && block.Node.Overlaps(node) ? DataAccessError.TemporarilyUnavailable : null,
            _ => null,
        };
    }

    /// <summary>Ends what has taken too long.</summary>
    public void Tick(DateTimeOffset now)
    {
        pushes.Tick(now);
        foreach (var block in blocks.All)
        {
            if (block.State is { Push: null, EditEnds: { } ends } && ends <= now)
            {
                EndUnasked(block);
            }
        }
    }

    /// <summary>An association has ended: what it edited and did not confirm is discarded.</summary>
    public void Release(AssociationKey peer)
    {
        foreach (var block in blocks.All)
        {
            if (block.State.Editor == peer)
            {
                EndUnasked(block);
            }
        }
    }

    private DataAccessError? SelectEdit(Association peer, SettingGroupBlock block, ulong group)
    {
        if (group != 0 && !block.Has(group))
        {
            return DataAccessError.ObjectValueInvalid;
        }

        // What is confirmed just now is not to be changed under way.
        if (block.State.Push is { Kind: SettingPushKind.Confirm } || (block.State.Editor is { } editor && editor != peer.Key))
        {
            return DataAccessError.TemporarilyUnavailable;
        }

        if (group == 0)
        {
            blocks.Move(block, block.State.EndEdit());
            return null;
        }

        for (var i = 0; i < block.Settings.Count; i++)
        {
            values.SetQuietly(block.Settings[i].Edited.FirstSlot, groups.Of(block, (uint)group, i));
        }

        var time = block.Definition.ReservationTime is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : UsualReservation;
        blocks.Move(block, block.State.Edit((uint)group, peer.Key, clock.GetUtcNow() + time));
        return null;
    }

    private WriteStep Confirm(Association peer, SettingGroupBlock block, bool confirms, WriteTicket ticket) =>
        !confirms ? DataAccessError.ObjectValueInvalid
        : block.State.Push is not null || block.State.Editor != peer.Key ? DataAccessError.TemporarilyUnavailable
        : pushes.Confirm(block, peer.Key.BarePeer, ticket);

    /// <summary>Nobody asked for it: a time ran out, an association has ended.</summary>
    private void EndUnasked(SettingGroupBlock block)
    {
        var client = block.State.Editor?.BarePeer ?? "";
        blocks.Move(block, block.State.EndEdit());
        records.Internal(block.Node, client);
    }
}
