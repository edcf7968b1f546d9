using System.Globalization;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>What is stored of a client's write of a parameter under way: there from before its first register is written until its end is known.</summary>
/// <param name="id">Id of the command.</param>
/// <param name="model">The model.</param>
/// <param name="present">The command, or null when it has ended.</param>
internal sealed class StoredCommand(long id, IedModel model, Func<Command?> present) : IStoredItem
{
    /// <summary>What is said of what was under way when the agent stopped.</summary>
    public const string UnderWay = "it was under way when the agent stopped, and is not written again";

    public string Key => StoredKeys.Command + id.ToString(CultureInfo.InvariantCulture);

    public byte[]? Encode() => present() is not { } command ? null : DataValueBinary.ToArray(output =>
    {
        output.Write((byte)command.Source);
        output.Write(command.Origin.Claimant);
        output.Write(command.Until?.UtcTicks ?? 0);
        output.Write7BitEncodedInt(command.Targets.Count);
        foreach (var target in command.Targets)
        {
            output.Write(model.Slots[target.Slot].Reference);
            DataValueBinary.Write(output, target.Value);
        }
    });

    /// <summary>The record of a command that the power cut left open; null where what was stored is damaged.</summary>
    /// <param name="stored">What was stored.</param>
    /// <param name="now">The time.</param>
    public static ServiceRecord? Ended(ReadOnlyMemory<byte> stored, DateTimeOffset now) => DataValueBinary.TryRead(
        stored,
        input =>
        {
            var source = (CommandSource)input.ReadByte();
            var claimant = input.ReadString();
            var until = input.ReadInt64();
            var targets = new List<(string Reference, DataValue Value)>();
            for (var count = DataValueBinary.ReadCount(input); count > 0; count--)
            {
                targets.Add((input.ReadString(), DataValueBinary.Read(input)));
            }

            return new ServiceRecord(ServiceName.InternalChange, string.Join(", ", targets.Select(t => t.Reference)), ServiceStatus.FailedDueToServerConstraint, claimant, now)
            {
                Cause = until != 0 && until <= now.UtcTicks ? AddCause.TimeLimitOver : AddCause.Unknown,
                IsOutcome = source is CommandSource.Operate or CommandSource.ActivationTime,
                Value = targets.Count == 1 ? targets[0].Value : default,
                Remark = UnderWay,
            };
        },
        out var record) ? record : null;
}
