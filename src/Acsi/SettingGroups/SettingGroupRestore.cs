using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>The setting groups at start: as the SCL file says, with what was confirmed and activated over it; nobody edits (IEC 61850-7-2 §16).</summary>
internal static class SettingGroupRestore
{
    /// <summary>Restores what was stored; values that were on their way to devices.</summary>
    public static IReadOnlyList<(SettingGroupBlock Block, SettingPush Push)> Run(SettingGroupBlocks blocks, SettingGroupValues groups, ValueStore values, StoredState stored, DateTimeOffset now)
    {
        var pushes = new List<(SettingGroupBlock, SettingPush)>();
        foreach (var block in blocks.All)
        {
            var name = block.Device.Name;
            stored.Each($"{StoredKeys.Group}{name}/", (group, octets) => groups.Restore(block, group, octets));
            if (stored.Find(block.Key) is { } active)
            {
                if (block.Decode(active) is { } state)
                {
                    block.Move(state);
                }
                else
                {
                    stored.Tell(block.Key, "there is no such group, or it is damaged");
                }
            }

            for (var i = 0; i < block.Settings.Count; i++)
            {
                var leaf = block.Settings[i].Active;
                var value = groups.Of(block, block.State.Active, i);
                if (values[leaf.FirstSlot] != value)
                {
                    values.SetQuietly(leaf.FirstSlot, value);
                }
            }

            if (stored.Find(StoredKeys.Push + name) is { } octets)
            {
                if (StoredPush.Decode(block, octets, now) is { } push)
                {
                    pushes.Add((block, push));
                    block.Move(block.State with { Push = push });
                }
                else
                {
                    stored.Tell(StoredKeys.Push + name, "it is damaged; the devices may have values of another group");
                }
            }
        }

        return pushes;
    }
}
