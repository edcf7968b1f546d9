using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>What is stored of values on their way to devices: there from before the first one is written until the last one has arrived, or is back.</summary>
internal sealed class StoredPush(SettingGroupBlock block) : IStoredItem
{
    public string Key { get; } = StoredKeys.Push + block.Device.Name;

    public byte[]? Encode() => block.State.Push is not { } push ? null : DataValueBinary.ToArray(output =>
    {
        output.Write((byte)push.Kind);
        output.Write7BitEncodedInt((int)push.Group);
        output.Write(push.Client);
        output.Write7BitEncodedInt(push.Writes.Count);
        foreach (var write in push.Writes)
        {
            output.Write(block.Settings[write.Setting].Active.Reference);
            DataValueBinary.Write(output, write.Old);
            DataValueBinary.Write(output, write.New);
        }
    });

    /// <summary>Values that were on their way when the agent stopped; null where what was stored is damaged. Settings that the model has no more are left out.</summary>
    public static SettingPush? Decode(SettingGroupBlock block, ReadOnlyMemory<byte> stored, DateTimeOffset now)
    {
        return DataValueBinary.TryRead(stored, Read, out var push) ? push : null;

        SettingPush Read(BinaryReader input)
        {
            var (kind, group, client) = ((SettingPushKind)input.ReadByte(), input.Read7BitEncodedInt(), input.ReadString());
            var writes = new List<SettingWrite>();
            for (var count = DataValueBinary.ReadCount(input); count > 0; count--)
            {
                var (reference, old, wanted) = (input.ReadString(), DataValueBinary.Read(input), DataValueBinary.Read(input));
                if (block.Find(reference) is { } setting && block.Settings[setting].Active.Type.Accept(old, out old) == ValueFault.None)
                {
                    writes.Add(new(setting, old, wanted));
                }
            }

            return (SettingPush.Begin(kind, (uint)group, writes, now) with { Client = client }).Found(now);
        }
    }
}
