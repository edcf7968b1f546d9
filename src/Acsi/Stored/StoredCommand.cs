using System.Globalization;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>The record of a client's command under way: there from before its first register is written until its end is known.</summary>
/// <param name="id">Id of the command.</param>
/// <param name="model">The model.</param>
/// <param name="present">The command, or null when it has ended.</param>
internal sealed class StoredCommand(long id, IedModel model, Func<Command?> present) : IStoredItem
{
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

    /// <summary>What is told of a command that the power cut left open; null where its record is damaged.</summary>
    /// <param name="stored">The record.</param>
    /// <param name="now">The time.</param>
    public static string? Describe(ReadOnlyMemory<byte> stored, DateTimeOffset now) => DataValueBinary.TryRead(
        stored,
        input =>
        {
            var source = (CommandSource)input.ReadByte();
            var claimant = input.ReadString();
            var until = input.ReadInt64();
            var targets = new List<string>();
            for (var count = DataValueBinary.ReadCount(input); count > 0; count--)
            {
                targets.Add($"{input.ReadString()} = {DataValueBinary.Read(input)}");
            }

            var cause = until != 0 && until <= now.UtcTicks ? AddCause.TimeLimitOver : AddCause.Unknown;
            return $"{string.Join(", ", targets)}: command of {claimant} ({source}) was under way when the agent stopped; it ended with {cause} and is not written again";
        },
        out var text) ? text : null;
}
