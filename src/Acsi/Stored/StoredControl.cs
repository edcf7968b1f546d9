using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>What is stored of a control object that is selected, waits for its activation time or is being executed (IEC 61850-7-2 §20): there from before it is answered until its end is known.</summary>
/// <param name="Phase">Its phase. The numbers of the phases stand in files: they never change.</param>
/// <param name="ClientJid">Bare JID of whose it is.</param>
/// <param name="Due">When the selection, the waiting or the execution ends.</param>
/// <param name="CommandId">Id of the command at the hardware; 0 where there is none.</param>
/// <param name="Parameters">Parameters of the selection or the operation; null where it was selected without.</param>
internal readonly record struct StoredControl(ControlPhase Phase, string ClientJid, DateTimeOffset? Due, long CommandId, ControlParameters? Parameters)
{
    /// <summary>What is to be stored of a control; null where nothing is under way.</summary>
    public static byte[]? Encode(in ControlState state, long commandId)
    {
        var (phase, jid, due, structure) = (state.Phase, state.ClientJid, state.Due?.UtcTicks ?? 0, state.Parameters?.Structure ?? default);
        return phase == ControlPhase.Unselected ? null : DataValueBinary.ToArray(output =>
        {
            output.Write((byte)phase);
            output.Write(jid);
            output.Write(due);
            output.Write7BitEncodedInt64(commandId);
            DataValueBinary.Write(output, structure);
        });
    }

    /// <summary>What was stored; null where it is damaged or does not fit the object any more.</summary>
    public static StoredControl? Decode(ControlObject control, ReadOnlyMemory<byte> stored)
    {
        if (!DataValueBinary.TryRead(stored, Read, out var found) || found.Phase is not (ControlPhase.Ready or ControlPhase.Waiting or ControlPhase.Executing) || found.Due < 0 || found.Due > DateTimeOffset.MaxValue.Ticks)
        {
            return null;
        }

        var node = found.Phase == ControlPhase.Ready ? control.Node.Child("SBOw") ?? control.Oper : control.Oper;
        var parameters = Fit(node, found.Structure);
        return parameters is null && (found.Phase != ControlPhase.Ready || found.Structure.Kind != DataKind.None)
            ? null
            : new(found.Phase, found.Jid, found.Due == 0 ? null : new(found.Due, TimeSpan.Zero), found.Id, parameters);
    }

    /// <summary>The same as the first versions stored it, which knew commands that wait only.</summary>
    public static StoredControl? DecodeWaiting(ControlObject control, ReadOnlyMemory<byte> stored) =>
        DataValueBinary.TryRead(stored, static input => (Jid: input.ReadString(), Structure: DataValueBinary.Read(input)), out var found) && Fit(control.Oper, found.Structure) is { } parameters
            ? new(ControlPhase.Waiting, found.Jid, parameters.OperTime.ToDateTimeOffset(), 0, parameters)
            : null;

    /// <summary>The record of something that fits no object any more: it has ended, and so is told once.</summary>
    public static ServiceRecord Ended(string reference, ReadOnlyMemory<byte> stored, DateTimeOffset now)
    {
        var isWhole = DataValueBinary.TryRead(stored, Read, out var found);
        return new(ServiceName.InternalChange, reference, ServiceStatus.InstanceNotAvailable, isWhole ? found.Jid : "", now)
        {
            Cause = AddCause.Unknown,
            IsOutcome = !isWhole || found.Phase != ControlPhase.Ready,
            Value = found.Structure,
            Remark = isWhole ? "it was under way when the agent stopped, and the model has no such object any more" : "it was under way when the agent stopped, and what was stored of it is damaged",
        };
    }

    private static (ControlPhase Phase, string Jid, long Due, long Id, DataValue Structure) Read(BinaryReader input) =>
        ((ControlPhase)input.ReadByte(), input.ReadString(), input.ReadInt64(), input.Read7BitEncodedInt64(), DataValueBinary.Read(input));

    private static ControlParameters? Fit(DataNode? node, in DataValue structure) =>
        node is not null && structure.Kind == DataKind.Structure && DataWrite.Check(node, structure, new List<DataValue>()) is null ? ControlParameters.From(node, structure) : null;
}
